"""The editions of a follow-up report that a later one replaced: still read, beside the one that holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from defi.kernel.journal import type_of
from defi.kernel.models import Document
from defi.steps.followup.models import FollowUpReport


def former_papers(reports: Iterable[FollowUpReport]) -> dict[int, list[Document]]:
    """Of each of these reports, by id, its replaced papers, the last replaced first. One query; none without report.

    The caller has read the reports as their reader may."""
    ids = {report.pk for report in reports}
    found: dict[int, list[Document]] = defaultdict(list)
    if ids:
        rows = Document.objects.filter(object_type=type_of(FollowUpReport()), object_id__in=ids)
        for document in rows.filter(replaced_on__isnull=False).defer("content").order_by("-pk"):
            found[document.object_id or 0].append(document)
    return found
