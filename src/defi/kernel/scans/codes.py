"""Finding the code of a page on its picture: as it is first, then enlarged, evened, sharpened, turned, piece by piece.

Pure: a grey picture in, codes out. Each attempt costs more than the one before and is tried only when all before it
failed; a sheet that is clearly scanned costs one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import thread_time

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from defi.kernel.codes import PageCode, read_page_code

Grey = NDArray[np.uint8]

PATIENCE = 4.0
"""Seconds of processor for one page: a busy machine does not make it give up sooner."""

MOST_PIXELS = 24_000_000
"""No enlarged picture is larger: what a phone takes, twice."""

_BLANK = 6.0
_TURNS = (45, 22.5, 67.5)
_BINARIZERS = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)


@dataclass(frozen=True, slots=True)
class Found:
    """The page codes on a picture, each once; two: it shows two pages. `turned`: by how many quarters, clockwise."""

    codes: tuple[PageCode, ...] = ()
    turned: int = 0


def codes_on(picture: Image.Image, *, patience: float = PATIENCE) -> Found:
    """The page codes seen on a picture of any mode. `patience` in seconds of processor."""
    until = thread_time() + patience
    for attempt, turn in _attempts(picture.convert("L")):
        found = _read(attempt, turn)
        if found.codes:
            return found
        if thread_time() > until:
            break
    return Found()


def is_blank(picture: Image.Image) -> bool:
    """Whether nothing is printed on the page: the back of a sheet, scanned with its front."""
    small = picture.convert("L")
    small.thumbnail((600, 600))
    levels = np.asarray(small, dtype=np.float32)
    inner = levels[
        levels.shape[0] // 20 : -levels.shape[0] // 20 or None, levels.shape[1] // 20 : -levels.shape[1] // 20
    ]
    return bool(inner.size) and float(inner.std()) < _BLANK and float(inner.mean()) > 128


def _read(picture: Image.Image, turn: float) -> Found:
    levels = np.asarray(picture)
    for binarizer in _BINARIZERS:
        barcodes = zxingcpp.read_barcodes(
            levels,
            formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
            try_invert=False,
            binarizer=binarizer,
        )
        found = {code: barcode.orientation for barcode in barcodes if (code := read_page_code(barcode.text))}
        if found:
            codes = tuple(sorted(found, key=lambda code: (code.code, code.page)))
            return Found(codes, round((found[codes[0]] + turn) / 90) % 4)
    return Found()


def _attempts(grey: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """Pictures to look at, each with the degrees by which it was turned, anticlockwise."""
    yield grey, 0
    yield _enlarged(grey, 2), 0
    even = _evened(grey)
    yield even, 0
    yield _enlarged(even, 2), 0
    for strength in (150, 400):
        yield _sharpened(_enlarged(even, 2), strength), 0
    yield even.filter(ImageFilter.MedianFilter(3)), 0
    for turn in _TURNS:
        yield _turned(_enlarged(even, 1.5), turn), turn
    for piece in _pieces(even):
        yield from _of_a_piece(piece)


def _of_a_piece(piece: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    large = ImageOps.autocontrast(_enlarged(piece, 3), cutoff=1)
    yield large, 0
    yield _sharpened(large, 300), 0
    yield large.filter(ImageFilter.GaussianBlur(2)), 0
    yield _turned(large, 45), 45


def _enlarged(picture: Image.Image, times: float) -> Image.Image:
    width, height = picture.size
    times = min(times, (MOST_PIXELS / max(1, width * height)) ** 0.5)
    return picture.resize((max(1, round(width * times)), max(1, round(height * times))), Image.Resampling.BICUBIC)


def _evened(grey: Image.Image) -> Image.Image:
    """Without its shadows: each point against the light of its surroundings (the brightest there, smoothed)."""
    width, height = grey.size
    small = grey.resize((max(1, width // 8), max(1, height // 8)), Image.Resampling.BOX)
    # 25 mm of dark code must not pass for a shadow: the surroundings are larger than half of it.
    light = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(6))
    surroundings = np.asarray(light.resize(grey.size, Image.Resampling.BILINEAR), dtype=np.float32)
    levels = np.asarray(grey, dtype=np.float32) * 255 / np.maximum(surroundings, 1)
    return ImageOps.autocontrast(Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)), cutoff=1)


def _sharpened(picture: Image.Image, percent: int) -> Image.Image:
    return picture.filter(ImageFilter.UnsharpMask(radius=4, percent=percent, threshold=0))


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _pieces(picture: Image.Image) -> Iterator[Image.Image]:
    """Quarters of the page, overlapping so that no code falls between two; the corners, where it is printed, first."""
    width, height = picture.size
    tall, wide = height * 2 // 5, width * 2 // 5
    order: list[tuple[float, float]] = [
        (1, 1),
        (0, 0),
        (0, 1),
        (1, 0),
        (0.5, 1),
        (1, 0.5),
        (0.5, 0),
        (0, 0.5),
        (0.5, 0.5),
    ]
    for across, down in order:
        left, top = round((width - wide) * across), round((height - tall) * down)
        yield picture.crop((left, top, left + wide, top + tall))
