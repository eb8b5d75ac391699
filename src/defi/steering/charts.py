"""Horizontal bars as an SVG: one picture for the page and for the PDF, with the same numbers beside it in a table.

Drawn here and not by a library: it must give the same bytes for the same numbers, hold no script and no date, and be
read by a browser and by Typst alike."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from defi.kernel.documents.french import number_words

WIDTH, ROW, BAR, LABEL, ROOM = 380, 44, 17, 14, 110
INK, PAPER, PAINT, TRACK = "#1b2430", "#ffffff", "#0b6358", "#e4e1d8"
FONTS = "PT Sans, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its length, and what is written after it (its number when nothing is said)."""

    label: str
    value: float
    words: str = ""

    @property
    def said(self) -> str:
        return self.words or number_words(self.value)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a title, as long as their number. `longest`: what a full bar stands for, the longest by default."""

    title: str
    bars: tuple[Bar, ...]
    longest: float = 0

    @property
    def text(self) -> str:
        """What the picture says, in one sentence, for who does not see it."""
        return f"{self.title} : {' ; '.join(f'{bar.label}, {bar.said}' for bar in self.bars)}."

    @property
    def svg(self) -> str:
        """The picture."""
        longest = self.longest or max((bar.value for bar in self.bars), default=0) or 1
        rows = "".join(_row(position, bar, longest) for position, bar in enumerate(self.bars))
        height = ROW * len(self.bars) + 4
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'font-family="{FONTS}" font-size="{LABEL}" fill="{INK}">'
            f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{rows}</svg>'
        )

    @property
    def address(self) -> str:
        """The picture as the source of an image: nothing of the page's style enters it."""
        return f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"


def _row(position: int, bar: Bar, longest: float) -> str:
    top, full = position * ROW, WIDTH - ROOM
    long = round(full * min(bar.value / longest, 1), 1)
    return (
        f'<text x="0" y="{top + LABEL}">{escape(_short(bar.label))}</text>'
        f'<rect x="0" y="{top + 21}" width="{full}" height="{BAR}" fill="{TRACK}"/>'
        f'<rect x="0" y="{top + 21}" width="{long}" height="{BAR}" fill="{PAINT}"/>'
        f'<text x="{full + 8}" y="{top + 35}" font-weight="bold">{escape(bar.said)}</text>'
    )


def _short(label: str, most: int = 50) -> str:
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def bars(named: Sequence[tuple[str, float, str]]) -> tuple[Bar, ...]:
    """Bars from their name, length and words."""
    return tuple(Bar(*one) for one in named)
