"""Prints the calendar of a group on one page. Not kept: it is read as it is now; what is signed is the plan."""

from __future__ import annotations

import calendar as months_of
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import override

from defi.kernel.documents import Rendered, render
from defi.steps.design.calendar.durations import duration_words
from defi.steps.design.calendar.queries import CalendarView, GroupRow
from defi.steps.design.calendar.rules import Place
from defi.steps.design.calendar.teaching import ModuleHours
from defi.steps.design.calendar.weeks import MARKS, Day, Days, Shown, months_between
from defi.steps.design.calendar.wording import closed_words, rhythm_words
from defi.steps.design.documents import (
    CALENDAR,
    CalendarData,
    GroupWeeks,
    Lesson,
    MonthColumn,
    Square,
    WeekRun,
)

MARKS_OF_DAYS = "LMMJVSD"
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def printed_calendar(view: CalendarView, row: GroupRow, taught: Sequence[ModuleHours], now: datetime) -> Rendered:
    """The page of a group that has half-days; its number says which edition of the calendar it shows."""
    assert view.calendar is not None
    number = f"CAL-{view.calendar.pk}-{view.calendar.edition}"
    with override("fr"):
        data = calendar_data(view, row, taught)
    return render(CALENDAR, data, number=number, code=number, verify_url="", now=now)


def calendar_data(view: CalendarView, row: GroupRow, taught: Sequence[ModuleHours] = ()) -> CalendarData:
    """The facts of the page, as the document wants them; modules that have half-days are numbered."""
    assert view.rhythm is not None
    assert row.first is not None
    assert row.last is not None
    days = view.days(row)
    numbers = {line.module.pk: n for n, line in enumerate((line for line in taught if line.given), 1)}
    operation = view.plan.operation
    return CalendarData(
        training=operation.title,
        provider=str(operation.provider or ""),
        place=view.session.place if view.session else "",
        group=group_words(row) if view.is_several else "",
        rhythm=rhythm_words(view.rhythm),
        hours=row.hours,
        first=row.first,
        last=row.last,
        months=columns_of_months(days, numbers),
        closed=tuple(closed_words(period) for period in view.rhythm.closed),
        faults=tuple(filter(None, [view.moved_on, *view.checked.faults])),
        lessons=tuple(_lesson(line, numbers[line.module.pk], row) for line in taught if line.given),
    )


def _lesson(line: ModuleHours, number: int, row: GroupRow) -> Lesson:
    """« 14 h, salle 3 »; the squares say when."""
    rooms = dict.fromkeys(half.room for half in row.half_days if half.module_id == line.module.pk and half.room)
    return Lesson(number, line.module.title, ", ".join([line.given_words, *rooms]))


def weeks_of(view: CalendarView | None) -> tuple[GroupWeeks, ...]:
    """The weeks of each group that has half-days, those that are alike together: for a page of few lines."""
    if view is None:
        return ()
    rows = [row for row in view.groups if row.half_days]
    return tuple(GroupWeeks(group_words(row) if view.is_several else "", week_runs(row.half_days)) for row in rows)


def group_words(row: GroupRow) -> str:
    """« Groupe B (Laiterie de la Braye) »: a group and the employers that follow it."""
    followers = ", ".join(row.followers.values())
    return f"{row.group.name} ({followers})" if followers else row.group.name


def week_runs(half_days: Sequence[Shown]) -> tuple[WeekRun, ...]:
    """Weeks that follow each other with the same hours in each place, however these share out in the week."""
    weeks: dict[date, list[Shown]] = {}
    for half in half_days:
        weeks.setdefault(half.on - timedelta(days=half.on.weekday()), []).append(half)
    runs: list[WeekRun] = []
    for monday, halves in sorted(weeks.items()):
        days = [half.on for half in halves]
        centre, company = (_hours(halves, place) for place in Place)
        last = runs[-1] if runs else None
        follows = last is not None and monday - last.last < timedelta(days=7)
        if last and follows and (last.centre, last.company) == (centre, company):
            runs[-1] = WeekRun(last.first, max(days), last.weeks + 1, centre, company)
        else:
            runs.append(WeekRun(min(days), max(days), 1, centre, company))
    return tuple(runs)


def _hours(half_days: Sequence[Shown], place: Place) -> str:
    minutes = sum(half.minutes for half in half_days if half.place is place)
    return duration_words(minutes) if minutes else ""


def columns_of_months(days: Days, numbers: Mapping[int, int] | None = None) -> tuple[MonthColumn, ...]:
    """A column per month, from the first half-day to the last; `numbers` are those of the modules (ids)."""
    worked = days.worked
    return (
        tuple(_column(days, first, numbers or {}) for first in months_between(worked[0], worked[-1])) if worked else ()
    )


def _column(days: Days, first: date, numbers: Mapping[int, int]) -> MonthColumn:
    length = months_of.monthrange(first.year, first.month)[1]
    shown = [days.day(first.replace(day=n)) for n in range(1, length + 1)]
    squares = [Square(MARKS_OF_DAYS[day.on.weekday()], _mark(day, numbers), _style(day.style, day.on)) for day in shown]
    minutes = {place: sum(h.minutes for day in shown for h in day.half_days if h.place is place) for place in Place}
    hours = [f"{duration_words(minutes[place])} {mark}" for place, mark in MARKS.items() if minutes[place]]
    return MonthColumn(
        label=f"{SHORT_MONTHS[first.month - 1]} {first.year}",
        squares=(*squares, *(Square() for _ in range(31 - length))),
        hours="\n".join(hours) or "–",
    )


def _mark(day: Day, numbers: Mapping[int, int]) -> str:
    """The mark of the day, then the numbers of what is taught."""
    taught = dict.fromkeys(numbers[pk] for half in day.half_days if (pk := half.module_id or 0) in numbers)
    return " ".join(filter(None, [day.mark, "·".join(map(str, taught))]))


def _style(style: str, on: date) -> str:
    return "weekend" if style == "free" and on.weekday() > 4 else style
