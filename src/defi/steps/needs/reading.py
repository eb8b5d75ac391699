"""Reads what stands behind a collective need: all the figures of its diagnosis, and its files."""

from __future__ import annotations

from django.db.models import QuerySet

from defi.kernel.access import Actor
from defi.kernel.documents.french import number_words
from defi.kernel.models import Document
from defi.steps.needs.diagnosis import Figure, day_words, figures
from defi.steps.needs.models import CollectiveFile, CollectiveNeed, DiagnosisFigure


def all_figures(actor: Actor, collective: CollectiveNeed) -> list[Figure]:
    """What is known by itself, then what the officers added."""
    added = DiagnosisFigure.objects.visible_to(actor).filter(collective=collective)
    return [
        *figures(actor, collective.job, collective.basin),
        *(
            Figure(
                row.label,
                f"{number_words(row.value)} {row.unit}".strip(),
                row.source,
                day_words(row.established_on),
                figure_id=row.pk,
            )
            for row in added
        ),
    ]


def files_of(actor: Actor, collective: CollectiveNeed) -> QuerySet[CollectiveFile]:
    """The files attached, without their bytes."""
    rows = CollectiveFile.objects.visible_to(actor).filter(collective=collective, withdrawn_on=None)
    return rows.defer("content").select_related("added_by")


def sheets_of(collective: CollectiveNeed) -> QuerySet[Document]:
    """The pages printed of it, the latest first."""
    kept = Document.objects.filter(kind="collective-need", object_type="needs.collectiveneed", object_id=collective.pk)
    return kept.defer("content").order_by("-pk")
