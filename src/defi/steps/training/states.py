"""The states of an attendance sheet and of a period in company; the verbs of the session's life (process.md, 4 and 6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PROVIDER, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

SHEET = Table(
    "sheet",
    {"open": _("ouverte"), "locked": _("verrouillée")},
    [
        move("sheet.open", _("Ouvrir la feuille"), NOTHING, "open", PROVIDER),
        move("sheet.sign", _("Signer sa présence"), "open", "open", {Who.TRAINEE, Who.LINK, *PROVIDER}),
        move("sheet.lock", _("Verrouiller la feuille"), "open", "locked", PROVIDER),
        move("sheet.correct", _("Corriger une feuille verrouillée"), "locked", "locked", LEAD, reason=True),
    ],
)

PLACEMENT = Table(
    "placement",
    {
        "planned": _("prévue"),
        "begun": _("en cours"),
        "done": _("terminée"),
        "debriefed": _("retour d'expérience fait"),
        "cancelled": _("annulée"),
    },
    [
        move("placement.plan", _("Prévoir une période en entreprise"), NOTHING, "planned", LEAD),
        move("placement.begin", _("Commencer la période"), "planned", "begun", PROVIDER),
        move("placement.finish", _("Terminer la période"), "begun", "done", {*PROVIDER, Who.TUTOR}),
        move("placement.debrief", _("Noter le retour d'expérience"), "done", "debriefed", PROVIDER),
        move("placement.cancel", _("Annuler la période"), "planned", "cancelled", LEAD, reason=True),
    ],
)

verb("placement.prepare", _("Noter la préparation"), PROVIDER)
verb("placement.sign", _("Signer la convention de période"), {Who.TRAINEE, Who.LINK, *EMPLOYER, *LEAD})
verb("placement.visit", _("Noter une visite ou un appel"), PROVIDER)
verb("eos.record", _("Noter ce qu'EOS a répondu"), LEAD)
verb("session.start", _("Constater le démarrage"), LEAD)
verb("session.end", _("Constater la fin de la session"), LEAD)
verb("exchange.record", _("Noter un échange avec un employeur"), {*PROVIDER, Who.OFFICER})
verb("report.send", _("Envoyer le point régulier"), LEAD)
