"""The co-design plan: which module answers which competence, what differs from the standard programme, who agreed.

Source: seed 001, step 2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.steps.design.documents.calendar import GroupWeeks


class Change(StrEnum):
    """How a module stands beside the standard programme, as the word that is printed."""

    KEPT = "repris"
    ADAPTED = "adapté"
    ADDED = "ajouté"


@dataclass(frozen=True)
class Module:
    """One module; `hours` are whole hours per trainee and `place` says where they are spent; `difference` says why it
    was changed, `made_for` for which employers; `block` is that of the certification, or that there is none; `trainer`
    is who teaches it, as the provider named them."""

    label: str
    hours: int
    place: str
    change: Change
    difference: str = ""
    made_for: str = ""
    block: str = ""
    lender: str = ""
    trainer: str = ""


@dataclass(frozen=True)
class Coverage:
    """One competence wanted: the modules that answer it, or the reason why none does."""

    competence: str
    wanted_by: str
    modules: tuple[str, ...] = ()
    reason: str = ""
    uncertified: bool = False


@dataclass(frozen=True)
class Tailored:
    """What differs from the standard programme, and for whom."""

    who: str
    text: str


@dataclass(frozen=True)
class Brought:
    """What an employer brings, and in which module if one is named."""

    employer: str
    what: str
    module: str = ""


@dataclass(frozen=True)
class Linguistic:
    """DEFI linguistique beside this training; whole hours."""

    provider: str
    hours: int
    eos_number: str = ""
    aim: str = ""


@dataclass(frozen=True)
class Approval:
    """Who must approve the plan; not yet: `approved_on` is None. `fell` is the edition of the approval that a change
    cancelled; `let` says who let the provider note it, when, how and why."""

    organisation: str
    quality: str
    approved_on: date | None = None
    edition: int | None = None
    recorded_for: bool = False
    let: str = ""
    fell: int | None = None


@dataclass(frozen=True)
class PlanData:
    """Hours are whole hours per trainee, the cost an amount in words; `edition` counts what was passed on, from 1."""

    training: str
    eos_number: str
    job: str
    rome: str
    provider: str
    edition: int
    hours_centre: int
    hours_company: int
    rhythm: str
    state: str = ""
    held: str = ""
    certification: str = ""
    platform: str = ""
    entry_level: str = ""
    entry_conditions: str = ""
    cost_per_place: str = ""
    public_need: str = ""
    specific: str = ""
    linguistic: Linguistic | None = None
    coverage: tuple[Coverage, ...] = ()
    modules: tuple[Module, ...] = ()
    tailorings: tuple[Tailored, ...] = ()
    brought: tuple[Brought, ...] = ()
    approvals: tuple[Approval, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    calendar: tuple[GroupWeeks, ...] = ()


PLAN = Template(
    kind="plan",
    title=_("Plan de formation"),
    folder=Path(__file__).parent,
    data=PlanData,
    prefix="PLAN",
)
