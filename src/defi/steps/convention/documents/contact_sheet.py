"""The contact sheet that goes with the convention: whom to invite, who has agreed to sign (seed 001, step 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.kernel.documents.french import counted
from defi.kernel.documents.text import Field, Kind, Listing, Table, Vocabulary
from defi.steps.convention.documents.words import ATTENDING, SESSION, SIGNING


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

    title: str
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

    @property
    def waiting(self) -> int:
        """Signatories whose commitments are not validated yet."""
        return sum(contact.agreed_on is None for contact in self.contacts)


WORDS = Vocabulary(
    fields=(
        *SESSION,
        Field("personne à joindre", _("qui répond chez l'organisme"), lambda d: d.provider_contact, "Paul Exemple"),
        ATTENDING,
        Field(
            "restent à valider",
            _("signataires dont les engagements restent à valider"),
            lambda d: counted(d.waiting, "signataire", "signataires") if d.waiting else "",
            "2 signataires",
        ),
        Field(
            "tous d'accord",
            _("tous les signataires ont validé leurs engagements"),
            lambda d: bool(d.contacts) and not d.waiting,
            kind=Kind.YES_NO,
        ),
        *SIGNING,
    ),
    lists=(
        Listing(
            "option",
            _("chaque date proposée, tant qu'aucune n'est retenue"),
            lambda d: d.options,
            (Field("option", _("date, heure et lieu"), lambda line: line, "le 12 novembre 2025 à 15 h, mairie"),),
        ),
        Listing(
            "contact",
            _("chaque signataire"),
            lambda d: d.contacts,
            (
                Field("organisation", _("nom de l'organisation"), lambda c: c.organisation, "Les Tilleuls"),
                Field("qualité", _("place dans l'opération"), lambda c: c.quality, "employeur"),
                Field("signataire", _("qui signe"), lambda c: c.name, "Jeanne Modèle", otherwise="à désigner"),
                Field("fonction", _("fonction de qui signe"), lambda c: c.function, "gérante"),
            ),
        ),
    ),
    tables=(
        Table("résumé", _("les faits de la signature"), "summary"),
        Table("contacts", _("les signataires et leurs coordonnées"), "contacts", required=True),
    ),
)


CONTACT_SHEET = Template(
    kind="contact-sheet",
    title=_("Fiche contact"),
    folder=Path(__file__).parent,
    data=ContactSheetData,
    prefix="CONTACT",
    words=WORDS,
)
