"""What is read in the bytes of a document, without its lines."""

from __future__ import annotations

from functools import lru_cache

import pypdfium2

from defi.kernel.models import Document


def words_of(document: Document) -> str:
    """All the words of its pages, one space between them."""
    return _words(document.sha256, bytes(document.content))


@lru_cache(maxsize=64)
def _words(_sha256: str, content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())
