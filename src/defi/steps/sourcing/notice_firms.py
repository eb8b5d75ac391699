"""Whether a firm named in the announcement still recruits: a firm that left the operation is named no longer; what its
promises say comes from the rooms above, which register here with `@takes_back`."""

from __future__ import annotations

from collections.abc import Callable, Collection

from defi.operations.models import Operation
from defi.steps.sourcing.notices import employers_of

TakesBack = Callable[[int], Collection[int]]

_TAKEN_BACK: list[TakesBack] = []


def takes_back(function: TakesBack) -> TakesBack:
    """Register a room's own answer to: which employers (ids) took back what they promised to this operation (id)?"""
    _TAKEN_BACK.append(function)
    return function


def gone_from(operation: Operation, named: Collection[int]) -> frozenset[int]:
    """Those of the employers `named` (ids) that the announcement must name no longer."""
    here = {house.pk for house in employers_of(operation)}
    left = set(named) - here
    for function in _TAKEN_BACK:
        left |= set(named) & set(function(operation.pk))
    return frozenset(left)
