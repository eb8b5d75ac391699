"""Which page of a printed attendance sheet bears whom, read in the sheet itself as it was kept. Pure.

Source: an empty box means absent only on a page where that box is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pypdfium2

_LOOSE = {"-": r"[-\u2010\u2011]?", "'": "['\u2019]", "\u2019": "['\u2019]"}
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u00ad\ufffe\x02"))
"""What a name broken over two lines leaves between its letters."""


def pages_bearing(content: bytes, people: Iterable[tuple[int, str]]) -> dict[int, int]:
    """The page (1 for the first) where the name of each is printed; nobody is guessed. `people`: id and printed name,
    in the order of the rows, so that two people of one name are each at their own row."""
    with pypdfium2.PdfDocument(content) as pdf:
        return bearing([page.get_textpage().get_text_range() for page in pdf], people)


def bearing(pages: Sequence[str], people: Iterable[tuple[int, str]]) -> dict[int, int]:
    """The same, from the words of each page."""
    texts = [_plain(page) for page in pages]
    found: dict[int, int] = {}
    page, after = 0, 0
    for pk, name in people:
        pattern = _pattern(name)
        for number in range(page, len(texts)):
            if met := pattern.search(texts[number], after if number == page else 0):
                found[pk], page, after = number + 1, number, met.end()
                break
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_UNSEEN)


def _pattern(name: str) -> re.Pattern[str]:
    signs = (sign for sign in _plain(name) if not sign.isspace())
    return re.compile(r"(?<!\w)" + r"\s*".join(_LOOSE.get(sign, re.escape(sign)) for sign in signs) + r"(?!\w)")
