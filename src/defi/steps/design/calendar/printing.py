"""Prints the calendar of a group on one page. Not kept: it is read as it is now; what is signed is the plan."""

from __future__ import annotations

import calendar as months_of
from datetime import date, datetime

from django.utils.translation import override

from defi.kernel.documents import Rendered, render
from defi.steps.design.calendar.durations import duration_words
from defi.steps.design.calendar.queries import CalendarView, GroupRow
from defi.steps.design.calendar.rules import Place
from defi.steps.design.calendar.weeks import MARKS, Days, months_between
from defi.steps.design.calendar.wording import closed_words, rhythm_words
from defi.steps.design.documents import CALENDAR, CalendarData, MonthColumn, Square

MARKS_OF_DAYS = "LMMJVSD"
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def printed_calendar(view: CalendarView, row: GroupRow, now: datetime) -> Rendered:
    """The page of a group that has half-days; its number says which edition of the calendar it shows."""
    assert view.calendar is not None
    number = f"CAL-{view.calendar.pk}-{view.calendar.edition}"
    with override("fr"):
        data = calendar_data(view, row)
    return render(CALENDAR, data, number=number, code=number, verify_url="", now=now)


def calendar_data(view: CalendarView, row: GroupRow) -> CalendarData:
    """The facts of the page, as the document wants them."""
    assert view.rhythm is not None
    assert row.first is not None
    assert row.last is not None
    days = view.days(row)
    operation = view.plan.operation
    return CalendarData(
        training=operation.title,
        provider=str(operation.provider or ""),
        place=view.session.place if view.session else "",
        group=row.group.name if len(view.groups) > 1 else "",
        rhythm=rhythm_words(view.rhythm),
        hours=row.hours,
        first=row.first,
        last=row.last,
        months=columns_of_months(days),
        closed=tuple(closed_words(period) for period in view.rhythm.closed),
        faults=tuple(filter(None, [view.moved_on, *view.checked.faults])),
    )


def columns_of_months(days: Days) -> tuple[MonthColumn, ...]:
    """A column per month, from the first half-day to the last."""
    worked = days.worked
    return tuple(_column(days, first) for first in months_between(worked[0], worked[-1])) if worked else ()


def _column(days: Days, first: date) -> MonthColumn:
    length = months_of.monthrange(first.year, first.month)[1]
    shown = [days.day(first.replace(day=n)) for n in range(1, length + 1)]
    squares = [Square(MARKS_OF_DAYS[day.on.weekday()], day.mark, _style(day.style, day.on)) for day in shown]
    minutes = {place: sum(h.minutes for day in shown for h in day.half_days if h.place is place) for place in Place}
    hours = [f"{duration_words(minutes[place])} {mark}" for place, mark in MARKS.items() if minutes[place]]
    return MonthColumn(
        label=f"{SHORT_MONTHS[first.month - 1]} {first.year}",
        squares=(*squares, *(Square() for _ in range(31 - length))),
        hours="\n".join(hours) or "–",
    )


def _style(style: str, on: date) -> str:
    return "weekend" if style == "free" and on.weekday() > 4 else style
