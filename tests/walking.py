"""Every address of the product, filled with the numbers, codes and words of what exists: a new page is walked too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from typing import cast

import pypdfium2 as pdfium
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from python_calamine import CalamineWorkbook

Rows = list[URLPattern | URLResolver]
Kinds = dict[str, str]

OUT_OF_THE_WALK = ("static/", "galerie/", "demonstration/", "entrer/sortir", "lien/")
"""Files of the product, pages of the demonstration, and what would end the walk; a link is walked by its bearer."""

METHOD_NOT_ALLOWED = 405

NAMED = {
    "address": "failingaddress",
    "certificate": "compliancecertificate",
    "claim": "bonusclaim",
    "contract": "employmentcontract",
    "event": "sourcingline",
    "firm": "organisation",
    "first": "organisation",
    "line": "sourcingline",
    "member": "teammember",
    "option": "signingoption",
    "scan": "scannedpage",
    "second": "organisation",
    "sheet": "attendancesheet",
    "stored": "storedfile",
    "version": "fileversion",
}
"""What a part of an address numbers when it does not bear the name of its model."""


def patterns(rows: Rows, before: str = "", kinds: Kinds | None = None) -> Iterator[tuple[str, Kinds, str]]:
    """Each route that the resolver knows, with the kind of its parts and the module of its view:
    `besoins/<int:need_id>/`, {"need_id": "int"}, "defi.steps.needs.views"."""
    for row in rows:
        route = before + str(row.pattern).lstrip("^").rstrip("$")
        found = (kinds or {}) | {
            name: type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()
            for name, converter in row.pattern.converters.items()
        }
        if isinstance(row, URLResolver):
            yield from patterns(cast(Rows, row.url_patterns), route, found)
        else:
            yield route, found, row.callback.__module__


def addresses(values: Callable[[str, str], list[int] | list[str]], without: tuple[str, ...] = ()) -> list[str]:
    """Every address: `values(route, name)` says what may stand for a part; without the pages of these rooms."""
    found = []
    for route, kinds, module in patterns(cast(Rows, get_resolver().url_patterns)):
        if not route.startswith(OUT_OF_THE_WALK) and not module.startswith(without or ("-",)):
            for chosen in product(*(values(route, name) for name in kinds)):
                filled = route
                for (name, kind), value in zip(kinds.items(), chosen, strict=True):
                    filled = filled.replace(f"<{kind}:{name}>", str(value)).replace(f"<{name}>", str(value))
                found.append("/" + filled)
    return found


def pages_among(paths: list[str]) -> list[str]:
    """The addresses that open: those of buttons answer nothing to whoever asks."""
    anybody = Client()
    return [path for path in paths if read(anybody, path)[0] != METHOD_NOT_ALLOWED]


def read(client: Client, address: str) -> tuple[int, str]:
    """The status of an address, and all that may be read in its answer: a body of any kind, and the headers."""
    client.raise_request_exception = False
    answer = client.get(address, follow=False)
    assert answer.status_code < 500, address
    content = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, f"{text_of(content, answer.headers.get('Content-Type', ''))}\n{answer.headers}"


def text_of(content: bytes, media_type: str) -> str:
    """The words of an answer, whatever its kind."""
    if "pdf" in media_type:
        pdf = pdfium.PdfDocument(content)
        said = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        pdf.close()
        return said
    if "spreadsheet" in media_type:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return content.decode("utf-8", errors="replace")


def links_in(text: str) -> list[str]:
    """The personal links that a mail carries, as paths."""
    return re.findall(r"/lien/[\w-]+/", text)
