"""The calendar of a group on one page: the months in columns, a letter per half-day, what does not add up said.

Source: seed 001, step 2 (rhythm of the training)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template

MOST_MONTHS = 12
"""The columns of a page; a longer calendar goes on over the next one."""


@dataclass(frozen=True)
class Square:
    """One day: the letter of its weekday, its mark (C, E, férié…) with the numbers of its modules, and what colours it
    (centre, company, both…).

    A day that the month does not have is empty."""

    weekday: str = ""
    mark: str = ""
    style: str = "none"


@dataclass(frozen=True)
class MonthColumn:
    """A month: 31 squares, and its hours in words."""

    label: str
    squares: tuple[Square, ...]
    hours: str

    def __post_init__(self) -> None:
        if len(self.squares) != 31:
            raise ValueError("A column has a square for each day a month may have.")


@dataclass(frozen=True)
class Lesson:
    """A module of the half-days in centre: its number in the squares, its hours and rooms in words."""

    number: int
    title: str
    words: str


@dataclass(frozen=True)
class WeekRun:
    """Weeks that follow each other and are alike: first and last day of training, hours of each of them in words."""

    first: date
    last: date
    weeks: int
    centre: str = ""
    company: str = ""


@dataclass(frozen=True)
class GroupWeeks:
    """The weeks of a group; `name` is empty when there is only one."""

    name: str
    runs: tuple[WeekRun, ...] = ()


@dataclass(frozen=True)
class CalendarData:
    """The calendar of one group. `hours` are words; `group` is empty when there is only one."""

    training: str
    provider: str
    place: str
    group: str
    rhythm: str
    hours: str
    first: date
    last: date
    months: tuple[MonthColumn, ...]
    closed: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    lessons: tuple[Lesson, ...] = ()


CALENDAR = Template(
    kind="calendar",
    title=_("Calendrier de la formation"),
    folder=Path(__file__).parent,
    data=CalendarData,
    prefix="CAL",
)
