"""Every action on an operation's file moves its journey, in the same transaction."""

from __future__ import annotations

from defi.journey.projection import rewrite
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry


@on("*")
def operation_moved(act: Action, entries: list[JournalEntry]) -> None:
    """Rewrite the rows of the operations touched, once, when the outermost action closes."""
    touched = {entry.file_id for entry in entries if entry.file_id is not None}
    root = act
    while root.parent is not None:
        root = root.parent
    root.touched |= touched
    if act.parent is None and root.touched:
        rewrite(root.touched, act.today)
