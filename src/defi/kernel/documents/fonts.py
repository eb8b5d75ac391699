"""The fonts of the documents: packaged ones only, so that a document is the same on every machine.

PT Sans was drawn for public administrations: it stays readable when small, in narrow columns and on a poor copy.
What it lacks (other alphabets, signs) comes from the fonts inside the Typst wheel; system fonts are never looked at."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import typst


def font_folder() -> Path:
    """Where the font package keeps its files."""
    return Path(str(files("fontpkg_pt_sans"))) / "files"


@cache
def fonts() -> typst.Fonts:
    """The font book, read once per process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[font_folder()])
