"""Pages of the convention: the whole signing, its dates, its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused, WrongState
from defi.operations.models import Operation, Session
from defi.steps.convention import actions, amending, printing, queries
from defi.steps.convention.cancelling import told_of_cancelling
from defi.steps.convention.forms import AddForm, OptionsForm, ReasonForm, TitleForm, VersionedReasonForm
from defi.steps.convention.models import LIVING, Amendment, Convention, SigningOption
from defi.steps.convention.reopening import said_of_keeping, told_of_correction
from defi.steps.convention.rules import convention_title
from defi.steps.sourcing.doors import must_be_able, must_be_inside


@require_safe
def signing(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The signing on one page: dates, text, signatories, what comes next."""
    operation = load(Operation, request.actor, operation_id)
    return render(
        request,
        "convention/signing.html",
        {"operation": operation, "signing": queries.signing(request.actor, operation)},
    )


@require_http_methods(["GET", "POST"])
def propose(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Offer dates, hours and places, with the title of the convention."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "signing.propose", operation)
    session = Session.objects.visible_to(request.actor).filter(operation=operation).first()
    if session is None or not session.eos_number:
        messages.warning(
            request,
            _("Le numéro EOS de la session n'est pas encore noté : la convention le porte. Notez-le d'abord."),
        )
        return redirect("convention:signing", operation_id=operation.pk)
    titled = Convention.objects.visible_to(request.actor).filter(LIVING, operation=operation).exists()
    initial = {"title": convention_title(operation.title, session.eos_number), "place_1": session.place}
    form = OptionsForm(request.POST or None, initial=initial, titled=titled)
    return page(
        request,
        operation,
        form,
        lambda v: actions.propose_options(request.actor, operation.pk, form.options(), title=v.get("title", "")),
        title=_("Proposer des dates de signature"),
        said=_("Les dates sont proposées : la Région les transmet au Cabinet."),
        label=_("Proposer"),
    )


@require_POST
def forward(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Pass the dates on to the Cabinet."""
    load(Operation, request.actor, operation_id)
    said = _("Les dates sont transmises au Cabinet.")
    return click(request, operation_id, lambda: actions.forward_options(request.actor, operation_id), said)


@require_POST
def hold(request: ActorRequest, option_id: int) -> HttpResponse:
    """Hold one date."""
    option = load(SigningOption, request.actor, option_id)
    return click(
        request,
        option.operation_id,
        lambda: actions.hold_option(request.actor, option.pk, version=_version(request)),
        with_hour(_("La date est retenue. L'organisme de formation et le référent sont prévenus.")),
    )


@require_http_methods(["GET", "POST"])
def refuse_dates(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Refuse all dates, with a reason."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "signing.refuse", operation)
    form = ReasonForm(request.POST or None)
    return page(
        request,
        operation,
        form,
        lambda v: actions.refuse_options(request.actor, operation.pk, reason=v["reason"]),
        title=_("Refuser toutes les dates"),
        said=_("Les dates sont refusées : d'autres sont demandées."),
        label=_("Refuser ces dates"),
        consequences=_told_of_dates(),
    )


@require_http_methods(["GET", "POST"])
def reopen(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The held date falls through, with a reason."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "signing.reopen", operation)
    form = ReasonForm(request.POST or None)
    return page(
        request,
        operation,
        form,
        lambda v: actions.reopen_date(request.actor, operation.pk, reason=v["reason"]),
        title=_("Rouvrir le choix de la date"),
        said=_("Le choix est rouvert."),
        label=_("Rouvrir le choix"),
        consequences=_told_of_dates(),
    )


def _told_of_dates() -> list[str]:
    return [
        _("L'organisme de formation est prévenu, avec le motif, et propose d'autres dates."),
        _("Les signataires à qui la date avait été annoncée reçoivent un message qui l'annule."),
    ]


@require_POST
def save_the_date(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Ask the signatories to keep the held date free."""
    load(Operation, request.actor, operation_id)
    said = with_hour(_("Le « réservez la date » est parti. Appelez les signataires sans adresse électronique."))
    return click(request, operation_id, lambda: actions.save_the_date(request.actor, operation_id), said)


@require_POST
def invite(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Send the official invitations."""
    load(Operation, request.actor, operation_id)
    said = with_hour(_("Les invitations sont parties. Prévenez autrement les signataires sans adresse électronique."))
    return click(request, operation_id, lambda: actions.invite(request.actor, operation_id), said)


@require_POST
def draft(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Begin the convention."""
    load(Operation, request.actor, operation_id)
    said = _("La convention est commencée : vérifiez les signataires, puis validez leurs engagements avec eux.")
    return click(request, operation_id, lambda: actions.draft_convention(request.actor, operation_id), said)


@require_http_methods(["GET", "POST"])
def retitle(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Change the title."""
    convention = _convention(request, operation_id)
    must_be_able(request.actor, "convention.retitle", convention.operation)
    form = TitleForm(request.POST or None, initial={"title": convention.title, "version": convention.version})
    return page(
        request,
        convention.operation,
        form,
        lambda v: actions.retitle_convention(request.actor, operation_id, title=v["title"], version=v["version"]),
        title=_("Intitulé de la convention"),
        said=_("L'intitulé est changé."),
    )


@require_safe
def preview(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The convention as it would be, marked as a draft."""
    convention = _convention(request, operation_id)
    made = printing.preview(convention, clock.now())
    return pdf(made.pdf, "projet-de-convention")


@require_POST
def send(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Send convention and contact sheet to the Region, and ask everybody to sign."""
    operation = load(Operation, request.actor, operation_id)
    edition = (
        Convention.objects.visible_to(request.actor)
        .filter(LIVING, operation=operation)
        .values_list("edition", flat=True)
    )
    before = edition.first() or 0

    def said(sent: Convention) -> str:
        if sent.edition == before:
            return _("Rien n'a changé dans le texte : il est de nouveau à signer, les signatures données restent.")
        return _("La convention et la fiche contact sont transmises ; les signatures sont demandées.")

    return click(
        request,
        operation_id,
        lambda: actions.send_convention(request.actor, operation_id, version=_version(request)),
        said,
    )


@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Open the text again: which signatures fall is said before."""
    convention = _convention(request, operation_id)
    must_be_able(request.actor, "convention.correct", convention.operation)
    form = VersionedReasonForm(request.POST or None, initial={"version": convention.version})
    return page(
        request,
        convention.operation,
        form,
        lambda v: actions.correct_convention(request.actor, operation_id, reason=v["reason"], version=v["version"]),
        title=_("Corriger la convention"),
        said=_("La convention est de nouveau en préparation."),
        label=_("Corriger"),
        consequences=told_of_correction(convention),
    )


@require_POST
def keep(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Abandon the correction."""
    load(Operation, request.actor, operation_id)
    return click(
        request,
        operation_id,
        lambda: actions.keep_convention(request.actor, operation_id, version=_version(request)),
        said_of_keeping,
    )


@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Cancel the convention that all have signed: what follows is said before."""
    convention = _convention(request, operation_id)
    must_be_able(request.actor, "convention.cancel", convention.operation)
    if convention.state != "signed":
        raise WrongState(_("La convention n'est pas signée par tous : corrigez-la, il n'y a rien à annuler."))
    session = Session.objects.visible_to(request.actor).filter(operation=convention.operation).first()
    form = VersionedReasonForm(request.POST or None, initial={"version": convention.version})
    return page(
        request,
        convention.operation,
        form,
        lambda v: actions.cancel_convention(request.actor, operation_id, reason=v["reason"], version=v["version"]),
        title=_("Annuler la convention signée"),
        said=with_hour(_("La convention est annulée, et chacun en est prévenu.")),
        label=_("Annuler la convention"),
        shown={"cancel_label": _("Garder la convention")},
        consequences=told_of_cancelling(convention, over=session is not None and clock.today() > session.ends_on),
    )


@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, operation_id: int) -> HttpResponse:
    """A partner signs too."""
    convention = _convention(request, operation_id)
    must_be_able(request.actor, "signatory.add", convention.operation)
    form = AddForm(request.POST or None, organisations=queries.could_sign(convention.operation, convention))
    return page(
        request,
        convention.operation,
        form,
        lambda v: actions.add_signatory(request.actor, operation_id, v["organisation"]),
        title=_("Ajouter un signataire"),
        said=_("Le signataire est ajouté."),
        lead=_("Tout partenaire qui a participé au projet peut signer."),
        label=_("Ajouter"),
        partners_url=reverse("partners", args=[operation_id]),
    )


def _convention(request: ActorRequest, operation_id: int) -> Convention:
    operation = load(Operation, request.actor, operation_id)
    found = Convention.objects.visible_to(request.actor).filter(LIVING, operation=operation)
    convention = found.select_related("operation", "document").first()
    if convention is None:
        raise WrongState(_("La convention n'est pas encore préparée : préparez-la d'abord."))
    return convention


@require_POST
def send_amendment(request: ActorRequest, amendment_id: int) -> HttpResponse:
    """Send an avenant to those it touches, to be signed."""
    amendment = load(Amendment, request.actor, amendment_id, "operation")
    edition = amendment.edition

    def said(sent: Amendment) -> str:
        if sent.edition == edition:
            return _("Rien n'a changé dans l'avenant : il est de nouveau à signer, les signatures données restent.")
        return _("L'avenant est transmis : ceux qu'il touche sont invités à le signer.")

    return click(
        request,
        amendment.operation_id,
        lambda: amending.send_amendment(request.actor, amendment.pk, version=_version(request)),
        said,
    )


@require_safe
def amendment_preview(request: ActorRequest, amendment_id: int) -> HttpResponse:
    """The amendment as it would be, marked as a draft."""
    amendment = load(Amendment, request.actor, amendment_id, "operation", "convention", "change")
    must_be_inside(request.actor)
    load(Operation, request.actor, amendment.operation_id)
    return pdf(printing.preview(amendment, clock.now()).pdf, "projet-d-avenant")


def page(
    request: ActorRequest,
    operation: Operation,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    said: str | Callable[[Any], str],
    lead: str = "",
    label: str = "",
    consequences: list[str] | None = None,
    partners_url: str = "",
    shown: dict[str, Any] | None = None,
    template: str = "",
) -> HttpResponse:
    """One form, one action, back to the signing; with consequences, they are said before.

    `shown` is read above the form: what a signatory engages for. `template`: a page of its own."""
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: act(form.cleaned_data))
        if done is not None:
            messages.success(request, said if isinstance(said, str) else said(done))
            return redirect("convention:signing", operation_id=operation.pk)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "back_url": reverse("convention:signing", args=[operation.pk]),
        "back_label": _("Convention"),
        "action_label": label or _("Enregistrer"),
        "consequences": consequences,
        "partners_url": partners_url,
        **(shown or {}),
    }
    template = template or ("confirm.html" if consequences else "convention/form.html")
    return render(request, template, context, status=422 if form.is_bound else 200)


def click(
    request: ActorRequest, operation_id: int, act: Callable[[], Any], said: str | Callable[[Any], str]
) -> HttpResponse:
    """One click, back to the signing with what was done (`said` may be told from it) or why not."""
    try:
        done = act()
        messages.success(request, said if isinstance(said, str) else said(done))
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("convention:signing", operation_id=operation_id)


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF shown in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _version(request: ActorRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else None
