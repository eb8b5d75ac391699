"""The decision on the answer given to a need, with what it leans on (process.md, « Route »)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class LotEvidence:
    """A lot that was looked at: what it can do, and why not more."""

    label: str
    title: str
    holders: str
    verdict: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class SessionEvidence:
    """A session of the catalogue for this job in this basin. Hours are not needed here."""

    title: str
    provider: str
    place: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Informed:
    """A training organisation that knows something of the need before the launch, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class RouteDecisionData:
    """The decision and its evidence on `day`. `sought` holds what was asked besides the job: level, category…"""

    title: str
    job: str
    rome: str
    basin: str
    employers: int
    posts: int
    day: date
    sought: tuple[str, ...]
    answer: str
    reason: str
    entrusted_to: str
    decided_by: str
    decided_on: date
    summary: str
    exclusivity: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lots: tuple[LotEvidence, ...] = ()
    sessions: tuple[SessionEvidence, ...] = ()
    is_tender: bool = False
    informed: tuple[Informed, ...] = ()


ROUTE_DECISION = Template(
    kind="route-decision",
    title=_("Réponse au besoin"),
    folder=Path(__file__).parent,
    data=RouteDecisionData,
    prefix="REP",
)
