"""The co-design plan: which module answers which competence, what differs from the standard programme.

Source: seed 001, step 2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


class Change(StrEnum):
    """How a module stands beside the standard programme, as the word that is printed."""

    KEPT = "repris"
    ADAPTED = "adapté"
    ADDED = "ajouté"


@dataclass(frozen=True)
class Module:
    """One module; `hours` are whole hours per trainee; `difference` says what differs and for which employer."""

    label: str
    hours: int
    place: str
    change: Change
    difference: str = ""


@dataclass(frozen=True)
class Coverage:
    """One competence wanted: the modules that answer it, or the reason why none does."""

    competence: str
    wanted_by: str
    modules: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Approval:
    """Who must approve the plan; not yet: `approved_on` is None."""

    organisation: str
    quality: str
    approved_on: date | None = None


@dataclass(frozen=True)
class PlanData:
    """Hours are whole hours per trainee; `version` counts the versions of the plan from 1."""

    training: str
    eos_number: str
    job: str
    rome: str
    provider: str
    version: int
    hours_centre: int
    hours_company: int
    rhythm: str
    certification: str = ""
    platform: str = ""
    coverage: tuple[Coverage, ...] = ()
    modules: tuple[Module, ...] = ()
    approvals: tuple[Approval, ...] = ()


PLAN = Template(
    kind="plan",
    title=_("Plan de formation"),
    folder=Path(__file__).parent,
    data=PlanData,
    prefix="PLAN",
)
