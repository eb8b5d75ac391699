"""The states of dates offered, of the convention and of each signatory (process.md, step 7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

SIGNED = ("signed_click", "signed_ink", "signed_outside")
"""The states of a signatory that has signed, whatever the way."""

SIGNERS = frozenset({Who.LINK, *EMPLOYER, *PRESCRIBER, *LEAD, Who.OFFICER})
"""Whose organisation may sign, from a link or signed in; whose line it is, the action checks."""

OPTION = Table(
    "signing_option",
    {
        "proposed": _("proposée"),
        "forwarded": _("transmise au Cabinet"),
        "held": _("retenue"),
        "refused": _("refusée"),
    },
    [
        move("signing.propose", _("Proposer des dates de signature"), NOTHING, "proposed", LEAD),
        move("signing.forward", _("Transmettre au Cabinet"), "proposed", "forwarded", {Who.OFFICER}),
        move("signing.hold", _("Retenir cette date"), "forwarded", "held", {Who.CABINET}),
        move("signing.refuse", _("Refuser toutes les dates"), "forwarded", "refused", {Who.CABINET}, reason=True),
        move(
            "signing.reopen",
            _("Rouvrir le choix de la date"),
            "held",
            "refused",
            {Who.CABINET, Who.OFFICER},
            reason=True,
        ),
    ],
)

CONVENTION = Table(
    "convention",
    {
        "draft": _("en préparation"),
        "sent": _("transmise à la Région"),
        "signed": _("signée par tous"),
        "cancelled": _("annulée"),
    },
    [
        move("convention.draft", _("Préparer la convention"), NOTHING, "draft", LEAD),
        move("convention.send", _("Transmettre le projet et la fiche contact"), "draft", "sent", LEAD),
        move("convention.correct", _("Corriger la convention"), "sent", "draft", LEAD, reason=True),
        move("convention.keep", _("Abandonner la correction"), "draft", "sent", LEAD),
        move("convention.complete", _("Constater toutes les signatures"), "sent", "signed", {Who.TASK}),
        move(
            "convention.cancel",
            _("Annuler la convention signée"),
            "signed",
            "cancelled",
            {*LEAD, Who.OFFICER},
            reason=True,
        ),
    ],
)

AMENDMENT = Table(
    "amendment",
    {
        "owed": _("à transmettre"),
        "sent": _("à la signature"),
        "signed": _("signé par tous"),
        "dropped": _("devenu inutile"),
    },
    [
        move("amendment.owe", _("Constater qu'un avenant est dû"), NOTHING, "owed", {Who.TASK}),
        move("amendment.owe", _("Constater qu'un avenant est dû"), ["owed", "sent"], "owed", {Who.TASK}),
        move("amendment.send", _("Transmettre l'avenant à signer"), "owed", "sent", LEAD),
        move("amendment.complete", _("Constater toutes les signatures de l'avenant"), "sent", "signed", {Who.TASK}),
        move("amendment.drop", _("Constater qu'un avenant n'est plus dû"), ["owed", "sent"], "dropped", {Who.TASK}),
    ],
)

SIGNATORY = Table(
    "signatory",
    {
        "to_sign": _("à signer"),
        "signed_click": _("signé en ligne"),
        "signed_ink": _("signé à l'encre"),
        "signed_outside": _("signé sur une autre plateforme"),
        "refused": _("refusé"),
        "removed": _("retiré de la liste"),
    },
    [
        move("signatory.add", _("Ajouter un signataire"), NOTHING, "to_sign", {*LEAD, Who.OFFICER}),
        move(
            "signatory.sign",
            _("Signer"),
            ["to_sign", "refused"],
            "signed_click",
            SIGNERS,
        ),
        move(
            "signatory.record_ink",
            _("Noter une signature à l'encre"),
            ["to_sign", "refused"],
            "signed_ink",
            {*LEAD, Who.OFFICER},
        ),
        move(
            "signatory.record_outside",
            _("Noter une signature donnée ailleurs"),
            ["to_sign", "refused"],
            "signed_outside",
            {*LEAD, Who.OFFICER, Who.TASK},
        ),
        move(
            "signatory.refuse",
            _("Refuser de signer"),
            "to_sign",
            "refused",
            {Who.LINK, *EMPLOYER, *PRESCRIBER, *LEAD, Who.OFFICER, Who.TASK},
            reason=True,
            asked_by="signatory.sign",
        ),
        move(
            "signatory.remove",
            _("Retirer un signataire"),
            ["to_sign", "refused", *SIGNED],
            "removed",
            {*LEAD, Who.OFFICER},
            reason=True,
        ),
        move(
            "signatory.void",
            _("Annuler la signature d'un texte modifié"),
            ["signed_click", "signed_ink", "signed_outside"],
            "to_sign",
            {*LEAD, Who.TASK},
        ),
        move(
            "signatory.ask_again",
            _("Redemander la signature à qui avait refusé le texte précédent"),
            "refused",
            "to_sign",
            {*LEAD, Who.TASK},
        ),
        move(
            "signatory.take_back",
            _("Retirer une signature notée par erreur"),
            ["signed_ink", "signed_outside"],
            "to_sign",
            {*LEAD, Who.OFFICER},
            reason=True,
        ),
    ],
)

verb("signatory.validate", _("Valider ses engagements"), SIGNERS)
verb("signatory.ask_outside", _("Demander la signature à un prestataire"), {*LEAD, Who.OFFICER})
verb("signatory.read", _("Envoyer de quoi relire la convention scellée"), {Who.TASK})
verb("convention.seal", _("Sceller la convention signée"), {Who.TASK})
verb("amendment.seal", _("Sceller l'avenant signé"), {Who.TASK})
verb("signatory.send_code", _("Recevoir un code pour signer"), SIGNERS, asked_by="signatory.sign")
verb("signatory.try_code", _("Taper le code reçu"), SIGNERS, asked_by="signatory.sign")
verb(
    "signatory.delegate",
    _("Déléguer sa signature"),
    SIGNERS,
    asked_by="signatory.sign",
)
verb(
    "signatory.replace",
    _("Remplacer qui ne signe plus"),
    {*EMPLOYER, *PRESCRIBER, *LEAD, Who.OFFICER},
    reason=True,
)
verb("convention.retitle", _("Changer l'intitulé"), LEAD)
verb("convention.take_text", _("Prendre la nouvelle version du texte"), LEAD)
verb("signatory.describe", _("Préciser qui signe"), {*LEAD, Who.OFFICER})
verb("signatory.mend_address", _("Corriger l'adresse d'un signataire"), {*LEAD, Who.OFFICER})
verb("signatory.send_link", _("Envoyer le lien"), {*LEAD, Who.OFFICER, Who.TASK})
verb("signing.save_the_date", _("Envoyer le « réservez la date »"), LEAD)
verb("signing.change", _("Changer la date retenue"), {Who.OFFICER, Who.CABINET}, reason=True)
verb("signing.programme", _("Écrire le programme de la signature"), {*LEAD, Who.OFFICER, Who.CABINET})
verb("signing.invite", _("Envoyer les invitations officielles"), {Who.CABINET})
