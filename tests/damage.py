"""What happens to a printed page before it comes back: turned, copied, blurred, photographed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

PRINTED_DPI = 300

Damage = Callable[[Image.Image, np.random.Generator], Image.Image]


def printed(pdf: bytes, number: int, dpi: int = PRINTED_DPI) -> Image.Image:
    """Page `number` (from 1) as a printer lays it, in grey."""
    with_pages = pypdfium2.PdfDocument(pdf)
    try:
        return with_pages[number - 1].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        with_pages.close()


def scanned(page: Image.Image, dpi: float) -> Image.Image:
    """The page at this resolution; it is given at 300 dpi."""
    width, height = page.size
    return page.resize((round(width * dpi / PRINTED_DPI), round(height * dpi / PRINTED_DPI)), Image.Resampling.BOX)


def turned(page: Image.Image, degrees: float) -> Image.Image:
    return page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def noisy(page: Image.Image, rng: np.random.Generator, strength: float = 25) -> Image.Image:
    levels = np.asarray(page, dtype=np.float32) * 0.85 + 20
    levels = levels + rng.normal(0, strength, levels.shape)
    specks = rng.random(levels.shape)
    levels[specks < 0.005] = 0
    levels[specks > 0.995] = 255
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def jpeg(page: Image.Image, quality: int = 40) -> Image.Image:
    kept = io.BytesIO()
    page.save(kept, "JPEG", quality=quality)
    return Image.open(io.BytesIO(kept.getvalue())).convert("L")


def blurred(page: Image.Image, radius: float) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(radius))


def shadowed(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A lamp on one side, and the edge of a hand over a part of the page."""
    width, height = page.size
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * (across - 0.5) + np.sin(angle) * (down - 0.5)
    light = np.clip(0.75 + 0.6 * slope, 0.3, 1)
    edge = rng.uniform(-0.4, 0.4)
    light = np.where(slope < edge, light * rng.uniform(0.45, 0.7), light)
    light = np.asarray(Image.fromarray((light * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(6))) / 255
    return Image.fromarray((np.asarray(page) * light).astype(np.uint8))


def photographed(page: Image.Image, rng: np.random.Generator, width: int = 1500) -> Image.Image:
    """A phone held over the page on a table: perspective, some blur, noise, JPEG."""
    small = scanned(page, 200)
    frame = (width, round(width * 4 / 3))
    margins = rng.uniform(0.03, 0.16, 8)
    corners = [
        (margins[0] * frame[0], margins[1] * frame[1]),
        ((1 - margins[2]) * frame[0], margins[3] * frame[1]),
        ((1 - margins[4]) * frame[0], (1 - margins[5]) * frame[1]),
        (margins[6] * frame[0], (1 - margins[7]) * frame[1]),
    ]
    back = _perspective(corners, [(0, 0), (small.width, 0), (small.width, small.height), (0, small.height)])
    table = rng.normal(95, 12, (frame[1] // 4, frame[0] // 4)).clip(0, 255).astype(np.uint8)
    under = Image.fromarray(table).resize(frame, Image.Resampling.BICUBIC)
    over = small.transform(frame, Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC)
    mask = Image.new("L", small.size, 255).transform(frame, Image.Transform.PERSPECTIVE, back)
    whole = Image.composite(over, under, mask).rotate(90 * int(rng.integers(0, 4)), expand=True)
    return jpeg(noisy(blurred(shadowed(whole, rng), rng.uniform(0.4, 1.2)), rng, 8), 60)


def _perspective(seen: list[tuple[float, float]], of: list[tuple[float, float]]) -> tuple[float, ...]:
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, of, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(float(value) for value in np.linalg.solve(np.array(rows), np.array(values)))


def _any_dpi(rng: np.random.Generator) -> float:
    return float(rng.uniform(100, 150))


@dataclass(frozen=True)
class Kind:
    name: str
    damage: Damage


KINDS = (
    Kind("upside down, 150 dpi", lambda page, rng: turned(scanned(page, 150), 180 + rng.uniform(-2, 2))),
    Kind("turned 0-360, 100 dpi", lambda page, rng: turned(scanned(page, 100), rng.uniform(0, 360))),
    Kind("turned 0-360, 150 dpi", lambda page, rng: turned(scanned(page, 150), rng.uniform(0, 360))),
    Kind("noisy, 100-150 dpi", lambda page, rng: noisy(scanned(page, _any_dpi(rng)), rng)),
    Kind("JPEG 40, 100-150 dpi", lambda page, rng: jpeg(scanned(page, _any_dpi(rng)))),
    Kind(
        "turned, noisy and JPEG 40",
        lambda page, rng: jpeg(noisy(turned(scanned(page, _any_dpi(rng)), rng.uniform(0, 360)), rng)),
    ),
    Kind("blurred, 150 dpi", lambda page, rng: blurred(scanned(page, 150), rng.uniform(1.5, 3))),
    Kind(
        "blurred, turned, JPEG 40", lambda page, rng: jpeg(blurred(turned(scanned(page, 150), rng.uniform(0, 360)), 2))
    ),
    Kind("shadows, 100-150 dpi", lambda page, rng: shadowed(scanned(page, _any_dpi(rng)), rng)),
    Kind("phone, at an angle", photographed),
    Kind("black and white copy", lambda page, rng: scanned(page, 120).point(lambda level: 255 * (level > 140))),
)
