"""What later rooms tell of a promise that is about to be made or to change, registered by them: this room reads none.

@says
def of_the_convention(asked: PromiseAsked) -> Sequence[str]: ...

@says_of_new
def of_one_more(operation: Operation) -> Sequence[str]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from defi.operations.models import Operation
from defi.steps.pairing.models import Promise


@dataclass(frozen=True, slots=True)
class PromiseAsked:
    """A promise as it would be, not saved, with the posts that would be left; `exact` is false while their number is
    still to be chosen."""

    promise: Promise
    posts: int
    exact: bool = True


Sayer = Callable[[PromiseAsked], Sequence[str]]
SayerOfNew = Callable[[Operation], Sequence[str]]

_SAYERS: list[Sayer] = []
_SAYERS_OF_NEW: list[SayerOfNew] = []


def says(sayer: Sayer) -> Sayer:
    """Register what a later room says of it, in sentences. Called inside a scope."""
    _SAYERS.append(sayer)
    return sayer


def said_elsewhere(asked: PromiseAsked) -> list[str]:
    """The sentences of all later rooms."""
    return [sentence for sayer in _SAYERS for sentence in sayer(asked)]


def says_of_new(sayer: SayerOfNew) -> SayerOfNew:
    """Register what a later room says before a promise is made in this operation."""
    _SAYERS_OF_NEW.append(sayer)
    return sayer


def said_of_new(operation: Operation) -> list[str]:
    """The sentences of all later rooms on a promise that this operation would have more."""
    return [sentence for sayer in _SAYERS_OF_NEW for sentence in sayer(operation)]
