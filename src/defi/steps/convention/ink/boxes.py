"""On which page of a convention each signatory has its box: read on the text itself, which this product made."""

from __future__ import annotations

import threading
from functools import lru_cache

import pypdfium2

from defi.kernel.models import Document

MARKS = ("SignataireSignatureDate", "[Tableau:signatures]")
"""The head of the table of signatures, as each of its pages repeats it (`look.typ`); before, a mark that it bore."""

HEADING = "Signatures"
"""Where the boxes begin in a text made before its table bore a mark."""

# The reader of PDF is one for the whole process, and knows no threads.
_one_at_a_time = threading.Lock()


def signing_pages(document: Document) -> dict[int, str]:
    """The pages that hold boxes to sign, with their words: those that bear the head of the table of signatures."""
    return _signing_pages(document.sha256, bytes(document.content))


@lru_cache(maxsize=64)
def _signing_pages(_sha256: str, content: bytes) -> dict[int, str]:
    with _one_at_a_time:
        pdf = pypdfium2.PdfDocument(content)
        try:
            words = [_words(pdf, place) for place in range(len(pdf))]
        finally:
            pdf.close()
    if marked := {place + 1: text for place, text in enumerate(words) if _is_marked(text)}:
        return marked
    first = next((place for place, text in enumerate(words) if f"\n{HEADING}\n" in f"\n{text}\n"), len(words) - 1)
    return {place + 1: words[place] for place in range(first, len(words))}


def _is_marked(text: str) -> bool:
    words = "".join(text.split())
    return any(mark in words for mark in MARKS)


def _words(pdf: pypdfium2.PdfDocument, place: int) -> str:
    page = pdf[place]
    text = page.get_textpage()
    try:
        return "\n".join(line.strip() for line in text.get_text_bounded().splitlines())
    finally:
        text.close()
        page.close()


def box_of(name: str, pages: dict[int, str]) -> int | None:
    """The page where an organisation is asked to sign; None when its name is not printed as it is known now."""
    wanted = "".join(name.split())
    return next((page for page, words in pages.items() if wanted in "".join(words.split())), None)
