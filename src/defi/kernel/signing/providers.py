"""Ways of signing, all behind the same three methods: ask, read the state, fetch what was signed.

A room writes its own ways (by click, in ink, noted as signed outside). A provider of advanced signatures is a class
named by `DEFI_SIGNATURE_PROVIDER`; without one the product signs by itself (docs/sealing.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from defi.kernel.signing.proof import Evidence

RECEIVED = "signed-outside"
"""The kind of a document received from another platform: kept as a piece, never vouched for in public."""


class State(StrEnum):
    """Where a signature stands."""

    AWAITED = "awaited"
    SIGNED = "signed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Asked:
    """What is put to signature, and who is asked. `sha256` is the fingerprint of `content`."""

    number: str
    title: str
    content: bytes
    sha256: str
    name: str
    quality: str
    organisation: str
    email: str
    until: date


@dataclass(frozen=True)
class Reading:
    """The state of one signature. Signed: the day, the instant when it is known, the fingerprint of the text signed and
    what shows it; `way` is one of `proof.WAYS`. Refused: the reason, as it may be shown."""

    state: State
    way: str = ""
    on: date | None = None
    at: datetime | None = None
    sha256: str = ""
    evidence: Sequence[Evidence] = ()
    reason: str = ""


@dataclass(frozen=True)
class SignedFile:
    """The bytes that bear, or stand for, the signature."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@runtime_checkable
class SignatureProvider(Protocol):
    """One way of signing. `name` is shown to people; a reference is what the way gives to find a request again."""

    name: str

    def ask(self, asked: Asked) -> str:
        """Ask for one signature; its reference. May raise `Refused` with a sentence for whoever asked."""
        ...

    def read(self, reference: str) -> Reading:
        """Where this signature stands now. Changes nothing."""
        ...

    def fetch(self, reference: str) -> SignedFile | None:
        """What was signed, once it is; None before, or when nothing more than the text is kept."""
        ...


def external() -> SignatureProvider | None:
    """The provider that the configuration names, if any. Raises `ImproperlyConfigured` when it is not one."""
    return _loaded(settings.SIGNATURE_PROVIDER) if settings.SIGNATURE_PROVIDER else None


@cache
def _loaded(path: str) -> SignatureProvider:
    try:
        made = import_string(path)()
    except ImportError as problem:
        raise ImproperlyConfigured(f"DEFI_SIGNATURE_PROVIDER={path}: {problem}") from problem
    if not isinstance(made, SignatureProvider):
        raise ImproperlyConfigured(f"DEFI_SIGNATURE_PROVIDER={path}: ask, read, fetch or name is missing.")
    return made
