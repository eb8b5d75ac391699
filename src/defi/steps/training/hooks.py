"""What later rooms ask of a trainee, registered by them and shown in the trainee's space: this room reads none of them.

@asks
def the_questionnaire(actor: Actor) -> Sequence[Asked]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from defi.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the trainee's « À faire », in simple words (A2)."""

    title: str
    why: str
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A day to come for the trainee, in simple words (A2): `when` stands out, `where` and `why` explain."""

    title: str
    when: str
    where: str
    why: str


Announcer = Callable[[Actor], Sequence[Announced]]
Asker = Callable[[Actor], Sequence[Asked]]

_ASKERS: list[Asker] = []
_ANNOUNCERS: list[Announcer] = []


def asks(asker: Asker) -> Asker:
    """Register what a later room asks of whoever reads their own space."""
    _ASKERS.append(asker)
    return asker


def asked_elsewhere(actor: Actor) -> list[Asked]:
    """The lines of all later rooms."""
    return [line for asker in _ASKERS for line in asker(actor)]


def announces(announcer: Announcer) -> Announcer:
    """Register the days that a later room holds for whoever reads their own space."""
    _ANNOUNCERS.append(announcer)
    return announcer


def announced_elsewhere(actor: Actor) -> list[Announced]:
    """The days of all later rooms."""
    return [day for announcer in _ANNOUNCERS for day in announcer(actor)]
