"""What the candidacies do when the dates of their session move."""

from __future__ import annotations

from datetime import date

from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.steps.sourcing import moves
from defi.steps.sourcing.locks import refuse_personal


@on("session.reschedule")
@on("session.flag_small_group")
def reason_without_health(outer: Action, entries: list[JournalEntry]) -> None:
    """Why the dates move, or the group is small, is read by firms and prescribers: as any other reason, it says nothing
    of anybody's health or number. Raises `Invalid` beside it."""
    refuse_personal(reason=outer.reason)


@on("session.plan")
@on("session.reschedule")
def dates_moved(outer: Action, entries: list[JournalEntry]) -> None:
    """Whoever confirmed for the former day is asked again; when only the end moves, everybody learns the new one."""
    for entry in entries:
        if entry.object_type != "operations.session":
            continue
        if start := _moved(entry, "starts_on"):
            moves.start_moved(entry.object_id, *start, str(outer.id))
        elif end := _moved(entry, "ends_on"):
            moves.end_moved(entry.object_id, *end, str(outer.id))


def _moved(entry: JournalEntry, field: str) -> tuple[date, date] | None:
    """From which day to which; nothing when the day stays, or had not been fixed yet."""
    was, now = entry.before.get(field), entry.after.get(field)
    return (date.fromisoformat(was), date.fromisoformat(now)) if was and now and was != now else None
