"""The follow-up report: what became of each person at exit, at 3 and at 6 months from their own exit.

Source: seed 000, commitments of the provider.
People are shown by their initials: the report tells the Region what happened, not who lives what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


class Promise(StrEnum):
    """What became of the promise, as the words that are printed."""

    KEPT = "tenue"
    OTHERWISE = "tenue autrement"
    OTHER_EMPLOYER = "contrat chez un autre employeur"
    NOT_KEPT = "non tenue"
    PENDING = "pas encore connue"


@dataclass(frozen=True)
class Situation:
    """One moment of one person. `words` is the printed situation; not due yet or not answered, it says so itself."""

    words: str
    known: bool = True


@dataclass(frozen=True)
class PersonLine:
    """One person, early leavers included. `contract` compares what was kept with what was promised."""

    initials: str
    exit_on: date | None
    at_exit: Situation
    at_3_months: Situation
    at_6_months: Situation
    promised: str
    kept: str
    promise: Promise
    left_early: bool = False

    def __post_init__(self) -> None:
        if len(self.initials) > MOST_INITIALS:
            raise ValueError("A follow-up report shows people by their initials, not by their names.")


@dataclass(frozen=True)
class Rate:
    """One rate of the report at one moment, always with its denominator: `part` of `whole`."""

    label: str
    at_exit: str
    at_3_months: str
    at_6_months: str


@dataclass(frozen=True)
class FollowUpReportData:
    """`rates` are words made by `kernel.documents.french.rate_words`; `until` is the day the report was drawn up;
    `replaces` the number of the report whose place this one takes."""

    training: str
    eos_number: str
    provider: str
    place: str
    starts_on: date
    ends_on: date
    seats: int
    entered: int
    left_early: int
    certified: int
    until: date
    rates: tuple[Rate, ...] = ()
    people: tuple[PersonLine, ...] = ()
    remarks: str = ""
    reported_by: str = ""
    replaces: str = ""


MOST_INITIALS = 8
"""`A.-M. de B.` at the longest once spaces are dropped: `A-M.d.B.`."""

FOLLOW_UP_REPORT = Template(
    kind="follow-up-report",
    title=_("Rapport de suivi dans l'emploi"),
    folder=Path(__file__).parent,
    data=FollowUpReportData,
    prefix="SUIVI",
    verified=True,
)
