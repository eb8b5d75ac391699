"""What follows, in the file itself, when an operation ends."""

from __future__ import annotations

from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.committees import call_off_abandoned
from defi.operations.models import Operation


@on("operation.abandon")
def abandoned(outer: Action, entries: list[JournalEntry]) -> None:
    """Those invited to a committee learn that it is not held."""
    for entry in entries:
        if entry.object_type == Operation._meta.label_lower:
            call_off_abandoned(entry.object_id)
