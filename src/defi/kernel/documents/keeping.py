"""Making a document of a row and keeping its bytes: what is signed or sent is stored, never rendered again."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.conf import settings

from defi.kernel.access import Guarded
from defi.kernel.documents.engine import render
from defi.kernel.documents.template import DocumentData, Template
from defi.kernel.journal import type_of
from defi.kernel.models import Document
from defi.kernel.numbers import new_code, next_number

D = TypeVar("D", bound=DocumentData)


def keep(template: Template[D], data: D, row: Guarded, now: datetime, *, text: str | None = None) -> Document:
    """Make the document of `row` and keep it, with the next number of its kind and a code nobody can guess.

    `text` is what the Region wrote for it; the text shipped with the product by default.

    Must run inside the action that causes it."""
    number, code = next_number(template.prefix), new_code()
    verify_url = f"{settings.PUBLIC_URL}/verifier/{code}/"
    made = render(template, data, number=number, code=code, verify_url=verify_url, now=now, text=text)
    return Document.objects.create(
        kind=template.kind,
        number=number,
        code=code,
        title=made.title,
        sha256=made.sha256,
        content=made.pdf,
        pages=made.pages,
        file_id=row.file_id,
        object_type=type_of(row),
        object_id=row.pk,
        made_at=now,
    )
