"""Pages of one signatory: who signs, what it engages for, its agreement, its signature."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.signing.providers import SignedFile
from defi.operations.models import Operation
from defi.steps.convention import actions, click_pages, delegate_pages, signatory_rows
from defi.steps.convention.forms import (
    InkForm,
    OutsideForm,
    OwnValidateForm,
    ReasonForm,
    RecordedDelegateForm,
    ReplaceForm,
    SignerAddressForm,
    SignerForm,
    ValidateForm,
    VersionedReasonForm,
)
from defi.steps.convention.handing import asks_code
from defi.steps.convention.issuing import living_signatories, would_complete
from defi.steps.convention.leaving import told_of_removal
from defi.steps.convention.locks import is_own
from defi.steps.convention.models import Signatory
from defi.steps.convention.naming import other_name_said, said_before_sealing
from defi.steps.convention.outside import seen_of
from defi.steps.convention.outside_files import SEEN
from defi.steps.convention.signatories import must_be_own
from defi.steps.convention.views import click, page
from defi.steps.sourcing.doors import must_be_able


def _load(request: ActorRequest, signatory_id: int) -> Signatory:
    signatory = load(Signatory, request.actor, signatory_id, "convention", "amendment__convention")
    load(Operation, request.actor, signatory.operation_id)
    return signatory


@require_safe
def signatory(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """One signatory: its state, and everything that may be done about it."""
    shown = _load(request, signatory_id)
    context = {
        "operation": shown.operation,
        "text": shown.text,
        "row": signatory_rows.row_of(request.actor, shown),
        "commitments": signatory_rows.commitments_of(shown) if shown.amendment is None else (),
        "promises": signatory_rows.promised_by(shown),
    }
    return render(request, "convention/signatory.html", context)


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Say who signs."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.describe", shown.operation)
    initial = {"quality": shown.quality, "version": shown.version}
    if shown.person:
        names = ("first_name", "last_name", "email", "phone")
        initial |= {name: getattr(shown.person, name) for name in names}
    form = SignerForm(request.POST or None, initial=initial)
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.describe_signatory(
            request.actor,
            shown.pk,
            actions.Signer(v["first_name"], v["last_name"], v["quality"], v["email"], v["phone"]),
            version=v["version"],
        ),
        title=_("Qui signe pour %(name)s") % {"name": shown.organisation},
        lead=other_name_said(shown),
        said=_("C'est noté."),
    )


@require_http_methods(["GET", "POST"])
def mend_address(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Another address for who has signed and no longer receives."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.mend_address", shown.operation)
    form = SignerAddressForm(request.POST or None, initial={"version": shown.version})
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.mend_address(request.actor, shown.pk, v["email"], version=v["version"]),
        title=_("Nouvelle adresse de %(name)s") % {"name": shown.person or shown.organisation},
        said=_("L'adresse est corrigée ; le document signé lui est envoyé dès qu'il est scellé."),
        lead=_(
            "Sa signature reste. Les liens partis vers l'ancienne adresse ne s'ouvrent plus ; un nouveau part à la "
            "nouvelle, et montre ce qui est signé."
        ),
    )


@require_http_methods(["GET", "POST"])
def validate(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Agree to one's own commitments, or note the agreement of somebody else."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.validate", shown.operation)
    if is_own(request.actor, shown):
        return _validate_own(request, shown)
    initial = {"on": clock.today(), "how": Signatory.Way.MEETING, "version": shown.version}
    form = ValidateForm(request.POST or None, initial=initial)
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.validate_commitments(request.actor, shown.pk, how=v["how"], on=v["on"], version=v["version"]),
        title=_("Engagements de %(name)s") % {"name": shown.organisation},
        said=_("L'accord est noté."),
        lead=_("Relisez avec le signataire ce à quoi il s'engage, puis notez son accord."),
        shown={
            "signatory": shown,
            "commitments": signatory_rows.commitments_of(shown) if shown.amendment is None else (),
            "promises": signatory_rows.promised_by(shown),
        },
    )


def _validate_own(request: ActorRequest, shown: Signatory) -> HttpResponse:
    form = OwnValidateForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, lambda: actions.validate_commitments(request.actor, shown.pk, version=version)):
            messages.success(request, _("Vos engagements sont validés. Merci."))
            return redirect("convention:signing", operation_id=shown.operation_id)
    context = {
        "operation": shown.operation,
        "signatory": shown,
        "form": form,
        "commitments": signatory_rows.commitments_of(shown) if shown.amendment is None else (),
        "promises": signatory_rows.promised_by(shown),
    }
    return render(request, "convention/validate.html", context, status=422 if form.is_bound else 200)


@require_POST
def send_link(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Send (again) the link that is awaited."""
    shown = _load(request, signatory_id)
    said = _("Le lien est parti à %(name)s.") % {"name": shown.organisation}
    return click(request, shown.operation_id, lambda: actions.send_link(request.actor, shown.pk), said)


