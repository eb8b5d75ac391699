"""A partner that leaves, or was noted twice, is no longer awaited: the plan may be approved by all who remain."""

from __future__ import annotations

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.steps.design.actions import settle_if_complete
from defi.steps.design.models import TrainingPlan


@on("operation.partner_leaves")
@on("employer.merge")
def somebody_left(outer: Action, entries: list[JournalEntry]) -> None:
    """Settle the plans that waited only for whoever left."""
    operations = {entry.file_id for entry in entries}
    with scope(TASK):
        for plan in TrainingPlan.objects.filter(operation__in=operations, state="submitted"):
            settle_if_complete(plan)
