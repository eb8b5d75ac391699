"""What a provider keeps of an operation that was entrusted to another, or to nobody: its own deeds, until that day.

Source: decision 0009; the wall (process.md, step 1)."""

from __future__ import annotations

from django.db.models import QuerySet

from defi.journey.telling import Told, tell
from defi.kernel.access import Actor
from defi.kernel.models import JournalEntry
from defi.operations.models import RUNS, Operation, Partner


def former(actor: Actor) -> QuerySet[Partner]:
    """The parts that the actor's house had in operations it no longer runs, the latest first. Nobody else's."""
    if not actor.in_provider or actor.organisation_id is None:
        return Partner._base_manager.none()
    seen = Operation.objects.visible_to(actor).values("pk")
    gone = Partner._base_manager.filter(organisation_id=actor.organisation_id, part__in=RUNS, left_on__isnull=False)
    rows = gone.exclude(operation__in=seen).select_related("operation__basin", "operation__job")
    return rows.order_by("-left_on", "-pk")


def own_deeds(actor: Actor, left: Partner) -> list[Told]:
    """What its people did in this file, in the words of the journal; the names it may no longer know are left out."""
    entries = JournalEntry.objects.filter(file_id=left.operation_id, actor_organisation_id=actor.organisation_id)
    return tell(entries.filter(at__date__lte=left.left_on).order_by("-id"), actor)
