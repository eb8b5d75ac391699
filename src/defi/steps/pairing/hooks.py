"""What later rooms tell of a promise that is about to change, registered by them: this room reads none of them.

@says
def of_the_convention(asked: PromiseAsked) -> Sequence[str]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from defi.steps.pairing.models import Promise


@dataclass(frozen=True, slots=True)
class PromiseAsked:
    """A promise as it would be, not saved, with the posts that would be left; `exact` is false while their number is
    still to be chosen."""

    promise: Promise
    posts: int
    exact: bool = True


Sayer = Callable[[PromiseAsked], Sequence[str]]

_SAYERS: list[Sayer] = []


def says(sayer: Sayer) -> Sayer:
    """Register what a later room says of it, in sentences. Called inside a scope."""
    _SAYERS.append(sayer)
    return sayer


def said_elsewhere(asked: PromiseAsked) -> list[str]:
    """The sentences of all later rooms."""
    return [sentence for sayer in _SAYERS for sentence in sayer(asked)]
