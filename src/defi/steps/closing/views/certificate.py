"""The closing of an operation: what the file shows, the certificate, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.closing import actions, queries
from defi.steps.closing.forms import ConfirmForm, EosClosedForm, ExplainForm, ReasonForm, ReplyForm
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.closing.states import CERTIFICATE
from defi.steps.closing.views.openness import may_be_withdrawn, may_close, open_to
from defi.steps.review.form_pages import FormPage, answer, press, typed


def back(operation_id: int) -> str:
    """The page of the closing."""
    return reverse("closing:closing", args=[operation_id])


def _open(request: ActorRequest, certificate_id: int, verb: str) -> ComplianceCertificate:
    return open_to(request, CERTIFICATE, verb, load(ComplianceCertificate, request.actor, certificate_id))


@require_safe
def closing(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What the file shows, who must decide, what is missing before the end."""
    operation = load(Operation, request.actor, operation_id)
    page = queries.closing_page(request.actor, operation)
    return render(request, "closing/closing.html", {"operation": operation, "page": page})


@require_POST
def request_certificate(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The provider asks."""
    return press(
        request,
        lambda: actions.request_certificate(request.actor, operation_id),
        with_hour(_("L'attestation est demandée. La Région est prévenue.")),
        back(load(Operation, request.actor, operation_id).pk),
    )


@require_http_methods(["GET", "POST"])
def resubmit(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """The provider presents its request again, and may say what it mended."""
    row = _open(request, certificate_id, "certificate.resubmit")
    form = ReplyForm(typed(request), initial={"version": row.version})
    page = FormPage(
        verb="certificate.resubmit",
        title=_("Représenter la demande d'attestation"),
        lead=_("Correction demandée : %(reason)s") % {"reason": row.decision_reason} if row.decision_reason else "",
        action_label=_("Représenter la demande"),
        back_url=back(row.operation_id),
        back_label=_("Clôture"),
        done=with_hour(_("La demande est représentée. La Région est prévenue.")),
    )
    return answer(request, page, form, lambda: actions.resubmit_certificate(request.actor, row.pk, **form.cleaned_data))


@require_http_methods(["GET", "POST"])
def explain(request: ActorRequest, certificate_id: int, line: str) -> HttpResponse:
    """The provider says of one line what the file does not show."""
    row = _open(request, certificate_id, "certificate.explain")
    shown = queries.closing_page(request.actor, row.operation)
    check = next((one for one in shown.checks if one.key == line), None)
    if check is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    form = ExplainForm(typed(request), initial={"version": row.version, "text": check.explained})
    page = FormPage(
        verb="certificate.explain",
        title=_("Expliquer une ligne de l'attestation"),
        lead=f"{check.label} : {check.facts}",
        action_label=_("Enregistrer l'explication"),
        back_url=back(row.operation_id),
        back_label=_("Clôture"),
        done=_("Votre explication est à côté de la ligne : la Région la lit avant de décider."),
    )
    return answer(
        request, page, form, lambda: actions.explain_line(request.actor, row.pk, line=line, **form.cleaned_data)
    )


@require_http_methods(["GET", "POST"])
def issue(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """The officer reads what the certificate will say, then issues it."""
    return _grant(
        request,
        certificate_id,
        actions.issue_certificate,
        verb="certificate.issue",
        title=_("Délivrer l'attestation"),
        action_label=_("Délivrer l'attestation"),
        done=_("L'attestation est délivrée et transmise à l'organisme de formation."),
    )


@require_http_methods(["GET", "POST"])
def sign(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """The first of two signatures."""
    return _grant(
        request,
        certificate_id,
        actions.sign_certificate,
        verb="certificate.sign",
        title=_("Signer l'attestation"),
        action_label=_("Signer l'attestation"),
        done=with_hour(_("L'attestation est signée. La Direction de la formation est prévenue : elle contresigne.")),
    )


@require_http_methods(["GET", "POST"])
def countersign(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """The second signature, by which it is issued."""
    return _grant(
        request,
        certificate_id,
        actions.countersign_certificate,
        verb="certificate.countersign",
        title=_("Contresigner l'attestation"),
        action_label=_("Contresigner et délivrer"),
        done=_("L'attestation est délivrée et transmise à l'organisme de formation."),
    )


@require_http_methods(["GET", "POST"])
def send_back(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """The second signature is not given."""
    return _decide(
        request,
        certificate_id,
        actions.send_back_certificate,
        verb="certificate.send_back",
        title=_("Renvoyer l'attestation sans la contresigner"),
        lead=_("Le référent territorial reçoit votre motif et décide de nouveau."),
        action_label=_("Renvoyer"),
        done=with_hour(_("L'attestation est renvoyée au référent territorial.")),
    )


def _grant(request: ActorRequest, certificate_id: int, act: Callable[..., object], **words: Any) -> HttpResponse:
    """A page that shows what the certificate will say, and a button."""
    row = _open(request, certificate_id, words["verb"])
    form = ConfirmForm(typed(request), initial={"version": row.version})
    page = FormPage(
        consequences=_what_it_will_say(request, row),
        back_url=back(row.operation_id),
        back_label=_("Clôture"),
        kind="primary",
        **words,
    )
    return answer(request, page, form, lambda: act(request.actor, row.pk, version=form.cleaned_data["version"]))


def _what_it_will_say(request: ActorRequest, row: ComplianceCertificate) -> tuple[str, ...]:
    """The finding, what the file shows and what it does not, and what the certificate opens."""
    page = queries.closing_page(request.actor, row.operation)
    lacking = [str(check.label) for check in page.checks if not check.found and not check.later]
    told = [check.facts for check in page.checks if check.key == "conformity"]
    told.append(_("Elle dit : %(found)d lignes établies sur %(all)d.") % {"found": page.found, "all": len(page.checks)})
    if lacking:
        told.append(_("Sans fait au dossier à ce jour : %(lines)s.") % {"lines": " ; ".join(lacking)})
    told.append(_("Elle porte un numéro et un code : toute personne qui la tient peut la vérifier."))
    told.append(_("Elle ouvre au titulaire du marché le droit de demander la prime, qui est une autre décision."))
    return tuple(told)


@require_http_methods(["GET", "POST"])
def ask_correction(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """What to correct before deciding."""
    return _decide(
        request,
        certificate_id,
        actions.ask_certificate_correction,
        verb="certificate.ask_correction",
        title=_("Demander une correction"),
        lead=_("L'organisme de formation reçoit votre demande, corrige et représente son dossier."),
        action_label=_("Envoyer la demande"),
        done=_("La correction est demandée à l'organisme de formation."),
    )


@require_http_methods(["GET", "POST"])
def refuse(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """The certificate is refused, with its reason."""
    return _decide(
        request,
        certificate_id,
        actions.refuse_certificate,
        verb="certificate.refuse",
        title=_("Refuser l'attestation"),
        consequences=(
            _("L'organisme de formation reçoit le refus et son motif."),
            _("Aucune prime ne pourra être demandée, sauf si une nouvelle demande d'attestation aboutit."),
        ),
        action_label=_("Refuser l'attestation"),
        done=with_hour(_("L'attestation est refusée. L'organisme de formation est prévenu.")),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """A certificate taken back."""
    may_be_withdrawn(request, _open(request, certificate_id, "certificate.withdraw"))
    return _decide(
        request,
        certificate_id,
        actions.withdraw_certificate,
        verb="certificate.withdraw",
        title=_("Retirer l'attestation"),
        consequences=(
            _("La page publique de vérification dira que l'attestation est retirée."),
            _("Une demande de prime qui n'est pas payée est rejetée avec elle."),
        ),
        action_label=_("Retirer l'attestation"),
        done=with_hour(_("L'attestation est retirée. Les personnes concernées sont prévenues.")),
    )


def _decide(request: ActorRequest, certificate_id: int, act: Callable[..., object], **words: Any) -> HttpResponse:
    row = _open(request, certificate_id, words["verb"])
    form = ReasonForm(typed(request), initial={"version": row.version})
    page = FormPage(back_url=back(row.operation_id), back_label=_("Clôture"), **words)
    return answer(request, page, form, lambda: act(request.actor, row.pk, **form.cleaned_data))


@require_http_methods(["GET", "POST"])
def eos_closed(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The session was closed in EOS."""
    operation = load(Operation, request.actor, operation_id)
    form = EosClosedForm(typed(request))
    page = FormPage(
        verb="eos.record_closed",
        title=_("La session est close dans EOS"),
        lead=_("Clôturez d'abord la session dans EOS, puis notez ici la date."),
        action_label=_("Enregistrer"),
        back_url=back(operation.pk),
        back_label=_("Clôture"),
        done=_("La clôture dans EOS est notée."),
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.record_eos_closed(request.actor, operation.pk, **form.cleaned_data),
    )


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The end of the file, confirmed."""
    operation = load(Operation, request.actor, operation_id)
    may_close(request, operation)
    form = ConfirmForm(typed(request), initial={"version": operation.version})
    page = FormPage(
        verb="operation.close",
        title=_("Clore l'opération"),
        consequences=(
            _("Le dossier se lit, il ne se modifie plus."),
            _("Le suivi des personnes à 3 et 6 mois continue, et les contrats signés s'enregistrent encore."),
            _("Une prime accordée peut encore être payée."),
        ),
        action_label=_("Clore l'opération"),
        back_url=back(operation.pk),
        back_label=_("Clôture"),
        done=_("L'opération est close."),
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.close_operation(request.actor, operation.pk, version=form.cleaned_data["version"]),
    )
