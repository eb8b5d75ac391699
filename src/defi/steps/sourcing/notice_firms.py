"""What the rooms above say of the firms named in the announcement: who still recruits, and what each promises. A firm
that left the operation is named no longer; a room registers its own answers with `@takes_back` and `@promises`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from defi.operations.models import Operation, Part, Partner
from defi.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Promised:
    """What a firm promises today: how many posts, and these posts in words."""

    posts: int
    wording: str


TakesBack = Callable[[int], Collection[int]]
Promises = Callable[[int], Mapping[int, Promised]]

_TAKEN_BACK: list[TakesBack] = []
_PROMISED: list[Promises] = []


def takes_back(function: TakesBack) -> TakesBack:
    """Register a room's own answer to: which employers (ids) took back what they promised to this operation (id)?"""
    _TAKEN_BACK.append(function)
    return function


def promises(function: Promises) -> Promises:
    """Register a room's own answer to: what does each employer (id) promise to this operation (id) today?"""
    _PROMISED.append(function)
    return function


def promised_to(operation_id: int) -> dict[int, Promised]:
    """What each employer promises to an operation today, by the id of the employer."""
    return {firm: said for function in _PROMISED for firm, said in function(operation_id).items()}


def employers_of(operation: Operation) -> list[Organisation]:
    """The employers that take part now, by name."""
    rows = Partner.objects.filter(operation=operation, part=Part.EMPLOYER, left_on=None).select_related("organisation")
    found = {row.organisation_id: row.organisation for row in rows.order_by("organisation__search_key", "pk")}
    return list(found.values())


def gone_from(operation: Operation, named: Collection[int]) -> frozenset[int]:
    """Those of the employers `named` (ids) that the announcement must name no longer."""
    here = {house.pk for house in employers_of(operation)}
    left = set(named) - here
    for function in _TAKEN_BACK:
        left |= set(named) & set(function(operation.pk))
    return frozenset(left)
