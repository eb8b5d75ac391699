"""The letters of a signing: the date to keep free, the Cabinet's invitation, the convention to sign, the trainees' day.

Source: process.md, step 7 (seed 001). One layout, `letter.typ`; the words of each are the Region's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.kernel.documents.text import Field, Listing, Vocabulary
from defi.steps.convention.documents.words import ATTENDING, SESSION, SIGNING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class LetterData:
    """One letter. `title` is that of the convention; `employers` those who promise; `sender` who writes."""

    training: str
    eos_number: str
    title: str
    provider: str
    starts_on: date
    ends_on: date
    organisation: str = ""
    recipient: str = ""
    function: str = ""
    address: str = ""
    signing_at: datetime | None = None
    signing_place: str = ""
    trainees_attending: int = 0
    employers: tuple[str, ...] = ()
    sender: str = ""


WORDS = Vocabulary(
    fields=(
        *SESSION,
        Field(
            "titre de la convention", _("intitulé et numéro EOS"), lambda d: d.title, "Assistant de vie, n° 24-118-0932"
        ),
        Field("destinataire", _("à qui la lettre est écrite"), lambda d: d.recipient, "Jeanne Modèle"),
        Field("organisation", _("son organisation"), lambda d: d.organisation, "Les Tilleuls"),
        ATTENDING,
        *SIGNING,
    ),
    lists=(
        Listing(
            "employeur",
            _("chaque employeur qui promet des emplois"),
            lambda d: d.employers,
            (Field("employeur", _("nom de l'employeur"), lambda name: name, "Les Tilleuls"),),
        ),
    ),
)


def _letter(kind: str, title: _StrOrPromise, prefix: str) -> Template[LetterData]:
    folder = Path(__file__).parent
    return Template(kind=kind, title=title, folder=folder, data=LetterData, prefix=prefix, words=WORDS, layout="letter")


INVITATION = _letter("invitation", _("Invitation à la signature"), "INV")
SAVE_THE_DATE = _letter("save-the-date", _("Date à réserver"), "DATE")
LETTER_SIGNATORY = _letter("letter-signatory", _("Convention à signer"), "LETTRE")
LETTER_TRAINEE = _letter("letter-trainee", _("Signature de la convention"), "LSTAG")
