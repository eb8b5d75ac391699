"""Public verification: is this file one of ours, as it was made?

The answer leans on the register (the fingerprint of every kept document) and, for what is not in it, on the seals that
can be read in the file. Nothing of the file is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Func, IntegerField, QuerySet

from defi.kernel.documents import fingerprint
from defi.kernel.models import Document
from defi.kernel.signing.certificates import known_certificate, name_of
from defi.kernel.signing.providers import RECEIVED
from defi.kernel.signing.reading import Seal, SealRead, seals

LARGEST = 20 * 1024 * 1024
MOST_VERSIONS = 8
MOST_NUMBERS = 40
_END = b"%%EOF"
_NUMBER = re.compile(rb"\b[A-Z]{2,12}-20\d\d-\d{4,8}(?:-S)?\b")
_LOCKED = re.compile(rb"/Encrypt\s{0,8}(?:\d{1,10}\s{1,8}\d{1,5}\s{1,8}R|<<)")


class _Bytes(Func):
    """How many bytes a column holds, without loading it."""

    function = "octet_length"
    output_field = IntegerField()


class Answer(StrEnum):
    """What is said of a file."""

    SEALED = "sealed"
    KEPT = "kept"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class Cause(StrEnum):
    """Why, when it is not authentic."""

    BROKEN = "broken"
    ADDED = "added"
    CUT = "cut"
    DIFFERENT = "different"
    UNREGISTERED = "unregistered"
    STRANGE = "strange"
    EMPTY = "empty"
    LARGE = "large"
    NOT_PDF = "not_pdf"
    LOCKED = "locked"


@dataclass(frozen=True)
class Examined:
    """`document` is what the file is, or claims to be (its bytes are not loaded); `sealed_by` who sealed it."""

    answer: Answer
    cause: Cause | None = None
    document: Document | None = None
    sealed_by: str = ""


def examine(content: bytes) -> Examined:
    """What is to be said of the bytes of a file."""
    if not content:
        return Examined(Answer.UNREADABLE, Cause.EMPTY)
    if len(content) > LARGEST:
        return Examined(Answer.UNREADABLE, Cause.LARGE)
    kept = _kept(fingerprint(content))
    if kept is None and b"%PDF-" not in content[:1024]:
        return Examined(Answer.UNREADABLE, Cause.NOT_PDF)
    ours = [(one, certificate) for one in seals(content) if (certificate := known_certificate(one.certificate))]
    sealed_by = name_of(ours[0][1]) if ours else ""
    if kept is not None:
        whole = any(one.state is Seal.WHOLE for one, _certificate in ours)
        return Examined(Answer.SEALED if whole else Answer.KEPT, None, kept, sealed_by)
    if ours:
        return _of_seals([one for one, _certificate in ours], content, sealed_by)
    return _of_bytes(content)


def _of_seals(found: list[SealRead], content: bytes, sealed_by: str) -> Examined:
    """A file that is not in the register and bears a seal of ours."""
    claimed = _first_version(content) or _claimed(content)
    states = {one.state for one in found}
    if Seal.BROKEN in states:
        return Examined(Answer.ALTERED, Cause.BROKEN, claimed, sealed_by)
    if Seal.FOLLOWED in states:
        return Examined(Answer.ALTERED, Cause.ADDED, claimed, sealed_by)
    return Examined(Answer.UNKNOWN, Cause.UNREGISTERED, None, sealed_by)


def _of_bytes(content: bytes) -> Examined:
    """A file that is not in the register and bears no seal of ours."""
    if _LOCKED.search(content):
        return Examined(Answer.UNREADABLE, Cause.LOCKED)
    begun = _first_version(content)
    claimed = begun or _claimed(content)
    if _END not in content[-2048:]:
        return Examined(Answer.ALTERED if claimed else Answer.UNREADABLE, Cause.CUT, claimed)
    if begun:
        # As long as the sealed file to the byte: nothing was added, something was changed in the seal itself.
        broken = _is_as_long_as_sealed(content, begun)
        return Examined(Answer.ALTERED, Cause.BROKEN if broken else Cause.ADDED, begun)
    if claimed:
        return Examined(Answer.ALTERED, Cause.DIFFERENT, claimed)
    return Examined(Answer.UNKNOWN, Cause.STRANGE)


def is_only_begun(content: bytes, document: Document | None) -> bool:
    """Whether a file is a document of ours followed by nothing but blanks: it bears no more than that document."""
    ends = [end for end in _ends(content) if not content[end:].strip()]
    return document is not None and document.sha256 in {fingerprint(content[:end]) for end in ends}


def _is_as_long_as_sealed(content: bytes, document: Document) -> bool:
    sealed = Document.objects.filter(number=f"{document.number}-S").annotate(size=_Bytes("content"))
    return sealed.filter(size=len(content)).exists()


def _kept(*prints: str) -> Document | None:
    return _vouched().filter(sha256__in=prints).order_by("pk").first()


def _first_version(content: bytes) -> Document | None:
    """The document of ours that the file begins with, when something was added at its end."""
    return _kept(*(fingerprint(content[:end]) for end in _ends(content)))


def _ends(content: bytes) -> Iterator[int]:
    """Where a version of the file may end: after a mark of end, with or without its line break."""
    place = -1
    for _version in range(MOST_VERSIONS):
        place = content.find(_END, place + 1)
        if place < 0:
            return
        end = place + len(_END)
        yield from (end, end + 1, end + 2)


def _claimed(content: bytes) -> Document | None:
    """The document whose number the file bears in its description."""
    numbers: dict[str, None] = {}
    for match in _NUMBER.finditer(content):
        numbers[match[0].decode()] = None
        if len(numbers) == MOST_NUMBERS:
            break
    return _vouched().filter(number__in=numbers).order_by("pk").first() if numbers else None


def _vouched() -> QuerySet[Document]:
    """What was made here. A file that somebody brought is kept as a piece: its being kept says nothing of it."""
    return Document.objects.defer("content").exclude(kind=RECEIVED)
