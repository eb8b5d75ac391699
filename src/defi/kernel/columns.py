"""What the columns of a table handed in are, and what their cells mean: common to all that is imported line by line.

    COLUMNS = (Column("last_name", _("Nom"), ("nom", "nom de famille")), …)
    sheet = under_its_titles(sheets.read(content, name), COLUMNS)
    values, faults = read_cells(named_cells(line.cells, places), {"last_name": short(80), "on": day})

Pure: no database, no clock. What cannot be read gets a sentence; nothing is guessed in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from defi.kernel import sheets
from defi.kernel.refusals import Invalid
from defi.kernel.transitions import Text

TITLE_LINES = 10
"""Under how many lines of title, logo and date the names of columns are looked for."""

MONTHS = {
    word: n
    for n, word in enumerate(
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split(),  # noqa: SIM905
        start=1,
    )
}
NUMERIC_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True, slots=True)
class Column:
    """Something a table may tell, and the titles it goes by, written plain."""

    name: str
    label: Text
    titles: tuple[str, ...]


class Unclear(Exception):  # noqa: N818  (an answer, not a failure)
    """A cell that cannot be read; says why and how to mend it."""


Reader = Callable[[str], object]


def places_of(head: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands, by the exact titles it goes by."""
    return sheets.recognise(head, {column.name: column.titles for column in columns})


def under_its_titles(sheet: sheets.Sheet, columns: Sequence[Column]) -> sheets.Sheet:
    """The table below the line that names most columns: spreadsheets of meetings begin with a title and a date."""
    first = [sheet.head, *(line.cells for line in sheet.lines[:TITLE_LINES])]
    named = [len(places_of(cells, columns)) for cells in first]
    # One title alone may be a word of a line: « 8 mois », « Contact ».
    at = named.index(max(named)) if max(named) > 1 else 0
    return sheets.Sheet(first[at], sheet.lines[at:])


def named_cells(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The cells of a line that have a meaning, by name; empty ones left out."""
    return {name: cells[place] for name, place in places.items() if place < len(cells) and cells[place].strip()}


def read_cells(cells: Mapping[str, str], readers: Mapping[str, Reader]) -> tuple[dict[str, object], dict[str, str]]:
    """What each cell means, and a sentence for each that could not be read."""
    values: dict[str, object] = {}
    faults: dict[str, str] = {}
    for name, read in readers.items():
        try:
            values[name] = read(cells.get(name, "").strip())
        except Unclear as unclear:
            faults[name] = str(unclear)
        except Invalid as wrong:
            faults[name] = wrong.sentence
    return values, faults


# --- what a cell means -------------------------------------------------------------------------------------------


def short(longest: int) -> Callable[[str], str]:
    """Reads a text of at most `longest` signs."""

    def read(typed: str) -> str:
        if len(typed) > longest:
            raise Unclear(
                _("Ce texte compte %(n)d signes : gardez-en %(most)d au plus.") % {"n": len(typed), "most": longest}
            )
        return typed

    return read


def email(typed: str) -> str:
    """An address in small letters, or nothing."""
    if typed:
        try:
            validate_email(typed)
        except ValidationError as wrong:
            raise Unclear(
                _("« %(typed)s » n'est pas une adresse électronique : corrigez-la, ou laissez vide.") % {"typed": typed}
            ) from wrong
    return typed.lower()


def numeric_day(typed: str) -> date | None:
    """A day written in figures, whatever the order and the signs between; None when it is not one."""
    for pattern in NUMERIC_DAYS:
        with suppress(ValueError):
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007
    return None


def worded_day(typed: str) -> date | None:
    """« 1er septembre 2026 », « septembre 2026 » or « 9 2026 » (their first day); None when it is not one."""
    words = sheets.plain(typed).split()
    with suppress(ValueError, IndexError, KeyError):
        if len(words) == 2 and words[0].isdigit() and words[1].isdigit():
            return date(int(words[1]), int(words[0]), 1)
        first = int(words[-3].removesuffix("er")) if len(words) > 2 else 1
        return date(int(words[-1]), MONTHS[words[-2]], first)
    return None
