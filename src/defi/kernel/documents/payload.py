"""From a frozen dataclass to what a Typst template reads: plain JSON, every value already in French words.

A date becomes its ways of being written, and the template picks one: `d.start.long`, `d.start.short`,
`d.start.weekday`. Texts stay texts: Typst reads them as strings and never as markup, so that `#`, `$` or `*` in a name
print as typed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from django.utils.functional import Promise

from defi.kernel.clock import PARIS
from defi.kernel.documents import french
from defi.kernel.documents.template import DocumentError

HOLLOW = "\u25a1"
"""Printed for a letter that no packaged font can draw."""

SIGN = "(symbole)"
"""Said for a picture (an emoji) that no packaged font can draw."""

_FORBIDDEN = {"Cs", "Co", "Cn"}


def payload(data: object, unprintable: str = "") -> bytes:
    """The JSON of a dataclass (or of what it is made of).

    A letter of `unprintable` becomes a hollow square, a picture a word."""
    table = {ord(sign): _instead(sign) for sign in unprintable}
    return json.dumps(_plain(data, table), ensure_ascii=False).encode()


def _instead(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in {"Mn", "Me", "Sk"}:  # what only changes the picture before it
        return ""
    return SIGN if category == "So" else HOLLOW


def clean(text: str) -> str:
    """The text without what an archivable PDF refuses: control signs go, private and unassigned ones show a square."""
    # Nearly every text: nothing to look at sign by sign.
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if composed.replace("\n", "").replace("\u00a0", "").replace("\u202f", "").isprintable():
        return composed
    return "".join(_clean_sign(sign) for sign in composed)


def _clean_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in _FORBIDDEN:
        return HOLLOW
    if sign == "\n":
        return sign
    if sign == "\t":
        return " "
    # Format signs (byte-order mark, reversed reading order) are invisible and could make a line read as another.
    return "" if category in {"Cc", "Cf"} and sign not in "\u00ad\u200c\u200d" else sign


def _plain(value: object, table: dict[int, str]) -> object:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return _plain(value.value, table)
        case str() | Promise():
            shown = clean(str(value))
            return shown.translate(table) if table else shown
        case datetime():
            return _moment(value)
        case date():
            return _date(value)
        case time():
            return french.time_words(value)
        case timedelta():
            return french.hours_words(value)
        case Decimal() | float():
            return french.number_words(value)
        case Mapping():
            return {str(key): _plain(item, table) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item, table) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), table) for field in fields(value)}
    raise DocumentError(f"A document cannot print a {type(value).__name__}: {value!r}.")


def _date(day: date) -> dict[str, str]:
    return {
        "long": french.long_date(day),
        "short": french.short_date(day),
        "weekday": french.weekday_date(day),
        "column": french.day_and_month(day),
        "iso": day.isoformat(),
    }


def _moment(moment: datetime) -> dict[str, str]:
    local = moment.astimezone(PARIS)
    return {
        **_date(local.date()),
        "time": french.time_words(local.time()),
        "moment": french.moment_words(moment),
    }
