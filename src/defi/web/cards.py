"""The steps of an operation as its page shows them: the current one open, the rest folded, each drawn by its room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.steps.closing import queries as closing
from defi.steps.convention import queries as convention
from defi.steps.design import queries as design
from defi.steps.followup import queries as followup
from defi.steps.needs import queries as needs
from defi.steps.offer import queries as offer
from defi.steps.pairing import queries as pairing
from defi.steps.review import queries as review
from defi.steps.sourcing import preparing as sourcing
from defi.steps.training import queries as training
from defi.steps.training.queries import eos

# What an employer and a prescriber have to do with: the other steps are told on the thread, without a page of theirs.
EMPLOYER_STEPS = frozenset({"design", "pairing", "convention"})
PRESCRIBER_STEPS = frozenset({"needs", "preparation", "convention"})

BEFORE_THE_START = frozenset({"eos", "pairing", "start"})


@dataclass(frozen=True, slots=True)
class Room:
    """A room's card: its template, what fills it, the steps of the journey it stands for."""

    template: str
    fill: Callable[[Actor, Operation], object]
    steps: frozenset[str]


ROOMS = (
    Room("needs/card.html", needs.card, frozenset({"needs"})),
    Room("offer/card.html", offer.card, frozenset({"route"})),
    Room("design/card.html", design.card, frozenset({"design"})),
    Room("sourcing/card.html", sourcing.card, frozenset({"preparation"})),
    Room("training/eos_card.html", eos.eos_page, frozenset({"eos"})),
    Room("pairing/card.html", pairing.card, frozenset({"pairing"})),
    Room("training/card.html", training.card, frozenset({"start"})),
    Room("convention/card.html", convention.card, frozenset({"convention"})),
    Room("review/card.html", review.card, frozenset({"review"})),
    Room("closing/card.html", closing.card, frozenset({"closing"})),
    Room("followup/card.html", followup.card, frozenset({"followup"})),
)


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card to include, opened or folded."""

    template: str
    card: object
    is_open: bool


def may_open(actor: Actor, step: str) -> bool:
    """Whether the pages of this step are for this actor."""
    if actor.in_employer:
        return step in EMPLOYER_STEPS
    if actor.in_prescriber:
        return step in PRESCRIBER_STEPS
    return actor.in_region or actor.in_provider


def _looked_at(actor: Actor, current: str) -> str:
    """Until the start, a prescriber comes for the seats that are left and what became of its people."""
    return "preparation" if actor.in_prescriber and current in BEFORE_THE_START else current


def cards(actor: Actor, operation: Operation, current: str) -> list[ShownCard]:
    """The cards this actor may open, the current step's first, the others in the order of the process."""
    looked_at = _looked_at(actor, current)
    shown = [
        ShownCard(room.template, room.fill(actor, operation), looked_at in room.steps)
        for room in ROOMS
        if any(may_open(actor, step) for step in room.steps)
    ]
    return sorted(shown, key=lambda card: not card.is_open)
