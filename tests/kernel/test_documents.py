"""The engine of documents: what every PDF holds, whatever its template."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from defi.kernel.documents import DocumentError, Rendered, Template, fingerprint, french, matches, readable, render
from defi.kernel.documents.payload import clean, payload
from defi.kernel.documents.sandbox import Limits, Trial
from defi.kernel.documents.template import LOOK

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
URL = "https://defi.example.fr/v/ABCDE23456"

SOURCE = """
#import "/defi.typ": *
#show: sheet.with(subtitle: data.name)
#facts(("Nom", data.name), ("Depuis", day(data.since)))
== Lignes
#listing((1fr, 1fr), ("Un", "Deux"), data.lines.map(line => (line, "x")))
"""


class Colour(StrEnum):
    GREEN = "vert"


@dataclass(frozen=True)
class Note:
    name: str = "Maison Bel-Air"
    since: date | None = date(2026, 3, 1)
    lines: tuple[str, ...] = ("première", "seconde")


@dataclass(frozen=True)
class Other:
    name: str = ""


def template(folder: Path, source: str = SOURCE, *, verified: bool = True) -> Template[Note]:
    made = Template(kind="note", title="Note d'essai", folder=folder, data=Note, prefix="NOTE", verified=verified)
    made.source.write_text(source, encoding="utf-8")
    return made


def made(made_from: Template[Note], note: Note | None = None, now: datetime = NOW) -> Rendered:
    return render(made_from, note or Note(), number="NOTE-2025-0001", code="ABCDE23456", verify_url=URL, now=now)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")


def test_a_document_is_tagged_accessible_and_archivable(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(made(template(tmp_path)).pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot.K
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Note d'essai : Maison Bel-Air (NOTE-2025-0001)"
        assert str(pdf.docinfo.Author) == "Région Centre-Val de Loire"
        metadata = pdf.open_metadata()
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"


def test_its_table_headers_are_marked_and_its_title_is_a_heading(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(made(template(tmp_path)).pdf)) as pdf:
        tags = [str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
    assert tags.count("/TH") == 2
    assert tags.count("/TD") == 4
    assert tags.count("/H1") == 1
    assert tags.count("/H2") == 1


def test_all_its_fonts_are_embedded_and_none_comes_from_the_system(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(made(template(tmp_path)).pdf)) as pdf:
        descriptors = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        names = {str(item.FontName).split("+")[1] for item in descriptors}
        assert all("/FontFile2" in item or "/FontFile3" in item for item in descriptors)
    assert names <= {"PTSans-Regular", "PTSans-Bold"}


def test_the_same_facts_at_the_same_instant_give_the_same_bytes(tmp_path: Path) -> None:
    kind = template(tmp_path)
    first = made(kind)
    made(kind, Note(name="Entre-temps"))
    assert made(kind).pdf == first.pdf
    assert made(kind, now=NOW + timedelta(seconds=1)).pdf != first.pdf


def test_what_was_laid_out_for_other_documents_changes_none_of_its_bytes(tmp_path: Path) -> None:
    kind = template(tmp_path)
    for turn in range(3):
        made(kind, Note(name=f"Autre {turn}", lines=tuple(f"ligne {number}" for number in range(40 * turn))))
    alone = render(
        kind, Note(), number="NOTE-2025-0001", code="ABCDE23456", verify_url=URL, now=NOW, typeset=Trial(Limits())
    )
    assert made(kind).pdf == alone.pdf


def test_the_shared_look_keeps_nothing_of_one_document() -> None:
    """A name in its styles would have every word laid out anew for each document: twice the time."""
    look = (LOOK / "look.typ").read_text(encoding="utf-8")
    assert re.findall(r"^.*json\(.*$", look, re.MULTILINE) == ['#let around() = json("/meta.json")']
    assert not re.findall(r"^#let \w[\w-]* = around\(", look, re.MULTILINE)


def test_the_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    rendered = made(template(tmp_path))
    assert rendered.sha256 == fingerprint(rendered.pdf)
    assert matches(rendered.pdf, readable(rendered.sha256).upper())
    assert not matches(rendered.pdf + b"\n", rendered.sha256)


def test_it_counts_its_pages(tmp_path: Path) -> None:
    rendered = made(template(tmp_path), Note(lines=tuple(f"ligne {number}" for number in range(120))))
    assert rendered.pages == len(pypdfium2.PdfDocument(rendered.pdf)) > 1


def test_each_page_says_which_document_it_is_and_how_many_there_are(tmp_path: Path) -> None:
    rendered = made(template(tmp_path), Note(lines=tuple(f"ligne {number}" for number in range(120))))
    for number, page in enumerate(pypdfium2.PdfDocument(rendered.pdf), start=1):
        text = page.get_textpage().get_text_bounded().replace("\u00a0", " ")
        assert "NOTE-2025-0001" in text
        assert "Région Centre-Val de Loire" in text
        assert "Code ABCDE-23456" in text
        assert f"Page {number} / {rendered.pages}" in text


def test_its_qr_code_leads_to_the_verification_address_and_measures_twenty_millimetres(tmp_path: Path) -> None:
    rendered = made(template(tmp_path), Note(lines=tuple(f"ligne {number}" for number in range(120))))
    dots_per_millimetre = 8
    for page in pypdfium2.PdfDocument(rendered.pdf):
        picture = page.render(scale=dots_per_millimetre * 25.4 / 72).to_pil()
        codes = zxingcpp.read_barcodes(picture)
        assert [code.text for code in codes] == [URL]
        corners = codes[0].position
        assert (corners.top_right.x - corners.top_left.x) / dots_per_millimetre >= 20
        assert (corners.bottom_left.y - corners.top_left.y) / dots_per_millimetre >= 20


def test_a_document_that_is_not_verified_carries_no_qr_code(tmp_path: Path) -> None:
    kind = template(tmp_path, verified=False)
    rendered = render(kind, Note(), number="NOTE-2025-0001", code="", verify_url="", now=NOW)
    picture = pypdfium2.PdfDocument(rendered.pdf)[0].render(scale=3).to_pil()
    assert zxingcpp.read_barcodes(picture) == []
    assert "Vérifier" not in text_of(rendered.pdf)


@pytest.mark.parametrize(
    "name",
    [
        "#panic(1)",
        "$x^2$ & *gras* _souligné_",
        "<etiquette> @reference",
        "L'Âge d'Or, dit \"le #1\"",
        "// pas un commentaire, ni /* ceci */",
        "\\u{41} `code` ~ -- --- ...",
        "= pas un titre",
        "[crochets] {accolades} (parenthèses)",
        "https://exemple.fr/#ancre",
    ],
)
def test_what_people_type_is_printed_as_typed(tmp_path: Path, name: str) -> None:
    assert f"Nom {name}\n" in text_of(made(template(tmp_path), Note(name=name)).pdf).replace("\nNom\n", "\nNom ") + "\n"


def test_names_of_everywhere_are_drawn(tmp_path: Path) -> None:
    name = "Şule Öztürk, Łukasz, Ștefan, Nguyễn, Иван, Αθηνά, D\u2019Arcy œuvre"
    rendered = made(template(tmp_path), Note(name=name))
    assert rendered.unprintable == ""
    assert name in text_of(rendered.pdf)


def test_a_character_that_no_font_draws_becomes_a_square_and_is_told(tmp_path: Path) -> None:
    rendered = made(template(tmp_path), Note(name="Maison 王 et 花 fils 🙂"))
    assert set(rendered.unprintable) == set("王花🙂")
    assert "Maison □ et □ fils (symbole)" in text_of(rendered.pdf)
    assert made(template(tmp_path)).unprintable == ""


def test_control_signs_and_reading_order_tricks_do_not_reach_the_paper() -> None:
    assert clean("Aide\u0000 & Cie\u202e\ufeff\tx\r\ny\ue000") == "Aide & Cie x\ny□"
    assert clean("e\u0301") == "é"


def test_empty_lists_and_missing_dates_are_said(tmp_path: Path) -> None:
    text = text_of(made(template(tmp_path), Note(since=None, lines=())).pdf)
    assert "à préciser" in text
    assert "Rien à ce jour." in text


def test_many_threads_can_make_documents_at_once(tmp_path: Path) -> None:
    kind = template(tmp_path)
    notes = [Note(name=f"Entreprise {number}") for number in range(12)]
    expected = [made(kind, note).sha256 for note in notes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda note: made(kind, note).sha256, notes)) == expected


def test_a_forked_process_says_so_instead_of_waiting_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = template(tmp_path)
    made(kind)
    monkeypatch.setattr("os.getpid", lambda: -1)
    with pytest.raises(DocumentError, match="forked"):
        made(kind)


@pytest.mark.parametrize("path", ["/etc/hostname", "../secret.txt", "/../secret.txt", "../../../../etc/hostname"])
def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(DocumentError, match="Typst refuses note"):
        made(template(folder, f'#import "/defi.typ": *\n#show: sheet\n#read("{path}")'))


def test_a_template_that_does_not_compile_says_where(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"(?s)Typst refuses note: .*main\.typ:3"):
        made(template(tmp_path, '#import "/defi.typ": *\n#show: sheet\n#data.unknown'))


def test_a_picture_without_words_is_refused(tmp_path: Path) -> None:
    source = '#import "/defi.typ": *\n#show: sheet\n#image("/qr.svg")'
    with pytest.raises(DocumentError, match="alt"):
        made(template(tmp_path, source))


def test_it_refuses_the_data_of_another_document(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="filled with Note, not Other"):
        render(template(tmp_path), Other(), number="N", code="ABCDE23456", verify_url=URL, now=NOW)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": ""}, "no number"),
        ({"code": ""}, "needs a code"),
        ({"verify_url": ""}, "needs a code"),
        ({"now": datetime(2025, 11, 3)}, "aware instant"),  # noqa: DTZ001
    ],
)
def test_it_refuses_a_document_without_its_marks(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    marks: dict[str, object] = {"number": "NOTE-1", "code": "ABCDE23456", "verify_url": URL, "now": NOW}
    with pytest.raises(DocumentError, match=sentence):
        render(template(tmp_path), Note(), **(marks | changes))  # type: ignore[arg-type]


def test_it_refuses_a_value_that_nobody_can_print() -> None:
    with pytest.raises(DocumentError, match="cannot print a object"):
        payload({"x": object()})


def test_values_reach_the_template_in_french_words() -> None:
    text = payload(
        {
            "date": date(2026, 3, 1),
            "moment": datetime(2026, 7, 14, 7, 5, tzinfo=UTC),
            "length": timedelta(hours=3, minutes=5),
            "number": Decimal("1234.50"),
            "word": Colour.GREEN,
            "nothing": None,
            "yes": True,
        }
    ).decode()
    assert '"long": "1er\u00a0mars\u00a02026"' in text
    assert '"time": "9\u00a0h\u00a005"' in text
    assert '"length": "3\u00a0h\u00a005"' in text
    assert '"number": "1\u202f234,5"' in text
    assert '"word": "vert", "nothing": null, "yes": true' in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (french.long_date(date(2025, 11, 3)), "3 novembre 2025"),
        (french.long_date(date(2026, 3, 1)), "1er mars 2026"),
        (french.short_date(date(2026, 3, 1)), "01/03/2026"),
        (french.weekday_date(date(2025, 11, 3)), "lundi 3 novembre 2025"),
        (french.moment_words(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)), "1er janvier 2026 à 0 h 30"),
        (french.time_words(time(8, 5)), "8 h 05"),
        (french.time_words(time(12)), "12 h"),
        (french.number_words(1234567), "1 234 567"),
        (french.number_words(Decimal("-0.50")), "−0,5"),
        (french.number_words(28.5), "28,5"),
        (french.amount_words(Decimal("54486")), "54 486,00 €"),
        (french.amount_words(Decimal("0.005")), "0,01 €"),
        (french.hours_words(timedelta(hours=420)), "420 h"),
        (french.hours_words(timedelta(minutes=210)), "3 h 30"),
        (french.rate_words(5, 8), "63 % (5 sur 8)"),
        (french.rate_words(0, 0), "sans objet (personne à compter)"),
    ],
)
def test_french_words(words: str, expected: str) -> None:
    assert re.sub(r"[\u00a0\u202f]", " ", words) == expected
