"""The figures measured: sums of the rows that an actor may see, filtered, by basin, job or provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.journey.models import StepRow
from defi.journey.words import STEP_LABELS
from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.operations.models import Part, Partner
from defi.reference.words import plain
from defi.steering.figures import Family, Figure, Measured, Number, Text, measured
from defi.steering.models import COUNTS, FigureRow
from defi.steering.periods import Period
from defi.steering.questions import FAMILIES, FIGURES
from defi.steps.pairing.models import Promise

Sums = dict[str, Number]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which operations the figures are about; ids, all optional but the period."""

    period: Period
    basin: int | None = None
    job: int | None = None
    provider: int | None = None
    employer: int | None = None

    @property
    def before(self) -> Wanted:
        """The same, over the period before."""
        return replace(self, period=self.period.before)


@dataclass(frozen=True, slots=True)
class Dimension:
    """What the figures may be detailed by: the path to it from a row, and to its name."""

    label: Text
    path: str
    name: str


DIMENSIONS: Final = {
    "basin": Dimension(lazy("bassin"), "operation__basin", "operation__basin__name"),
    "job": Dimension(lazy("métier"), "operation__job", "operation__job__label"),
    "provider": Dimension(lazy("organisme"), "operation__provider", "operation__provider__name"),
    "step": Dimension(lazy("étape en cours"), "step", "step"),
}


def seen_by(actor: Actor) -> QuerySet[FigureRow]:
    """The rows of an officer's territory; of the whole region for the others who steer, and officers without one."""
    rows = FigureRow.objects.visible_to(actor)
    if actor.who is Who.OFFICER and actor.basins:
        return rows.filter(operation__basin__in=actor.basins)
    return rows


def chosen(rows: QuerySet[FigureRow], wanted: Wanted) -> QuerySet[FigureRow]:
    """Those that the filters leave."""
    rows = rows.filter(day__range=(wanted.period.first, wanted.period.last))
    for name in ("basin", "job", "provider"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{f"operation__{name}": value})
    if wanted.employer:
        takes_part = Partner._base_manager.filter(organisation=wanted.employer, part=Part.EMPLOYER)
        rows = rows.filter(operation__in=takes_part.values("operation"))
    return rows


def sums(rows: QuerySet[FigureRow]) -> Sums:
    """Every count summed, the operations and the firms engaged. Two queries."""
    found = rows.order_by().aggregate(operations=Count("pk"), **{name: Sum(name) for name in COUNTS})
    told: Sums = {name: value or 0 for name, value in found.items()}
    told["employers"] = engaged(rows).values("employer").distinct().count()
    return told


def engaged(rows: QuerySet[FigureRow]) -> QuerySet[Promise]:
    """The promises of these operations, whatever became of them."""
    return Promise._base_manager.filter(operation__in=rows.order_by().values("operation")).order_by()


def late_steps(rows: QuerySet[FigureRow]) -> QuerySet[StepRow]:
    """The steps of these operations that are past their date today."""
    late = Q(state="open", due_on__lt=clock.today())
    return StepRow._base_manager.filter(late, operation__in=rows.order_by().values("operation"))


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the page: now, over the period before, and what was aimed at."""

    now: Measured
    before: Measured
    target: int | None = None

    @property
    def figure(self) -> Figure:
        return self.now.figure


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the page, and its figures."""

    family: Family
    lines: tuple[Line, ...]


def answers(now: Mapping[str, Number], before: Mapping[str, Number], targets: Mapping[str, int]) -> list[Answered]:
    """Every figure, in the order of the questions."""
    return [
        Answered(
            family,
            tuple(Line(measured(f, now), measured(f, before), targets.get(f.target)) for f in family.figures),
        )
        for family in FAMILIES
    ]


SHOWN: Final = ("operations", "seats", "filled", "left_early", "certified", "hired_promised", "m6_working")
"""What a line of the detail shows."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One basin, job, provider or step, with its figures. `pk`: what the filter of its name takes."""

    pk: int | str | None
    name: str
    cells: tuple[Measured, ...]


def detail(rows: QuerySet[FigureRow], by: str) -> list[Detail]:
    """The figures of each basin, job, provider or step, the most operations first. One query."""
    dimension = DIMENSIONS[by]
    names = {name for key in SHOWN for name in (FIGURES[key].part, FIGURES[key].whole) if name in COUNTS}
    if by == "step":
        rows = rows.filter(running=1)
    found = (
        rows.order_by()
        .values(key=F(dimension.path), name=F(dimension.name))
        .annotate(operations=Count("pk"), **{name: Sum(name) for name in sorted(names)})
    )
    details = []
    # The names are sorted here: the database puts « École » after « Zinc ».
    for row in sorted(found, key=lambda row: (-row["operations"], plain(row["name"] or ""))):
        numbers = cast("dict[str, Number]", row)
        cells = tuple(measured(FIGURES[key], numbers) for key in SHOWN)
        details.append(Detail(row["key"], _named(by, row["name"]), cells))
    return details


def _named(by: str, name: str | None) -> str:
    """Its words on the page; an operation may have no provider yet."""
    if by == "step" and name in STEP_LABELS:
        return " ".join(str(part) for part in STEP_LABELS[name])
    return name or _("aucun pour l'instant")
