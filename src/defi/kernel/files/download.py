"""Giving a file back: never opened by the page, never guessed at, never kept by a cache."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from defi.kernel.files.models import FileVersion

_PRIVATE = "private, no-store"
_POLICY = "default-src 'none'; sandbox"


def attachment(version: FileVersion) -> HttpResponse:
    """The bytes of a version, to be saved."""
    response = _bytes(version.content, version.media_type)
    header = content_disposition_header(as_attachment=True, filename=version.name)
    response["Content-Disposition"] = header or "attachment"
    return response


def picture(version: FileVersion) -> HttpResponse:
    """The picture of a page, which this product drew itself: shown in the page."""
    response = _bytes(version.preview, "image/jpeg")
    response["Content-Disposition"] = "inline"
    return response


def _bytes(content: bytes | memoryview | None, media_type: str) -> HttpResponse:
    response = HttpResponse(bytes(content or b""), content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cache-Control"] = _PRIVATE
    return response
