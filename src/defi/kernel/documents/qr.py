"""QR codes as vector pictures that stay sharp on any printer: of a verification address, of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import zxingcpp

QUIET_ZONE = 4
"""Blank modules around the symbol, as ISO/IEC 18004 asks."""

_DARK = re.compile(rb"\x01+")


@dataclass(frozen=True)
class QrCode:
    """`svg` is the picture with its quiet zone; `modules` and `side`: squares of the symbol, of the picture."""

    svg: bytes
    modules: int
    side: int


def qr_code(text: str) -> QrCode:
    """The QR code of `text`, error correction at least M (a fold or a stamp may hide 15 % of it), stronger when the
    symbol does not grow by it."""
    lines = _lines(text, "M")
    for correction in "QH":
        stronger = _lines(text, correction)
        if len(stronger) > len(lines):
            break
        lines = stronger
    return _picture(lines)


def page_qr(text: str) -> QrCode:
    """The QR code of a page: error correction Q (a stamp or a fold may hide 25 % of it)."""
    return _picture(_lines(text, "Q"))


def _lines(text: str, correction: str) -> list[bytes]:
    """The lines of the symbol, a byte per module: 1 when it is dark."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=correction)
    drawn = np.asarray(symbol.to_image(scale=1, add_quiet_zones=False))
    return [line.tobytes() for line in (drawn < 128).astype(np.uint8)]


def _picture(lines: list[bytes]) -> QrCode:
    modules = len(lines)
    side = modules + 2 * QUIET_ZONE
    # One single path: separate squares leave hairlines between them in some viewers. A run of dark modules is a stroke
    # as wide as a module: half the signs of its outline, in the picture and on each page of the PDF.
    path = "".join(
        f"M{dark.start() + QUIET_ZONE} {row}.5h{dark.end() - dark.start()}"
        for row, line in enumerate(lines, start=QUIET_ZONE)
        for dark in _DARK.finditer(line)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path stroke="#000" d="{path}"/></svg>'
    return QrCode(svg.encode(), modules, side)
