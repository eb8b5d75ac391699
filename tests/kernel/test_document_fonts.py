"""The fonts of the documents: copies without hints, made once for all the processes of a data folder."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import typst
from fontTools.ttLib import TTFont

from defi.kernel.documents import fonts

PAGE = b'#set text(font: "PT Sans", fallback: false)\nLettres, *grasses*, _italiques_, *_les deux_*.'


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, and no folder of fonts found before."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("DEFI_DATA", str(folder))
    fonts.font_folder.cache_clear()
    yield folder
    fonts.font_folder.cache_clear()


def made(folder: Path) -> bytes:
    """A page in the four faces of `folder`, which has no other font to fall back upon."""
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    pdf = typst.Compiler(font_paths=book, ignore_system_fonts=True).compile(input={"main.typ": PAGE}, format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def faces(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {str(font.BaseFont).partition("+")[2] for font in opened.pages[0].Resources.Font.values()}


def outlines(font: TTFont) -> dict[str, object]:
    glyphs = font["glyf"]
    return {name: tuple(map(list, glyphs[name].getCoordinates(glyphs))) for name in font.getGlyphOrder()}


def test_a_document_has_the_same_faces_in_fewer_bytes() -> None:
    before, after = made(fonts.packaged_folder()), made(fonts.font_folder())
    assert faces(after) == faces(before)
    assert len(faces(after)) == 4
    assert len(after) < 0.8 * len(before)


def test_a_copy_draws_the_same_letters_in_the_same_places(data: Path) -> None:
    assert fonts.font_folder().parent == data / "fonts"
    for source in fonts.packaged_folder().glob("*.ttf"):
        with TTFont(source) as packaged, TTFont(fonts.font_folder() / source.name) as copy:
            assert outlines(copy) == outlines(packaged)
            for table in ("cmap", "hmtx", "hhea", "name", "OS/2", "kern", "GPOS", "GSUB"):
                assert copy.getTableData(table) == packaged.getTableData(table), table


def test_a_copy_keeps_no_hint() -> None:
    for source in fonts.packaged_folder().glob("*.ttf"):
        with TTFont(source) as packaged, TTFont(fonts.font_folder() / source.name) as copy:
            assert {"fpgm", "prep", "cvt "} <= set(packaged.keys()) - set(copy.keys())
            glyphs = (copy["glyf"][name] for name in copy.getGlyphOrder())
            assert not any(glyph.program.getBytecode() for glyph in glyphs if hasattr(glyph, "program"))


def test_they_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fonts.font_folder()
    fonts.font_folder.cache_clear()
    monkeypatch.setattr(fonts, "_without_hints", lambda source: pytest.fail(f"{source} made again"))
    assert fonts.font_folder() == folder


def test_a_copy_that_is_gone_is_made_again_and_the_same() -> None:
    lost = next(fonts.font_folder().glob("*.ttf"))
    before = lost.read_bytes()
    lost.unlink()
    fonts.font_folder.cache_clear()
    fonts.font_folder()
    assert lost.read_bytes() == before


def test_another_version_of_the_package_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fonts.font_folder()
    fonts.font_folder.cache_clear()
    monkeypatch.setattr(fonts, "version", lambda package: "99.1")
    assert fonts.font_folder() != before
    assert len(list(fonts.font_folder().glob("*.ttf"))) == len(list(before.glob("*.ttf")))


def test_processes_that_make_them_at_once_all_find_whole_files(data: Path) -> None:
    script = (
        "import sys; sys.stdin.read(); from pathlib import Path; from fontTools.ttLib import TTFont\n"
        "from defi.kernel.documents.fonts import unhinted\n"
        "for file in unhinted(Path(sys.argv[1])).glob('*.ttf'): TTFont(file, lazy=False).close()\n"
    )
    command = [sys.executable, "-c", script, str(data / "fonts")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) for _ in range(2)]
    for process in both:
        assert process.stdin
        process.stdin.close()
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    found = sorted(file.name for file in fonts.font_folder().iterdir())
    assert found == sorted(file.name for file in fonts.packaged_folder().glob("*.ttf"))


def test_where_no_copy_can_be_kept_the_packaged_fonts_serve(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_only(*args: object, **kwargs: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(fonts.tempfile, "mkstemp", read_only)
    with caplog.at_level(logging.WARNING, logger=fonts.__name__):
        assert fonts.font_folder() == fonts.packaged_folder()
    assert "Read-only" in caplog.text


def test_a_file_in_the_place_of_the_folder_leaves_the_packaged_fonts(data: Path) -> None:
    (data / "fonts").write_text("")
    assert fonts.font_folder() == fonts.packaged_folder()


def test_without_a_data_folder_they_go_to_a_temporary_folder_of_this_account_alone(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.rmdir()
    monkeypatch.setattr(fonts.tempfile, "gettempdir", lambda: str(tmp_path))
    own = tmp_path / f"defi-{os.geteuid()}"
    assert fonts.font_folder().parent == own / "fonts"
    assert not data.exists()
    fonts.font_folder.cache_clear()
    own.chmod(0o755)
    assert fonts.font_folder() == fonts.packaged_folder()
