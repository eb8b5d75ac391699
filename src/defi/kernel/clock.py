"""The one clock of the house.

Nothing else reads the time (ruff bans `timezone.now`, `date.today`, `auto_now`, database time defaults), so that a play
file gives the same end twice and the demonstration can live around today.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_simulated: ContextVar[datetime | None] = ContextVar("defi_clock", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _simulated.get() or datetime.now(UTC)


def today() -> date:
    """The current date as people in Paris would say it."""
    return now().astimezone(PARIS).date()


@contextmanager
def at(moment: date | datetime) -> Iterator[None]:
    """Make `now()` answer `moment` (a date means nine in the morning in Paris) inside the block."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(9), tzinfo=PARIS)
    token = _simulated.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)
