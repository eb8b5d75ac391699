"""When mail may leave: pure functions of an instant and the hours of the table, as the clocks of Paris show them.

Every hour is computed on the clock of the wall: at the two changes of summer time seven in the morning stays seven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays

from defi.kernel.clock import PARIS

_SUNDAY = 6
_SEARCHED = 15
"""Days looked through for an open one: no row of Sundays and public holidays is longer."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when mail leaves on an open day, and at what hour the digest of the day does."""

    opens: time
    closes: time
    digest: time

    def __post_init__(self) -> None:
        if not self.opens <= self.digest < self.closes:
            raise ValueError("hours: opens <= digest < closes")


def is_open_day(day: date) -> bool:
    """Neither a Sunday nor a public holiday of metropolitan France."""
    return day.weekday() != _SUNDAY and day not in _holidays(day.year)


def is_open(moment: datetime, hours: Hours) -> bool:
    """Whether a mail may leave at this instant."""
    here = moment.astimezone(PARIS)
    return is_open_day(here.date()) and hours.opens <= here.time() < hours.closes


def next_open(moment: datetime, hours: Hours) -> datetime:
    """The first instant, this one or later, at which a mail may leave (UTC)."""
    if is_open(moment, hours):
        return moment
    return _first(moment, hours.opens)


def next_digest(moment: datetime, hours: Hours) -> datetime:
    """The first hour of the digest at this instant or later (UTC)."""
    return _first(moment, hours.digest)


def last_digest(moment: datetime, hours: Hours) -> datetime:
    """The last hour of the digest at this instant or before (UTC)."""
    day = moment.astimezone(PARIS).date()
    for back in range(_SEARCHED):
        found = _at(day - timedelta(days=back), hours.digest)
        if found <= moment and is_open_day(day - timedelta(days=back)):
            return found
    raise ValueError("no open day")  # pragma: no cover


def _first(moment: datetime, hour: time) -> datetime:
    day = moment.astimezone(PARIS).date()
    for ahead in range(_SEARCHED):
        found = _at(day + timedelta(days=ahead), hour)
        if found >= moment and is_open_day(day + timedelta(days=ahead)):
            return found
    raise ValueError("no open day")  # pragma: no cover


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=PARIS).astimezone(UTC)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))
