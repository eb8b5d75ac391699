"""Calendar months, as contracts count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later; the last day of that month when it has no such day.

    Used for follow-up dates: 31 August + 6 months is 28 (or 29) February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of(start: date, months: int) -> date:
    """The day on which `months` months from `start` end: the day before the same day, `months` later.

    1 March, 6 months → 31 August. When the arrival month has no such day the term ends on its last day (the way French
    procedure counts months, art. 641 CPC): 31 August, 6 months → 28 (or 29) February. Source: process.md, contracts."""
    arrival = add_months(start, months)
    if arrival.day < start.day:
        return arrival
    return arrival - timedelta(days=1)
