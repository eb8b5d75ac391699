"""The fiche d'intérêt: what one employer needs, in its own words (seed 002 p16, process step 0)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class Offer:
    """What the firm may open to the training: plateau technique, stage, visite, tutorat; `detail` says more."""

    label: str
    offered: bool
    detail: str = ""


@dataclass(frozen=True)
class InterestSheetData:
    """One need. `hours_per_week` in hours; `typed_for` is filled when somebody typed the sheet in the firm's name;
    `expectations` are in the firm's order."""

    employer: str
    siret: str
    job: str
    rome: str
    posts: int
    contract: str
    place: str
    typed_by: str
    typed_on: date
    typed_for: str = ""
    basin: str = ""
    address: str = ""
    contact: str = ""
    contact_function: str = ""
    mail: str = ""
    phone: str = ""
    starts_on: date | None = None
    hours_per_week: Decimal | None = None
    schedule: str = ""
    technical: tuple[str, ...] = ()
    behavioural: tuple[str, ...] = ()
    transversal: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    requirements_asked: str = ""
    requirements_needed: str = ""
    expectations: tuple[str, ...] = ()
    remarks: str = ""


INTEREST_SHEET = Template(
    kind="interest-sheet",
    title=_("Fiche d'intérêt"),
    folder=Path(__file__).parent,
    data=InterestSheetData,
    prefix="FICHE",
)
