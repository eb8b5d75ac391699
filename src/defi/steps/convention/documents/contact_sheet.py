"""The contact sheet that goes with the convention: whom to invite, who has agreed to sign (seed 001, step 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class Contact:
    """One signatory. `agreed_on` and `agreed_how` say when and how its commitments were validated with it."""

    organisation: str
    quality: str
    name: str
    function: str = ""
    mail: str = ""
    phone: str = ""
    agreed_on: date | None = None
    agreed_how: str = ""


@dataclass(frozen=True)
class ContactSheetData:
    """`options` are the dates and places proposed for the signing, as printed lines; `signing_at` the one held."""

    training: str
    eos_number: str
    provider: str
    provider_contact: str
    starts_on: date
    ends_on: date
    contacts: tuple[Contact, ...] = ()
    options: tuple[str, ...] = ()
    signing_at: datetime | None = None
    signing_place: str = ""
    trainees_attending: int = 0


CONTACT_SHEET = Template(
    kind="contact-sheet",
    title=_("Fiche contact"),
    folder=Path(__file__).parent,
    data=ContactSheetData,
    prefix="CONTACT",
)
