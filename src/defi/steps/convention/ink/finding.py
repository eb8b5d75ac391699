"""From the codes read on pages to the texts they belong to, conventions and amendments, as an actor may know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.codes import PageCode
from defi.kernel.models import Document, JournalEntry
from defi.operations.models import Operation
from defi.steps.convention.ink.rules import Named, corrected_on, edition_of
from defi.steps.convention.issuing import Text
from defi.steps.convention.locks import runs
from defi.steps.convention.models import Amendment, Convention

CONVENTION_TYPE, AMENDMENT_TYPE = "convention.convention", "convention.amendment"
KINDS = {CONVENTION_TYPE: "convention", AMENDMENT_TYPE: "amendment"}
"""Of each thing that is signed, the kind of its documents that people sign."""


@dataclass
class History:
    """The ids of the editions of a text, in the order they were sent, their days; when the last was opened again."""

    texts: list[int] = field(default_factory=list)
    sent: list[date] = field(default_factory=list)
    reopened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a page code leads. `text` is the convention or the amendment; None for another kind of document."""

    named: Named
    document: Document
    text: Text | None


def targets(
    actor: Actor, codes: Collection[PageCode], operation_id: int, amendment_id: int | None = None
) -> dict[PageCode, Target]:
    """Where each code leads, seen from the convention of the operation of this id, or from an amendment to it. A code
    of no document is left out.

    In eight queries, whatever the number of pages; it reads as a task what the actor may then not be told."""
    found = Document.objects.filter(code__in={code.code for code in codes}).defer("content")
    documents = {document.code: document for document in found}
    with scope(TASK):
        texts = _texts(documents.values())
        seen = set(Operation.objects.visible_to(actor).filter(pk__in=_dossiers(documents)).values_list("pk", flat=True))
    histories = _histories(texts)
    told: dict[PageCode, Target] = {}
    for code in codes:
        document = documents.get(code.code)
        if document is None:
            continue
        key = _key(document)
        text = texts.get(key) if document.kind == KINDS.get(document.object_type) else None
        history = histories.get(key, History())
        here = text is not None and _is_from(text, operation_id, amendment_id)
        told[code] = Target(_named(actor, code, document, text, here, seen, history), document, text)
    return told


def _is_from(text: Text, operation_id: int, amendment_id: int | None) -> bool:
    if isinstance(text, Amendment):
        return text.pk == amendment_id
    return amendment_id is None and text.operation_id == operation_id


def _key(document: Document) -> tuple[str, int]:
    return document.object_type, document.object_id or 0


def _texts(documents: Iterable[Document]) -> dict[tuple[str, int], Text]:
    keys = {_key(document) for document in documents}
    found: dict[tuple[str, int], Text] = {}
    related = ("operation", "operation__provider")
    conventions = Convention.objects.filter(pk__in=[pk for kind, pk in keys if kind == CONVENTION_TYPE])
    for convention in conventions.select_related(*related).order_by("pk"):
        found[CONVENTION_TYPE, convention.pk] = convention
    amendments = Amendment.objects.filter(pk__in=[pk for kind, pk in keys if kind == AMENDMENT_TYPE])
    for amendment in amendments.select_related("convention", *related).order_by("pk"):
        found[AMENDMENT_TYPE, amendment.pk] = amendment
    return found


def _dossiers(documents: dict[str, Document]) -> set[int]:
    return {document.file_id for document in documents.values() if document.file_id}


def _named(
    actor: Actor,
    code: PageCode,
    document: Document,
    text: Text | None,
    here: bool,
    seen: set[int],
    history: History,
) -> Named:
    if text is None:
        return Named(
            title=document.title,
            number=document.number,
            page=code.page,
            pages=document.pages,
            is_convention=False,
            seen=document.file_id in seen,
        )
    edition = edition_of(document.pk, history.texts)
    reopened_on = history.reopened_on if text.is_prepared else None
    operation = text.operation
    convention = text.convention if isinstance(text, Amendment) else text
    return Named(
        title=operation.title,
        number=document.number,
        page=code.page,
        pages=document.pages,
        here=here,
        seen=operation.pk in seen,
        acted_on=operation.state == "running" and runs(actor, operation),
        edition=edition,
        corrected_on=corrected_on(edition, history.sent, reopened_on),
        cancelled_on=convention.cancelled_on,
        said=text.said,
    )


def _histories(texts: Collection[tuple[str, int]]) -> dict[tuple[str, int], History]:
    """Of each text, its editions and when the last was opened again."""
    found = {key: History() for key in texts}
    ids = {pk for _kind, pk in texts}
    documents = Document.objects.filter(kind__in=KINDS.values(), object_type__in=KINDS, object_id__in=ids)
    for kind, owner, pk, made_at in documents.order_by("pk").values_list("object_type", "object_id", "pk", "made_at"):
        if (kind, owner or 0) in found:
            found[kind, owner or 0].texts.append(pk)
            found[kind, owner or 0].sent.append(made_at.astimezone(clock.PARIS).date())
    reopened = ("convention.correct", "amendment.owe")
    entries = JournalEntry.objects.filter(verb__in=reopened, object_type__in=KINDS, object_id__in=ids)
    for kind, owner, at in entries.order_by("pk").values_list("object_type", "object_id", "at"):
        if (kind, owner) in found:
            found[kind, owner].reopened_on = at.astimezone(clock.PARIS).date()
    return found
