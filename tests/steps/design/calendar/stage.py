"""The calendar most tests of this room are about: three weeks in centre, one in company, closed at Christmas."""

from datetime import date

from defi.kernel.access import TASK, scope
from defi.steps.design.calendar.rules import Closed, Rhythm
from defi.steps.design.calendar_models import CalendarHalfDay

WEEK = frozenset(range(5))
RHYTHM = Rhythm("ccce", 35, 35, WEEK, WEEK)
CHRISTMAS = Closed(date(2025, 12, 22), date(2026, 1, 2), "Noël")
START = date(2025, 11, 3)


def half_days(group, **where):
    """The half-days of a group, those taken out left aside."""
    with scope(TASK):
        rows = CalendarHalfDay.objects.filter(group=group, **where).exclude(origin="removed")
        return list(rows.order_by("on", "starts_at"))


def minutes(group, place):
    return sum(row.minutes for row in half_days(group, place=place))
