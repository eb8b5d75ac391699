"""A partner that leaves, or was noted twice, is no longer awaited: the plan may be approved by all who remain."""

from __future__ import annotations

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.steps.design.models import TrainingPlan
from defi.steps.design.turns import leave_nobody_holding


@on("operation.partner_leaves")
@on("employer.merge")
def somebody_left(outer: Action, entries: list[JournalEntry]) -> None:
    """The plan leaves the hands of whoever left; those that waited only for them are settled."""
    operations = {entry.file_id for entry in entries}
    with scope(TASK):
        for plan in TrainingPlan.objects.filter(operation__in=operations).exclude(state="approved"):
            leave_nobody_holding(plan)
