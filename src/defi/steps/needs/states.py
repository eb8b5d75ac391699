"""The states of a need and of a collective need (process.md, step 0)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

TYPISTS = {Who.PUBLIC, Who.OFFICER, *LEAD, *EMPLOYER, *PRESCRIBER}

NEED = Table(
    "need",
    {
        "to_confirm": _("à confirmer par l'employeur"),
        "received": _("reçu"),
        "grouped": _("regroupé"),
        "answered": _("répondu"),
        "withdrawn": _("retiré"),
    },
    [
        move("need.submit", _("Envoyer la fiche d'intérêt"), NOTHING, "received", TYPISTS),
        move("need.confirm", _("Confirmer la fiche d'intérêt"), "to_confirm", "received", {Who.LINK, Who.OFFICER}),
        move("need.group", _("Regrouper"), "received", "grouped", {Who.OFFICER}),
        move("need.ungroup", _("Sortir du regroupement"), "grouped", "received", {Who.OFFICER}),
        move(
            "need.answer",
            _("Répondre à l'employeur"),
            ["received", "grouped"],
            "answered",
            {Who.OFFICER},
            reason=True,
        ),
        move(
            "need.withdraw",
            _("Retirer le besoin"),
            ["to_confirm", "received", "grouped"],
            "withdrawn",
            {Who.OFFICER, Who.LINK, *EMPLOYER},
            reason=True,
            asked_by="need.confirm",
        ),
        move(
            "need.merge",
            _("Dire que c'est la même recherche"),
            ["to_confirm", "received"],
            "withdrawn",
            {Who.OFFICER, Who.LINK},
            asked_by="need.confirm",
        ),
    ],
)

COLLECTIVE = Table(
    "collective_need",
    {"open": _("à instruire"), "in_operation": _("en opération"), "closed": _("sans suite")},
    [
        move("collective.create", _("Regrouper les besoins"), NOTHING, "open", {Who.OFFICER}),
        move("collective.open_operation", _("Ouvrir l'opération"), "open", "in_operation", {Who.OFFICER}),
        move("collective.close", _("Classer sans suite"), "open", "closed", {Who.OFFICER}, reason=True),
    ],
)

verb("need.classify", _("Choisir le métier"), {Who.OFFICER})
verb("need.keep_draft", _("Garder un brouillon de fiche"), TYPISTS)
verb("need.send_draft", _("Recevoir son brouillon par courriel"), TYPISTS)
verb("need.resume_draft", _("Reprendre un brouillon de fiche"), {Who.LINK})
verb("need.resend_link", _("Renvoyer le lien de confirmation"), {Who.TASK, Who.OFFICER})
verb(
    "need.complete",
    _("Compléter la fiche d'intérêt"),
    {Who.LINK, *(TYPISTS - {Who.PUBLIC})},
    asked_by="need.confirm",
)
IMPORTERS = {Who.OFFICER, *LEAD, *PRESCRIBER}
verb("need_import.load", _("Lire un tableau de besoins"), IMPORTERS)
verb("need_import.name_columns", _("Dire ce que contient chaque colonne"), IMPORTERS)
verb("need_import.mend_line", _("Corriger une ligne du tableau"), IMPORTERS)
verb("need_import.settle_line", _("Dire si deux lignes sont la même recherche"), IMPORTERS)
verb("need_import.run", _("Importer les besoins du tableau"), IMPORTERS)
verb("need.print", _("Imprimer la fiche d'intérêt"), TYPISTS - {Who.PUBLIC})
verb("need.review_competences", _("Dire ce qui est vraiment nécessaire"), {Who.OFFICER})
verb("collective.record_diagnosis", _("Noter le diagnostic du territoire"), {Who.OFFICER})
verb("public_profile.record", _("Noter le profil du public"), {Who.OFFICER, *PRESCRIBER})
