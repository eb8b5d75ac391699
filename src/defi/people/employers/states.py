"""The verbs on the record of an employer, and the states of two records that look alike (features 1, 7; R19, R27)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

WATCHERS = frozenset({Who.OFFICER, *LEAD, Who.ADVISER})
"""Those who go and see employers: they write down what was said and who decides."""

KEEPERS = frozenset({*WATCHERS, Who.SIGNATORY, Who.RECRUITER})
"""Those who know who is who in a firm; a firm for itself."""

MERGE = Table(
    "merge",
    {
        "merged": _("réunies"),
        "undone": _("séparées de nouveau"),
        "apart": _("deux fiches différentes"),
    },
    [
        move("employer.merge", _("Réunir deux fiches d'employeur"), NOTHING, "merged", {Who.OFFICER}, reason=True),
        move("contact.merge", _("Réunir deux contacts"), NOTHING, "merged", {Who.OFFICER}, reason=True),
        move("employer.keep_apart", _("Garder deux fiches d'employeur"), NOTHING, "apart", {Who.OFFICER}),
        move("employer.unmerge", _("Séparer ce qui a été réuni"), "merged", "undone", {Who.OFFICER}, reason=True),
    ],
)

verb("employer.register", _("Ajouter un employeur"), {Who.OFFICER})
verb("employer.describe", _("Corriger la fiche d'un employeur"), {Who.OFFICER, Who.SIGNATORY, Who.RECRUITER})
verb("employer.assign", _("Choisir le conseiller d'un employeur"), {Who.OFFICER})
verb("employer.import", _("Importer une liste d'employeurs"), {Who.OFFICER})
verb("contact.add", _("Ajouter un contact"), KEEPERS)
verb("contact.change", _("Modifier un contact"), KEEPERS)
verb("contact.leave", _("Noter le départ d'un contact"), KEEPERS)
verb("contact.learn", _("Retenir un contact cité ailleurs"), {Who.TASK})
verb("talk.note", _("Noter un échange"), WATCHERS)
verb("talk.correct", _("Corriger un échange"), WATCHERS)
verb("talk.finish", _("Noter la suite comme faite"), WATCHERS)
