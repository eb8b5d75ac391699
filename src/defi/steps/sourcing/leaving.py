"""What later rooms say will follow when somebody leaves the training, registered by them: this room reads none of them.

@says_of_leaving
def of_periods(candidacy: Candidacy) -> Sequence[str]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from defi.steps.sourcing.models import Candidacy

Sayer = Callable[[Candidacy], Sequence[str]]

_SAYERS: list[Sayer] = []


def says_of_leaving(sayer: Sayer) -> Sayer:
    """Register what a later room says, in sentences, before a leaving is noted."""
    _SAYERS.append(sayer)
    return sayer


def said_of_leaving(candidacy: Candidacy) -> list[str]:
    """The sentences of all later rooms."""
    return [sentence for sayer in _SAYERS for sentence in sayer(candidacy)]
