"""The immersion sheet: a period from its preparation to what was made of it, with the half-days the tutor signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class Step:
    """Something that belongs to a period, and whether and when it was done. `words` add to it."""

    label: str
    done: bool
    on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Presence:
    """A day in the firm: what was signed of each half, empty while it is not."""

    on: date
    morning: str = ""
    afternoon: str = ""
    length: timedelta = timedelta()
    signed_by: str = ""


@dataclass(frozen=True)
class Corrected:
    """A half-day that does not say any more what was signed: what was, by whom, then who corrected it."""

    half: str
    signed_by: str
    way: str
    signed: str
    now: str
    on: date
    by: str


@dataclass(frozen=True)
class Opinion:
    """What the tutor says of it."""

    aims: str
    strengths: tuple[str, ...]
    to_work_on: tuple[str, ...]
    note: str
    given_by: str
    given_on: date


@dataclass(frozen=True)
class ImmersionData:
    """`opinion` is None while the tutor has said nothing; `learnt` and `follows` are the debrief's."""

    trainee: str
    training: str
    provider: str
    employer: str
    tutor: str
    first: date
    last: date
    days: str
    hours: int
    aims: str
    state: str
    agreement: str
    preparation: tuple[Step, ...]
    accompanied: tuple[Step, ...]
    presences: tuple[Presence, ...]
    in_company: timedelta
    referent: str = ""
    corrected: tuple[Corrected, ...] = ()
    opinion: Opinion | None = None
    debriefed_on: date | None = None
    in_group: bool = False
    learnt: str = ""
    follows: str = ""


IMMERSION_SHEET = Template(
    kind="immersion-sheet",
    title=_("Fiche d'immersion"),
    folder=Path(__file__).parent,
    data=ImmersionData,
    prefix="IMM",
    paged=True,
)
