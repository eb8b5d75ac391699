"""The QR code of a verification address, as a vector picture that stays sharp on any printer."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
"""Blank modules around the symbol, as ISO/IEC 18004 asks."""


@dataclass(frozen=True)
class QrCode:
    """`svg` is the picture with its quiet zone; `modules` and `side`: squares of the symbol, of the picture."""

    svg: bytes
    modules: int
    side: int


def qr_code(text: str) -> QrCode:
    """The QR code of `text`, error correction at least M (a fold or a stamp may hide 15 % of it)."""
    matrix = segno.make_qr(text, error="m").matrix
    modules = len(matrix)
    side = modules + 2 * QUIET_ZONE
    # One single path: separate squares leave hairlines between them in some viewers.
    path = "".join(
        f"M{start + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, line in enumerate(matrix)
        for start, length in _runs(line)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path fill="#000" d="{path}"/></svg>'
    return QrCode(svg.encode(), modules, side)


def _runs(line: bytes | bytearray | tuple[int, ...]) -> list[tuple[int, int]]:
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
