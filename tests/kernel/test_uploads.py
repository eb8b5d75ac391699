"""A file that somebody sends is judged by its bytes."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel.refusals import Invalid
from defi.kernel.uploads import LARGEST, LONGEST_NAME, checked, tidy_name


def zipped(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("étude.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("carte.PNG", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("note.txt", "déjà".encode("iso-8859-15"), "text/plain"),
        ("liste.csv", b"a;b", "text/csv"),
        ("note.odt", zipped("content.xml", mimetype=ODT), ODT),
        (
            "tableau.xlsx",
            zipped("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_it_keeps_what_a_diagnosis_needs(name: str, content: bytes, media_type: str):
    kept = checked(name, content)
    assert (kept.name, kept.media_type, kept.size) == (name, media_type, len(content))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("vide.pdf", b"", "vide"),
        ("lourd.pdf", b"%PDF-" + b"0" * LARGEST, "pèse plus de 5 Mo"),
        ("programme.exe", b"MZ", "n'est pas accepté"),
        ("sans-suffixe", b"%PDF-", "n'est pas accepté"),
        ("page.html", b"<script>", "n'est pas accepté"),
        ("image.svg", b"<svg/>", "n'est pas accepté"),
        ("déguisé.pdf", b"MZ\x90", "n'en est pas un"),
        ("déguisé.txt", b"MZ\x00", "n'en est pas un"),
        ("coupé.docx", zipped("word/document.xml")[:40], "n'en est pas un"),
        ("macro.docx", zipped("word/document.xml", "word/vbaProject.bin"), "n'en est pas un"),
        ("autre.odt", zipped("content.xml", mimetype="application/zip"), "n'en est pas un"),
        ("autre.odt", zipped("content.xml"), "n'en est pas un"),
    ],
)
def test_it_refuses_the_rest_and_says_what_to_do(name: str, content: bytes, sentence: str):
    with pytest.raises(Invalid, match=sentence) as refusal:
        checked(name, content)
    assert set(refusal.value.fields) == {"file"}


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("C:\\Dossiers\\étude.pdf", "étude.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\x00.pdf", "a b .pdf"),
        ("...caché.pdf", "caché.pdf"),
        ("x" * 400 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_the_last_part_of_a_path_on_one_line(name: str, tidy: str):
    assert tidy_name(name) == tidy


@given(st.text(max_size=400))
def test_a_name_is_always_short_and_on_one_line(name: str):
    tidy = tidy_name(name)
    assert len(tidy) <= LONGEST_NAME
    assert not {"/", "\\", "\n", "\r", "\x00"} & set(tidy)
