"""What became of a module that is no longer in its plan: read in the journal."""

from __future__ import annotations

from dataclasses import dataclass

from defi.kernel.access import Actor
from defi.kernel.models import JournalEntry
from defi.people.models import Organisation
from defi.steps.design.models import TrainingPlan


@dataclass(frozen=True, slots=True)
class Removed:
    """A module that is no longer in its plan, and the name of the organisation that took it out."""

    plan: TrainingPlan
    by: str


def removed_module(actor: Actor, module_id: int) -> Removed | None:
    """What became of a module that is not there: None unless it was in a plan this actor may see."""
    entries = JournalEntry.objects.filter(object_type="design.module", object_id=module_id)
    entry = entries.order_by("-pk").first()
    if entry is None:
        return None
    plans = TrainingPlan.objects.visible_to(actor).select_related("operation", "certification")
    plan = plans.filter(operation=entry.file_id).first()
    if plan is None:
        return None
    organisation = Organisation.objects.filter(pk=entry.actor_organisation_id or 0).first()
    return Removed(plan, organisation.name if organisation else "")
