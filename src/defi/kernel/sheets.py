"""A table that somebody hands in, read whatever its make: CSV, TSV, ODS, XLSX (or the older XLS).

    sheet = sheets.read(content, "lots.ods")
    places = sheets.recognise(sheet.head, {"number": ("lot", "numéro du lot"), "title": ("intitulé", "objet")})
    for line in sheet.lines:
        line.number, line.get(places, "title")

Every cell comes out as a text, the way a person reads it in the spreadsheet: `3`, not `3.0`; a day as `2026-03-01`.
Nothing is computed: a formula gives the value that the file keeps of it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from defi.kernel.refusals import Invalid

LARGEST = 10 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_LINES = 20_000
MOST_COLUMNS = 200
BOOKS = frozenset({".xlsx", ".ods", ".xls", ".xlsm"})
_FORMULA = re.compile(rb"<f[ >/]|table:formula=")
_ZIP, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_SEPARATORS = "\t;,|"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table, with the number that the spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]

    def get(self, places: Mapping[str, int], name: str) -> str:
        """The cell of a recognised column; nothing when the table has no such column or stops before it."""
        place = places.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The titles of the columns and the lines that are not empty, in order."""

    head: tuple[str, ...]
    lines: tuple[Line, ...]


def read(content: bytes, name: str) -> Sheet:
    """The first sheet that holds anything. Raises `Invalid`, with what to do, for what is not a table, is damaged, is
    too large or holds nothing."""
    if not content.strip():
        raise _wrong(_("« %(name)s » est vide : choisissez le fichier qui contient le tableau."), name)
    if len(content) > LARGEST:
        raise _wrong(_("« %(name)s » dépasse 10 Mo : gardez le seul tableau, sans images, ou coupez-le en deux."), name)
    rows = _of_book(content, name) if _is_book(content, name) else _of_text(content, name)
    return _sheet(rows, name)


def recognise(head: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each wanted column stands: `names` gives, for each, the titles it goes by. Case, accents and signs do not
    count; the first column of a title wins."""
    places: dict[str, int] = {}
    titles = [plain(title) for title in head]
    for wanted, known in names.items():
        found = (titles.index(plain(title)) for title in known if plain(title) in titles)
        place = next(found, None)
        if place is not None:
            places[wanted] = place
    return places


def formulas_in(content: bytes) -> int:
    """How many cells of a workbook are computed: their last result is what is read."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return 0
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = [name for name in book.namelist() if name.startswith("xl/worksheets/") or name == "content.xml"]
        return sum(len(_FORMULA.findall(book.read(name))) for name in parts if name.endswith(".xml"))


def plain(text: str) -> str:
    """Small letters and figures without accents, one space between words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


def _is_book(content: bytes, name: str) -> bool:
    return content.startswith((_ZIP, _OLD_OFFICE)) or PurePath(name.lower()).suffix in BOOKS


def _of_book(content: bytes, name: str) -> Iterable[Sequence[object]]:
    if content.startswith(_ZIP):
        _check_unpacked(content, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            if any(text(cell) for row in rows for cell in row):
                return rows
    except PasswordError as fault:
        raise _wrong(_("« %(name)s » est protégé par un mot de passe : enlevez-le, puis envoyez-le."), name) from fault
    except (CalamineError, ValueError, OSError) as fault:
        raise _wrong(
            _("« %(name)s » n'est pas un tableau, ou il est abîmé : ouvrez-le et enregistrez-le en ODS ou XLSX."),
            name,
        ) from fault
    return []


def _check_unpacked(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, EOFError, ValueError) as fault:
        raise _wrong(_("« %(name)s » est incomplet ou abîmé : envoyez de nouveau le fichier entier."), name) from fault
    if size > LARGEST_UNPACKED:
        raise _wrong(_("« %(name)s » est bien trop gros une fois ouvert : gardez le seul tableau."), name)


def _of_text(content: bytes, name: str) -> Iterable[Sequence[str]]:
    words = _decoded(content, name)
    first = next((line for line in words.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(words, newline=""), delimiter=separator))
    except csv.Error as fault:
        raise _wrong(
            _("« %(name)s » n'est pas un tableau lisible : enregistrez-le en ODS, XLSX ou CSV."), name
        ) from fault


def _decoded(content: bytes, name: str) -> str:
    """The text, in UTF-8 else in the code of older Windows and Latin-9: what its name says is not believed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content.startswith(_PDF) or b"\x00" in content:
        raise _wrong(_("« %(name)s » n'est pas un tableau : envoyez un fichier ODS, XLSX, CSV ou TSV."), name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Only Windows puts letters where Latin-9 has none; the rest differs by œ and €.
        of_windows = any(0x80 <= sign < 0xA0 for sign in content)
        return content.decode("cp1252" if of_windows else "iso8859-15", errors="replace")


def _sheet(rows: Iterable[Sequence[object]], name: str) -> Sheet:
    head: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        cells = tuple(text(cell) for cell in row[:MOST_COLUMNS])
        if not any(cells):
            continue
        if not head:
            head = cells
            continue
        if len(lines) == MOST_LINES:
            raise _wrong(_("« %(name)s » compte plus de 20 000 lignes : coupez-le en plusieurs fichiers."), name)
        lines.append(Line(number, cells))
    if not lines:
        raise _wrong(_("« %(name)s » ne contient aucune ligne sous ses titres de colonnes."), name)
    return Sheet(head, tuple(lines))


def text(cell: object) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, bool):
        return _("oui") if cell else _("non")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time | datetime):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else " ".join(str(cell).split())


def _wrong(sentence: str, name: str) -> Invalid:
    return Invalid.field("file", sentence % {"name": name[:80]})
