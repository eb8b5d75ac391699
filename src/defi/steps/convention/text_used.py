"""Which version of the Region's text a convention is written with, and the newer one it could take."""

from __future__ import annotations

from dataclasses import dataclass

from defi.kernel import clock
from defi.schemes.models import DocumentText
from defi.schemes.text_queries import holding, number
from defi.steps.convention.documents import CONVENTION
from defi.steps.convention.models import Convention


@dataclass(frozen=True, slots=True)
class Newer:
    """A version of the Region's text that holds today and that the convention does not use yet."""

    version: DocumentText | None
    number: int


@dataclass(frozen=True, slots=True)
class TextUsed:
    """The version of the Region's text that a convention is drafted with (1: the one that comes with the product)."""

    number: int
    newer: Newer | None = None


def text_used(convention: Convention) -> TextUsed:
    """The version of the text a convention uses and, while it is prepared, the newer one it could take."""
    used = TextUsed(number(convention.text))
    if convention.state != "draft":
        return used
    newest = holding(convention.operation.region_id, CONVENTION.kind, clock.today())
    return used if newest == convention.text else TextUsed(used.number, Newer(newest, number(newest)))
