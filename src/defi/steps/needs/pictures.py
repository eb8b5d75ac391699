"""The bars of a diagnosis: posts wanted beside seats bought and planned, as one SVG for the page and for the paper.

Written by hand: the same figures give the same bytes, nothing in it runs, and it follows the dark scheme."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from defi.steps.needs.diagnosis import Figure

# Pixels. The style sheet of the page does not reach into an image: the tokens are written again here.
WIDTH, VALUES, ROW, LINE, BAR = 340, 60, 50, 16, 20
STYLE = mark_safe(
    "<style>text{font:15px 'PT Sans','Liberation Sans',Arial,sans-serif;fill:#1b2430}.value{font-weight:700}"
    "rect{fill:#0b6358}"
    "@media (prefers-color-scheme:dark){text{fill:#e8e6df}rect{fill:#6cc3b4}}</style>"
)


def bars(figures: Sequence[Figure]) -> str:
    """The SVG of the figures that count posts or seats; empty when there are none to draw."""
    counted = _counted(figures)
    most = max((number for _label, number in counted), default=0)
    if not most:
        return ""
    rows = format_html_join(
        "",
        '<text y="{}">{}</text><rect y="{}" width="{}" height="{}" rx="4"/><text class="value" x="{}" y="{}">{}</text>',
        (_row(rank, label, number, most) for rank, (label, number) in enumerate(counted)),
    )
    height = ROW * len(counted)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}">{}{}</svg>',
        WIDTH,
        height,
        WIDTH,
        height,
        STYLE,
        rows,
    )


def _row(rank: int, label: str, number: int, most: int) -> tuple[object, ...]:
    length, top = round((WIDTH - VALUES) * number / most), ROW * rank
    return top + LINE - 2, label, top + LINE + 4, length, BAR, length + 8, top + LINE + BAR - 1, number


def bars_words(figures: Sequence[Figure]) -> str:
    """The same picture in one sentence, for whoever does not see it."""
    said = ", ".join(f"{label.lower()} {number}" for label, number in _counted(figures))
    return _("Barres : %(said)s.") % {"said": said}


def _counted(figures: Sequence[Figure]) -> list[tuple[str, int]]:
    return [(figure.label, figure.number) for figure in figures if figure.number is not None]
