"""Scans as people send them: turned, blurred, hostile. The whole figure is printed by bench/scans.py."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pikepdf
import pytest
from PIL import Image

from damage import KINDS, Kind, blurred, scanned, turned
from defi.kernel.codes import PageCode
from defi.kernel.documents.qr import page_qr
from defi.kernel.refusals import Invalid
from defi.kernel.scans import child, reading
from defi.kernel.scans.codes import codes_on, is_blank
from defi.kernel.scans.limits import LARGEST
from defi.kernel.scans.reading import read

CODE = PageCode("ABCDE23456", 3)
DPI = 300


def page(*codes: PageCode) -> Image.Image:
    """A sheet of A4 with some lines, and its code of 25 mm at its foot."""
    sheet = Image.new("L", (2480, 3508), 255)
    for row in range(300, 2400, 60):
        sheet.paste(40, (240, row, 2100 - row % 400, row + 18))
    for place, code in enumerate(codes or (CODE,)):
        sheet.paste(symbol(code), (1900, 3000 - 1500 * place))
    return sheet


def symbol(code: PageCode) -> Image.Image:
    """25 mm at 300 dpi, drawn from the picture that is printed."""
    svg = page_qr(code.text).svg.decode()
    grid = Image.new("L", (29, 29), 255)
    for run in svg.split('d="')[1].split('"')[0].split("M")[1:]:
        start, length = run.split("h")
        column, row = (int(float(number)) for number in start.split())
        grid.paste(0, (column, row, column + int(length), row + 1))
    side = round(25 / 25.4 * DPI * 29 / 21)
    return grid.resize((side, side), Image.Resampling.NEAREST)


def as_file(picture: Image.Image, kind: str = "JPEG") -> bytes:
    kept = io.BytesIO()
    picture.save(kept, kind)
    return kept.getvalue()


def as_pdf(*pictures: Image.Image) -> bytes:
    kept = io.BytesIO()
    pictures[0].save(kept, "PDF", save_all=True, append_images=pictures[1:], resolution=100)
    return kept.getvalue()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_is_found_however_it_was_damaged(kind: Kind):
    assert codes_on(kind.damage(page(), np.random.default_rng(7))).codes == (CODE,)


@pytest.mark.parametrize("quarters", range(4))
def test_how_the_page_was_turned_is_known(quarters: int):
    assert codes_on(turned(scanned(page(), 100), -90 * quarters)).turned == quarters


def test_a_page_that_nobody_could_read_is_not_guessed():
    assert codes_on(blurred(scanned(page(), 60), 6), patience=0.1).codes == ()


def test_the_back_of_a_sheet_is_blank_and_a_page_is_not():
    paper = np.random.default_rng(1).normal(245, 3, (400, 300)).clip(0, 255).astype(np.uint8)
    assert is_blank(Image.fromarray(paper))
    assert not is_blank(page())


def test_a_photo_of_two_pages_bears_two_codes():
    other = PageCode("ABCDE23456", 4)
    assert codes_on(scanned(page(CODE, other), 150)).codes == (CODE, other)


def test_a_pdf_is_read_page_by_page_each_kept_alone():
    small = [
        scanned(page(), 100),
        turned(scanned(page(PageCode("ABCDE23456", 1)), 100), 180),
        Image.new("L", (300, 400), 250),
    ]
    found = read("copieur.pdf", as_pdf(*small))
    assert [[code.page for code in one.codes] for one in found] == [[3], [1], []]
    assert [one.blank for one in found] == [False, False, True]
    assert all(len(pikepdf.open(io.BytesIO(one.content)).pages) == 1 for one in found)
    # What is shown is upright.
    assert codes_on(Image.open(io.BytesIO(found[1].preview))).turned == 0


def test_a_photo_is_kept_as_it_was_sent():
    sent = as_file(scanned(page(), 100), "PNG")
    (found,) = read("photo.png", sent)
    assert (found.content, found.media_type, found.codes) == (sent, "image/png", (CODE,))


def zipped() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("page.jpg", b"x")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide"),
        (b"%PDF-" + bytes(LARGEST), "pèse plus de 20 Mo"),
        (b"GIF89a...", "n'est ni un PDF ni une photo"),
        (b"\x00\x00\x00\x18ftypheic....", "HEIC de l'iPhone"),
        (zipped(), "est une archive"),
    ],
)
def test_a_file_refused_at_sight_starts_no_process(content: bytes, said: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "_read", lambda *_: pytest.fail("It was read."))
    with pytest.raises(Invalid, match=f"« envoi » .*{said}"):
        read("envoi", content)


def pdf(*, encrypted: bool = False, **root: object) -> bytes:
    kept = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        for key, value in root.items():
            made.Root[f"/{key}"] = value
        made.save(kept, encryption=pikepdf.Encryption(owner="a", user="b") if encrypted else False)
    return kept.getvalue()


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


BOMB = as_file(Image.new("1", (12000, 12000)), "PNG")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdf(OpenAction=script()), "un programme, un fichier joint ou une action"),
        (pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array()))), "un fichier joint"),
        (pdf(Outlines=pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.Launch))])), "une action"),
        (pdf(encrypted=True), "protégé par un mot de passe"),
        (pdf()[:-400], "abîmé ou incomplet"),
        (as_file(scanned(page(), 50))[:4000], "abîmé ou incomplet"),
        (BOMB, "image démesurée"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_its_sentence(content: bytes, said: str):
    sink = io.BytesIO()
    child.main(io.BytesIO(content), sink)
    sink.seek(0)
    with pytest.raises(Invalid, match=said):
        list(reading._pages("envoi", sink))


def test_what_the_process_cannot_survive_is_said_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading.sys, "executable", "false")
    with pytest.raises(Invalid, match="n'a pas pu être lu"):
        read("envoi.pdf", pdf())


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "WALL", 0.01)
    with pytest.raises(Invalid, match="à temps"):
        read("photo.png", as_file(scanned(page(), 50), "PNG"))


def test_two_files_are_read_at_once_and_the_next_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "WAIT", 0.01)
    with reading._turns, reading._turns, pytest.raises(Invalid, match="dans une minute"):
        read("photo.png", as_file(scanned(page(), 50), "PNG"))
