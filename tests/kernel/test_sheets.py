"""A table handed in is read whatever its make, and what is not one says what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel import sheets, tables
from defi.kernel.refusals import Invalid
from defi.kernel.tables import Column

Pair = tuple[str, object]
COLUMNS: tuple[Column[Pair], ...] = (
    Column("Intitulé", lambda pair: pair[0]),
    Column("Depuis", lambda pair: pair[1]),
)
PAIRS: list[Pair] = [("Métiers de l'aide", 3), ("Soudage", date(2026, 3, 1))]


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_what_was_taken_away_comes_back_the_same(kind: str) -> None:
    sheet = sheets.read(tables.written(kind, "Lots", COLUMNS, PAIRS), f"lots.{kind}")
    assert sheet.head == ("Intitulé", "Depuis")
    assert [line.cells for line in sheet.lines] == [("Métiers de l'aide", "3"), ("Soudage", "2026-03-01")]
    assert [line.number for line in sheet.lines] == [2, 3]


@pytest.mark.parametrize("separator", ["\t", ";", ",", "|"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16"])
def test_a_text_is_read_whatever_its_separator_and_its_code(separator: str, code: str) -> None:
    content = f'lot{separator}intitulé\n\n12{separator}"Métiers{separator} de l été"\n'.encode(code)
    sheet = sheets.read(content, "lots.csv")
    assert sheet.head == ("lot", "intitulé")
    assert sheet.lines[0] == sheets.Line(3, ("12", f"Métiers{separator} de l été".replace("\t", "")))


@pytest.mark.parametrize("code", ["utf-8", "cp1252", "iso-8859-15"])
def test_an_oe_is_an_oe_whatever_the_code(code: str) -> None:
    assert sheets.read("métier\ncœur à 10 €\n".encode(code), "utf-8.csv").lines[0].cells == ("cœur à 10 €",)


def test_columns_are_recognised_under_the_names_they_go_by() -> None:
    names = {"number": ("numéro du lot", "lot"), "title": ("intitulé",), "seats": ("places",)}
    places = sheets.recognise(["N°", "NUMERO  DU LOT", "Intitule"], names)
    assert places == {"number": 1, "title": 2}
    line = sheets.Line(2, ("x", "7"))
    assert [line.get(places, name) for name in names] == ["7", "", ""]


def _cut(kind: str) -> bytes:
    whole = tables.written(kind, "Lots", COLUMNS, PAIRS)
    return whole[: len(whole) // 2]


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (sheets.LARGEST_UNPACKED + 1))
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "lots.csv", "est vide"),
        (b"  \n ", "lots.csv", "est vide"),
        (b"%PDF-1.7 ...", "lots.pdf", "n'est pas un tableau"),
        (b"lot;\x00\x01\x02", "lots.csv", "n'est pas un tableau"),
        (b"lot;titre\n", "lots.csv", "aucune ligne"),
        (b"pas un classeur", "lots.xlsx", "pas un tableau"),
        (b"0" * (sheets.LARGEST + 1), "lots.csv", "dépasse 10 Mo"),
        (b"a;b\n" * (sheets.MOST_LINES + 2), "lots.csv", "20 000 lignes"),
        (_bomb(), "lots.xlsx", "trop gros"),
        (_cut("ods"), "lots.ods", "incomplet ou abîmé"),
        (_cut("xlsx"), "lots.xlsx", "incomplet ou abîmé"),
    ],
    ids=["empty", "blank", "pdf", "binary", "head only", "not a book", "large", "long", "bomb", "cut ods", "cut xlsx"],
)
def test_what_is_not_a_table_says_what_to_do(content: bytes, name: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sheets.read(content, name)
    assert said in refusal.value.sentence
    assert list(refusal.value.fields) == ["file"]


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.ods", "a.xls", "a"]))
def test_whatever_the_bytes_a_table_or_a_sentence_comes_out(content: bytes, name: str) -> None:
    try:
        lines = sheets.read(content, name).lines
    except Invalid:
        return
    assert lines
