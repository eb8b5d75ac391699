"""Files that no page computes are answered before Django, whole and cached; everything else reaches the pages."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.contrib.staticfiles import finders

from defi.web.static_files import with_static_files

STYLE = "/static/defi/defi.css"


def pages(environ, start_response):
    start_response("404 Not Found", [])
    return [b"asked of the pages"]


@pytest.fixture(scope="module")
def front():
    return with_static_files(pages)


def answer(front, address):
    said = {}
    environ = {"PATH_INFO": address, "REQUEST_METHOD": "GET"}
    setup_testing_defaults(environ)
    parts = front(environ, lambda status, headers: said.update(status=status, headers=dict(headers)))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return said["status"], said["headers"], body


def test_a_file_is_answered_whole_with_its_kind(front):
    status, headers, body = answer(front, STYLE)
    assert status == "200 OK"
    assert headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "max-age=60, public"
    found = finders.find(STYLE.removeprefix("/static/"))
    with open(found, "rb") as file:
        assert body == file.read()


@pytest.mark.parametrize(
    "address",
    ["/", "/operations/", "/static/", "/static/defi/nothing.css", "/static/../settings.py", "/static/%2e%2e/x"],
)
def test_everything_else_reaches_the_pages(front, address):
    assert answer(front, address)[2] == b"asked of the pages"
