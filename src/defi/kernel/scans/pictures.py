"""A photo, or a drawn page, as one sheet: its codes, a picture of it upright.

Free of Django: runs in the child process."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from defi.kernel.scans.codes import Found, codes_on, is_blank
from defi.kernel.scans.limits import MOST_POINTS, PREVIEW_QUALITY, PREVIEW_SIDE, READ_SIDE

Image.MAX_IMAGE_PIXELS = MOST_POINTS


class FaultError(Exception):
    """Why this file is not read: a key of `defi.kernel.scans.faults`."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its codes, whether it is blank, itself alone, a picture of it upright."""

    found: Found
    blank: bool
    content: bytes
    media_type: str
    preview: bytes


def of_photo(content: bytes) -> Sheet:
    """The one sheet of a JPEG or a PNG. Raises FaultError."""
    picture, media_type = opened(content)
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((READ_SIDE, READ_SIDE))
    flat = _on_white(upright)
    found = codes_on(flat)
    return Sheet(found, not found.codes and is_blank(flat), content, media_type, preview(flat, found))


def opened(content: bytes) -> tuple[Image.Image, str]:
    """A JPEG or a PNG wholly decoded, and its media type. Raises FaultError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
        media_type = "image/jpeg" if picture.format == "JPEG" else "image/png"
        # A JPEG is decoded at the size that is looked at, no larger.
        picture.draft("RGB", (READ_SIDE, READ_SIDE))
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FaultError("bomb") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise FaultError("broken") from error
    return picture, media_type


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")
    return picture.convert("RGB")


def preview(picture: Image.Image, found: Found) -> bytes:
    """A JPEG to look at, upright when the code says how."""
    shown = picture.copy()
    shown.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    shown = shown.rotate(90 * found.turned, expand=True)
    kept = io.BytesIO()
    shown.save(kept, "JPEG", quality=PREVIEW_QUALITY)
    return kept.getvalue()