@require_http_methods(["GET", "POST"])
def sign(request: ActorRequest, signatory_id: int, page: str = "") -> HttpResponse:
    """Read the text, ask for the code, sign: as from a personal link."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.sign", shown.operation)
    must_be_own(request.actor, shown)
    base = reverse("convention:sign", args=[shown.pk])
    done_url = reverse("convention:signing", args=[shown.operation_id])
    verbs = signatory_rows.row_of(request.actor, shown).verbs
    context = {
        "frame_page": "base.html",
        "back_url": done_url,
        "signatory": shown,
        "operation": shown.operation,
        "provider": shown.operation.provider,
        "document_url": f"{base}{click_pages.DOCUMENT}",
        "refuse_url": reverse("convention:refuse", args=[shown.pk]) if "refuse" in verbs else "",
        "delegate_url": reverse("convention:delegate", args=[shown.pk]) if "delegate" in verbs else "",
    }
    return click_pages.answer(request, shown, page, context, done_url=done_url)


@require_http_methods(["GET", "POST"])
def ink(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Note a signature given in ink."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.record_ink", shown.operation)
    last = would_complete(shown.text, {shown.pk})
    form = InkForm(
        request.POST or None,
        initial={
            "on": clock.today(),
            "version": shown.version,
            "fingerprint": shown.text.fingerprint,
        },
        is_named=shown.person is not None,
        last=last,
    )
    document = shown.text.document
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.record_ink(
            request.actor,
            shown.pk,
            on=v["on"],
            version=v["version"],
            fingerprint=v["fingerprint"] or None,
            signer=form.signer(),
            confirmed=v.get("confirmed", False),
        ),
        shown={"before": said_before_sealing(living_signatories(shown.text), last=last)},
        title=_("Signature à l'encre de %(name)s") % {"name": shown.organisation},
        said=_("La signature est notée."),
        lead=_("Vérifiez que le papier signé porte le numéro %(number)s.") % {"number": document.number}
        if document
        else "",
    )


@require_http_methods(["GET", "POST"])
def outside(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Note a signature given on another platform, with the signed file."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.record_outside", shown.operation)
    last = would_complete(shown.text, {shown.pk})
    initial = {"on": clock.today(), "version": shown.version, "fingerprint": shown.text.fingerprint}
    document = shown.text.document
    form = OutsideForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        what=_("J'ai ouvert ce fichier : c'est le texte n° %(number)s, et il porte la signature de %(name)s.")
        % {"number": document.number if document else "", "name": shown.signer or shown.organisation},
        last=last,
    )
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.record_outside(
            request.actor,
            shown.pk,
            SignedFile(v["file"].name, v["file"].read()),
            on=v["on"],
            version=v["version"],
            fingerprint=v["fingerprint"] or None,
            confirmed=v.get("confirmed", False),
        ),
        shown={"before": said_before_sealing(living_signatories(shown.text), last=last)},
        title=_("Signature donnée ailleurs : %(name)s") % {"name": shown.organisation},
        said=lambda noted: (
            _("La signature est notée, et le fichier gardé. Ce qui a été vérifié : %(seen)s.")
            % {"seen": SEEN[seen_of(noted)]}
        ),
        lead=_(
            "Vérifiez que le texte signé porte le numéro %(number)s. Ce qui est vérifié ici : que le fichier n'est pas "
            "un autre document établi ici, ni le texte que vous avez envoyé, sans rien de plus. Un texte réimprimé en "
            "PDF ou photographié ne se reconnaît pas : la signature elle-même, c'est vous qui la lisez."
        )
        % {"number": document.number}
        if document
        else "",
    )


@require_POST
def ask_outside(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Ask the provider of signatures of the configuration."""
    shown = _load(request, signatory_id)
    said = _("La signature est demandée : elle sera notée ici dès qu'elle sera donnée.")
    return click(request, shown.operation_id, lambda: actions.ask_outside(request.actor, shown.pk), said)


