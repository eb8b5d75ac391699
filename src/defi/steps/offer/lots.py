"""Lots as the rules read them, and what they answer for a need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from defi.operations.models import Operation, Session
from defi.reference.models import Basin, Commune, Job
from defi.steps.offer.coverage import Evidence, Finding, LotFacts, Period, Place, Sought, Town, examine, found
from defi.steps.offer.models import Lot, RouteDecision


@dataclass(frozen=True, slots=True)
class Precision:
    """What is sought besides the job and the basin, when the officer says it. Level of the national framework;
    `needed_on`: the day from which the training is needed."""

    needed_on: date | None = None
    level: int | None = None
    category: str = ""
    certification: str = ""
    seats: int | None = None


NOTHING_MORE = Precision()


@dataclass(frozen=True, slots=True)
class Examined:
    """The evidence, the day it holds for, and the lots it speaks of by their id."""

    evidence: Evidence
    day: date
    lots: dict[int, Lot]

    def lot(self, finding: Finding) -> Lot:
        return self.lots[finding.lot.id]


def with_parts(rows: QuerySet[Lot]) -> QuerySet[Lot]:
    """Lots with all that says what they cover, whatever their number."""
    return rows.select_related("holder").prefetch_related("jobs", "basins", "communes", "co_holders", "periods")


def facts_of(lot: Lot, taken: Iterable[Session] = ()) -> LotFacts:
    """The facts of one lot; `taken`: the sessions of DEFI operations entrusted through it."""
    starts = [(session.starts_on, session.seats) for session in taken]
    return LotFacts(
        id=lot.pk,
        label=f"{lot.market_number} {lot.number}",
        holders=tuple(holder.name for holder in lot.holders),
        jobs=frozenset(job.pk for job in lot.jobs.all()),
        basins=frozenset(basin.pk for basin in lot.basins.all()),
        periods=tuple(
            Period(p.starts_on, p.ends_on, p.seats, p.seats_used + _within(starts, p.starts_on, p.ends_on))
            for p in lot.periods.all()
        ),
        departments=frozenset(lot.departments),
        communes=frozenset(commune.code for commune in lot.communes.all()),
        levels=frozenset(lot.levels),
        categories=frozenset(lot.categories),
        certifications=frozenset(lot.certifications),
    )


def _within(starts: list[tuple[date, int]], first: date, last: date) -> int:
    return sum(seats for day, seats in starts if first <= day <= last)


def taken_in(lots: Iterable[Lot], but: int = 0) -> dict[int, list[Session]]:
    """The sessions of the operations entrusted through each lot, abandoned ones apart; `but` leaves one out."""
    decisions = RouteDecision._base_manager.filter(lot__in=list(lots), superseded_on=None)
    decisions = decisions.exclude(operation__state="abandoned").exclude(operation_id=but)
    lot_of = dict(decisions.values_list("operation_id", "lot_id"))
    taken: dict[int, list[Session]] = {}
    for session in Session._base_manager.filter(operation_id__in=lot_of):
        lot_id = lot_of[session.operation_id]
        if lot_id is not None:
            taken.setdefault(lot_id, []).append(session)
    return taken


def sought(job: Job, basins: Iterable[Basin], precision: Precision = NOTHING_MORE) -> Sought:
    """What must be covered: the communes of the basins are those of today."""
    wanted = list(basins)
    towns: dict[int, list[Town]] = {}
    for commune in Commune.objects.filter(basin__in=wanted, current=True):
        towns.setdefault(commune.basin_id or 0, []).append(Town(commune.code, commune.name, commune.department))
    return Sought(
        job_id=job.pk,
        job=job.label,
        places=tuple(Place(basin.pk, basin.name, tuple(towns.get(basin.pk, ()))) for basin in wanted),
        level=precision.level,
        category=precision.category,
        certification=precision.certification,
        seats=precision.seats,
    )


def examined(
    region_id: int, job: Job, basins: Iterable[Basin], day: date, precision: Precision = NOTHING_MORE, *, but: int = 0
) -> Examined:
    """Which lots of the Region answer for this job, in these basins, from that day; `but`: an operation whose own seats
    do not count as taken. A fixed number of queries."""
    rows = list(with_parts(Lot._base_manager.filter(region_id=region_id, jobs=job).order_by("market_number", "number")))
    taken = taken_in(rows, but)
    facts = [facts_of(lot, taken.get(lot.pk, ())) for lot in rows]
    evidence = examine(facts, sought(job, basins, precision), precision.needed_on or day)
    return Examined(evidence, precision.needed_on or day, {lot.pk: lot for lot in rows})


def for_operation(operation: Operation, today: date, precision: Precision = NOTHING_MORE) -> Examined:
    """The evidence for an operation, on the first day of its session when it is planned, else today."""
    day = first_day(operation, today)
    return examined(operation.region_id, operation.job, [operation.basin], day, precision, but=operation.pk)


def first_day(operation: Operation, today: date) -> date:
    """The day from which the operation needs a market."""
    planned = Session._base_manager.filter(operation=operation).order_by("number").first()
    return planned.starts_on if planned and planned.starts_on > today else today


def one_lot(lot: Lot, wanted: Sought, day: date, *, but: int = 0) -> Finding:
    """What one lot can do."""
    return found(facts_of(lot, taken_in([lot], but).get(lot.pk, ())), wanted, day)
