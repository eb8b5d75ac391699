"""What is told to anybody of a year: the content that is kept when it is published, and what is read of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

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
    {"running", "lost", "completed", "blocks", "not_certified", "results_unknown", "not_hired", "hiring_unknown"}
)
"""Figures of work in progress, and those that would cut the same persons once more: each cut makes groups smaller."""
UNREACHED: Final = {f"{key}_unreached": key for key in MOMENTS}


def published_families() -> list[Family]:
    """The questions and figures that are told to anybody. Who had a promise is told of all who entered."""
    told = []
    for family in FAMILIES:
        figures = tuple(_published(figure) for figure in family.figures if figure.key not in NOT_PUBLISHED)
        told.append(replace(family, figures=figures))
    return told


def _published(figure: Figure) -> Figure:
    return replace(figure, whole="entered") if figure.key == "paired" else figure


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
    """A published figure, of `operations` among the `of` asked; `number` is None when the groups are too small."""

    figure: Figure
    number: Measured | None
    operations: int
    of: int

    @property
    def is_partial(self) -> bool:
        return self.number is not None and self.operations < self.of


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
        self.blocks = {
            name: [Block(frozenset(block["cells"]), block["counts"]) for block in blocks]
            for name, blocks in content["blocks"].items()
        }

    def members(self, wanted: Mapping[str, int]) -> frozenset[int]:
        """The positions of the operations that a choice of basin, job and provider holds."""
        asked = [(PLACES.index(name), value) for name, value in wanted.items() if value]
        return frozenset(
            position
            for position, operation in enumerate(self.operations)
            if all(operation["place"][at] == value for at, value in asked)
        )

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
        return Line(figure, measured(figure, sums), len(held), len(held))
    moment = UNREACHED.get(figure.key)
    part = f"{moment}_reached" if moment else figure.part
    in_places = figure.whole == "started_seats"
    told = publishing.told(year.blocks[part], part, part if in_places else figure.whole, held)
    if told is None:
        return Line(figure, None, 0, len(held))
    whole = told.whole
    if in_places:
        inside = frozenset[int]().union(*(block.cells for block in year.blocks[part] if block.cells <= held))
        whole = _open_sums(year.operations, inside)["started_seats"]
    number = Measured(figure, told.whole - told.part if moment else told.part, whole)
    return Line(figure, number, told.operations, told.of)