@require_http_methods(["GET", "POST"])
def refuse(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Refuse to sign, with a reason; one may sign later."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.refuse", shown.operation)
    form = ReasonForm(request.POST or None)
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.refuse_to_sign(request.actor, shown.pk, reason=v["reason"]),
        title=_("Refus de signer : %(name)s") % {"name": shown.organisation},
        said=_("Le refus est noté, avec son motif."),
        label=_("Noter le refus"),
        consequences=[
            _("L'organisme de formation et la Région sont prévenus, avec le motif."),
            _("Le texte n'est pas signé par tous tant que ce refus dure ; on peut encore signer ensuite."),
        ],
    )


@require_http_methods(["GET", "POST"])
def delegate(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Give the signature to somebody of the same organisation."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.delegate", shown.operation)
    if asks_code(request.actor, shown):
        return _delegate_own(request, shown)
    form = RecordedDelegateForm(request.POST or None, initial={"version": shown.version})
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.delegate(request.actor, shown.pk, form.signer(), version=v["version"]),
        title=_("Déléguer la signature de %(name)s") % {"name": shown.organisation},
        lead=" ".join(
            (
                _(
                    "La personne nommée est de la même organisation. Elle reçoit son propre lien ; l'ancien ne sert "
                    "plus."
                ),
                other_name_said(shown),
            )
        ).strip(),
        said=_("La signature est déléguée."),
        label=_("Déléguer"),
    )


def _delegate_own(request: ActorRequest, shown: Signatory) -> HttpResponse:
    def done(given: Signatory) -> HttpResponse:
        messages.success(request, _("La signature est déléguée : %(name)s reçoit son lien.") % {"name": given.person})
        return redirect("convention:signing", operation_id=given.operation_id)

    back_url = reverse("convention:sign", args=[shown.pk])
    context = {"frame_page": "base.html", "back_url": back_url, "signatory": shown}
    return delegate_pages.answer(request, shown, context, done)


@require_http_methods(["GET", "POST"])
def take_back(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Take back a signature noted by mistake, with a reason."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.take_back", shown.operation)
    form = VersionedReasonForm(request.POST or None, initial={"version": shown.version})
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.take_back_signature(request.actor, shown.pk, reason=v["reason"], version=v["version"]),
        title=_("Retirer la signature notée de %(name)s") % {"name": shown.organisation},
        said=_("La signature est retirée : elle est de nouveau à donner."),
        label=_("Retirer la signature"),
        consequences=[
            _("%(name)s est de nouveau à signer, et en est prévenu avec le motif.") % {"name": shown.organisation},
            _("Le journal garde qu'elle avait été notée, par qui, et pourquoi elle est retirée."),
        ],
    )


@require_http_methods(["GET", "POST"])
def replace(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Name who signs instead of somebody who left, with a reason."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.replace", shown.operation)
    form = ReplaceForm(request.POST or None, initial={"version": shown.version})
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.replace_signer(
            request.actor, shown.pk, form.signer(), reason=v["reason"], version=v["version"]
        ),
        title=_("Qui signe à la place de %(name)s") % {"name": shown.person or shown.organisation},
        lead=other_name_said(shown),
        said=_("C'est noté : la nouvelle personne reçoit son lien."),
        label=_("Remplacer"),
    )


@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, signatory_id: int) -> HttpResponse:
    """Take a signatory off the list, with a reason."""
    shown = _load(request, signatory_id)
    must_be_able(request.actor, "signatory.remove", shown.operation)
    form = VersionedReasonForm(request.POST or None, initial={"version": shown.version})
    return page(
        request,
        shown.operation,
        form,
        lambda v: actions.remove_signatory(request.actor, shown.pk, reason=v["reason"], version=v["version"]),
        title=_("Retirer %(name)s des signataires") % {"name": shown.organisation},
        said=_("Le signataire est retiré."),
        label=_("Retirer"),
        consequences=told_of_removal(shown),
    )
