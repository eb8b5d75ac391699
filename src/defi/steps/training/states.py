"""The states of an attendance sheet and of a period in company; the verbs of the session (process.md, 4 and 6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, PROVIDER, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

SHEET = Table(
    "sheet",
    {"open": _("ouverte"), "locked": _("verrouillée"), "cancelled": _("annulée")},
    [
        move("sheet.open", _("Ouvrir la feuille"), NOTHING, "open", PROVIDER),
        move("sheet.move", _("Déplacer ou modifier une feuille"), "open", "open", PROVIDER),
        move("sheet.cancel", _("Annuler des feuilles ouvertes par erreur"), "open", "cancelled", LEAD, reason=True),
        move("sheet.sign", _("Signer ma présence"), "open", "open", {Who.TRAINEE}),
        move("sheet.record", _("Noter les présences"), "open", "open", PROVIDER),
        move("sheet.trainer_sign", _("Signer comme formateur"), "open", "open", PROVIDER),
        move("sheet.lock", _("Verrouiller la feuille"), "open", "locked", PROVIDER),
        move("sheet.correct", _("Corriger une feuille verrouillée"), "locked", "locked", LEAD, reason=True),
    ],
)

PAPER = Table(
    "sheet_scan",
    {
        "unread": _("à reconnaître"),
        "placed": _("à lire"),
        "read": _("lue"),
        "rejected": _("écartée"),
    },
    [
        move("paper.deposit", _("Déposer des feuilles signées"), NOTHING, "unread", PROVIDER),
        move("paper.find", _("Reconnaître une feuille à son code"), "unread", "placed", {Who.TASK}),
        move("paper.place", _("Dire de quelle feuille il s'agit"), ["unread", "placed"], "placed", PROVIDER),
        move("paper.read", _("Dire qui a signé sur papier"), ["placed", "read"], "read", PROVIDER),
        move("paper.take_off", _("Retirer une page mal placée"), ["placed", "read"], "rejected", PROVIDER, reason=True),
        move("paper.reject", _("Écarter une page qui n'est pas une feuille"), "unread", "rejected", PROVIDER),
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
        move("placement.begin", _("Commencer la période"), "planned", "begun", {*PROVIDER, Who.TASK}),
        move("placement.finish", _("Terminer la période"), "begun", "done", {*PROVIDER, Who.TUTOR, Who.TASK}),
        move("placement.debrief", _("Noter le retour d'expérience"), "done", "debriefed", PROVIDER),
        move("placement.cancel", _("Annuler la période"), "planned", "cancelled", {*LEAD, Who.TASK}, reason=True),
    ],
)

verb("placement.prepare", _("Noter la préparation"), PROVIDER)
verb("placement.sign", _("Signer la convention de période"), {Who.TRAINEE, Who.LINK, *EMPLOYER, *LEAD})
verb("placement.send_code", _("Recevoir le code qui signe"), {Who.LINK}, asked_by="placement.sign")
verb("placement.try_code", _("Taper le code qui signe"), {Who.LINK}, asked_by="placement.sign")
verb("placement.record_ink", _("Noter des signatures sur papier"), LEAD)
verb("placement.seal", _("Sceller la convention de période"), {Who.TASK})
verb("placement.change", _("Changer une période prévue"), LEAD)
verb("placement.send_link", _("Renvoyer la convention à signer"), {*LEAD, Who.TASK})
verb("placement.attend", _("Signer la présence en entreprise"), {Who.LINK, *EMPLOYER})
verb("placement.record_presence", _("Noter une présence signée sur papier"), PROVIDER)
verb("placement.correct_presence", _("Corriger une présence en entreprise"), LEAD, reason=True)
verb("placement.send_tutor_link", _("Renvoyer son lien au tuteur"), {*PROVIDER, Who.TASK})
verb(
    "placement.evaluate",
    _("Donner l'avis du tuteur"),
    {Who.LINK, *EMPLOYER, *PROVIDER},
    asked_by="placement.attend",
)
verb("placement.read_evaluation", _("Dire que l'avis du tuteur est lu"), {Who.TRAINEE})
verb("placement.print", _("Imprimer la fiche d'immersion"), PROVIDER)
verb("placement.visit", _("Noter une visite ou un appel"), PROVIDER)
verb("signature.send", _("Envoyer des signatures données sur un appareil"), {*PROVIDER, Who.TRAINEE})
verb("signature.settle", _("Départager une signature contestée"), LEAD, reason=True)
verb("absence.note", _("Noter le motif d'une absence"), PROVIDER)
verb("absence.alert", _("Prévenir d'absences répétées"), {Who.TASK})
verb("absentee.call", _("Noter un appel à qui n'est pas venu"), LEAD)
verb("sheet.follow_group", _("Mettre les feuilles à jour du groupe"), {Who.TASK})
verb("sheet.print", _("Imprimer une feuille d'émargement"), PROVIDER)
verb("trainee.place_in_group", _("Placer des stagiaires dans un groupe du calendrier"), LEAD)
verb("calendar.follow_own", _("Suivre mes dates dans mon téléphone"), {Who.TRAINEE})
verb("eos.print", _("Imprimer la fiche de saisie EOS"), LEAD)
verb("eos.record", _("Noter ce qu'EOS a répondu"), LEAD)
verb("session.start", _("Constater le démarrage"), LEAD)
verb("session.end", _("Constater la fin de la session"), LEAD)
verb("exchange.record", _("Noter un échange avec un employeur"), {*PROVIDER, Who.OFFICER})
verb("report.send", _("Envoyer le point régulier"), LEAD)
verb("report.acknowledge", _("Dire que le point régulier est lu"), {Who.LINK, *EMPLOYER, *PRESCRIBER})
verb("report.resend", _("Renvoyer le lien d'un point régulier"), {Who.TASK})
verb("presence.establish", _("Établir l'état mensuel de présence"), LEAD)
verb("completion.certify", _("Établir le certificat de réalisation"), LEAD)
verb("complaint.note", _("Noter une réclamation, une difficulté ou un aléa"), PROVIDER)
verb("complaint.close", _("Répondre à une réclamation et la clore"), LEAD)
verb("path.position", _("Noter le positionnement et le parcours"), PROVIDER)
verb("interview.record", _("Noter un entretien avec un stagiaire"), PROVIDER)
verb("barrier.note", _("Noter un frein"), PROVIDER)
verb("barrier.lift", _("Noter qu'un frein est levé"), PROVIDER)
verb("trainee.suspend", _("Noter une interruption de parcours"), LEAD)
verb("trainee.resume", _("Noter le retour en formation"), {*LEAD, Who.TASK})
