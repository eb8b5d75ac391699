"""The style sheets, scripts and fonts, answered before Django sees the request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStatic

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def with_static_files(application: WSGIApplication) -> ServeStatic:
    """The application, behind the files of its apps: where two have one name, the app named first gives it.

    Around Django and not among its middleware: the one of servestatic is for asynchronous servers only, and makes an
    event loop for each page of ours, a tenth of its time."""
    front = ServeStatic(
        application,
        autorefresh=settings.DEBUG,
        max_age=0 if settings.DEBUG else 60,
        add_headers_function=_add_headers,
    )
    folders = dict.fromkeys(storage.location for finder in get_finders() for _path, storage in finder.list(None))
    for folder in reversed(folders):  # what is added later hides what came before
        front.add_files(folder, settings.STATIC_URL)
    return front


def _add_headers(headers: Headers, _path: str, _address: str) -> None:
    """What Django's own middleware says of every page; `headers` is completed."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
