"""The states of a provider's proposal, of a tender; the verb of the route (process.md, steps 0 bis and 1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

PROPOSAL = Table(
    "proposal",
    {
        "proposed": _("proposée, attend la Région"),
        "changes_asked": _("à revoir par l'organisme"),
        "accepted": _("acceptée"),
        "refused": _("refusée"),
    },
    [
        move("proposal.submit", _("Proposer la session en DEFI"), NOTHING, "proposed", LEAD),
        move("proposal.resubmit", _("Proposer de nouveau"), "changes_asked", "proposed", LEAD),
        move(
            "proposal.ask_changes",
            _("Demander des changements"),
            "proposed",
            "changes_asked",
            {Who.OFFICER},
            reason=True,
        ),
        move("proposal.accept", _("Accepter la proposition"), "proposed", "accepted", {Who.OFFICER}),
        move("proposal.refuse", _("Refuser la proposition"), "proposed", "refused", {Who.OFFICER}, reason=True),
    ],
)

TENDER = Table(
    "tender",
    {"decided": _("décidée"), "launched": _("lancée"), "awarded": _("attribuée"), "unsuccessful": _("infructueuse")},
    [
        move("tender.decide", _("Décider une consultation"), NOTHING, "decided", {Who.OFFICER}),
        move("tender.launch", _("Lancer la consultation"), "decided", "launched", {Who.OFFICER}),
        move(
            "tender.move_deadline",
            _("Corriger la date limite des offres"),
            "launched",
            "launched",
            {Who.OFFICER},
            reason=True,
        ),
        move("tender.award", _("Attribuer le marché"), "launched", "awarded", {Who.OFFICER}),
        move(
            "tender.give_up",
            _("Déclarer infructueuse"),
            ["decided", "launched"],
            "unsuccessful",
            {Who.OFFICER},
            reason=True,
        ),
    ],
)

verb("lot.record", _("Enregistrer un lot"), {Who.OFFICER})
verb("lot.set_period", _("Noter une période ou une reconduction"), {Who.OFFICER})
verb("territory.name", _("Dire de quels bassins un marché parle"), {Who.OFFICER})
verb("territory.forget", _("Oublier un nom de territoire"), {Who.OFFICER})
verb("lot.import", _("Importer un tableau de lots"), {Who.OFFICER})
verb("answer.review", _("Passer un besoin en revue"), {Who.OFFICER})
verb("answer.tell", _("Dire la réponse aux employeurs"), {Who.OFFICER, Who.TASK})
verb("answer.digest", _("Envoyer la revue des réponses dues"), {Who.TASK})
verb("route.decide", _("Décider la réponse"), {Who.OFFICER}, reason=True)
verb("catalogue.import", _("Importer un catalogue de formations"), {Who.OFFICER, Who.STEERING, Who.TASK})
