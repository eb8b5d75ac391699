"""What is told to anybody of a year: the content that is kept when it is published, and what is read of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from defi.operations.models import Operation
from defi.steering import publishing
from defi.steering.figures import Family, Figure, Measured, measured
from defi.steering.models import FigureRow
from defi.steering.publishing import MOMENTS, WITHIN, Block, Cell
from defi.steering.queries import engaged
from defi.steering.questions import FAMILIES

PLACES: Final = ("basin", "job", "provider")
OPEN_COUNTS: Final = (
    "closed",
    "abandoned",
    "started",
    "is_defi",
    "signed",
    "seats",
    "started_seats",
    "promised",
    "withdrawn",
    "claimed",
    "granted",
    "refused",
    "waiting",
    "paid_euros",
    "cost",
    "costed_seats",
)
"""Counts of operations, places, posts, claims and euros: they number no person and are told of each operation."""

NOT_PUBLISHED: Final = frozenset(
    {
        "running",
        "other_funding",
        "lost",
        "completed",
        "blocks",
        "not_certified",
        "results_unknown",
        "not_hired",
        "hiring_unknown",
    }
)
"""Figures of work in progress, and those that would cut the same persons once more: each cut makes groups smaller."""
PAIRED_OF_ALL: Final = lazy(
    "Parmi toutes les personnes entrées, celles qui avaient, le jour du démarrage, une place financée par la Région et "
    "un emploi promis."
)
UNREACHED: Final = {f"{key}_unreached": key for key in MOMENTS}


def published_families() -> list[Family]:
    """The questions and figures that are told to anybody. Who had a promise is told of all who entered."""
    told = []
    for family in FAMILIES:
        figures = tuple(_published(figure) for figure in family.figures if figure.key not in NOT_PUBLISHED)
        told.append(replace(family, figures=figures))
    return told


def _published(figure: Figure) -> Figure:
    if figure.key != "paired":
        return figure
    # Beside those who entered, the few whose seat another funding pays would be found by subtraction.
    return replace(figure, whole="entered", definition=PAIRED_OF_ALL)


def content_of(rows: QuerySet[FigureRow], smallest: int) -> dict[str, Any]:
    """What may be told of these operations: their counts that number no person, and blocks for those that do."""
    found = list(rows.select_related("operation__basin", "operation__job", "operation__provider").order_by("operation"))
    firms: dict[int, list[int]] = {}
    for operation, firm in (
        engaged(rows).values_list("operation", "employer").distinct().order_by("operation", "employer")
    ):
        firms.setdefault(operation, []).append(firm)
    cells = [Cell(_place(row.operation), {name: getattr(row, name) for name in WITHIN}) for row in found]
    told = publishing.blocks(cells, smallest)
    return {
        "operations": [_open(row, firms.get(row.operation_id, [])) for row in found],
        "names": {name: dict(sorted({_name(row.operation, name) for row in found})) for name in PLACES},
        "blocks": {
            name: [{"cells": sorted(block.cells), "counts": dict(block.counts)} for block in blocks]
            for name, blocks in told.items()
        },
    }


def _place(operation: Operation) -> tuple[int, ...]:
    return (operation.basin_id, operation.job_id, operation.provider_id or 0)


def _name(operation: Operation, name: str) -> tuple[str, str]:
    thing = getattr(operation, name)
    return (str(thing.pk), thing.label if name == "job" else str(thing)) if thing else ("0", "")


def _open(row: FigureRow, firms: list[int]) -> dict[str, Any]:
    counts = {name: _plain(getattr(row, name)) for name in OPEN_COUNTS}
    return {"id": row.operation_id, "place": _place(row.operation), "firms": firms, **counts}


def _plain(number: Any) -> int | str:
    """Euros stay exact: they are kept as text."""
    return number if isinstance(number, int) else str(number)


@dataclass(frozen=True, slots=True)
class Line:
    """A published figure, of all the operations asked; `number` is None when the groups are too small.

    `of_the_year`: whether it is told of the year at least, these operations being put together with others."""

    figure: Figure
    number: Measured | None
    of_the_year: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its published figures."""

    family: Family
    lines: tuple[Line, ...]


class Year:
    """The content of a published year, read once."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.operations: list[Mapping[str, Any]] = content["operations"]
        self.names: Mapping[str, Mapping[str, str]] = content["names"]
        everything = self.members({})
        self.blocks: dict[str, list[Block]] = {}
        for name, kept in content["blocks"].items():
            blocks = [Block(frozenset(block["cells"]), block["counts"]) for block in kept]
            # A year published before that rule may hold blocks of some operations only: they are not told.
            if frozenset[int]().union(*(block.cells for block in blocks)) == everything:
                self.blocks[name] = blocks

    def members(self, wanted: Mapping[str, int]) -> frozenset[int]:
        """The positions of the operations that a choice of basin, job and provider holds."""
        asked = [(PLACES.index(name), value) for name, value in wanted.items() if value]
        return frozenset(
            position
            for position, operation in enumerate(self.operations)
            if all(operation["place"][at] == value for at, value in asked)
        )

    def told_of(self, operation_id: int) -> list[Line]:
        """The figures of persons that are told of one operation alone."""
        held = frozenset(n for n, one in enumerate(self.operations) if one["id"] == operation_id)
        lines = [line for answer in self.answers(held) for line in answer.lines if line.figure.people]
        return [line for line in lines if line.number and (line.number.part or line.number.whole)]

    def answers(self, held: frozenset[int]) -> list[Answer]:
        """Every published figure of these operations."""
        return [Answer(family, tuple(self.lines(family.figures, held))) for family in published_families()]

    def lines(self, figures: Iterable[Figure], held: frozenset[int]) -> list[Line]:
        """These figures of these operations."""
        sums = _open_sums(self.operations, held)
        return [_line(figure, self, held, sums) for figure in figures]


def _open_sums(operations: Sequence[Mapping[str, Any]], held: frozenset[int]) -> dict[str, Any]:
    inside = [operations[position] for position in held]
    sums: dict[str, Any] = {name: sum((Decimal(one[name]) for one in inside), Decimal(0)) for name in OPEN_COUNTS}
    sums |= {name: int(value) for name, value in sums.items() if name not in {"paid_euros", "cost"}}
    return sums | {"operations": len(inside), "employers": len({firm for one in inside for firm in one["firms"]})}


def _line(figure: Figure, year: Year, held: frozenset[int], sums: Mapping[str, Any]) -> Line:
    if not figure.people:
        return Line(figure, measured(figure, sums))
    moment = UNREACHED.get(figure.key)
    part = f"{moment}_reached" if moment else figure.part
    within = figure.whole if figure.whole in WITHIN else part
    told = publishing.told(year.blocks.get(part, ()), part, within, held)
    if told is None:
        return Line(figure, None, of_the_year=part in year.blocks)
    number = told.whole - told.part if moment else told.part
    # What is set beside persons and numbers none, as places do, is known of each operation.
    whole = told.whole if figure.whole in WITHIN else sums.get(figure.whole)
    return Line(figure, Measured(figure, number, whole))
