"""Days and lengths of time in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NO_BREAK = "\u00a0"


def duration_words(minutes: int) -> str:
    """`3 h 30`, `420 h`, `45 min`: never cut at the end of a line."""
    hours, rest = divmod(minutes, 60)
    if rest and not hours:
        return f"{rest}{NO_BREAK}min"
    words = f"{hours} h {rest:02d}" if rest else f"{hours} h"
    return words.replace(" ", NO_BREAK)


def plain_hours(minutes: int) -> str:
    """The same within a sentence that is kept and compared: with plain spaces."""
    return duration_words(minutes).replace(NO_BREAK, " ")


def hour_words(at: time) -> str:
    """`9 h`, `13 h 30`: never cut at the end of a line."""
    words = f"{at.hour} h {at.minute:02d}" if at.minute else f"{at.hour} h"
    return words.replace(" ", NO_BREAK)


def ends_at(starts_at: time, minutes: int) -> time:
    """When a half-day of `minutes` is over."""
    return (datetime.combine(date.min, starts_at) + timedelta(minutes=minutes)).time()


def day_words(day: date) -> str:
    """`3 novembre 2025`, `1er mars 2026`."""
    number = _("1er") if day.day == 1 else str(day.day)
    return f"{number} {date_format(day, 'F Y')}"


def weekday_words(day: date) -> str:
    """`lundi 3 novembre 2025`."""
    return _weekday_words(day, get_language() or "")


@lru_cache(maxsize=2048)
def _weekday_words(day: date, language: str) -> str:
    """Said once a day and language: a page of months says hundreds of days."""
    return f"{date_format(day, 'l').lower()} {day_words(day)}"
