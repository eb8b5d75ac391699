"""A PDF as sheets, once it is known to hold nothing but pages. Free of Django: runs in the child process."""

from __future__ import annotations

import io
from collections.abc import Iterator
from time import thread_time

import pikepdf
import pypdfium2
from PIL import Image

from defi.kernel.scans.active import TooManyObjectsError, is_active
from defi.kernel.scans.codes import PATIENCE, codes_on, is_blank
from defi.kernel.scans.limits import MOST_PAGES, RETRIES
from defi.kernel.scans.pictures import FaultError, Sheet, preview

SCREEN_DPI, FINE_DPI = 150, 300
_A4 = 842
"""Points of the longer side of A4: pages of odd sizes are drawn as large as it."""


def of_pdf(content: bytes) -> Iterator[Sheet]:
    """The sheets of a PDF, in its order. Raises FaultError."""
    with opened_safely(content) as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise FaultError("pages")
        try:
            drawn = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise FaultError("broken") from error
        left = RETRIES
        for place in range(len(pdf.pages)):
            began = thread_time()
            yield _of_page(pdf, drawn, place, patience=min(PATIENCE, left))
            # A page seen at once costs a part of a second, which the patience for the others can spare.
            left = max(0.0, left - (thread_time() - began))
        drawn.close()


def opened_safely(content: bytes) -> pikepdf.Pdf:
    """The PDF once it is known to be whole, open and without anything that acts. Raises FaultError."""
    pdf = _opened(content)
    if pdf.is_encrypted:
        raise FaultError("encrypted")
    if not pdf.pages:
        raise FaultError("broken")
    _must_only_show(pdf)
    return pdf


def _must_only_show(pdf: pikepdf.Pdf) -> None:
    try:
        if is_active(pdf):
            raise FaultError("active")
    except TooManyObjectsError as error:
        raise FaultError("heavy") from error


def _opened(content: bytes) -> pikepdf.Pdf:
    # A file cut short has lost its end; a scanner that writes a clumsy table of contents has not.
    if b"%%EOF" not in content[-2048:]:
        raise FaultError("broken")
    try:
        return pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise FaultError("encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise FaultError("broken") from error


def _of_page(pdf: pikepdf.Pdf, drawn: pypdfium2.PdfDocument, place: int, *, patience: float) -> Sheet:
    try:
        page = drawn[place]
        picture = _drawn(page, SCREEN_DPI)
        found = codes_on(picture, patience=min(1.0, patience))
        blank = not found.codes and is_blank(picture)
        if not found.codes and not blank:
            found = codes_on(_drawn(page, FINE_DPI), patience=patience)
        page.close()
    except pypdfium2.PdfiumError as error:
        raise FaultError("broken") from error
    return Sheet(found, blank, _alone(pdf, place), "application/pdf", preview(picture, found))


def _drawn(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    longer = max(page.get_size())
    scale = dpi / 72 * min(1.0, _A4 / max(longer, 1))
    drawn: Image.Image = page.render(scale=scale).to_pil()
    return drawn.convert("RGB")


def _alone(pdf: pikepdf.Pdf, place: int) -> bytes:
    with pikepdf.new() as one:
        one.pages.append(pdf.pages[place])
        kept = io.BytesIO()
        # The same page gives the same bytes, so that it is known again.
        one.save(kept, deterministic_id=True)
        return kept.getvalue()
