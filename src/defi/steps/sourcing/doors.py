"""Whether a page that acts is for an actor at all; the action behind it checks again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, Actor
from defi.kernel.refusals import Unknown
from defi.kernel.transitions import VERBS
from defi.operations.access import leads, must_run, must_take_part, pilots
from defi.operations.models import Operation


def leads_here(actor: Actor, operation: Operation) -> bool:
    """Whether this actor runs the operation for its provider, now."""
    return actor.who in LEAD and leads(actor, operation) and operation.state == "running"


def plans_here(actor: Actor, operation: Operation) -> bool:
    """Whether this actor plans for the operation, now: its provider, or the officer who pilots it."""
    return leads_here(actor, operation) or (pilots(actor, operation) and operation.state == "running")


def must_be_inside(actor: Actor) -> None:
    """Pages of those who run and pilot the operation. Raises `Unknown` to the others: they have their own pages."""
    if not (actor.in_region or actor.in_provider):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


def must_be_able(actor: Actor, verb: str, operation: Operation) -> None:
    """Whether the page of a verb is for this actor at all. Raises `NotAllowed`, `WrongState` (operation closed)."""
    VERBS[verb].check(actor, reason="?")
    must_take_part(actor, operation)
    must_run(operation)
