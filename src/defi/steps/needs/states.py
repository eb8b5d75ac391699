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
        move("need.regroup", _("Changer de regroupement"), "grouped", "grouped", {Who.OFFICER}),
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
    {
        "open": _("à instruire"),
        "in_operation": _("en opération"),
        "closed": _("sans suite"),
        "dissolved": _("défait"),
    },
    [
        move("collective.create", _("Regrouper les besoins"), NOTHING, "open", {Who.OFFICER}),
        move("collective.split", _("Scinder le regroupement"), NOTHING, "open", {Who.OFFICER}),
        move("collective.dissolve", _("Défaire le regroupement"), "open", "dissolved", {Who.OFFICER}, reason=True),
        move("collective.open_operation", _("Ouvrir l'opération"), "open", "in_operation", {Who.OFFICER}),
        move("collective.close", _("Classer sans suite"), "open", "closed", {Who.OFFICER}, reason=True),
    ],
)

TELLERS = {Who.OFFICER, Who.LINK, *PRESCRIBER}

PROFILE = Table(
    "public_profile",
    {"asked": _("demandé"), "given": _("donné"), "declined": _("absent")},
    [
        move(
            "public_profile.ask",
            _("Demander le profil du public"),
            [NOTHING, "asked", "declined"],
            "asked",
            {Who.OFFICER},
        ),
        move(
            "public_profile.record",
            _("Noter le profil du public"),
            [NOTHING, "asked", "given", "declined"],
            "given",
            TELLERS,
        ),
        move(
            "public_profile.decline",
            _("Dire pourquoi le profil du public manque"),
            [NOTHING, "asked"],
            "declined",
            TELLERS,
            reason=True,
            asked_by="public_profile.record",
        ),
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
verb("collective.record_figure", _("Ajouter un chiffre au diagnostic"), {Who.OFFICER})
verb("collective.remove_figure", _("Retirer un chiffre du diagnostic"), {Who.OFFICER})
verb("collective.attach", _("Joindre un fichier au diagnostic"), {Who.OFFICER})
verb("collective.withdraw_file", _("Retirer un fichier du diagnostic"), {Who.OFFICER}, reason=True)
verb("collective.print", _("Imprimer le besoin collectif"), {Who.OFFICER})
verb("public_profile.resend_link", _("Renvoyer le lien du profil du public"), {Who.TASK})
