"""The fonts of the documents: packaged ones only, so that a document looks the same on every machine.

PT Sans was drawn for public administrations: it stays readable when small, in narrow columns and on a poor copy.
What it lacks (other alphabets, signs) comes from the fonts inside the Typst wheel; system fonts are never looked at.

Typst reads copies without hints, which only serve to draw letters with few dots: each PDF takes less time and fewer
bytes (decision 0021). They are made once for all the processes of a data folder."""

from __future__ import annotations

import logging
import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import typst

from defi.kernel.database.place import data_folder, is_private

PACKAGE = "fontpkg-pt-sans"
# The tables that hold hints or speak of them, and the signature of the file as it was.
_HINTS = ("fpgm", "prep", "cvt ", "hdmx", "LTSH", "VDMX", "gasp", "DSIG")

logger = logging.getLogger(__name__)


def packaged_folder() -> Path:
    """Where the font package keeps its files."""
    return Path(str(files("fontpkg_pt_sans"))) / "files"


@cache
def font_folder() -> Path:
    """Where Typst reads PT Sans: the copies without hints or, where they cannot be kept, the packaged files."""
    try:
        return unhinted(_keeping_folder())
    except OSError as problem:
        logger.warning("The fonts of the documents keep their hints: no copy can be made (%s).", problem)
        return packaged_folder()


@cache
def fonts() -> typst.Fonts:
    """The font book, read once per process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[font_folder()])


def unhinted(keeping: Path) -> Path:
    """The folder under `keeping` with the packaged fonts less their hints, completed if a file is missing.

    Its name holds the version of the font package: another version is another folder (change the name too when what is
    taken off changes). Raises OSError when it can be neither read nor written."""
    folder = keeping / f"{PACKAGE}-{version(PACKAGE)}-unhinted"
    for source in sorted(packaged_folder().glob("*.ttf")):
        if not os.access(folder / source.name, os.R_OK):
            folder.mkdir(parents=True, exist_ok=True)
            _put(_without_hints(source), folder / source.name)
    return folder


def _keeping_folder() -> Path:
    """`fonts` in the data folder; for a process that has none (a bench), in a private temporary folder."""
    data = data_folder()
    if not data.is_dir():
        data = Path(tempfile.gettempdir()) / f"defi-{os.geteuid()}"
        data.mkdir(mode=0o700, exist_ok=True)
        if not is_private(data, os.geteuid()):
            raise PermissionError(f"{data} is open to others")
    return data / "fonts"


def _without_hints(source: Path) -> bytes:
    """The same font, name included, less the tables and the programs of glyphs that make its hints."""
    from fontTools.ttLib import TTFont  # only where a copy is missing: a process starts without it

    made = BytesIO()
    # The same bytes whoever makes them, and the same measures: date and boxes are left as they are.
    with TTFont(source, recalcTimestamp=False, recalcBBoxes=False) as font:
        for table in _HINTS:
            if table in font:
                del font[table]
        glyphs = font["glyf"]
        for name in font.getGlyphOrder():
            glyphs[name].removeHinting()
        font.save(made)
    return made.getvalue()


def _put(content: bytes, path: Path) -> None:
    """Write a file that others read only whole, even if several write it at once; Typst takes no draft for a font."""
    descriptor, draft = tempfile.mkstemp(prefix=".", suffix=".draft", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(descriptor, 0o644)  # the folder says who may come
            os.fsync(descriptor)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
