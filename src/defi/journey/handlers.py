"""Every action on an operation's file moves its journey, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from defi.journey.projection import rewrite
from defi.kernel import clock
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry

_gathered: ContextVar[set[int] | None] = ContextVar("defi_moved", default=None)


@on("*")
def operation_moved(act: Action, entries: list[JournalEntry]) -> None:
    """Rewrite the rows of the operations touched, once, when the outermost action closes."""
    touched = {entry.file_id for entry in entries if entry.file_id is not None}
    root = act
    while root.parent is not None:
        root = root.parent
    root.touched |= touched
    if act.parent is not None or not root.touched:
        return
    waiting = _gathered.get()
    if waiting is None:
        rewrite(root.touched, act.today)
    else:
        waiting |= root.touched


@contextmanager
def moves_gathered() -> Iterator[None]:
    """Many actions whose operations are rewritten once, when the block ends well: a play file, which no page reads
    meanwhile."""
    touched: set[int] = set()
    token = _gathered.set(touched)
    try:
        yield
    finally:
        _gathered.reset(token)
    if touched:
        rewrite(touched, clock.today())
