"""A list taken away as a file: CSV, ODS or XLSX, with exactly the rows, the order and the columns that the page shows.

    COLUMNS = (Column(_("Lot"), lambda lot: lot.number), Column(_("Places"), lambda lot: lot.seats))

    if kind := tables.asked(request):
        return tables.download(kind, _("Lots"), COLUMNS, rows)

The page offers the three by `<c-filters … export>`, which keeps the filters of the address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import tablib
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _

from defi.kernel import clock

T = TypeVar("T")

PARAMETER = "export"
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet takes a text that begins so for a formula, and runs it on the machine of who opens the file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What XML cannot hold, and would make the file unreadable.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TITLE_MAX = 31  # the longest name of a sheet


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of the file: its title, and what it says of a row."""

    title: str | Promise
    value: Callable[[T], Any]


def asked(request: HttpRequest) -> str:
    """The kind of file that the address asks for ("csv", "ods", "xlsx"), or nothing: the page is wanted."""
    kind = request.GET.get(PARAMETER, "")
    return kind if kind in MEDIA_TYPES else ""


def download(kind: str, title: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> HttpResponse:
    """The file of these rows, named after the title and the day."""
    response = HttpResponse(written(kind, title, columns, rows), content_type=MEDIA_TYPES[kind])
    name = f"{slugify(title)}-{clock.today():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def written(kind: str, title: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> bytes:
    """The bytes of the file. CSV is written as a French spreadsheet opens it: UTF-8 with its mark, semicolons."""
    table = tablib.Dataset(headers=[cell(column.title) for column in columns], title=title[:_TITLE_MAX])
    as_cell = csv_cell if kind == "csv" else cell
    for row in rows:
        table.append([as_cell(column.value(row)) for column in columns])
    if kind == "csv":
        return str(table.export("csv", delimiter=";")).encode("utf-8-sig")
    made: bytes = table.export(kind)
    return made


def cell(value: Any) -> str | int | float | date:
    """A value as a cell holds it: a number stays a number, a day a day; a text is never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return value.astimezone(clock.PARIS).replace(tzinfo=None)
    if isinstance(value, int | float | date):
        return value
    if isinstance(value, Decimal):
        return float(value)
    return defused(str(value))


def csv_cell(value: Any) -> str | int | date:
    """The same in a file of text: a number that is not whole is written as a French spreadsheet reads it, `1200,50`,
    a decimal with all its places."""
    if isinstance(value, Decimal | float):
        return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value).replace(".", ",")
    held = cell(value)
    assert not isinstance(held, float)
    return held


def defused(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    clean = _UNWRITABLE.sub("", text)
    return f"'{clean}" if clean.lstrip(" \u00a0").startswith(_FORMULA) else clean
