"""The turns of an actor, and the journey of an operation as it stands now."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from defi.journey.gathering import gather
from defi.journey.models import StepRow, TurnRow
from defi.journey.rules import journey
from defi.journey.steps import Step
from defi.journey.words import TURN_WORDS
from defi.kernel import clock
from defi.kernel.access import EMPLOYER, LEAD, Actor, Who
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation
from defi.schemes.rulebook import rulebook

PARTIES = {
    Who.OFFICER: ("officer",),
    Who.CABINET: ("cabinet",),
    Who.PAYING_OFFICE: ("paying_office",),
    Who.STEERING: ("steering",),
    **dict.fromkeys(EMPLOYER, ("employer",)),
    Who.ADVISER: ("prescriber",),
    **dict.fromkeys(LEAD, ("provider", "holder")),
    Who.TRAINER: ("provider",),
}

OF_TRAINERS = ("sheet.settle", "paper.read")
"""What is asked of a trainer too, when a sheet names them: `params["trainers"]` holds how many for each."""
SIGNING = ("signatory.sign", "amendment.sign")
# In a firm these answer for what is signed only when they are the person named on it (convention.locks.is_own).
IF_NAMED = frozenset({Who.RECRUITER, Who.TUTOR})
# Of a period, its tutor answers; a recruiter may sign its agreement besides, a signatory everything.
PERIODS = {
    Who.TUTOR: ("placement.sign", "placement.attend", "placement.evaluate"),
    Who.RECRUITER: ("placement.attend", "placement.evaluate"),
}


def _for_this_hand(actor: Actor) -> Q:
    """Among the turns of one's organisation, those this role may take: nobody is asked what would be refused."""
    if actor.who is Who.TRAINER:
        return Q(key__in=OF_TRAINERS, params__trainers__has_key=str(actor.person_id))
    wanted = ~Q(key__in=_not_theirs(actor.who))
    if actor.who in IF_NAMED:
        wanted &= ~Q(key__in=SIGNING) | Q(key__in=SIGNING, params__person=actor.person_id)
        periods = PERIODS[actor.who]
        wanted &= ~Q(key__in=periods) | Q(key__in=periods, params__tutors__has_key=str(actor.person_id))
    return wanted


def _not_theirs(who: Who) -> list[str]:
    """The turns named after a verb that this role does not have."""
    return [key for key in TURN_WORDS if key in VERBS and who not in VERBS[key].who]


def my_turns(actor: Actor) -> QuerySet[TurnRow]:
    """What this actor must do, in their organisation and territory, first due first; nothing for other roles."""
    parties = PARTIES.get(actor.who, ())
    mine = Q(party__in=parties, organisation_id=actor.organisation_id) & _for_this_hand(actor)
    if actor.who is Who.OFFICER and actor.basins:
        mine &= Q(operation__basin_id__in=actor.basins)
    return (
        TurnRow.objects.visible_to(actor)
        .filter(mine)
        .select_related("operation__basin", "organisation")
        .order_by("due_on", "since", "pk")
    )


def is_mine(actor: Actor, turn: TurnRow) -> bool:
    """Whether this turn is the actor's to take (the territory is checked by the caller's list)."""
    if turn.party not in PARTIES.get(actor.who, ()) or turn.organisation_id != actor.organisation_id:
        return False
    if actor.who is Who.TRAINER:
        return turn.key in OF_TRAINERS and str(actor.person_id) in turn.params["trainers"]
    if actor.who in IF_NAMED and turn.key in SIGNING:
        return bool(turn.params["person"] == actor.person_id)
    if turn.key in PERIODS.get(actor.who, ()):
        return str(actor.person_id) in turn.params.get("tutors", {})
    return turn.key not in _not_theirs(actor.who)


def steps_now(operation: Operation, today: date | None = None) -> list[Step]:
    """The journey recomputed from the facts: what the rows must equal."""
    book = rulebook(operation.scheme, operation.rulebook_version)
    return journey(book, gather([operation])[operation.pk], today or clock.today())


def step_rows(actor: Actor, operation: Operation) -> list[StepRow]:
    """The rows of one operation, in the order of the steps."""
    return list(StepRow.objects.visible_to(actor).filter(operation=operation))
