"""The bonus: asked by the holder from the operation, decided by the paying office from its list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.documents.french import amount_words
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, load
from defi.operations.models import Operation, Session
from defi.reference.models import Basin
from defi.schemes.rulebook import rulebook
from defi.steps.closing import actions, claim_queries
from defi.steps.closing.forms import (
    ClaimForm,
    ClaimListForm,
    EosRequestForm,
    GrantForm,
    ReasonForm,
    ResendForm,
    WaiveForm,
)
from defi.steps.closing.models import BonusClaim, CheckRun
from defi.steps.closing.packing import claim_pack
from defi.steps.closing.states import CLAIM
from defi.steps.closing.views.certificate import back
from defi.steps.closing.views.openness import claim_may_be_sent_again, claim_may_start, open_to
from defi.steps.review.form_pages import FormPage, answer, press, typed

PER_PAGE = 25


@require_safe
def claims(request: ActorRequest) -> HttpResponse:
    """The claims this actor may see, those that wait first; the filters stay in the address."""
    seen = BonusClaim.objects.visible_to(request.actor)
    basins = Basin.objects.filter(pk__in=seen.values("operation__basin"))
    form = ClaimListForm(request.GET or None, basins=basins)
    filters = claim_queries.ClaimFilters()
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data
        filters = claim_queries.ClaimFilters(
            wanted["state"], wanted["kind"], wanted["basin"].pk if wanted["basin"] else None
        )
    page = Paginator(claim_queries.claims(request.actor, filters), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "closing/claims.html", {"form": form, "page": page, "active": form.is_bound})


@require_safe
def claim(request: ActorRequest, claim_id: int) -> HttpResponse:
    """One claim, with its pieces and what the file shows today."""
    row = load(BonusClaim, request.actor, claim_id)
    page = claim_queries.claim_page(request.actor, row)
    return render(request, "closing/claim.html", {"page": page, "claim": row, "operation": page.operation})


@require_safe
def pack(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The request, the certificate, the convention and the checks as they stand, in one archive with its manifest."""
    row = load(BonusClaim, request.actor, claim_id)
    response = HttpResponse(claim_pack(request.actor, row), content_type="application/zip")
    name = f"prime-{slugify(row.operation.title)[:60]}-{row.sent_on.isoformat()}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def control(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The paying office runs the checks; what they find is kept."""
    row = load(BonusClaim, request.actor, claim_id)
    return press(request, lambda: actions.control_claim(request.actor, row.pk), _controlled, page_of(row))


def _controlled(run: CheckRun) -> str:
    if run.passed:
        return _("Contrôle gardé : rien ne s'oppose à la prime.")
    return _("Contrôle gardé : ce qui manque est dit ci-dessous.")


