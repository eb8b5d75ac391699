"""What a text may speak of: the fields, lists, tables and passages of one kind of document, declared in code.

A name is what the officer types between braces or brackets; it is found whatever its case and its accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import french
from defi.kernel.documents.payload import clean

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Kind(StrEnum):
    """What a field holds: how it is printed, and what the list of fields says of it."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes_no"


KIND_WORDS = {
    Kind.TEXT: _("texte"),
    Kind.DATE: _("date"),
    Kind.NUMBER: _("nombre"),
    Kind.YES_NO: _("condition"),
}

TO_SAY = "à préciser"


@dataclass(frozen=True, slots=True)
class Field:
    """A value offered by `name`. `value` takes it from the facts of the document, or from a row of its list.

    `otherwise` is printed when it is not known. A field of the kind « condition » is asked, never printed."""

    name: str
    label: _StrOrPromise
    value: Callable[[Any], object]
    example: str = ""
    kind: Kind = Kind.TEXT
    otherwise: str = TO_SAY


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, by the name of one of its rows: « Pour chaque employeur ». `lists` are those of a row."""

    name: str
    label: _StrOrPromise
    rows: Callable[[Any], Sequence[Any]]
    fields: tuple[Field, ...]
    lists: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the product draws. A text without a `required` one is refused: people sign in it."""

    name: str
    label: _StrOrPromise
    key: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that the product shows alone elsewhere (what an employer engages to do, before it agrees)."""

    name: str
    label: _StrOrPromise
    key: str
    required: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All that the text of a kind of document may use. Equal to itself only: a text that was read is found by it."""

    fields: tuple[Field, ...]
    lists: tuple[Listing, ...] = ()
    tables: tuple[Table, ...] = ()
    passages: tuple[Passage, ...] = ()


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A name without case, accents, doubled spaces or typographic apostrophes."""
    flat = unicodedata.normalize("NFKD", name.casefold().replace("\u2019", "'").replace("œ", "oe"))
    return " ".join("".join(sign for sign in flat if not unicodedata.combining(sign)).split())


def printed(value: object) -> str:
    """A value as it is read: dates and numbers in French words, texts as typed, nothing when it is not known."""
    match value:
        case None | False | "":
            return ""
        case True:
            return "oui"
        case datetime():
            return french.moment_words(value)
        case date():
            return french.long_date(value)
        case time():
            return french.time_words(value)
        case timedelta():
            return french.hours_words(value)
        case int() | Decimal() | float():
            return french.number_words(value)
    shown = clean(str(value)).strip()
    # Signs that show nothing (a soft hyphen alone) do not fill a field.
    return shown if any(unicodedata.category(sign) not in {"Cf", "Mn", "Zs", "Cc"} for sign in shown) else ""
