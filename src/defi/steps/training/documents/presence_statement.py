"""The presence of a month, trainee by trainee, for their pay (rémunération): what the locked sheets say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class PresenceLine:
    """One trainee: time planned, present, missed with and without justification; `notes`: entries, absences…"""

    trainee: str
    planned: timedelta
    present: timedelta
    excused: timedelta
    absent: timedelta
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PresenceData:
    """`not_locked`: the half-days of the month whose sheet is not locked, and which therefore do not count."""

    training: str
    eos_number: str
    provider: str
    month: str
    first: date
    last: date
    author: str = ""
    lines: tuple[PresenceLine, ...] = ()
    not_locked: tuple[str, ...] = ()


PRESENCE_STATEMENT = Template(
    kind="presence-statement",
    title=_("État mensuel de présence"),
    folder=Path(__file__).parent,
    data=PresenceData,
    prefix="PRES",
)
