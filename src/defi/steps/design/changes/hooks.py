"""What later rooms tell of a change of plan, registered by them: this room reads none of them.

@says
def of_the_convention(asked: HoursAsked) -> Sequence[str]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from defi.steps.design.changes.effects import Hours, Taught


@dataclass(frozen=True, slots=True)
class HoursAsked:
    """The hours of a plan before and after a change, for the operation of this id."""

    operation_id: int
    before: Hours
    after: Hours


Sayer = Callable[[HoursAsked], Sequence[str]]
Teller = Callable[[int], Mapping[int, Taught]]

_SAYERS: list[Sayer] = []
_TELLERS: list[Teller] = []


def says(sayer: Sayer) -> Sayer:
    """Register what a later room says of a change of hours, in sentences. Called inside a scope."""
    _SAYERS.append(sayer)
    return sayer


def tells_taught(teller: Teller) -> Teller:
    """Register who knows what was taught of the modules (ids) of an operation (id). Called inside a scope."""
    _TELLERS.append(teller)
    return teller


def said_elsewhere(asked: HoursAsked) -> list[str]:
    """The sentences of all later rooms."""
    return [sentence for sayer in _SAYERS for sentence in sayer(asked)]


def taught_in(operation_id: int) -> dict[int, Taught]:
    """What was taught of each module."""
    found: dict[int, Taught] = {}
    for teller in _TELLERS:
        found.update(teller(operation_id))
    return found
