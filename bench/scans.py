"""How many pages come home: printed by Typst, damaged, read again. Asked: at least 99 % found, none at a wrong place.

    python bench/scans.py [pages]      (200 by default, each damaged in every way: some minutes)

One line per kind of damage; the answer is 1 when the whole misses the figure or one page went to a wrong place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import django
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "steps")]
django.setup()

from document_samples import URL, convention_data  # noqa: E402

from damage import KINDS, Kind, printed  # noqa: E402
from defi.kernel import clock  # noqa: E402
from defi.kernel.codes import PageCode  # noqa: E402
from defi.kernel.documents import render  # noqa: E402
from defi.kernel.numbers import new_code  # noqa: E402
from defi.kernel.scans.codes import codes_on  # noqa: E402
from defi.steps.convention.documents import CONVENTION  # noqa: E402

ASKED = 0.99


def main(wanted: int) -> int:
    """Print the table."""
    pages = _pages(wanted)
    print(f"{len(pages)} printed pages, each damaged in {len(KINDS)} ways")
    print(f"{'damage':<28}{'pages':>7}{'found':>8}{'%':>8}{'wrong':>7}{'median':>11}{'most':>11}")
    total = found = wrong = 0
    for place, kind in enumerate(KINDS):
        hits, astray = _line(kind, pages, np.random.default_rng(2025 + place))
        total, found, wrong = total + len(pages), found + hits, wrong + astray
    print(f"{'all':<28}{total:>7}{found:>8}{100 * found / total:>7.2f}%{wrong:>7}")
    return int(found < ASKED * total or wrong > 0)


def _pages(wanted: int) -> list[tuple[PageCode, bytes]]:
    """Pages of as many conventions as it takes, each with its code."""
    made: list[tuple[PageCode, bytes]] = []
    while len(made) < wanted:
        code = new_code()
        rendered = render(CONVENTION, convention_data(), number="BANC", code=code, verify_url=URL, now=clock.now())
        made += [(PageCode(code, page), rendered.pdf) for page in range(1, rendered.pages + 1)]
    return made[:wanted]


def _line(kind: Kind, pages: list[tuple[PageCode, bytes]], rng: np.random.Generator) -> tuple[int, int]:
    hits = astray = 0
    times = []
    for expected, picture in _printed(pages):
        damaged = kind.damage(picture, rng)
        start = perf_counter()
        codes = codes_on(damaged).codes
        times.append(1000 * (perf_counter() - start))
        hits += codes == (expected,)
        astray += any(code != expected for code in codes)
    times.sort()
    share = 100 * hits / len(pages)
    print(
        f"{kind.name:<28}{len(pages):>7}{hits:>8}{share:>7.1f}%{astray:>7}"
        f"{times[len(times) // 2]:>8.0f} ms{times[-1]:>8.0f} ms",
        flush=True,
    )
    return hits, astray


def _printed(pages: list[tuple[PageCode, bytes]]) -> Iterator[tuple[PageCode, Image.Image]]:
    for code, pdf in pages:
        yield code, printed(pdf, code.page)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
