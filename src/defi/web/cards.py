"""The steps of an operation as its page shows them: the current one open, the rest folded, each drawn by its room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.steps.pairing import queries as pairing


@dataclass(frozen=True, slots=True)
class Room:
    """A room's card: its template, what fills it, the steps of the journey it stands for."""

    template: str
    fill: Callable[[Actor, Operation], object]
    steps: frozenset[str]


ROOMS = (Room("pairing/card.html", pairing.card, frozenset({"pairing"})),)


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card to include, opened or folded."""

    template: str
    card: object
    is_open: bool


def cards(actor: Actor, operation: Operation, current: str) -> list[ShownCard]:
    """The cards, the current step's first."""
    shown = [ShownCard(room.template, room.fill(actor, operation), current in room.steps) for room in ROOMS]
    return sorted(shown, key=lambda card: not card.is_open)
