"""An employer's page: what it asked for, where it is taught, what is made for it, what it brings.

It names no other employer. Source: issue of the plan designed in turns; employers.md 2.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class TaughtIn:
    """A module as an employer reads it: its title, its hours and where, in words."""

    label: str
    hours: str


@dataclass(frozen=True)
class AskedLine:
    """A competence this employer asked for: where it is taught, or the reason why not."""

    competence: str
    modules: tuple[TaughtIn, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class MadeFor:
    """A module adapted or added for this employer, and why."""

    label: str
    change: str
    reason: str = ""


@dataclass(frozen=True)
class AskedData:
    """Hours are whole hours per trainee. `approved_on` is None while this employer's agreement is not given."""

    employer: str
    training: str
    provider: str
    state: str
    hours_centre: int
    hours_company: int
    rhythm: str = ""
    certification: str = ""
    entry_level: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    approved_on: date | None = None
    edition: int | None = None
    recorded_for: bool = False
    let: str = ""
    specific: str = ""
    asked: tuple[AskedLine, ...] = ()
    made_for: tuple[MadeFor, ...] = ()
    differs: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()


ASKED_AND_TAUGHT = Template(
    kind="asked-and-taught",
    title=_("Ce que vous avez demandé, et où c'est enseigné"),
    folder=Path(__file__).parent,
    data=AskedData,
    prefix="DEMANDE",
)
