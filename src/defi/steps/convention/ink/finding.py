"""From the codes read on pages to the conventions they belong to, as an actor may know them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.codes import PageCode
from defi.kernel.models import Document, JournalEntry
from defi.operations.models import Operation
from defi.steps.convention.ink.rules import Named, corrected_on, edition_of
from defi.steps.convention.locks import runs
from defi.steps.convention.models import Convention

CONVENTION_TYPE = "convention.convention"


@dataclass
class History:
    """The ids of the texts of a convention, in the order they were sent, their days; when it was last corrected."""

    texts: list[int] = field(default_factory=list)
    sent: list[date] = field(default_factory=list)
    reopened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a page code leads. `convention` is None for another kind of document."""

    named: Named
    document: Document
    convention: Convention | None


def targets(actor: Actor, codes: Collection[PageCode], operation_id: int) -> dict[PageCode, Target]:
    """Where each code leads, seen from the convention of this operation. A code of no document is left out.

    In six queries, whatever the number of pages; it reads as a task what the actor may then not be told."""
    found = Document.objects.filter(code__in={code.code for code in codes}).defer("content")
    documents = {document.code: document for document in found}
    with scope(TASK):
        ids = {d.object_id or 0 for d in documents.values() if d.object_type == CONVENTION_TYPE}
        rows = Convention.objects.filter(pk__in=ids).select_related("operation", "operation__provider").order_by("pk")
        conventions = {row.pk: row for row in rows}
        seen = set(Operation.objects.visible_to(actor).filter(pk__in=_dossiers(documents)).values_list("pk", flat=True))
    histories = _histories(conventions)
    told: dict[PageCode, Target] = {}
    for code in codes:
        document = documents.get(code.code)
        if document is None:
            continue
        convention = conventions.get(document.object_id or 0) if document.object_type == CONVENTION_TYPE else None
        if convention is not None and document.kind != "convention":
            convention = None
        named = _named(actor, code, document, convention, operation_id, seen, histories)
        told[code] = Target(named, document, convention)
    return told


def _dossiers(documents: dict[str, Document]) -> set[int]:
    return {document.file_id for document in documents.values() if document.file_id}


def _named(
    actor: Actor,
    code: PageCode,
    document: Document,
    convention: Convention | None,
    operation_id: int,
    seen: set[int],
    histories: dict[int, History],
) -> Named:
    if convention is None:
        return Named(
            title=document.title,
            number=document.number,
            page=code.page,
            pages=document.pages,
            is_convention=False,
            seen=document.file_id in seen,
        )
    history = histories[convention.pk]
    edition = edition_of(document.pk, history.texts)
    reopened_on = history.reopened_on if convention.state == "draft" else None
    operation = convention.operation
    return Named(
        title=operation.title,
        number=document.number,
        page=code.page,
        pages=document.pages,
        here=operation.pk == operation_id,
        seen=operation.pk in seen,
        acted_on=operation.state == "running" and runs(actor, operation),
        edition=edition,
        corrected_on=corrected_on(edition, history.sent, reopened_on),
        cancelled_on=convention.cancelled_on,
    )


def _histories(conventions: Collection[int]) -> dict[int, History]:
    """Of each convention, its texts and when the last was opened again."""
    found = {pk: History() for pk in conventions}
    documents = Document.objects.filter(kind="convention", object_type=CONVENTION_TYPE, object_id__in=found)
    for owner, pk, made_at in documents.order_by("pk").values_list("object_id", "pk", "made_at"):
        found[owner or 0].texts.append(pk)
        found[owner or 0].sent.append(made_at.astimezone(clock.PARIS).date())
    entries = JournalEntry.objects.filter(verb="convention.correct", object_type=CONVENTION_TYPE, object_id__in=found)
    for owner, at in entries.order_by("pk").values_list("object_id", "at"):
        found[owner].reopened_on = at.astimezone(clock.PARIS).date()
    return found
