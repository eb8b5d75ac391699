"""The states of a promise and of a pairing; the verbs of admission and finding (process.md, conformity)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

STANDING = ("made", "suspended")
"""A promise that is not withdrawn: suspended, it may still be resumed."""

PROMISE = Table(
    "promise",
    {"made": _("engagée"), "suspended": _("suspendue"), "withdrawn": _("retirée")},
    [
        move("promise.make", _("Enregistrer la promesse"), NOTHING, "made", {*LEAD, Who.OFFICER, Who.LINK, *EMPLOYER}),
        move("promise.withdraw", _("Retirer des postes"), "made", "made", {*LEAD, Who.LINK, *EMPLOYER}, reason=True),
        move(
            "promise.withdraw_all",
            _("Retirer la promesse"),
            ["made", "suspended"],
            "withdrawn",
            {*LEAD, Who.LINK, *EMPLOYER},
            reason=True,
        ),
        move("promise.change", _("Changer la promesse"), "made", "made", {*LEAD, *EMPLOYER}, reason=True),
        move("promise.suspend", _("Suspendre la promesse"), "made", "suspended", {*LEAD, *EMPLOYER}, reason=True),
        move("promise.resume", _("Reprendre la promesse"), "suspended", "made", {*LEAD, *EMPLOYER}),
    ],
)

PAIRING = Table(
    "pairing",
    {"active": _("appairage"), "ended": _("rompu")},
    [
        move("pairing.pair", _("Appairer"), NOTHING, "active", LEAD),
        move("pairing.unpair", _("Rompre l'appairage"), "active", "ended", LEAD, reason=True),
        move("pairing.end", _("Fin de l'appairage"), "active", "ended", {*LEAD, *EMPLOYER, Who.LINK, Who.TASK}),
    ],
)

ADMISSION = Table(
    "admission",
    {"admitted": _("admise"), "refused": _("refusée"), "superseded": _("remplacée")},
    [
        move("admission.admit", _("Admettre sous 100 %"), NOTHING, "admitted", {Who.OFFICER}, reason=True),
        move("admission.refuse", _("Refuser l'admission"), NOTHING, "refused", {Who.OFFICER}, reason=True),
        move("admission.supersede", _("Remplacer la décision"), ["admitted", "refused"], "superseded", {Who.OFFICER}),
    ],
)

verb("promise.ask_signature", _("Demander la signature de la promesse"), {*LEAD, Who.OFFICER, Who.TASK})
verb("promise.tell", _("Prévenir les employeurs appairés"), {Who.TASK})
verb("promise.sign", _("Signer la promesse"), {*LEAD, Who.SIGNATORY, Who.LINK})
verb("encounter.record", _("Noter une rencontre et ce qui s'est dit"), {*LEAD, Who.OFFICER, *EMPLOYER, Who.LINK})
verb("encounter.say_travel", _("Dire son trajet"), {Who.LINK}, asked_by="candidacy.confirm")
verb("encounter.ask_answer", _("Demander à un employeur ce qu'il dit des personnes rencontrées"), {Who.TASK})
verb("finding.fix", _("Constater l'appairage au démarrage"), {*LEAD, Who.TASK})
