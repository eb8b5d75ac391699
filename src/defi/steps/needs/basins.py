"""The basins at a glance, as a map of tiles, and one basin: what is wanted there, how tense it is, what runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.reference.models import Basin, Job, Tension
from defi.reference.queries import current_basins, tensions_in, tensions_of
from defi.reference.tiles import places
from defi.steps.needs.diagnosis import TENSION_WORDS, Figure, current_needs, figures
from defi.steps.needs.models import CollectiveNeed, Need

MEASURES = ("posts", "tension", "operations")
MOST_JOBS = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map: what it shows, in figures and in words; `level` from 0 (nothing) to 4 is its shade."""

    name: str
    short: str
    column: int
    row: int
    value: str
    words: str
    level: int
    url: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class BasinLine:
    """A basin in the table behind the map."""

    basin: Basin
    needs: int
    posts: int
    operations: int
    tension: str
    index: int | None


@dataclass(frozen=True, slots=True)
class BasinMap:
    """All the basins of the region, as tiles and as lines."""

    tiles: list[Tile] = field(default_factory=list)
    lines: list[BasinLine] = field(default_factory=list)
    tension_year: int | None = None

    @property
    def posts(self) -> int:
        return sum(line.posts for line in self.lines)


def basin_map(actor: Actor, measure: str, job: Job | None = None, *, here: int | None = None) -> BasinMap:
    """The map of one measure, of one job or of all. Four queries, whatever the number of basins."""
    basins = list(current_basins())
    tensions = tensions_of(job) if job else {}
    lines = _lines(actor, basins, job, tensions)
    values = {line.basin.pk: _value(line, measure) for line in lines}
    most = max((number for number, _words in values.values() if number), default=0)
    where = places(basins)
    tiles = [
        Tile(
            name=line.basin.name,
            short=where[line.basin.pk].short,
            column=where[line.basin.pk].column,
            row=where[line.basin.pk].row,
            value="—" if values[line.basin.pk][0] is None else str(values[line.basin.pk][0]),
            words=values[line.basin.pk][1],
            level=_level(values[line.basin.pk][0], measure, most),
            url=reverse("needs:basin", args=[line.basin.pk]),
            is_here=line.basin.pk == here,
        )
        for line in lines
    ]
    return BasinMap(
        sorted(tiles, key=lambda tile: (tile.row, tile.column)),
        lines,
        max((row.year for row in tensions.values()), default=None),
    )


def _lines(actor: Actor, basins: Sequence[Basin], job: Job | None, tensions: Mapping[int, Tension]) -> list[BasinLine]:
    needs = current_needs(actor).filter(basin__in=basins)
    running = Operation.objects.visible_to(actor).filter(state="running", basin__in=basins)
    if job:
        needs, running = needs.filter(job=job), running.filter(job=job)
    counted = needs.order_by().values("basin").annotate(n=Count("pk"), posts=Sum("posts"))
    wanted = {row["basin"]: (row["n"], row["posts"]) for row in counted}
    opened = dict(running.order_by().values_list("basin").annotate(n=Count("pk")))
    return [
        BasinLine(
            basin,
            needs=wanted.get(basin.pk, (0, 0))[0],
            posts=wanted.get(basin.pk, (0, 0))[1],
            operations=opened.get(basin.pk, 0),
            tension=str(TENSION_WORDS[tensions[basin.pk].index]) if basin.pk in tensions else "",
            index=tensions[basin.pk].index if basin.pk in tensions else None,
        )
        for basin in basins
    ]


def _value(line: BasinLine, measure: str) -> tuple[int | None, str]:
    if measure == "tension":
        words = _("tension %(index)d sur 5, %(words)s") % {"index": line.index or 0, "words": line.tension}
        return line.index, words if line.index else _("tension non connue")
    if measure == "operations":
        count = line.operations
        words = ngettext("%(n)d opération en cours", "%(n)d opérations en cours", count)
        return count, words % {"n": count} if count else _("aucune opération en cours")
    words = ngettext("%(n)d poste recherché", "%(n)d postes recherchés", line.posts)
    return line.posts, words % {"n": line.posts} if line.posts else _("aucun poste recherché")


def _level(value: int | None, measure: str, most: int) -> int:
    """The shade of a tile: the index of tension as it is, a count in quarters of the largest."""
    if not value:
        return 0
    return max(1, value - 1) if measure == "tension" else -(-4 * value // most)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in a basin: what employers want, and how tense it is."""

    job: Job
    needs: int
    posts: int


@dataclass(frozen=True, slots=True)
class BasinSheet:
    """One basin: needs by job, collective needs, operations, figures, the jobs hardest to recruit for."""

    basin: Basin
    jobs: list[JobLine]
    without_job: int
    collectives: list[CollectiveNeed]
    operations: list[Operation]
    figures: list[Figure]
    tensions: list[Tension]

    @property
    def posts(self) -> int:
        return sum(line.posts for line in self.jobs)


def basin_sheet(actor: Actor, basin: Basin) -> BasinSheet:
    """One basin, as this actor may see it. A fixed number of queries."""
    needs = current_needs(actor).filter(basin=basin)
    return BasinSheet(
        basin,
        _wanted_jobs(needs),
        needs.filter(job=None).count(),
        list(
            CollectiveNeed.objects.visible_to(actor)
            .filter(basin=basin, state="open")
            .select_related("job")
            .annotate(posts_count=Sum("needs__posts"), needs_count=Count("needs"))
        ),
        list(
            Operation.objects.visible_to(actor).filter(basin=basin, state="running").select_related("job", "provider")
        ),
        figures(actor, None, basin),
        list(tensions_in(basin)[:MOST_JOBS]),
    )


def _wanted_jobs(needs: QuerySet[Need]) -> list[JobLine]:
    rows = list(needs.filter(job__isnull=False).order_by().values("job").annotate(n=Count("pk"), sum=Sum("posts")))
    jobs = Job.objects.in_bulk([row["job"] for row in rows])
    lines = [JobLine(jobs[row["job"]], row["n"], row["sum"]) for row in rows]
    return sorted(lines, key=lambda line: (-line.posts, line.job.label))
