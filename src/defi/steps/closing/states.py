"""The states of the certificate of conformity and of a bonus claim (process.md, step 9)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, PROVIDER, REGION, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

CERTIFICATE = Table(
    "certificate",
    {
        "requested": _("demandée"),
        "correction": _("correction demandée"),
        "signed": _("signée une fois, à contresigner"),
        "issued": _("délivrée"),
        "refused": _("refusée"),
        "withdrawn": _("retirée"),
    },
    [
        move("certificate.request", _("Demander l'attestation"), NOTHING, "requested", LEAD),
        move("certificate.resubmit", _("Représenter la demande"), "correction", "requested", LEAD),
        move("certificate.explain", _("Expliquer une ligne de l'attestation"), "requested", "requested", LEAD),
        move("certificate.explain", _("Expliquer une ligne de l'attestation"), "correction", "correction", LEAD),
        move(
            "certificate.ask_correction",
            _("Demander une correction"),
            "requested",
            "correction",
            {Who.OFFICER},
            reason=True,
        ),
        move("certificate.issue", _("Délivrer l'attestation"), "requested", "issued", {Who.OFFICER}),
        move("certificate.sign", _("Signer l'attestation, à contresigner"), "requested", "signed", {Who.OFFICER}),
        move("certificate.countersign", _("Contresigner l'attestation"), "signed", "issued", {Who.STEERING}),
        move(
            "certificate.send_back",
            _("Renvoyer l'attestation à qui l'a signée"),
            "signed",
            "requested",
            {Who.STEERING},
            reason=True,
        ),
        move(
            "certificate.refuse",
            _("Refuser l'attestation"),
            ["requested", "correction"],
            "refused",
            {Who.OFFICER},
            reason=True,
        ),
        move("certificate.withdraw", _("Retirer l'attestation"), "issued", "withdrawn", {Who.OFFICER}, reason=True),
    ],
)

CLAIM = Table(
    "claim",
    {
        "sent": _("envoyée à la cellule de gestion"),
        "correction": _("correction demandée"),
        "granted": _("accordée"),
        "refused": _("refusée"),
        "paid": _("payée"),
        "waived": _("non demandée, par choix du titulaire"),
    },
    [
        move("claim.send", _("Demander la prime"), NOTHING, "sent", LEAD),
        move("claim.resend", _("Renvoyer la demande corrigée"), "correction", "sent", LEAD),
        move("claim.waive", _("Renoncer à demander la prime"), NOTHING, "waived", LEAD, reason=True),
        move("claim.record_eos", _("Noter la demande faite dans EOS"), "sent", "sent", LEAD),
        move("claim.record_eos", _("Noter la demande faite dans EOS"), "correction", "correction", LEAD),
        move("claim.record_eos", _("Noter la demande faite dans EOS"), "granted", "granted", LEAD),
        move(
            "claim.ask_correction",
            _("Demander une correction"),
            "sent",
            "correction",
            {Who.PAYING_OFFICE},
            reason=True,
        ),
        move("claim.grant", _("Accorder la prime"), "sent", "granted", {Who.PAYING_OFFICE}, reason=True),
        move(
            "claim.refuse", _("Refuser la prime"), ["sent", "correction"], "refused", {Who.PAYING_OFFICE}, reason=True
        ),
        move(
            "claim.fall",
            _("Rejeter la demande, l'attestation étant retirée"),
            ["sent", "correction", "granted"],
            "refused",
            {Who.TASK},
            reason=True,
        ),
        move("claim.pay", _("Noter le paiement"), "granted", "paid", {Who.PAYING_OFFICE}),
        move(
            "claim.correct_payment",
            _("Corriger le paiement noté"),
            "paid",
            "paid",
            {Who.PAYING_OFFICE},
            reason=True,
        ),
    ],
)

# A claim that was refused or never made leaves room for another.
LIVING = ("sent", "correction", "granted", "paid")

verb("claim.control", _("Contrôler la demande de prime"), {Who.PAYING_OFFICE})
verb("certificate.seal", _("Sceller l'attestation"), {Who.TASK})
verb("operation.take_archive", _("Télécharger le dossier de l'opération"), {*REGION, *PROVIDER} - {Who.CABINET})
verb("eos.record_closed", _("Noter la clôture de la session dans EOS"), LEAD)
