"""The periodic report of the provider: the facts of a day, what is missing, a person's comment. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class EmployerLine:
    """One employer: its posts, and in which moments of the training no exchange with it is noted; `withdrawn_on`, since
    when nothing is asked of it."""

    name: str
    posts: int
    paired: int
    periods: int
    exchanges: int
    missing: str = ""
    apart: int = 0
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class PartnerLine:
    """One prescriber: whom it oriented, who entered, who is still there or came to the end."""

    name: str
    oriented: int
    entered: int
    there: int


@dataclass(frozen=True)
class CountLine:
    """One count of people: everybody, of whom on the Region's seats, of whom on seats of another funding."""

    label: str
    everybody: int
    region: int
    apart: int


@dataclass(frozen=True)
class ReportData:
    """Counts of people and seats; hours are those of the whole group, to the minute, whoever pays the seat.

    `interrupted`: of those present, whose path is interrupted."""

    training: str
    provider: str
    on: date
    seats: int
    counts: tuple[CountLine, ...]
    hours_centre: timedelta
    hours_company: timedelta
    sheets_locked: int
    sheets_open: int
    to_confirm: int = 0
    interrupted: int = 0
    author: str = ""
    comment: str = ""
    employers: tuple[EmployerLine, ...] = ()
    prescribers: tuple[PartnerLine, ...] = ()


PERIODIC_REPORT = Template(
    kind="periodic-report",
    title=_("Point régulier"),
    folder=Path(__file__).parent,
    data=ReportData,
    prefix="POINT",
)
