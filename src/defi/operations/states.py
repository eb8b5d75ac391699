"""The states of an operation, and the verbs on its file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, PROVIDER, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

OPERATION = Table(
    "operation",
    {"running": _("en cours"), "closed": _("close"), "abandoned": _("abandonnée")},
    [
        move("operation.open", _("Ouvrir l'opération"), NOTHING, "running", {Who.OFFICER}),
        move("operation.close", _("Clore l'opération"), "running", "closed", {Who.OFFICER}),
        move("operation.abandon", _("Abandonner l'opération"), "running", "abandoned", {Who.OFFICER}, reason=True),
    ],
)

PILOT_OR_LEAD = {Who.OFFICER, *LEAD}

verb("operation.add_partner", _("Ajouter un partenaire"), PILOT_OR_LEAD)
verb("operation.name_contact", _("Nommer le contact d'un partenaire"), PILOT_OR_LEAD)
verb("operation.partner_leaves", _("Acter le départ d'un partenaire"), PILOT_OR_LEAD, reason=True)
verb("session.plan", _("Fixer la session"), PILOT_OR_LEAD)
verb("session.reschedule", _("Déplacer les dates de la session"), PILOT_OR_LEAD, reason=True)
verb("session.flag_small_group", _("Déclarer un faible effectif"), {Who.OFFICER}, reason=True)
verb("session.record_order", _("Noter le bon de commande"), PILOT_OR_LEAD)
verb("meeting.plan", _("Fixer une réunion"), PILOT_OR_LEAD)
verb("meeting.cancel", _("Annuler le comité de pilotage"), PILOT_OR_LEAD | {Who.TASK}, reason=True)
verb("meeting.hold_committee", _("Tenir le comité de pilotage"), PILOT_OR_LEAD)
verb("meeting.give_task", _("Confier une tâche après un comité ou un bilan"), PILOT_OR_LEAD)
verb("meeting.finish_task", _("Noter qu'une tâche est faite"), {*PILOT_OR_LEAD, *EMPLOYER, *PRESCRIBER})
verb("mail.drop", _("Écarter un courriel qui n'est pas parti"), PILOT_OR_LEAD, reason=True)
verb("mail.resend", _("Renvoyer un courriel"), PILOT_OR_LEAD)

# Who exactly, each kind of file says (defi.operations.files, and the rooms).
SENDERS = {*PROVIDER, Who.OFFICER, Who.PAYING_OFFICE}

verb("file.deposit", _("Déposer une pièce"), SENDERS)
verb("file.replace", _("Remplacer une pièce"), SENDERS)
verb("file.remove", _("Retirer une pièce"), SENDERS, reason=True)
