"""Whether a document tells figures that were taken back: since when, and which document holds those that replace them.

A year is withdrawn with its report, and with the sheets of operations that told of its trainees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.documents.french import long_date
from defi.kernel.journal import type_of
from defi.kernel.models import Document, JournalEntry
from defi.steering.documents import OPERATION_SHEET, YEARLY_REPORT
from defi.steering.models import PublishedYear
from defi.steering.yearly import Year


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The figures of `year` that a document tells were withdrawn on that day; `instead`: the number of the document
    that tells those published since, empty while none does."""

    year: int
    on: date
    instead: str

    @property
    def sentence(self) -> str:
        """What whoever verifies the document reads first."""
        said = _("La Région a retiré le %(on)s les chiffres de %(year)d que ce document donne : ne les citez plus.") % {
            "on": long_date(self.on),
            "year": self.year,
        }
        if not self.instead:
            return said + " " + _("Aucun document ne le remplace à ce jour.")
        return said + " " + _("Le document %(number)s le remplace.") % {"number": self.instead}


def taken_back(document: Document | None) -> TakenBack | None:
    """What became of the figures of this document; None when it tells none that were withdrawn."""
    if document is None or document.kind not in {YEARLY_REPORT.kind, OPERATION_SHEET.kind}:
        return None
    with scope(TASK):
        found = _told_by(document)
        if found is None or found.withdrawn_on is None:
            return None
        return TakenBack(found.year, found.withdrawn_on, _instead(document, found))


def _told_by(document: Document) -> PublishedYear | None:
    """The withdrawn year that this document tells the figures of."""
    withdrawn = PublishedYear.objects.filter(state="withdrawn")
    if document.kind == YEARLY_REPORT.kind:
        return withdrawn.filter(document=document).first()
    operation = document.object_id
    for row in withdrawn.filter(content__operations__contains=[{"id": operation}]).order_by("pk"):
        if _stood(row, document) and Year(row.content).told_of(operation or 0):
            return row
    return None


def _stood(row: PublishedYear, document: Document) -> bool:
    """Whether these figures stood when the document was made: the journal holds the hour."""
    told = JournalEntry.objects.filter(object_type=type_of(row), object_id=row.pk).order_by("pk")
    acts = dict(told.values_list("verb", "at"))
    return acts["figures.publish"] <= document.made_at < acts["figures.withdraw"]


def _instead(document: Document, withdrawn: PublishedYear) -> str:
    """The number of the report, or of the last sheet, that tells the figures published since."""
    again = PublishedYear.objects.filter(region=withdrawn.region_id, year=withdrawn.year, state="published")
    published = again.select_related("document").defer("document__content").first()
    if published is None:
        return ""
    if document.kind == YEARLY_REPORT.kind:
        return published.document.number if published.document else ""
    same = Document.objects.filter(kind=document.kind, object_type=document.object_type, object_id=document.object_id)
    sheets = same.filter(made_at__gt=document.made_at, made_at__date__gte=published.published_on).order_by("-pk")
    return sheets.values_list("number", flat=True).first() or ""
