"""The turns of an actor, and the journey of an operation as it stands now."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from defi.journey.gathering import gather
from defi.journey.models import StepRow, TurnRow
from defi.journey.rules import Step, journey
from defi.kernel import clock
from defi.kernel.access import LEAD, Actor, Who
from defi.operations.models import Operation
from defi.schemes.rulebook import rulebook

PARTIES = {
    Who.OFFICER: ("officer",),
    Who.CABINET: ("cabinet",),
    Who.PAYING_OFFICE: ("paying_office",),
    Who.SIGNATORY: ("employer",),
    Who.RECRUITER: ("employer",),
    Who.ADVISER: ("prescriber",),
    **dict.fromkeys(LEAD, ("provider", "holder")),
}


def my_turns(actor: Actor) -> QuerySet[TurnRow]:
    """What this actor must do, in their organisation and territory, first due first; nothing for other roles."""
    parties = PARTIES.get(actor.who, ())
    mine = Q(party__in=parties, organisation_id=actor.organisation_id)
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
    return turn.party in PARTIES.get(actor.who, ()) and turn.organisation_id == actor.organisation_id


def steps_now(operation: Operation, today: date | None = None) -> list[Step]:
    """The journey recomputed from the facts: what the rows must equal."""
    book = rulebook(operation.scheme, operation.rulebook_version)
    return journey(book, gather([operation])[operation.pk], today or clock.today())


def step_rows(actor: Actor, operation: Operation) -> list[StepRow]:
    """The rows of one operation, in the order of the steps."""
    return list(StepRow.objects.visible_to(actor).filter(operation=operation))
