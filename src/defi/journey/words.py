"""The journey in words: the steps, what is to be done, what is awaited of others."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

Text = str | LazyText

STEP_LABELS: dict[str, tuple[str, Text]] = {
    "needs": ("0", _("Besoins")),
    "route": ("1", _("Réponse")),
    "design": ("2", _("Ingénierie")),
    "preparation": ("3", _("Réunion prép.")),
    "eos": ("4", _("EOS")),
    "pairing": ("5", _("Appairage")),
    "start": ("6", _("Démarrage")),
    "convention": ("7", _("Convention")),
    "review": ("8", _("Bilan")),
    "closing": ("9", _("Clôture")),
    "followup": ("+", _("Suivi")),
}

PARTY_LABELS: dict[str, Text] = {
    "officer": _("la Région (référent territorial)"),
    "provider": _("l'organisme de formation"),
    "holder": _("le titulaire du marché"),
    "cabinet": _("le Cabinet"),
    "paying_office": _("la cellule de gestion"),
    "steering": _("la Direction de la formation"),
    "employer": _("l'employeur"),
    "prescriber": _("le prescripteur"),
    "partner": _("le partenaire"),
}


@dataclass(frozen=True, slots=True)
class TurnWords:
    """`todo`: what I must do, on the button too; `awaited`: what the others wait for, after the name of the party."""

    todo: Text
    awaited: Text
    button: Text


TURN_WORDS: dict[str, TurnWords] = {
    "need.group": TurnWords(_("Regrouper les besoins"), _("regroupe les besoins"), _("Ouvrir les besoins")),
    "public_profile.record": TurnWords(
        _("Noter le profil du public"), _("note le profil du public"), _("Noter le profil")
    ),
    "route.decide": TurnWords(_("Décider la réponse"), _("décide la réponse"), _("Décider")),
    "tender.launch": TurnWords(_("Lancer la consultation"), _("lance la consultation"), _("Lancer")),
    "tender.award": TurnWords(_("Attribuer le marché"), _("attribue le marché"), _("Attribuer")),
    "session.plan": TurnWords(_("Fixer la session"), _("fixe les dates de la session"), _("Fixer la session")),
    "plan.start": TurnWords(_("Commencer le plan de formation"), _("commence le plan"), _("Commencer le plan")),
    "plan.submit": TurnWords(_("Soumettre le plan de formation"), _("soumet le plan"), _("Ouvrir le plan")),
    "plan.give_back": TurnWords(
        _("Donner votre avis sur le plan de formation"), _("donne son avis sur le plan"), _("Lire le plan")
    ),
    "plan.approve": TurnWords(_("Approuver le plan de formation"), _("approuve le plan"), _("Lire et approuver")),
    "plan.approve_change": TurnWords(
        _("Décider une modification du plan"), _("décide une modification du plan"), _("Lire et décider")
    ),
    "plan.ask_change": TurnWords(
        _("Corriger une modification du plan"), _("corrige sa demande de modification"), _("Corriger la demande")
    ),
    "meeting.hold_preparatory": TurnWords(
        _("Tenir la réunion préparatoire"), _("tient la réunion préparatoire"), _("Préparer la réunion")
    ),
    "sourcing.plan_line": TurnWords(
        _("Compléter l'équipe et le plan de recrutement"),
        _("complète l'équipe et le plan de recrutement"),
        _("Compléter"),
    ),
    "eos.record": TurnWords(_("Saisir la session dans EOS"), _("saisit la session dans EOS"), _("Voir quoi copier")),
    "pairing.pair": TurnWords(
        _("Appairer les personnes retenues"), _("appaire les personnes"), _("Tableau d'appairage")
    ),
    "notice.approve": TurnWords(
        _("Donner votre accord à l'annonce"), _("donne son accord à l'annonce"), _("Lire et répondre")
    ),
    "promise.sign": TurnWords(_("Signer une promesse d'emploi"), _("signe sa promesse"), _("Lire et signer")),
    "encounter.record": TurnWords(
        _("Répondre pour les personnes rencontrées"), _("répond pour les personnes rencontrées"), _("Répondre")
    ),
    "admission.decide": TurnWords(
        _("Décider l'admission sous 100 %"), _("décide l'admission sous 100 %"), _("Voir et décider")
    ),
    "session.start": TurnWords(_("Constater le démarrage"), _("constate le démarrage"), _("Qui est entré ?")),
    "absentee.call": TurnWords(
        _("Appeler les personnes qui ne sont pas venues"), _("appelle les personnes absentes"), _("Voir qui appeler")
    ),
    "absence.note": TurnWords(_("Noter le motif d'absences"), _("note le motif d'absences"), _("Voir les personnes")),
    "session.end": TurnWords(_("Constater la fin de la session"), _("constate la fin"), _("Constater la fin")),
    "report.send": TurnWords(_("Envoyer le point régulier"), _("envoie le point régulier"), _("Faire le point")),
    "sheet.settle": TurnWords(
        _("Terminer les feuilles d'émargement"), _("termine les feuilles d'émargement"), _("Voir les feuilles")
    ),
    "signature.settle": TurnWords(
        _("Départager des signatures d'émargement"), _("départage des signatures"), _("Départager")
    ),
    "paper.read": TurnWords(
        _("Lire des feuilles signées sur papier"), _("lit des feuilles signées sur papier"), _("Lire les feuilles")
    ),
    "placement.sign": TurnWords(
        _("Signer la convention d'une période en entreprise"), _("signe la convention de période"), _("Lire et signer")
    ),
    "placement.attend": TurnWords(
        _("Signer la présence d'un stagiaire chez vous"), _("signe la présence en entreprise"), _("Signer sa présence")
    ),
    "placement.evaluate": TurnWords(
        _("Dire comment la période s'est passée"), _("donne l'avis du tuteur"), _("Donner mon avis")
    ),
    "placement.settle": TurnWords(
        _("Déplacer, annuler ou terminer une période en entreprise : parcours interrompu"),
        _("revoit une période en entreprise"),
        _("Revoir la période"),
    ),
    "placement.prepare": TurnWords(
        _("Préparer une période en entreprise et sa convention"),
        _("prépare la période en entreprise"),
        _("Préparer"),
    ),
    "placement.debrief": TurnWords(
        _("Faire le retour d'expérience d'une période"), _("fait le retour d'expérience"), _("Noter le retour")
    ),
    "placement.finish": TurnWords(
        _("Noter la fin d'une période en entreprise"), _("note la fin de la période"), _("Noter la fin")
    ),
    "review.record_contract": TurnWords(
        _("Dire quels contrats sont signés"), _("dit quels contrats sont signés"), _("Dire où en sont les contrats")
    ),
    "signing.propose": TurnWords(
        _("Proposer des dates de signature"), _("propose des dates de signature"), _("Proposer")
    ),
    "signing.forward": TurnWords(_("Transmettre les dates au Cabinet"), _("transmet les dates"), _("Transmettre")),
    "signing.hold": TurnWords(_("Retenir une date de signature"), _("retient une date"), _("Choisir une date")),
    "signing.save_the_date": TurnWords(
        _("Envoyer le « réservez la date »"), _("envoie le « réservez la date »"), _("Envoyer")
    ),
    "signing.invite": TurnWords(_("Envoyer les invitations"), _("envoie les invitations"), _("Inviter")),
    "convention.send": TurnWords(
        _("Transmettre le projet de convention"), _("envoie le projet de convention"), _("Préparer la convention")
    ),
    "signatory.sign": TurnWords(_("Signer la convention"), _("signe la convention"), _("Lire et signer")),
    "amendment.send": TurnWords(
        _("Transmettre l'avenant à la convention"), _("transmet l'avenant"), _("Transmettre l'avenant")
    ),
    "amendment.sign": TurnWords(_("Signer l'avenant à la convention"), _("signe l'avenant"), _("Lire et signer")),
    "meeting.hold_review": TurnWords(_("Tenir le bilan"), _("tient le bilan"), _("Préparer le bilan")),
    "certificate.request": TurnWords(
        _("Demander l'attestation de conformité"), _("demande l'attestation"), _("Demander")
    ),
    "certificate.resubmit": TurnWords(
        _("Corriger la demande d'attestation"), _("corrige la demande d'attestation"), _("Corriger")
    ),
    "certificate.decide": TurnWords(
        _("Répondre à la demande d'attestation"), _("répond à la demande d'attestation"), _("Voir la demande")
    ),
    "certificate.countersign": TurnWords(
        _("Contresigner l'attestation"), _("contresigne l'attestation"), _("Lire et contresigner")
    ),
    "certificate.withdraw": TurnWords(
        _("Retirer l'attestation : la session a changé depuis"),
        _("retire l'attestation, la session ayant changé"),
        _("Voir ce qui a changé"),
    ),
    "claim.send": TurnWords(_("Demander la prime"), _("demande la prime"), _("Demander la prime")),
    "claim.resend": TurnWords(_("Corriger la demande de prime"), _("corrige la demande de prime"), _("Corriger")),
    "claim.decide": TurnWords(_("Étudier la demande de prime"), _("étudie la demande de prime"), _("Étudier")),
    "claim.pay": TurnWords(_("Noter le paiement de la prime"), _("paie la prime"), _("Noter le paiement")),
    "eos.record_closed": TurnWords(
        _("Clore la session dans EOS"), _("clôt la session dans EOS"), _("Noter la clôture dans EOS")
    ),
    "operation.close": TurnWords(_("Clore l'opération"), _("clôt l'opération"), _("Clore")),
    "situation.record": TurnWords(
        _("Noter la situation des personnes"), _("note la situation des personnes"), _("Noter")
    ),
    "situation.confirm": TurnWords(
        _("Confirmer qui travaille chez vous"), _("confirme qui travaille chez lui"), _("Confirmer les situations")
    ),
    "followup.report": TurnWords(_("Transmettre le suivi"), _("transmet le suivi"), _("Transmettre")),
}
