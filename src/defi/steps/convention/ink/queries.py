"""Reads the signed pages of a convention, or of an amendment: what came, what is missing, who signed on which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from defi.kernel.access import Actor
from defi.kernel.files.models import FileVersion
from defi.kernel.models import Document
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation
from defi.steps.convention.ink.boxes import box_of, signing_pages
from defi.steps.convention.ink.rules import missing_sentence
from defi.steps.convention.ink_models import InkMark, ScannedPage
from defi.steps.convention.issuing import Text
from defi.steps.convention.locks import runs
from defi.steps.convention.models import LIVING, Amendment, Convention, Signatory


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that came in: its picture, its file, the signatories read on it."""

    scan: ScannedPage
    version: FileVersion
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page of the text in force, and its scans."""

    number: int
    sheets: tuple[Sheet, ...]
    is_to_sign: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """A signatory: the page of its box (None: not found), whether a scan of it came, where its signature was read."""

    signatory: Signatory
    box: int | None
    received: bool
    read_on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything the page of the paper signatures shows."""

    operation: Operation
    text: Text | None
    document: Document | None
    pages: tuple[PageRow, ...] = ()
    to_place: tuple[Sheet, ...] = ()
    older: tuple[Sheet, ...] = ()
    signers: tuple[Signer, ...] = ()
    missing: str = ""
    acts: bool = False

    @property
    def is_amendment(self) -> bool:
        return isinstance(self.text, Amendment)

    @property
    def is_open(self) -> bool:
        """Whether pages are awaited: a text was sent."""
        return self.text is not None and not self.text.is_prepared and self.document is not None


def paper(actor: Actor, operation: Operation, amendment: Amendment | None = None) -> Paper:
    """The signed pages of the convention of an operation, or of an amendment to it, as this actor may see them.

    In seven queries, whatever their number."""
    conventions = Convention.objects.visible_to(actor).filter(LIVING, operation=operation)
    text: Text | None = amendment or conventions.select_related("document").first()
    if text is None:
        return Paper(operation, None, None)
    sheets = _sheets(actor, text)
    document = text.document
    if document is None or text.is_prepared:
        return Paper(operation, text, None, older=tuple(s for s in sheets if s.scan.state == "placed"))
    own = [sheet for sheet in sheets if sheet.scan.document_id == document.pk]
    boxes = signing_pages(document)
    return Paper(
        operation,
        text,
        document,
        pages=tuple(
            PageRow(number, tuple(sheet for sheet in own if sheet.scan.page == number), number in boxes)
            for number in range(1, document.pages + 1)
        ),
        to_place=tuple(sheet for sheet in sheets if sheet.scan.state == "to_place"),
        older=tuple(s for s in sheets if s.scan.state == "placed" and s.scan.document_id != document.pk),
        signers=_signers(actor, text, boxes, own),
        missing=missing_sentence(document.pages, {sheet.scan.page or 0 for sheet in own}),
        acts=may_act(actor, operation) and not text.is_over,
    )


def of_text(text: Text) -> dict[str, Any]:
    """What finds the rows of a text: those of its amendments are not a convention's own."""
    if isinstance(text, Amendment):
        return {"amendment": text.pk}
    return {"convention": text.pk, "amendment": None}


def may_act(actor: Actor, operation: Operation) -> bool:
    """Whether this actor deposits pages here and says what is on them, now."""
    return operation.state == "running" and actor.who in VERBS["scan.deposit"].who and runs(actor, operation)


def one_sheet(actor: Actor, scan: ScannedPage) -> Sheet:
    """One page with its picture and its signatories."""
    version = FileVersion.objects.filter(stored=scan.stored_id).defer("content", "preview").order_by("-number")
    return Sheet(scan, version[0], tuple(_signers_read(actor, [scan]).get(scan.pk, ())))


def bears_boxes(scan: ScannedPage) -> bool:
    """Whether there is something to sign on this page. Must run inside an open scope."""
    return scan.document is not None and scan.page in signing_pages(scan.document)


def could_have_signed(actor: Actor, scan: ScannedPage) -> list[Signatory]:
    """The signatories whose signature may still be noted on this page."""
    noted = InkMark.objects.visible_to(actor).filter(scan=scan, taken_back_on=None).values("signatory_id")
    rows = Signatory.objects.visible_to(actor).filter(**of_text(scan.text))
    rows = rows.exclude(state__in=["removed", "signed_click", "signed_outside"]).exclude(pk__in=noted)
    return list(rows.select_related("organisation", "person", "signed_by").order_by("pk"))


def _sheets(actor: Actor, text: Text) -> list[Sheet]:
    rows = ScannedPage.objects.visible_to(actor).filter(**of_text(text), state__in=["placed", "to_place"])
    scans = list(rows.select_related("stored", "document").defer("document__content").order_by("page", "pk"))
    files = {scan.stored_id for scan in scans}
    versions = FileVersion.objects.filter(stored__in=files).defer("content", "preview").order_by("number")
    last = {version.stored_id: version for version in versions}
    signers = _signers_read(actor, scans)
    return [Sheet(scan, last[scan.stored_id], tuple(signers.get(scan.pk, ()))) for scan in scans]


def _signers_read(actor: Actor, scans: Sequence[ScannedPage]) -> dict[int, list[str]]:
    rows = InkMark.objects.visible_to(actor).filter(scan__in=[scan.pk for scan in scans], taken_back_on=None)
    found: dict[int, list[str]] = {}
    for mark in rows.select_related("signatory__organisation").order_by("pk"):
        found.setdefault(mark.scan_id, []).append(mark.signatory.organisation.name)
    return found


def _signers(actor: Actor, text: Text, boxes: dict[int, str], own: list[Sheet]) -> tuple[Signer, ...]:
    rows = Signatory.objects.visible_to(actor).filter(**of_text(text)).exclude(state="removed")
    received = {sheet.scan.page for sheet in own}
    signers = []
    for signatory in rows.select_related("organisation", "person").order_by("pk"):
        name = signatory.organisation.name
        box = box_of(name, boxes)
        read_on = tuple(sheet.scan.page or 0 for sheet in own if name in sheet.signers)
        signers.append(Signer(signatory, box, box in received, read_on))
    return tuple(signers)
