"""The EOS page: what to copy, what EOS answered, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.steps.pairing.queries import book_of
from defi.steps.training.copying import CopyLine, copy_lines, remaining
from defi.steps.training.models import EosEntry
from defi.steps.training.rules import Difference


@dataclass(frozen=True, slots=True)
class EosPage:
    """What the page and the card show. `entry` is the last answer typed back; `due_on` the J-28 of the rulebook."""

    operation: Operation
    session: Session | None
    lines: tuple[CopyLine, ...] = ()
    entry: EosEntry | None = None
    differences: tuple[Difference, ...] = ()
    former: tuple[EosEntry, ...] = ()
    due_on: date | None = None

    @property
    def unexplained(self) -> bool:
        """Whether the session has moved since EOS answered, and nobody said why they differ on some field."""
        return any(not one.why for one in self.differences)


def eos_page(actor: Actor, operation: Operation) -> EosPage:
    """The EOS entry of an operation; empty while there is no session."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    if session is None:
        return EosPage(operation, None)
    rows = EosEntry.objects.visible_to(actor).filter(session=session).select_related("entered_by")
    entries = list(rows.order_by("-id"))
    last = entries[0] if entries else None
    deadline = book_of(operation).deadlines["eos_entry"]
    return EosPage(
        operation,
        session,
        copy_lines(operation, session, last),
        last,
        remaining(session, last),
        tuple(entries[1:]),
        deadline.on(session.starts_on, session.ends_on),
    )
