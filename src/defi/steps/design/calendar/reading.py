"""From the rows to what the rules look at, and back; the hours of a plan are counted here for its calendar."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Sum

from defi.steps.design.calendar.checks import Placed
from defi.steps.design.calendar.rules import Closed, HalfDay, Place, Rhythm
from defi.steps.design.calendar_models import CalendarHalfDay, ClosedPeriod, PlanCalendar
from defi.steps.design.models import Module


def plan_hours(plan_id: int) -> tuple[int, int]:
    """Whole hours of the modules of a plan: (in centre, in company). Must run inside a scope.

    At a distance counts as in centre, in work situation as in company (`Module.counted_centre`)."""
    hours = Module.objects.filter(plan=plan_id).aggregate(
        centre=Sum(F("hours_centre") + F("hours_remote")), company=Sum(F("hours_company") + F("hours_situation"))
    )
    return hours["centre"] or 0, hours["company"] or 0


def rhythm_of(calendar: PlanCalendar, closed: Iterable[ClosedPeriod]) -> Rhythm:
    """The rhythm that the rows describe."""
    return Rhythm(
        cycle=calendar.cycle,
        hours_centre=calendar.hours_centre,
        hours_company=calendar.hours_company,
        mornings=frozenset(map(int, calendar.mornings)),
        afternoons=frozenset(map(int, calendar.afternoons)),
        morning_at=calendar.morning_at,
        morning_minutes=calendar.morning_minutes,
        afternoon_at=calendar.afternoon_at,
        afternoon_minutes=calendar.afternoon_minutes,
        closed=tuple(Closed(period.first, period.last, period.label) for period in closed),
    )


def columns_of(rhythm: Rhythm) -> dict[str, object]:
    """The columns of a calendar that this rhythm fills; closed periods are rows of their own."""
    return {
        "cycle": rhythm.cycle,
        "hours_centre": rhythm.hours_centre,
        "hours_company": rhythm.hours_company,
        "mornings": "".join(map(str, sorted(rhythm.mornings))),
        "afternoons": "".join(map(str, sorted(rhythm.afternoons))),
        "morning_at": rhythm.morning_at,
        "morning_minutes": rhythm.morning_minutes,
        "afternoon_at": rhythm.afternoon_at,
        "afternoon_minutes": rhythm.afternoon_minutes,
    }


def laid(row: CalendarHalfDay) -> HalfDay:
    """A stored half-day as the layout knows it."""
    return HalfDay(row.on, row.starts_at, row.half, row.minutes, Place(row.place))


def placed(row: CalendarHalfDay) -> Placed:
    """A stored half-day as the checks look at it."""
    return Placed(row.on, row.half, row.minutes, Place(row.place), row.unusual_day)