@require_http_methods(["GET", "POST"])
def send(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The holder asks for the bonus."""
    operation = load(Operation, request.actor, operation_id)
    claim_may_start(request, operation)
    session = Session.objects.visible_to(request.actor).filter(operation=operation).order_by("number").first()
    initial = {"order_number": session.order_number if session else ""}
    form = ClaimForm(typed(request), initial=initial)
    page = FormPage(
        verb="claim.send",
        title=_("Demander la prime"),
        lead=_amount_lead(operation),
        action_label=_("Envoyer la demande"),
        back_url=back(operation.pk),
        back_label=_("Clôture"),
        done=with_hour(
            _(
                "La demande est envoyée à la cellule de gestion. Demandez aussi la prime dans EOS, puis "
                "notez-en la date."
            )
        ),
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.send_claim(
            request.actor,
            operation.pk,
            kind=form.cleaned_data["kind"],
            order_number=form.cleaned_data["order_number"],
        ),
    )


def _amount_lead(operation: Operation) -> str:
    amount = rulebook(operation.scheme, operation.rulebook_version).bonus_on(clock.today())
    if amount is None:
        return _("Montant à fixer par la Région. L'attestation, la convention et ses avenants signés sont joints.")
    return _("Montant du règlement : %(amount)s. L'attestation, la convention et ses avenants signés sont joints.") % {
        "amount": amount_words(amount)
    }


@require_http_methods(["GET", "POST"])
def resend(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The holder sends the corrected request again."""
    row = claim_may_be_sent_again(request, load(BonusClaim, request.actor, claim_id))
    initial = {"kind": row.kind, "order_number": row.order_number, "version": row.version}
    form = ResendForm(typed(request), initial=initial)
    page = FormPage(
        verb="claim.resend",
        title=_("Renvoyer la demande de prime"),
        lead=_("Correction demandée : %(reason)s") % {"reason": row.decision_reason} if row.decision_reason else "",
        action_label=_("Renvoyer la demande"),
        back_url=back(row.operation_id),
        back_label=_("Clôture"),
        done=with_hour(_("La demande corrigée est envoyée à la cellule de gestion.")),
    )
    return answer(request, page, form, lambda: actions.resend_claim(request.actor, row.pk, **form.cleaned_data))


@require_http_methods(["GET", "POST"])
def waive(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The holder does not ask for the bonus."""
    operation = load(Operation, request.actor, operation_id)
    claim_may_start(request, operation, waiving=True)
    form = WaiveForm(typed(request))
    page = FormPage(
        verb="claim.waive",
        title=_("Ne pas demander la prime"),
        lead=_("La Région n'attend plus de demande. Vous pourrez encore demander la prime avant la clôture."),
        action_label=_("Enregistrer"),
        back_url=back(operation.pk),
        back_label=_("Clôture"),
        done=_("C'est noté : la prime n'est pas demandée."),
    )
    return answer(request, page, form, lambda: actions.waive_claim(request.actor, operation.pk, **form.cleaned_data))


@require_http_methods(["GET", "POST"])
def record_eos(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The bonus was also asked in EOS."""
    row = open_to(request, CLAIM, "claim.record_eos", load(BonusClaim, request.actor, claim_id))
    form = EosRequestForm(
        typed(request), initial={"on": row.eos_requested_on, "kind": row.eos_kind, "version": row.version}
    )
    page = FormPage(
        verb="claim.record_eos",
        title=_("Demande faite dans EOS"),
        lead=_("La demande se fait aussi dans EOS, avec l'acompte ou le solde du bon de commande."),
        action_label=_("Enregistrer"),
        back_url=back(row.operation_id),
        back_label=_("Clôture"),
        done=_("La demande dans EOS est notée."),
    )
    return answer(request, page, form, lambda: actions.record_claim_in_eos(request.actor, row.pk, **form.cleaned_data))


def _decide(request: ActorRequest, claim_id: int, act: Callable[..., object], **words: Any) -> HttpResponse:
    row = open_to(request, CLAIM, words["verb"], load(BonusClaim, request.actor, claim_id))
    form = ReasonForm(typed(request), initial={"version": row.version})
    page = FormPage(back_url=page_of(row), back_label=_("Demande de prime"), **words)
    return answer(request, page, form, lambda: act(request.actor, row.pk, **form.cleaned_data))


def page_of(row: BonusClaim) -> str:
    """The page of a claim."""
    return reverse("closing:claim", args=[row.pk])


@require_http_methods(["GET", "POST"])
def grant(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The bonus is granted, with its reason."""
    row = open_to(request, CLAIM, "claim.grant", load(BonusClaim, request.actor, claim_id))
    shown = claim_queries.claim_page(request.actor, row)
    form = GrantForm(typed(request), differs=bool(shown.differing), initial={"version": row.version})
    page = FormPage(
        verb="claim.grant",
        title=_("Accorder la prime"),
        lead=_("Le motif est conservé et transmis au titulaire du marché."),
        action_label=_("Accorder la prime"),
        back_url=page_of(row),
        back_label=_("Demande de prime"),
        done=with_hour(_("La prime est accordée. Le titulaire du marché est prévenu.")),
        template="closing/decide.html",
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.grant_claim(request.actor, row.pk, **form.cleaned_data),
        shown=shown,
        claim=row,
        operation=row.operation,
    )


@require_http_methods(["GET", "POST"])
def ask_correction(request: ActorRequest, claim_id: int) -> HttpResponse:
    """What to correct before deciding."""
    return _decide(
        request,
        claim_id,
        actions.ask_claim_correction,
        verb="claim.ask_correction",
        title=_("Demander une correction"),
        lead=_("Le titulaire du marché reçoit votre demande, corrige et renvoie son dossier."),
        action_label=_("Envoyer la demande"),
        done=_("La correction est demandée au titulaire du marché."),
    )


@require_http_methods(["GET", "POST"])
def refuse(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The bonus is refused, with its reason."""
    return _decide(
        request,
        claim_id,
        actions.refuse_claim,
        verb="claim.refuse",
        title=_("Refuser la prime"),
        consequences=(
            _("Le titulaire du marché reçoit le refus et son motif."),
            _("Il pourra envoyer une nouvelle demande tant que l'opération n'est pas close."),
        ),
        action_label=_("Refuser la prime"),
        done=with_hour(_("La prime est refusée. Le titulaire du marché est prévenu.")),
    )
