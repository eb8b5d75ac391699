"""Half-days drawn as days, weeks and months, each with its mark and its words: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from defi.steps.design.calendar.durations import duration_words, ends_at, hour_words, weekday_words
from defi.steps.design.calendar.rules import Closed, Half, Place, closure, holiday

# What stands in the square of a day: a letter per place, read aloud in words.
MARKS = {Place.CENTRE: "C", Place.COMPANY: "E"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A half-day as the pages show it. `pk` is the row, to change it; `module` its title, with its id; trainer and room
    are those of the half-day, else those of its module."""

    pk: int
    on: date
    half: str
    starts_at: time
    minutes: int
    place: Place
    by_hand: bool = False
    unusual_day: bool = False
    module: str = ""
    module_id: int | None = None
    trainer: str = ""
    room: str = ""

    @property
    def taught(self) -> str:
        """« Hygiène, salle 3 »; nothing while neither is said."""
        return ", ".join(filter(None, [self.module, self.room]))

    @property
    def summary(self) -> str:
        """« Hygiène, salle 3 », else « Formation en centre »: what an agenda shows."""
        said = self.module or _("Formation %(where)s") % {"where": self.place.label}
        return f"{said}, {self.room}" if self.room else said

    @property
    def words(self) -> str:
        """« matin en centre (Hygiène, salle 3) »."""
        said = f"{self.half_label} {self.place.label}"
        return f"{said} ({self.taught})" if self.taught else said

    @property
    def hours(self) -> str:
        """« 9 h – 12 h 30 »."""
        return f"{hour_words(self.starts_at)} – {hour_words(ends_at(self.starts_at, self.minutes))}"

    @property
    def length(self) -> str:
        return duration_words(self.minutes)

    @property
    def half_label(self) -> str:
        return str(Half(self.half).label)


@dataclass(frozen=True, slots=True)
class Day:
    """A day: what is done then, or why nothing is."""

    on: date
    half_days: tuple[Shown, ...] = ()
    off: str = ""
    kind: str = "free"

    @property
    def mark(self) -> str:
        """`C`, `E`, `½ C`, `C E`, with a star when it was changed by hand; `férié`, `fermé`; nothing on a free day."""
        if not self.half_days:
            return {"holiday": _("férié"), "closed": _("fermé")}.get(self.kind, "")
        letters = [MARKS[half.place] for half in self.half_days]
        star = "*" if any(half.by_hand for half in self.half_days) else ""
        if len(letters) == 1:
            return f"½ {letters[0]}{star}"
        return (letters[0] if letters[0] == letters[1] else " ".join(letters)) + star

    @property
    def words(self) -> str:
        """The same, read aloud: « lundi 3 novembre 2025 : matin en centre, après-midi en centre »."""
        said = [half.words for half in self.half_days] or [self.off or _("pas de formation")]
        return f"{weekday_words(self.on)} : {', '.join(said)}"

    @property
    def style(self) -> str:
        """What colours the square: the place, both, the kind of day off."""
        places = {half.place.value for half in self.half_days}
        return "both" if len(places) == 2 else (places.pop() if places else self.kind)

    @property
    def minutes(self) -> int:
        return sum(half.minutes for half in self.half_days)


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday. Days of another month are None in a month."""

    monday: date
    days: tuple[Day | None, ...]

    @property
    def minutes(self) -> int:
        return sum(day.minutes for day in self.days if day)

    @property
    def total(self) -> str:
        return duration_words(self.minutes) if self.minutes else "–"

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def key(self) -> str:
        """How its address says it."""
        return self.monday.isoformat()

    @property
    def place_hours(self) -> list[tuple[Place, str]]:
        """« 35 h en centre », for each place of the week."""
        found: dict[Place, int] = {}
        for day in self.days:
            for half in day.half_days if day else ():
                found[half.place] = found.get(half.place, 0) + half.minutes
        return [(place, duration_words(minutes)) for place, minutes in found.items()]


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its weeks, in columns of days."""

    first: date
    weeks: tuple[Week, ...]

    @property
    def label(self) -> str:
        return date_format(self.first, "F Y")

    @property
    def heads(self) -> list[tuple[str, str]]:
        """The days in columns: letter and word."""
        names = [str(WEEKDAYS[n]).lower() for n in range(len(self.weeks[0].days))]
        return [(name[0].upper(), name) for name in names]


class Days:
    """The days of a calendar, looked up by date."""

    def __init__(self, half_days: Iterable[Shown], closed: Sequence[Closed]) -> None:
        self._closed = closed
        self._by_day: dict[date, list[Shown]] = {}
        for half in half_days:
            self._by_day.setdefault(half.on, []).append(half)

    @property
    def worked(self) -> list[date]:
        return sorted(self._by_day)

    def day(self, on: date) -> Day:
        """What is done that day, or why nothing is."""
        half_days = tuple(sorted(self._by_day.get(on, ()), key=lambda half: half.starts_at))
        if name := holiday(on):
            return Day(on, half_days, name, "holiday")
        if period := closure(on, self._closed):
            return Day(on, half_days, period.label or _("fermeture"), "closed")
        return Day(on, half_days)

    def week(self, monday: date) -> Week:
        """Seven days."""
        return Week(monday, tuple(self.day(monday + timedelta(days=n)) for n in range(7)))

    @property
    def columns(self) -> int:
        """How many days of the week are shown: the week-end only when there is training then."""
        return max(5, *(on.weekday() + 1 for on in self._by_day), 0)

    def months(self) -> list[Month]:
        """The months from the first half-day to the last."""
        if not self._by_day:
            return []
        return [Month(first, tuple(self._weeks_of(first, self.columns))) for first in months_between(*self._ends())]

    def _ends(self) -> tuple[date, date]:
        return min(self._by_day), max(self._by_day)

    def _weeks_of(self, first: date, columns: int) -> Iterator[Week]:
        monday = first - timedelta(days=first.weekday())
        while (monday.year, monday.month) <= (first.year, first.month):
            days = [monday + timedelta(days=n) for n in range(columns)]
            if any(day.month == first.month for day in days):
                yield Week(monday, tuple(self.day(day) if day.month == first.month else None for day in days))
            monday += timedelta(days=7)


def months_between(first: date, last: date) -> Iterator[date]:
    """The first day of each month, both ends included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def stretches(half_days: Iterable[Shown]) -> list[tuple[Place, date, date]]:
    """Where, from when to when: days follow each other unless the other place comes between."""
    runs: list[tuple[Place, date, date]] = []
    for half in sorted(half_days, key=lambda half: (half.on, half.starts_at)):
        if runs and runs[-1][0] is half.place:
            runs[-1] = (half.place, runs[-1][1], half.on)
        else:
            runs.append((half.place, half.on, half.on))
    return runs


def periods(half_days: Iterable[Shown], place: Place) -> list[tuple[date, date]]:
    """The stretches of days spent in a place."""
    return [(first, last) for where, first, last in stretches(half_days) if where is place]
