"""A list taken away: the three kinds of file say the same, and no text in them is a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpRequest, QueryDict
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from defi.kernel import clock, tables
from defi.kernel.tables import Column


@dataclass(frozen=True)
class Firm:
    name: str
    posts: int | None
    since: date


COLUMNS: tuple[Column[Firm], ...] = (
    Column("Entreprise", lambda firm: firm.name),
    Column("Postes", lambda firm: firm.posts),
    Column("Depuis", lambda firm: firm.since),
)
FIRMS = [Firm("Les Tilleuls", 2, date(2026, 3, 1)), Firm("=HYPERLINK(A1)", None, date(2026, 4, 30))]


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_spreadsheet_keeps_numbers_and_days_as_such(kind: str) -> None:
    found = cells(tables.written(kind, "Entreprises", COLUMNS, FIRMS))
    assert found[0] == ["Entreprise", "Postes", "Depuis"]
    assert found[1] == ["Les Tilleuls", 2.0, date(2026, 3, 1)]
    assert found[2][0] == "'=HYPERLINK(A1)"


def test_a_csv_opens_in_a_french_spreadsheet() -> None:
    content = tables.written("csv", "Entreprises", COLUMNS, FIRMS)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Entreprise", "Postes", "Depuis"],
        ["Les Tilleuls", "2", "2026-03-01"],
        ["'=HYPERLINK(A1)", "", "2026-04-30"],
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1200.50"), "1200,50"),
        (Decimal("600.00"), "600,00"),
        (2.5, "2,5"),
        (12, 12),
        (None, ""),
        ("1.5", "1.5"),
    ],
)
def test_in_a_csv_an_amount_keeps_its_cents_and_has_the_comma_of_a_french_spreadsheet(value, written) -> None:
    assert tables.csv_cell(value) == written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "\u00a0+", "\x00=", "＝"])
def test_a_text_that_begins_like_a_formula_is_defused(start: str) -> None:
    assert tables.cell(f"{start}1+1").startswith("'")


def test_what_is_not_a_text_stays_what_it_is() -> None:
    assert tables.cell(-3) == -3
    assert tables.cell(Decimal("35.5")) == 35.5
    assert tables.cell(True) == "oui"
    assert tables.cell(None) == ""


@given(st.text())
def test_no_text_is_a_formula_nor_breaks_the_file(text: str) -> None:
    written = str(tables.cell(text))
    assert not written.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not any(ord(character) < 32 and character not in "\t\n\r" for character in written)


@pytest.mark.parametrize(("query", "kind"), [("", ""), ("export=ods", "ods"), ("export=exe", ""), ("export=", "")])
def test_the_address_tells_which_file_is_wanted(query: str, kind: str) -> None:
    request = HttpRequest()
    request.GET = QueryDict(query)
    assert tables.asked(request) == kind


def test_the_file_is_named_after_the_list_and_the_day() -> None:
    with clock.at(date(2026, 3, 2)):
        response = tables.download("csv", "Réponses dues", COLUMNS, FIRMS)
    assert response["Content-Disposition"] == 'attachment; filename="reponses-dues-2026-03-02.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
