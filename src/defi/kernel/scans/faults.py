"""Why a scan is refused, in one sentence that says how to mend it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.scans.limits import LARGEST, MOST_PAGES
from defi.kernel.transitions import Text

FAULTS: dict[str, Text] = {
    "empty": _("« %(name)s » est vide : choisissez un autre fichier."),
    "large": _("« %(name)s » pèse plus de %(most)d Mo : numérisez en 150 points par pouce, ou en plusieurs fichiers."),
    "kind": _("« %(name)s » n'est ni un PDF ni une photo JPEG ou PNG : enregistrez la page dans l'un de ces formats."),
    "heic": _(
        "« %(name)s » est au format HEIC de l'iPhone : choisissez « Le plus compatible » dans les réglages de "
        "l'appareil photo, ou envoyez la photo depuis le téléphone, qui la convertit."
    ),
    "zip": _("« %(name)s » est une archive : ouvrez-la, puis envoyez les pages qu'elle contient."),
    "encrypted": _("« %(name)s » est protégé par un mot de passe : enregistrez-le sans protection, puis renvoyez-le."),
    "active": _(
        "« %(name)s » contient un programme, un fichier joint ou une action, qu'un papier numérisé n'a pas : il n'est "
        "pas gardé. Numérisez de nouveau les pages."
    ),
    "broken": _("« %(name)s » est abîmé ou incomplet : enregistrez-le de nouveau, ou reprenez la photo."),
    "bomb": _("« %(name)s » annonce une image démesurée : reprenez la photo ou la numérisation."),
    "pages": _("« %(name)s » a plus de %(pages)d pages : n'envoyez que les pages signées, en plusieurs fichiers."),
    "heavy": _("« %(name)s » est trop compliqué pour un papier numérisé : numérisez de nouveau les pages."),
    "slow": _("« %(name)s » n'a pas pu être lu à temps : envoyez-le en plusieurs fichiers plus petits."),
    "stopped": _("« %(name)s » n'a pas pu être lu : enregistrez-le de nouveau, ou reprenez la photo."),
    "busy": _("D'autres pages sont en cours de lecture : renvoyez « %(name)s » dans une minute."),
}


def sentence(fault: str, name: str) -> str:
    """What is said of the file called `name`."""
    return str(FAULTS[fault]) % {"name": name, "most": LARGEST // 1024 // 1024, "pages": MOST_PAGES}
