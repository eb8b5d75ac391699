"""Keeping a sealed document beside the one it seals: its number with an S, a code of its own."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from defi.kernel.models import Document
from defi.kernel.numbers import new_code
from defi.kernel.signing.proof import Proof
from defi.kernel.signing.seal import seal

SEALED = "-sealed"
"""What the kind of a sealed document ends with: `convention-sealed`."""


def sealed_number(number: str) -> str:
    """`CONV-2026-0042` sealed is `CONV-2026-0042-S`."""
    return f"{number}-S"


def keep_sealed(document: Document, proof: Proof, now: datetime) -> Document:
    """Seal the stored bytes of `document` and keep what comes out; the same call again gives back what was kept.

    Must run inside the action that causes it. Raises what `seal` raises."""
    number = sealed_number(document.number)
    known = Document.objects.filter(number=number).first()
    if known is not None:
        return known
    code = new_code()
    made = seal(
        bytes(document.content),
        proof,
        pages=document.pages,
        number=number,
        code=code,
        verify_url=f"{settings.PUBLIC_URL}/verifier/{code}/",
        now=now,
    )
    return Document.objects.create(
        kind=document.kind + SEALED,
        number=number,
        code=code,
        title=document.title,
        sha256=made.sha256,
        content=made.pdf,
        pages=made.pages,
        file_id=document.file_id,
        object_type=document.object_type,
        object_id=document.object_id,
        made_at=now,
    )


def sealed_of(document: Document) -> Document | None:
    """The sealed document of this one, if there is one; its bytes are not loaded."""
    return Document.objects.defer("content").filter(number=sealed_number(document.number)).first()
