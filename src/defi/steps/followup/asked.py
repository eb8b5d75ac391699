"""What each firm was asked to confirm and has not: the lines of its « À faire » (process.md, « + Follow-up »)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from defi.kernel.clock import PARIS
from defi.kernel.models import Link
from defi.steps.followup.models import Statement
from defi.steps.followup.queries import open_moment
from defi.steps.followup.rules import opens_on
from defi.steps.pairing.models import Pairing, Promise

CONFIRM = "situation.confirm"


def confirmations_owed(operations: Iterable[int]) -> dict[int, dict[int, tuple[int, date]]]:
    """By operation, each firm that was asked and has not said of everybody who works there: of how many, and since
    when. What was asked at one moment is not asked at the next before its own mail left. Three queries at most."""
    asked = _asked(operations)
    if not asked:
        return {}
    files = {operation_id for operation_id, _firm in asked}
    rows = (
        Pairing._base_manager.filter(operation__in=files, candidacy__left_on__isnull=False)
        .exclude(ending=Pairing.Ending.MISTAKE)
        .select_related("candidacy__operation", "post__promise")
        .order_by("paired_on", "pk")
    )
    told = Statement._base_manager.filter(operation__in=files, voice=Statement.Voice.EMPLOYER)
    said = set(told.values_list("candidacy_id", "moment", "organisation_id"))
    found: dict[int, dict[int, tuple[int, date]]] = defaultdict(dict)
    for row in {row.candidacy_id: row for row in rows}.values():
        person, firm = row.candidacy, row.post.promise.employer_id
        since, moment = asked.get((row.operation_id, firm)), open_moment(person)
        if since is None or moment is None or person.left_on is None or (person.pk, moment.key, firm) in said:
            continue
        if since >= opens_on(person.left_on, moment):
            n, _since = found[row.operation_id].get(firm, (0, since))
            found[row.operation_id][firm] = n + 1, since
    return found


def _asked(operations: Iterable[int]) -> dict[tuple[int, int], date]:
    """The day each firm was last asked, by operation and firm."""
    links = Link.objects.filter(
        verb=CONFIRM, object_type=Promise._meta.label_lower, file_id__in=list(operations), organisation_id__isnull=False
    )
    days = links.values("file_id", "organisation_id").annotate(at=Max("created_at")).order_by()
    return {(row["file_id"] or 0, row["organisation_id"] or 0): row["at"].astimezone(PARIS).date() for row in days}
