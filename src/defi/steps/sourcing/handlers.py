"""What the candidacies do when the dates of their session move."""

from __future__ import annotations

from datetime import date

from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.steps.sourcing import moves


@on("session.plan")
@on("session.reschedule")
def start_moved(outer: Action, entries: list[JournalEntry]) -> None:
    """Whoever confirmed for the former day is asked again."""
    for entry in entries:
        was, now = entry.before.get("starts_on"), entry.after.get("starts_on")
        if entry.object_type == "operations.session" and was and was != now:
            moves.start_moved(entry.object_id, date.fromisoformat(was), date.fromisoformat(now), str(outer.id))
