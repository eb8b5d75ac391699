"""The states of the figures of a year, and the verbs of the steering room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

PUBLICATION = Table(
    "figures",
    {"published": _("publiés"), "withdrawn": _("retirés")},
    [
        move("figures.publish", _("Publier les chiffres d'une année"), NOTHING, "published", {Who.STEERING}),
        move(
            "figures.withdraw",
            _("Retirer les chiffres d'une année"),
            "published",
            "withdrawn",
            {Who.STEERING},
            reason=True,
        ),
    ],
)

verb("figures.print_sheet", _("Imprimer la fiche d'une opération"), {Who.OFFICER, Who.STEERING, Who.CABINET, *LEAD})
