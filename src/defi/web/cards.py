"""The steps of an operation as its page shows them: the current one open, the rest folded, each drawn by its room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.journey.words import Text
from defi.kernel.access import Actor
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.closing import queries as closing
from defi.steps.convention import queries as convention
from defi.steps.design import queries as design
from defi.steps.followup import cards as followup
from defi.steps.needs import queries as needs
from defi.steps.offer import queries as offer
from defi.steps.pairing import board as pairing
from defi.steps.review import queries as review
from defi.steps.sourcing import preparing as sourcing
from defi.steps.training import queries as training
from defi.steps.training.queries import eos

# What an employer and a prescriber have to do with: the other steps are told on the thread, without a page of theirs.
EMPLOYER_STEPS = frozenset({"design", "pairing", "start", "convention", "review"})
PRESCRIBER_STEPS = frozenset({"needs", "preparation", "convention"})

BEFORE_THE_START = frozenset({"eos", "pairing", "start"})


@dataclass(frozen=True, slots=True)
class Room:
    """A room's card: its name in the page, the step it stands for, its title, its template, what fills it."""

    key: str
    step: str
    title: Text
    template: str
    fill: Callable[[Actor, Operation], object]


ROOMS = (
    Room("needs", "needs", _("Besoins"), "needs/card.html", needs.card),
    Room("route", "route", _("Réponse de la Région"), "offer/card.html", offer.card),
    Room("design", "design", _("Ingénierie"), "design/card.html", design.card),
    Room("sourcing", "preparation", _("Préparation et recrutement"), "sourcing/card.html", sourcing.card),
    Room("eos", "eos", _("Saisie EOS"), "training/eos_card.html", eos.eos_page),
    Room("pairing", "pairing", _("Groupe et appairage"), "pairing/card.html", pairing.card),
    Room("session", "start", _("Session"), "training/card.html", training.card),
    Room("convention", "convention", _("Convention"), "convention/card.html", convention.card),
    Room("review", "review", _("Bilan"), "review/card.html", review.card),
    Room("closing", "closing", _("Clôture"), "closing/card.html", closing.card),
    Room("followup", "followup", _("Suivi dans l'emploi"), "followup/card.html", followup.card),
)

AT_ONCE = frozenset({"pairing"})
"""Folded or not, the pairing says its gauge, for which people come: asked for as soon as the page is there."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card of the page: `card` is what its room filled it with, None while it is folded and not asked for."""

    room: Room
    is_open: bool
    card: object | None

    @property
    def at_once(self) -> bool:
        """Whether the page asks for it without waiting for a click."""
        return self.room.key in AT_ONCE


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
    """The cards this actor may open, the current step's first, the others in the order of the process.

    Only the open one is filled: a folded one is asked for when it is unfolded."""
    looked_at = _looked_at(actor, current)
    shown = [
        ShownCard(room, room.step == looked_at, room.fill(actor, operation) if room.step == looked_at else None)
        for room in ROOMS
        if may_open(actor, room.step)
    ]
    return sorted(shown, key=lambda card: not card.is_open)


def one_card(actor: Actor, operation: Operation, key: str) -> ShownCard:
    """The card unfolded on the page. `Unknown` when there is none of this name for this actor."""
    for room in ROOMS:
        if room.key == key and may_open(actor, room.step):
            return ShownCard(room, False, room.fill(actor, operation))
    raise Unknown(gettext("Cette étape n'existe pas, ou elle n'est pas à votre disposition."))
