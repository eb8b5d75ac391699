"""Fields that several documents of the signing offer under the same names."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents.french import counted
from defi.kernel.documents.text import Field, Kind

TO_GIVE = "à attribuer"

SESSION = (
    Field("intitulé", _("intitulé de la formation"), lambda d: d.training, "Assistant de vie aux familles"),
    Field("numéro EOS", _("numéro de la session dans EOS"), lambda d: d.eos_number, "24-118-0932", otherwise=TO_GIVE),
    Field("organisme", _("organisme de formation"), lambda d: d.provider, "Atelier du Loir"),
    Field("début", _("premier jour de la session"), lambda d: d.starts_on, "3 novembre 2025", Kind.DATE),
    Field("fin", _("dernier jour de la session"), lambda d: d.ends_on, "10 avril 2026", Kind.DATE),
)

SIGNING = (
    Field("date de signature", _("jour et heure"), lambda d: d.signing_at, "12 novembre 2025 à 15 h", Kind.DATE),
    Field("lieu de signature", _("lieu retenu"), lambda d: d.signing_place, "mairie de Châteaudun"),
)


def _attending(data: Any) -> str:
    return counted(data.trainees_attending, "stagiaire", "stagiaires") if data.trainees_attending else ""


ATTENDING = Field("stagiaires présents", _("stagiaires attendus à la signature"), _attending, "8 stagiaires")

DRAFT = Field("projet", _("le texte n'est encore qu'un projet"), lambda d: d.draft, kind=Kind.YES_NO)
