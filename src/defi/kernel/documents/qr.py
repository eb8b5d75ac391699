"""QR codes as vector pictures that stay sharp on any printer: of a verification address, of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import zxingcpp

QUIET_ZONE = 4
"""Blank modules around the symbol, as ISO/IEC 18004 asks."""


Line = bytes | bytearray | tuple[int, ...]


@dataclass(frozen=True)
class QrCode:
    """`svg` is the picture with its quiet zone; `modules` and `side`: squares of the symbol, of the picture."""

    svg: bytes
    modules: int
    side: int


def qr_code(text: str) -> QrCode:
    """The QR code of `text`, error correction at least M (a fold or a stamp may hide 15 % of it), stronger when the
    symbol does not grow by it."""
    least = _drawn(text, "M")
    stronger = (_drawn(text, correction) for correction in "HQ")
    return next((symbol for symbol in stronger if symbol.modules == least.modules), least)


def page_qr(text: str) -> QrCode:
    """The QR code of a page: error correction Q (a stamp or a fold may hide 25 % of it)."""
    return _drawn(text, "Q")


def _drawn(text: str, correction: str) -> QrCode:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=correction)
    drawn = np.asarray(symbol.to_image(scale=1, add_quiet_zones=False))
    return _picture([line.tobytes() for line in (drawn < 128).astype(np.uint8)])


def _picture(matrix: Iterable[Line]) -> QrCode:
    lines = list(matrix)
    modules = len(lines)
    side = modules + 2 * QUIET_ZONE
    # One single path: separate squares leave hairlines between them in some viewers.
    path = "".join(
        f"M{start + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, line in enumerate(lines)
        for start, length in _runs(line)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path fill="#000" d="{path}"/></svg>'
    return QrCode(svg.encode(), modules, side)


def _runs(line: Line) -> list[tuple[int, int]]:
    """Start and length of each stretch of dark modules of a line."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for position, module in enumerate((*line, 0)):
        dark = bool(module & 1)
        if dark and start is None:
            start = position
        elif not dark and start is not None:
            runs.append((start, position - start))
            start = None
    return runs
