"""The pages of a text to sign as pictures, made of the very bytes that are signed: a telephone shows them at once.

The PDF itself, tagged, stays one click away: it is what assistive tools read."""

from __future__ import annotations

from io import BytesIO

import pypdfium2

from defi.steps.convention.issuing import Text

WIDTH = 900
"""Pixels: read without zooming on a desktop, with a pinch on a telephone."""


def page_count(text: Text) -> int:
    """How many pages the text in force has; none before it is sent."""
    content = _content(text)
    if content is None:
        return 0
    with pypdfium2.PdfDocument(content) as document:
        return len(document)


def page_picture(text: Text, number: int) -> bytes | None:
    """The page of this number, from 1, as a PNG; None when there is no such page."""
    content = _content(text)
    if content is None:
        return None
    with pypdfium2.PdfDocument(content) as document:
        if not 1 <= number <= len(document):
            return None
        page = document[number - 1]
        image = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
        held = BytesIO()
        image.save(held, "PNG")
        return held.getvalue()


def _content(text: Text) -> bytes | None:
    return bytes(text.document.content) if text.document else None
