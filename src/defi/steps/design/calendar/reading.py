"""From the rows to what the rules look at, and back; the hours of a plan are counted here for its calendar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Sum

from defi.operations.models import Session
from defi.steps.design.calendar.checks import Placed, check
from defi.steps.design.calendar.rules import SHARED, Closed, HalfDay, Place, Rhythm
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, PlanCalendar
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
        company_days=frozenset(map(int, calendar.company_days)),
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
        "company_days": "".join(map(str, sorted(rhythm.company_days))),
    }


def kept_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    """A rhythm with its closed periods as a calendar keeps it, to know later whether it has changed."""
    columns = {name: str(value) for name, value in columns_of(rhythm).items()}
    # As whole hours were kept before weeks could have a half; days in company, where they matter only.
    columns |= {name: f"{float(columns[name]):g}" for name in ("hours_centre", "hours_company")}
    if SHARED not in rhythm.cycle:
        del columns["company_days"]
    return columns | {"closed": sorted([f"{period.first}", f"{period.last}"] for period in rhythm.closed)}


def has_moved_on(calendar: PlanCalendar, rhythm: Rhythm) -> bool:
    """Whether half-days stand that another rhythm laid."""
    return bool(calendar.laid_on and calendar.laid_rhythm and calendar.laid_rhythm != kept_rhythm(rhythm))


def laid_faults(plan_id: int, centre: int, company: int, session: Session | None) -> list[str]:
    """What does not add up in the calendar of a plan, in two queries; nothing before it is laid. In a scope."""
    columns = [f"half_days__{name}" for name in ("on", "half", "minutes", "place", "unusual_day", "origin")]
    laid_groups = CalendarGroup.objects.filter(calendar__plan=plan_id, calendar__laid_on__isnull=False)
    groups: dict[str, list[Placed]] = {}
    for name, on, half, minutes, place, unusual, origin in laid_groups.order_by("pk").values_list("name", *columns):
        there = groups.setdefault(name, [])
        if on is not None and origin != CalendarHalfDay.Origin.REMOVED:
            there.append(Placed(on, half, minutes, Place(place), unusual))
    if not groups:
        return []
    closed = [Closed(row.first, row.last, row.label) for row in ClosedPeriod.objects.filter(calendar__plan=plan_id)]
    dates = (session.starts_on, session.ends_on) if session else None
    return check(groups, centre=centre, company=company, closed=closed, session=dates).faults


def laid(row: CalendarHalfDay) -> HalfDay:
    """A stored half-day as the layout knows it."""
    return HalfDay(row.on, row.starts_at, row.half, row.minutes, Place(row.place))


def placed(row: CalendarHalfDay) -> Placed:
    """A stored half-day as the checks look at it."""
    return Placed(row.on, row.half, row.minutes, Place(row.place), row.unusual_day)
