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


Asker = Callable[[Actor], Sequence[Asked]]

_ASKERS: list[Asker] = []


def asks(asker: Asker) -> Asker:
    """Register what a later room asks of whoever reads their own space."""
    _ASKERS.append(asker)
    return asker


def asked_elsewhere(actor: Actor) -> list[Asked]:
    """The lines of all later rooms."""
    return [line for asker in _ASKERS for line in asker(actor)]
