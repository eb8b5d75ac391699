"""Dates as files of offers write them, the impossible ones of real life included. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date

EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
FIRST_YEAR, LAST_YEAR = 1950, 2100


def read_date(text: str, *, ends: bool = False) -> tuple[date | None, str]:
    """The day a text says, and the sentence to warn with, or nothing.

    An unknown day is the first of its month, an unknown month the first of the year, or the last when it `ends`
    something; `00000000` and `99999999` say that the date is open; a day past the end of its month is the last."""
    token = text.strip()
    if not token:
        return None, _("Date vide : laissée ouverte.")
    found = EIGHT_DIGITS.fullmatch(token)
    if found is None:
        return None, _("Date « {text} » illisible : laissée ouverte.").format(text=token[:20])
    year, month, day = map(int, found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR or month > 12:
        return None, _("Date « {text} » impossible : laissée ouverte.").format(text=token)
    read = _nearest(year, month, day, ends=ends)
    if (read.month, read.day) == (month, day):
        return read, ""
    return read, _("Date « {text} » impossible : lue comme le {day}.").format(text=token, day=long_date(read))


def _nearest(year: int, month: int, day: int, *, ends: bool) -> date:
    month = month or (12 if ends else 1)
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day, last) or (last if ends else 1))
