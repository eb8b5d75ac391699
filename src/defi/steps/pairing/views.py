"""Pages of the pairing room: the board, promises, encounters, pairings, admission."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import LEAD, Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, Session
from defi.schemes.conformity import Counts
from defi.steps.pairing import actions, queries, telling
from defi.steps.pairing.actions import nothing_to_decide
from defi.steps.pairing.board import Board, board_of
from defi.steps.pairing.drawing import draw
from defi.steps.pairing.forms import (
    AdmissionForm,
    AnswerForm,
    DayForm,
    EncounterForm,
    PairForm,
    UnpairForm,
)
from defi.steps.pairing.models import Encounter, Pairing, Promise
from defi.steps.pairing.possible import possible
from defi.steps.pairing.rules import is_gone, pairing_fault
from defi.steps.pairing.states import PROMISE
from defi.steps.pairing.travel import travel_words
from defi.steps.pairing.what_if_views import may_ask
from defi.steps.sourcing.models import Candidacy


def _leads(actor: Actor, operation: Operation) -> bool:
    return actor.who in LEAD and leads(actor, operation) and operation.state == "running"


@require_safe
def board(request: ActorRequest, operation_id: int) -> HttpResponse:
    """People on one side, promises on the other, and between them only what they said."""
    operation = load(Operation, request.actor, operation_id)
    if request.actor.in_prescriber:
        # It sees neither promises nor encounters: a board drawn without them would say what is not.
        raise NotAllowed(
            _(
                "Ce tableau est celui de l'organisme, des employeurs et de la Région. "
                "La page des candidatures dit où en est chacune des personnes que vous orientez."
            )
        )
    shown = board_of(request.actor, operation)
    can_lead = _leads(request.actor, operation)
    context = {
        "operation": operation,
        "board": shown,
        "drawn": draw(shown, can_lead=can_lead),
        "can_lead": can_lead,
        "can_promise": _may_promise(request.actor, operation),
        "can_decide": pilots(request.actor, operation) and shown.session is not None,
        "is_employer": request.actor.in_employer,
        "possible": possible(shown),
        "example_asked": request.GET.get("exemple") == "1",
        "can_ask": may_ask(request.actor, operation) and not (shown.session and shown.session.ended_on),
        "past": _past(request, shown),
        "now": _now(shown),
    }
    return render(request, "pairing/board.html", context)


def _now(shown: Board) -> Counts | None:
    """How many are there and paired today, once the finding of the start no longer says it."""
    if shown.session is None or shown.session.ended_on or not (shown.standing and shown.standing.is_finding):
        return None
    return queries.counts_on(queries.book_of(shown.operation), shown.session, clock.today())


def _past(request: ActorRequest, shown: Board) -> Past | None:
    """The day asked for, and how the gauge stood then; for who sees the whole board."""
    if shown.session is None or not shown.whole:
        return None
    form = DayForm(request.GET if "au" in request.GET else None, ended_on=shown.session.ended_on)
    if not form.is_bound or not form.is_valid():
        return Past(form)
    day = form.cleaned_data["au"]
    return Past(form, day, queries.standing_on(shown.session, day), shown.paired_on(day))


@dataclass(frozen=True, slots=True)
class Past:
    """How the gauge stood on a day gone by, and who was paired with whom."""

    form: DayForm
    day: date | None = None
    standing: queries.Standing | None = None
    pairings: list[Pairing] = field(default_factory=list)


def _may_promise(actor: Actor, operation: Operation) -> bool:
    opens = bool(PROMISE.open_to(actor, ""))
    return (
        opens
        and operation.state == "running"
        and (actor.in_employer or _leads(actor, operation) or pilots(actor, operation))
    )


@require_http_methods(["GET", "POST"])
def encounter(request: ActorRequest, promise_id: int, candidacy_id: int) -> HttpResponse:
    """What a person and an employer said to each other, noted by the provider; and from there, pairing."""
    shown = load(Promise, request.actor, promise_id)
    candidacy = load(Candidacy, request.actor, candidacy_id)
    known = Encounter.objects.visible_to(request.actor).filter(promise=shown, candidacy=candidacy).first()
    between = list(
        Pairing.objects.visible_to(request.actor)
        .filter(candidacy=candidacy, post__promise=shown)
        .select_related("candidacy")
        .order_by("pk")
    )
    initial = (
        {
            "met_on": known.met_on,
            "employer": known.employer_answer,
            "person": known.person_answer,
            "travel_minutes": known.travel_minutes,
            "travel_by": known.travel_by,
        }
        if known
        else {}
    )
    form = EncounterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.said()
        if attempt(form, lambda: actions.record_encounter(request.actor, candidacy.pk, shown.pk, said)) is not None:
            messages.success(request, _("La rencontre est notée."))
            return redirect("pairing:board", operation_id=shown.operation_id)
    agreed = (
        known is not None
        and known.employer_answer == known.person_answer == Encounter.Answer.YES
        and not is_gone(candidacy.state)
    )
    has_room = shown.posts.filter(withdrawn_on=None).exclude(pairings__state="active").exists()
    context = {
        "promise": shown,
        "candidacy": candidacy,
        "operation": shown.operation,
        "form": form,
        "encounter": known,
        "pair_form": PairForm(auto_id="pair_%s"),
        "agreed": agreed,
        "pair_fault": pairing_fault(met_on=known.met_on, promise=shown.state, has_room=has_room) if known else "",
        "can_lead": _leads(request.actor, shown.operation),
        "gone": is_gone(candidacy.state),
        "is_reserve": candidacy.state == "reserve",
        "travel": travel_words(known.travel) if known else "",
        "active": next((pairing for pairing in between if pairing.state == "active"), None),
        "ended": [pairing for pairing in between if pairing.state == "ended"],
    }
    return render(request, "pairing/encounter.html", context, status=422 if form.is_bound else 200)


@require_POST
def pair(request: ActorRequest, promise_id: int, candidacy_id: int) -> HttpResponse:
    """One click, once both said yes; with a date when it was made before."""
    shown = load(Promise, request.actor, promise_id)
    form = PairForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Cette date n'est pas lisible : écrivez-la comme 03/11/2025."))
        return redirect("pairing:encounter", promise_id=shown.pk, candidacy_id=candidacy_id)
    try:
        made = actions.pair(request.actor, candidacy_id, shown.pk, on=form.cleaned_data["on"])
        _say_paired(request, made, shown)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        if form.cleaned_data["on"]:
            return redirect("pairing:encounter", promise_id=shown.pk, candidacy_id=candidacy_id)
    return redirect("pairing:board", operation_id=shown.operation_id)


def _say_paired(request: ActorRequest, made: Pairing, shown: Promise) -> None:
    """Done; with what one must know of it."""
    is_reserve = made.candidacy.state == "reserve"
    said = [
        _("L'appairage est fait.")
        if shown.conforms
        else _("L'appairage est fait, mais il ne compte pas : %(why)s") % {"why": shown.not_counted}
    ]
    if is_reserve:
        said.append(_("Cette personne est en réserve : elle prendra une place quand elle confirmera sa venue."))
    tell = messages.success if shown.conforms and not is_reserve else messages.warning
    tell(request, " ".join(said))


@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, encounter_id: int) -> HttpResponse:
    """An employer answers about somebody it met, in one choice."""
    shown = load(Encounter, request.actor, encounter_id)
    initial = {"answer": shown.employer_answer, "version": shown.version}
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.answer_encounter(
                request.actor, shown.pk, answer=values["answer"], version=values["version"]
            ),
        )
        if done is not None:
            messages.success(request, _("Votre réponse est enregistrée. Merci."))
            return redirect("pairing:board", operation_id=shown.operation_id)
    gone = is_gone(shown.candidacy.state)
    context = {"encounter": shown, "operation": shown.operation, "form": form, "gone": gone}
    return render(request, "pairing/answer.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def unpair(request: ActorRequest, pairing_id: int) -> HttpResponse:
    """A pairing broken, with its reason."""
    shown = load(Pairing, request.actor, pairing_id)
    form = UnpairForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.unpair(
                request.actor,
                shown.pk,
                ending=values["ending"],
                reason=values["reason"],
                version=values["version"],
            ),
        )
        if done is not None:
            said = [_("L'appairage est rompu."), *telling.told_of_end(request.actor, done)]
            messages.success(request, " ".join(said))
            return redirect("pairing:board", operation_id=shown.operation_id)
    names = {"person": shown.candidacy.person.short_name, "employer": shown.post.promise.employer}
    context = {
        "title": _("Rompre l'appairage de %(person)s avec %(employer)s") % names,
        "consequences": [
            _("Le poste redevient libre, %(person)s n'a plus d'employeur promis.") % names,
            *telling.told_of_end(request.actor, shown),
            _("Si la personne est partie d'elle-même, elle ne reçoit pas de message."),
            _("L'histoire de l'appairage reste au dossier."),
        ],
        "form": form,
        "action_label": _("Rompre l'appairage"),
        "back_url": f"/operations/{shown.operation_id}/appairage/",
        "back_label": _("Tableau d'appairage"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def admission(request: ActorRequest, session_id: int) -> HttpResponse:
    """The officer's decision when fewer than all seats are paired."""
    session = load(Session, request.actor, session_id)
    form = AdmissionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        decide = actions.admit if values["decision"] == "admit" else actions.refuse_admission
        if attempt(form, lambda: decide(request.actor, session.pk, reason=values["reason"])) is not None:
            said = [_("La décision est enregistrée."), *telling.told_of_admission(request.actor, session.operation)]
            messages.success(request, " ".join(said))
            return redirect("operation", operation_id=session.operation_id)
    stands = queries.standing(session)
    context = {
        "operation": session.operation,
        "session": session,
        "standing": stands,
        "form": form,
        "can_decide": request.actor.who is Who.OFFICER and pilots(request.actor, session.operation),
        "nothing_to_decide": nothing_to_decide(stands.conformity),
    }
    return render(request, "pairing/admission.html", context, status=422 if form.is_bound else 200)
