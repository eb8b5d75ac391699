"""The states of a candidacy, which becomes the trainee (process.md, steps 3 and 5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, PRESCRIBER, Who
from defi.kernel.transitions import NOTHING, Table, move, verb
from defi.operations.states import PILOT_OR_LEAD

SETTLED = ["oriented", "invited", "met", "selected", "reserve", "confirmed"]
"""From here a candidacy gives way to another one of the same person."""
OVER = frozenset({"declined", "withdrawn", "no_show", "merged"})
"""Candidacies that go on no more before any training."""
BEFORE_ENTRY = ["oriented", "invited", "met", "selected", "reserve", "confirmed"]
UNMET = ["oriented", "invited"]
"""Who is still to be met."""
UNTIL_THE_END = [*BEFORE_ENTRY, "entered"]
"""Whom the last day of the session concerns."""

CANDIDACY = Table(
    "candidacy",
    {
        "oriented": _("orienté"),
        "invited": _("invité"),
        "met": _("rencontré"),
        "selected": _("retenu"),
        "reserve": _("en réserve"),
        "confirmed": _("confirmé"),
        "entered": _("entré en formation"),
        "left": _("parti en cours de formation"),
        "completed": _("arrivé au terme"),
        "declined": _("non retenu"),
        "withdrawn": _("a renoncé"),
        "no_show": _("ne s'est pas présenté"),
        "merged": _("réuni avec une autre fiche"),
    },
    [
        move("candidacy.orient", _("Orienter une personne"), NOTHING, "oriented", {*PRESCRIBER, *LEAD, Who.TASK}),
        move("candidacy.invite", _("Noter l'invitation"), "oriented", "invited", LEAD),
        move("candidacy.meet", _("Noter la rencontre"), UNMET, "met", LEAD),
        move("candidacy.miss", _("Noter qu'elle n'est pas venue"), UNMET, "no_show", LEAD),
        move("candidacy.select", _("Retenir"), ["met", "reserve"], "selected", LEAD),
        move("candidacy.put_in_reserve", _("Mettre en réserve"), ["met", "selected"], "reserve", LEAD),
        move("candidacy.confirm", _("Confirmer la venue"), ["selected", "reserve"], "confirmed", {*LEAD, Who.LINK}),
        move(
            "candidacy.decline",
            _("Ne pas retenir"),
            ["oriented", "invited", "met", "selected", "reserve"],
            "declined",
            LEAD,
            reason=True,
        ),
        move(
            "candidacy.withdraw",
            _("Noter un renoncement"),
            BEFORE_ENTRY,
            "withdrawn",
            {*LEAD, *PRESCRIBER, Who.LINK},
            reason=True,
            asked_by="candidacy.say_again",
        ),
        move("candidacy.say_again", _("Noter qu'elle vient toujours"), "confirmed", "confirmed", {*LEAD, Who.LINK}),
        move("candidacy.enter", _("Noter l'entrée"), ["selected", "confirmed", "reserve"], "entered", LEAD),
        move("candidacy.no_show", _("Noter l'absence au démarrage"), ["selected", "confirmed"], "no_show", LEAD),
        move("candidacy.leave", _("Noter un départ"), "entered", "left", LEAD, reason=True),
        move(
            "candidacy.reopen",
            _("Reprendre la candidature"),
            ["declined", "withdrawn", "no_show"],
            "oriented",
            {*LEAD, *PRESCRIBER},
        ),
        # Who did not come on the first day and says, when called, that they come later: as confirmed as they were.
        move("candidacy.expect_again", _("Attendre de nouveau"), "no_show", "confirmed", LEAD),
        # Two records of one person in one session: one candidacy goes on, this one leads to it.
        move("candidacy.merge", _("Réunir deux candidatures d'une personne"), SETTLED, "merged", {*LEAD, *PRESCRIBER}),
        move("candidacy.complete", _("Noter la fin de formation"), "entered", "completed", {*LEAD, Who.TASK}),
    ],
)

BOOKING = Table(
    "booking",
    {
        "to_confirm": _("à confirmer"),
        "booked": _("inscrit"),
        "waiting": _("en liste d'attente"),
        "cancelled": _("annulé"),
    },
    [
        move("booking.make", _("Inscrire à une rencontre"), NOTHING, "booked", {*LEAD, *PRESCRIBER}),
        move("booking.ask", _("Demander une place à une rencontre"), NOTHING, "to_confirm", {Who.PUBLIC}),
        move("booking.confirm", _("Confirmer une inscription"), "to_confirm", "booked", {*LEAD, Who.LINK}),
        move(
            "booking.wait",
            _("Inscrire en liste d'attente"),
            [NOTHING, "to_confirm"],
            "waiting",
            {*LEAD, *PRESCRIBER, Who.LINK},
            asked_by="booking.confirm",
        ),
        move("booking.give_place", _("Donner une place libérée"), "waiting", "booked", {Who.TASK}),
        move(
            "booking.cancel",
            _("Annuler une inscription"),
            ["to_confirm", "booked", "waiting"],
            "cancelled",
            {*LEAD, *PRESCRIBER, Who.LINK},
            asked_by="booking.confirm",
        ),
    ],
)

NOTICE = Table(
    "notice",
    {
        "draft": _("en préparation"),
        "asked": _("accords demandés"),
        "published": _("publiée"),
    },
    [
        move("notice.write", _("Écrire l'annonce"), [NOTHING, "draft"], "draft", LEAD),
        move("notice.ask", _("Demander l'accord des entreprises"), "draft", "asked", LEAD),
        move("notice.publish", _("Publier l'annonce et l'affiche"), "asked", "published", LEAD),
        move("notice.rewrite", _("Reprendre l'annonce"), ["asked", "published"], "draft", LEAD),
    ],
)

NOTICE_FIRM = Table(
    "notice_firm",
    {
        "waiting": _("accord attendu"),
        "approved": _("d'accord"),
        "declined": _("ne souhaite pas être nommée"),
    },
    [
        move("notice.name_firm", _("Nommer une entreprise dans l'annonce"), [NOTHING, "waiting"], "waiting", LEAD),
        move(
            "notice.approve",
            _("Donner son accord à l'annonce"),
            ["waiting", "declined"],
            "approved",
            {Who.SIGNATORY, Who.RECRUITER, Who.LINK, *LEAD},
        ),
        move(
            "notice.decline",
            _("Ne pas être nommée dans l'annonce"),
            ["waiting", "approved"],
            "declined",
            {Who.SIGNATORY, Who.RECRUITER, Who.LINK},
            reason=True,
            asked_by="notice.approve",
        ),
    ],
)

APPLICATION = Table(
    "application",
    {
        "to_confirm": _("à confirmer"),
        "accepted": _("dans les candidatures"),
        "dropped": _("sans suite"),
    },
    [
        move("application.ask", _("Candidater depuis l'annonce"), NOTHING, "to_confirm", {Who.PUBLIC}),
        move("application.confirm", _("Confirmer une candidature"), "to_confirm", "accepted", {*LEAD, Who.LINK}),
        move(
            "application.drop",
            _("Classer une candidature jamais confirmée"),
            "to_confirm",
            "dropped",
            {*LEAD, Who.LINK},
            asked_by="application.confirm",
        ),
    ],
)

PAIR = Table(
    "person_pair",
    {
        "merged": _("une même personne"),
        "apart": _("deux personnes"),
        "undone": _("séparées de nouveau"),
    },
    [
        move("person.merge", _("Réunir deux fiches d'une personne"), NOTHING, "merged", {*LEAD, *PRESCRIBER}),
        move("person.keep_apart", _("Noter que ce sont deux personnes"), NOTHING, "apart", {*LEAD, *PRESCRIBER}),
        move(
            "person.unmerge",
            _("Séparer deux fiches réunies"),
            "merged",
            "undone",
            {*LEAD, *PRESCRIBER},
            reason=True,
        ),
    ],
)

verb("application.forget", _("Effacer les candidatures jamais confirmées"), {Who.TASK})
verb("application.remind", _("Renvoyer le lien d'une candidature"), {Who.TASK})
verb("candidacy.declare", _("Noter ce que la personne déclare"), {*LEAD, *PRESCRIBER})
verb("condition.add", _("Ajouter une condition d'entrée"), LEAD)
verb("condition.drop", _("Retirer une condition d'entrée"), LEAD)
verb("candidacy_import.load", _("Lire une liste de personnes"), {*LEAD, *PRESCRIBER})
verb("candidacy_import.mend_line", _("Corriger une ligne de la liste"), {*LEAD, *PRESCRIBER})
verb("candidacy_import.settle_line", _("Dire si une ligne est une personne connue"), {*LEAD, *PRESCRIBER})
verb("candidacy_import.run", _("Importer les personnes d'une liste"), {*LEAD, *PRESCRIBER})
verb("candidacy_import.forget", _("Effacer les listes importées"), {Who.TASK})
verb("notice.remind", _("Renvoyer le lien d'accord à une annonce"), {Who.TASK})
verb("notice.drop_firm", _("Retirer une entreprise de l'annonce"), LEAD)
verb("event.describe", _("Préciser une rencontre"), PILOT_OR_LEAD)
verb("event.publish", _("Publier une rencontre"), PILOT_OR_LEAD)
verb("event.reschedule", _("Déplacer une rencontre"), PILOT_OR_LEAD)
verb("event.cancel", _("Annuler une rencontre"), PILOT_OR_LEAD, reason=True)
verb("event.attend", _("Noter les présences et la suite"), LEAD)
verb("booking.remind", _("Rappeler une rencontre"), {Who.TASK})
verb("booking.forget", _("Effacer les demandes jamais confirmées"), {Who.TASK})
verb("candidacy.ask_again", _("Demander avant le démarrage si la personne vient toujours"), {Who.TASK})
verb("candidacy.tell", _("Prévenir des personnes"), {Who.TASK})
verb("candidacy.name_referent", _("Nommer le référent de parcours"), LEAD)
verb("candidacy.fund", _("Préciser le financement de la place"), LEAD)
verb("candidacy.correct_person", _("Corriger les coordonnées"), {*LEAD, *PRESCRIBER})
verb("meeting.hold_preparatory", _("Tenir la réunion préparatoire"), LEAD)
verb("sourcing.plan_line", _("Prévoir une action de recrutement"), PILOT_OR_LEAD)
verb("sourcing.done_line", _("Noter une action de recrutement faite"), PILOT_OR_LEAD)
verb("sourcing.name_team", _("Nommer l'équipe projet et le comité de pilotage"), PILOT_OR_LEAD)
verb("sourcing.remove_line", _("Retirer une action de recrutement"), PILOT_OR_LEAD)
verb("sourcing.leave_team", _("Retirer de l'équipe projet ou du comité"), PILOT_OR_LEAD)
verb("sourcing.announce", _("Publier l'annonce"), LEAD)
verb("sourcing.share_aims", _("Présenter les objectifs de la convention"), PILOT_OR_LEAD)
