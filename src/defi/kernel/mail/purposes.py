"""What each kind of mail is: its words, how urgent it is, what it asks. The values are data of a room above; here is
their form, and what holds until they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from defi.kernel.mail.hours import Hours


class Urgency(StrEnum):
    """`code`: whoever waits for it sits before a screen, it leaves at any hour. `now`: as soon as hours allow.
    `digest`: with the others of its day."""

    CODE = "code"
    NOW = "now"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Purpose:
    """A kind of mail in words. `asks`: the line of « À faire » that it points to, when it asks for something."""

    label: str
    urgency: Urgency
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Retries:
    """After how long a mail that was put off is tried again, time after time; after the last it has failed.

    `late`: an urgent mail that could not leave for so long is said with the others. `code`: a code is worth nothing
    after so long. `server`: how long a server that does not answer is left alone, time after time."""

    waits: tuple[timedelta, ...]
    server: tuple[timedelta, ...]
    late: timedelta
    code: timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """A reminder: of what, on which days, to whom it was first said by which mails. It stops with what it reminds of.

    `after`: days since it is asked. `before`: days before it is due. `every`: days between two once it is late, `times`
    at most."""

    key: str
    label: str
    source: str
    asks: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    every: int = 0
    times: int = 0
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Everything a Region could change of its mail."""

    hours: Hours
    retries: Retries
    gap: int = 3
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_table = Table(
    Hours(time(7), time(20), time(7, 30)),
    Retries((5 * _MINUTE, _HOUR), (_MINUTE,), 24 * _HOUR, 20 * _MINUTE),
)


def table() -> Table:
    """The table in force."""
    return _table


def lay(told: Table) -> None:
    """Put the table of a room above in force."""
    global _table
    _table = told


def purpose(name: str) -> Purpose:
    """The purpose of this name; one that the table does not know leaves at once and is shown by its name."""
    if name.startswith("reminder/"):
        rule = _table.rules.get(name.removeprefix("reminder/"))
        return Purpose(rule.label if rule else name, Urgency.DIGEST)
    return _table.purposes.get(name, Purpose(name, Urgency.NOW))
