"""The hours in company as the ledger counts them: what the tutor signed. Guarded by who calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from defi.kernel import clock
from defi.schemes.rulebook import AttendanceRules
from defi.steps.training.absences import is_excused
from defi.steps.training.company import Due, Half, away_days, half_days, unsigned
from defi.steps.training.half_days import Period
from defi.steps.training.interruptions import Stay, stay_of, stays_of
from defi.steps.training.models import Attendance, CompanyPresence, Placement, PlacementSignature
from defi.steps.training.periods import not_begun

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = CompanyPresence.State
EXCUSED = Attendance.State.EXCUSED.value


def with_minutes(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    """These periods, each with the minutes that its tutor signed, present (`here`) and absent (`away`)."""
    return rows.annotate(
        here=Sum("presences__minutes", filter=Q(presences__state=State.PRESENT)),
        away=Sum("presences__minutes", filter=Q(presences__state=State.ABSENT)),
    ).order_by()


def periods_by_person(rows: QuerySet[Placement]) -> dict[int, list[Period]]:
    """These periods as the ledger counts them, by candidacy. Four queries, whatever their number."""
    periods = list(rows.select_related("candidacy").order_by())
    kept: dict[int, list[CompanyPresence]] = defaultdict(list)
    for row in CompanyPresence._base_manager.filter(placement__in=periods):
        kept[row.placement_id].append(row)
    stays, lapsed = stays_of(one.candidacy for one in periods), lapsed_of(periods)
    found: dict[int, list[Period]] = defaultdict(list)
    for one in periods:
        counted = counted_of(one, kept[one.pk], stays[one.candidacy_id], lapsed=one.pk in lapsed)
        found[one.candidacy_id].append(counted)
    return found


def periods_of(rows: QuerySet[Placement]) -> list[Period]:
    """The same, of nobody in particular."""
    return [period for periods in periods_by_person(rows).values() for period in periods]


def counted_of(placement: Placement, kept: Collection[CompanyPresence], stay: Stay, *, lapsed: bool) -> Period:
    """One period as the ledger counts it, from its half-days that are signed. No query."""
    here = {(row.on, row.half): row.minutes for row in kept if row.state == State.PRESENT}
    off = (due.minutes for due in expected(placement) if due.key not in here and not stay.has(due.on))
    absent = (row.minutes for row in kept if row.state == State.ABSENT and stay.has(row.on))
    return Period(
        placement.state,
        placement.hours,
        placement.hours_done,
        signed=sum(here.values()) if kept else None,
        missed=sum(absent) if kept else None,
        off=sum(off),
        lapsed=lapsed,
    )


def lapsed_of(periods: Iterable[Placement]) -> set[int]:
    """Those of these periods (ids) whose first day passed without the three signatures. One query at most."""
    today = clock.today()
    late = [one for one in periods if one.state == "planned" and one.starts_on < today]
    signed: dict[int, set[str]] = defaultdict(set)
    given = PlacementSignature._base_manager.filter(placement__in=late, voided_on=None)
    for placement_id, party in given.values_list("placement_id", "party"):
        signed[placement_id].add(party)
    return {one.pk for one in late if not_begun(one.state, one.starts_on, signed[one.pk], today)}


def expected(placement: Placement) -> list[Due]:
    """The half-days of a period."""
    return half_days(placement.starts_on, placement.ends_on, placement.weekdays, placement.hours)


def away_of(periods: Iterable[Placement], lapsed: Collection[int] | None = None) -> dict[int, set[date]]:
    """The days on which these periods leave no time for the centre, by candidacy; none past an early end.

    One whose first day passed without the three signatures did not begin: from the day after, its trainee is expected
    in the centre again. `lapsed`: those, for who knows them; else one query at most."""
    found = [one for one in periods if one.state != "cancelled"]
    if lapsed is None:
        lapsed = lapsed_of(found)
    away: dict[int, set[date]] = defaultdict(set)
    for one in found:
        days = away_days(one.starts_on, one.ends_on, one.weekdays, one.hours)
        last = one.starts_on if one.pk in lapsed else one.finished_on or one.ends_on
        away[one.candidacy_id].update(day for day in days if day <= last)
    return away


def last_day(placement: Placement) -> date:
    """The last day of a period that counts: its end, or the day on which the person left the training."""
    left_on = placement.candidacy.left_on
    return min(placement.ends_on, left_on) if left_on else placement.ends_on


def awaited(placement: Placement, stay: Stay) -> list[Due]:
    """The half-days of a period of which an answer is awaited, now or later: from its beginning, on the days on which
    the person is in training."""
    first = placement.begun_on or placement.starts_on
    return [one for one in expected(placement) if one.on >= first and stay.has(one.on)]


def waiting(placement: Placement, kept: Iterable[Half], stay: Stay) -> list[Due]:
    """The half-days that its tutor may sign now. Raises nothing: a period that is over or to come has none."""
    if placement.state not in {"planned", "begun"}:
        return []
    return unsigned(awaited(placement, stay), set(kept), clock.now())


def state_told(row: CompanyPresence, rules: AttendanceRules) -> str:
    """What was signed in the firm, an absence being excused by a reason that excuses and its paper: like one of the
    centre, but that what the tutor signed stays as signed. Read with its `absence`."""
    absence = getattr(row, "absence", None)
    if row.state == State.PRESENT or absence is None:
        return row.state
    return EXCUSED if is_excused(absence.reason, rules, has_paper=absence.proof_id is not None) else row.state


def whole_hours(placement: Placement) -> int:
    """The hours that the tutor signed, rounded down: an hour begun is not an hour done."""
    rows = CompanyPresence._base_manager.filter(placement=placement, state=State.PRESENT)
    return sum(rows.values_list("minutes", flat=True)) // 60


def unsigned_until(placement: Placement, on: date) -> int | None:
    """How many half-days up to that day are not signed, when some are; None when none is: the paper tells the hours."""
    kept = set(CompanyPresence._base_manager.filter(placement=placement).values_list("on", "half"))
    if not kept:
        return None
    due = awaited(placement, stay_of(placement.candidacy))
    return sum(one.on <= on and one.key not in kept for one in due)
