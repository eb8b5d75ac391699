"""Pages of the offer room: proposals of providers and their decision, the answer of the Region, tenders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock, tables
from defi.kernel.access import LEAD
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused
from defi.kernel.tables import Column
from defi.operations.access import pilots
from defi.operations.models import Operation
from defi.steps.needs.access import in_territory
from defi.steps.needs.forms import ReasonForm
from defi.steps.offer import actions, proposals, queries
from defi.steps.offer.forms import (
    AwardForm,
    DeadlineForm,
    EmployerRow,
    Employers,
    LaunchForm,
    PrecisionForm,
    ProposalFilters,
    ProposalForm,
    RouteForm,
    employer_facts,
)
from defi.steps.offer.lots import NOTHING_MORE
from defi.steps.offer.models import Proposal, Route, Tender
from defi.steps.offer.states import PROPOSAL, TENDER

PER_PAGE = 40


COLUMNS: tuple[Column[Proposal], ...] = (
    Column(lazy("Session"), lambda row: row.title),
    Column(lazy("Organisme"), lambda row: row.provider),
    Column(lazy("Métier"), lambda row: row.job),
    Column(lazy("Bassin"), lambda row: row.basin),
    Column(lazy("Lot"), lambda row: row.lot),
    Column(lazy("Début"), lambda row: row.starts_on),
    Column(lazy("Fin"), lambda row: row.ends_on),
    Column(lazy("Places"), lambda row: row.seats),
    Column(lazy("Employeurs"), lambda row: ", ".join(str(employer) for employer in row.employers.all())),
    Column(lazy("Proposée le"), lambda row: row.proposed_on),
    Column(lazy("État"), lambda row: row.get_state_display()),
    Column(lazy("Décidée le"), lambda row: row.decided_on),
    Column(lazy("Motif"), lambda row: row.decision_reason),
)


@require_safe
def proposal_list(request: ActorRequest) -> HttpResponse:
    """The proposals: those of the provider, or those that wait for the Region first. Filters stay in the address."""
    form = ProposalFilters(request.GET, request.actor)
    rows = queries.proposals(request.actor)
    if form.is_valid():
        rows = rows.filter(**{name: value for name, value in form.cleaned_data.items() if value})
    if kind := tables.asked(request):
        return tables.download(kind, _("Propositions"), COLUMNS, rows)
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "can_propose": bool(PROPOSAL.open_to(request.actor, "")),
    }
    return render(request, "offer/proposals.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: ActorRequest) -> HttpResponse:
    """A provider proposes that a session it holds become a DEFI."""
    if request.actor.who not in LEAD:
        raise NotAllowed(_("Un organisme de formation propose ici ses sessions."))
    form = ProposalForm(request.POST or None, actor=request.actor)
    employers = Employers(request.POST or None, prefix="employers")
    sent = _submitted(
        request,
        form,
        employers,
        lambda: proposals.submit_proposal(request.actor, form.facts(), employer_facts(employers), lot_id=_lot_id(form)),
    )
    if sent is not None:
        messages.success(request, with_hour(_("La proposition est partie : le référent du bassin en est averti.")))
        return redirect("offer:proposal", proposal_id=sent.pk)
    return _proposal_form(
        request, form, employers, _("Proposer une session en DEFI"), "/propositions/", _("Propositions")
    )


def _lot_id(form: ProposalForm) -> int | None:
    lot = form.cleaned_data["lot"]
    return lot.pk if lot else None


def _submitted(
    request: ActorRequest, form: ProposalForm, employers: Any, act: Callable[[], Proposal]
) -> Proposal | None:
    if request.method != "POST":
        return None
    both = [form.is_valid(), employers.is_valid()]
    return attempt(form, act) if all(both) else None


def _proposal_form(
    request: ActorRequest, form: ProposalForm, employers: Any, title: str, back_url: str, back_label: str
) -> HttpResponse:
    context = {
        "form": form,
        "employers": employers,
        "all_forms": [form, *employers.forms],
        "title": title,
        "back_url": back_url,
        "back_label": back_label,
    }
    return render(request, "offer/propose.html", context, status=422 if form.is_bound else 200)


@require_safe
def proposal(request: ActorRequest, proposal_id: int) -> HttpResponse:
    """One proposal: the decision in the hands of the officer, what is to be changed in those of the provider."""
    shown = load(Proposal, request.actor, proposal_id)
    opened = {t.name for t in PROPOSAL.open_to(request.actor, shown.state)}
    decides = in_territory(request.actor, shown.basin_id)
    context = {
        "proposal": shown,
        "employers": list(shown.employers.all()),
        "can_decide": decides and "proposal.accept" in opened,
        "can_resubmit": "proposal.resubmit" in opened,
        "examined": queries.cover_of(shown) if decides and shown.state == "proposed" else None,
        "too_late": shown.starts_on < clock.today(),
    }
    return render(request, "offer/proposal.html", context)


@require_http_methods(["GET", "POST"])
def resubmit(request: ActorRequest, proposal_id: int) -> HttpResponse:
    """The provider changes its proposal as the officer asked."""
    shown = load(Proposal, request.actor, proposal_id)
    form = ProposalForm(request.POST or None, actor=request.actor, initial=ProposalForm.of(shown))
    known = [{"name": firm.name, "siret": firm.siret} for firm in shown.employers.all()]
    employers = Employers(request.POST or None, prefix="employers", initial=known)
    for row in employers.initial_forms:
        _may_be_cleared(row)
    sent = _submitted(
        request,
        form,
        employers,
        lambda: proposals.resubmit_proposal(
            request.actor,
            shown.pk,
            form.facts(),
            employer_facts(employers),
            lot_id=_lot_id(form),
            version=form.cleaned_data["version"],
        ),
    )
    if sent is not None:
        messages.success(request, _("La proposition est repartie : le référent du bassin en est averti."))
        return redirect("offer:proposal", proposal_id=sent.pk)
    return _proposal_form(
        request, form, employers, _("Revoir la proposition"), f"/propositions/{shown.pk}/", shown.title
    )


def _may_be_cleared(row: EmployerRow) -> None:
    """An employer that is no longer engaged leaves the list by an emptied line."""
    row.fields["name"].required = False


@require_POST
def accept(request: ActorRequest, proposal_id: int) -> HttpResponse:
    """One click: the operation, its session, its employers."""
    version = request.POST.get("version", "")
    try:
        operation = proposals.accept_proposal(
            request.actor, proposal_id, version=int(version) if version.isdigit() else None
        )
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("offer:proposal", proposal_id=proposal_id)
    messages.success(request, _("La proposition est acceptée : l'opération est ouverte."))
    return redirect("operation", operation_id=operation.pk)


@require_http_methods(["GET", "POST"])
def ask_changes(request: ActorRequest, proposal_id: int) -> HttpResponse:
    """What must change before a decision."""
    shown = load(Proposal, request.actor, proposal_id)
    words = {
        "title": _("Demander des changements : %(title)s") % {"title": shown.title},
        "consequences": [_("L'organisme reçoit votre texte et peut proposer de nouveau.")],
        "action_label": _("Demander ces changements"),
    }
    return _decide(request, shown, proposals.ask_changes, words, with_hour(_("La demande est envoyée à l'organisme.")))


@require_http_methods(["GET", "POST"])
def refuse(request: ActorRequest, proposal_id: int) -> HttpResponse:
    """The session will not become a DEFI."""
    shown = load(Proposal, request.actor, proposal_id)
    words = {
        "title": _("Refuser la proposition : %(title)s") % {"title": shown.title},
        "consequences": [_("L'organisme reçoit votre motif ; la session ne devient pas un DEFI.")],
        "action_label": _("Refuser la proposition"),
    }
    return _decide(request, shown, proposals.refuse_proposal, words, with_hour(_("Le refus est envoyé à l'organisme.")))


def _decide(
    request: ActorRequest, shown: Proposal, act: Callable[..., Proposal], words: dict[str, Any], said: str
) -> HttpResponse:
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: act(request.actor, shown.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, said)
            return redirect("offer:proposal", proposal_id=shown.pk)
    context = {**words, "form": form, "back_url": f"/propositions/{shown.pk}/", "back_label": shown.title}
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


# --- the answer of the Region ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def route(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The decided answer, its reason, and the decision in the hands of the officer."""
    operation = load(Operation, request.actor, operation_id)
    said = queries.said_already(request.actor, operation) if request.actor.in_region else NOTHING_MORE
    looked = PrecisionForm(request.GET or None, initial=asdict(said))
    precision = looked.precision() if looked.is_bound and looked.is_valid() else said
    shown = queries.answer(request.actor, operation, precision)
    only = shown.only_cover
    likely = {"route": Route.COVERED.value, "lot": only.pk} if only else {}
    may = pilots(request.actor, operation) and shown.can_change
    form = RouteForm(
        request.POST or None, lots=shown.usable, initial={"version": operation.version, **asdict(precision), **likely}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.decide_route(
                request.actor,
                operation.pk,
                route=values["route"],
                reason=values["reason"],
                lot_id=values["lot"].pk if values["lot"] else None,
                holder_id=form.holder_id(),
                tender_kind=values["tender_kind"],
                precision=form.precision(),
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, with_hour(_("La réponse est décidée, les personnes concernées sont prévenues.")))
            return redirect("offer:route", operation_id=operation.pk)
    context = {
        "operation": operation,
        "answer": shown,
        "form": form if may or form.is_bound else None,
        "looked": looked,
        "is_carried_over": not looked.is_bound and said != NOTHING_MORE,
        "is_region": request.actor.in_region,
        "tender_moves": {t.name for t in TENDER.open_to(request.actor, shown.tender.state)} if shown.tender else set(),
        "pilots": pilots(request.actor, operation) and operation.state == "running",
    }
    return render(request, "offer/route.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def launch(request: ActorRequest, tender_id: int) -> HttpResponse:
    """The tender leaves, with its deadline."""
    tender = load(Tender, request.actor, tender_id)
    form = LaunchForm(request.POST or None, initial={"launched_on": clock.today(), "version": tender.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.launch_tender(request.actor, tender.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("Le lancement est noté."))
            return redirect("offer:route", operation_id=tender.operation_id)
    return _tender_page(request, tender, form, _("Lancer la consultation"))


@require_http_methods(["GET", "POST"])
def move_deadline(request: ActorRequest, tender_id: int) -> HttpResponse:
    """The last day for bids, put right with a reason."""
    tender = load(Tender, request.actor, tender_id)
    form = DeadlineForm(request.POST or None, initial={"deadline_on": tender.deadline_on, "version": tender.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.move_deadline(request.actor, tender.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("La date limite est corrigée."))
            return redirect("offer:route", operation_id=tender.operation_id)
    return _tender_page(request, tender, form, _("Corriger la date limite des offres"))


@require_http_methods(["GET", "POST"])
def award(request: ActorRequest, tender_id: int) -> HttpResponse:
    """The tender has its holder: the operation is entrusted to it."""
    tender = load(Tender, request.actor, tender_id)
    form = AwardForm(request.POST or None, initial={"awarded_on": clock.today(), "version": tender.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.award_tender(request.actor, tender.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("L'attribution est notée : l'opération est confiée au titulaire."))
            return redirect("offer:route", operation_id=tender.operation_id)
    return _tender_page(request, tender, form, _("Attribuer le marché"))


@require_http_methods(["GET", "POST"])
def give_up(request: ActorRequest, tender_id: int) -> HttpResponse:
    """No bid could be taken."""
    tender = load(Tender, request.actor, tender_id)
    form = ReasonForm(request.POST or None, initial={"version": tender.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.give_up_tender(request.actor, tender.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("La consultation est infructueuse : décidez une autre réponse."))
            return redirect("offer:route", operation_id=tender.operation_id)
    return _tender_page(request, tender, form, _("Déclarer la consultation infructueuse"))


def _tender_page(request: ActorRequest, tender: Tender, form: Any, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "action_label": title,
        "back_url": f"/operations/{tender.operation_id}/reponse/",
        "back_label": _("Réponse de la Région"),
    }
    return render(request, "offer/form.html", context, status=422 if form.is_bound else 200)
