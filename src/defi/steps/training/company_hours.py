"""The hours in company as the ledger counts them: what the tutor signed. Guarded by who calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from defi.kernel import clock
from defi.schemes.rulebook import AttendanceRules
from defi.steps.training.absences import is_excused
from defi.steps.training.company import Due, Half, away_days, half_days, unsigned
from defi.steps.training.half_days import Period
from defi.steps.training.models import Attendance, CompanyPresence, Placement

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = CompanyPresence.State
EXCUSED = Attendance.State.EXCUSED.value
FIGURES = ("state", "hours", "hours_done", "here", "away")


def with_minutes(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    """These periods, each with the minutes that its tutor signed, present (`here`) and absent (`away`)."""
    return rows.annotate(
        here=Sum("presences__minutes", filter=Q(presences__state=State.PRESENT)),
        away=Sum("presences__minutes", filter=Q(presences__state=State.ABSENT)),
    ).order_by()


def periods_by_person(rows: QuerySet[Placement]) -> dict[int, list[Period]]:
    """These periods as the ledger counts them, by candidacy. One query."""
    found: dict[int, list[Period]] = defaultdict(list)
    for candidacy_id, *figures in with_minutes(rows).values_list("candidacy_id", *FIGURES):
        found[candidacy_id].append(Period(*figures))
    return found


def periods_of(rows: QuerySet[Placement]) -> list[Period]:
    """The same, of nobody in particular."""
    return [Period(*figures) for figures in with_minutes(rows).values_list(*FIGURES)]


def expected(placement: Placement) -> list[Due]:
    """The half-days of a period."""
    return half_days(placement.starts_on, placement.ends_on, placement.weekdays, placement.hours)


def away_of(periods: Iterable[Placement]) -> dict[int, set[date]]:
    """The days on which these periods leave no time for the centre, by candidacy; none past an early end."""
    away: dict[int, set[date]] = defaultdict(set)
    for one in periods:
        if one.state == "cancelled":
            continue
        days = away_days(one.starts_on, one.ends_on, one.weekdays, one.hours)
        away[one.candidacy_id].update(day for day in days if day <= (one.finished_on or one.ends_on))
    return away


def last_day(placement: Placement) -> date:
    """The last day of a period that counts: its end, or the day on which the person left the training."""
    left_on = placement.candidacy.left_on
    return min(placement.ends_on, left_on) if left_on else placement.ends_on


def waiting(placement: Placement, kept: Iterable[Half]) -> list[Due]:
    """The half-days that its tutor may sign now. Raises nothing: a period that is over or to come has none."""
    if placement.state not in {"planned", "begun"}:
        return []
    from_on = placement.begun_on or placement.starts_on
    due = [one for one in expected(placement) if one.on >= from_on]
    return unsigned(due, set(kept), clock.now(), left_on=placement.candidacy.left_on)


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
    first = placement.begun_on or placement.starts_on
    return sum(first <= due.on <= on and due.key not in kept for due in expected(placement))
