"""The states of a training plan (process.md, step 2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, PROVIDER, REGION, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

PARTIES = {Who.OFFICER, Who.LINK, *LEAD, *EMPLOYER}
"""Who may hold the plan: the provider's leads, the Region's officer, an employer, with or without account."""

PLAN = Table(
    "plan",
    {"draft": _("en préparation"), "submitted": _("soumis à approbation"), "approved": _("approuvé")},
    [
        move("plan.start", _("Commencer le plan"), NOTHING, "draft", LEAD),
        move("plan.submit", _("Soumettre le plan à tous"), "draft", "submitted", LEAD),
        move("plan.ask_one", _("Demander l'accord d'une partie"), "draft", "submitted", LEAD),
        move(
            "plan.pass_on", _("Passer le plan à une autre partie"), "draft", "draft", PARTIES, asked_by="plan.approve"
        ),
        move(
            "plan.pass_on",
            _("Passer le plan à une autre partie"),
            "submitted",
            "submitted",
            PARTIES,
            asked_by="plan.approve",
        ),
        move(
            "plan.give_back",
            _("Rendre le plan à l'organisme"),
            ["draft", "submitted"],
            "draft",
            {Who.OFFICER, Who.LINK, *EMPLOYER},
            reason=True,
            asked_by="plan.approve",
        ),
        move("plan.reopen", _("Reprendre le plan"), ["draft", "submitted", "approved"], "draft", LEAD, reason=True),
        move("plan.approve", _("Approuver le plan"), "submitted", "submitted", PARTIES),
        # A change made during the training: whoever it touches is asked again, the plan stays approved meanwhile.
        move("plan.approve", _("Approuver le plan"), "approved", "approved", PARTIES),
        move("plan.settle", _("Constater l'approbation de tous"), "submitted", "approved", {Who.TASK}),
    ],
)

CHANGE = Table(
    "change",
    {
        "draft": _("en préparation"),
        "asked": _("demandée"),
        "to_mend": _("à corriger"),
        "approved": _("approuvée"),
        "refused": _("refusée"),
        "withdrawn": _("retirée"),
    },
    [
        move("plan.prepare_change", _("Préparer une modification du plan"), NOTHING, "draft", LEAD, reason=True),
        move("plan.write_change", _("Écrire ce que la modification change"), "draft", "draft", LEAD),
        move("plan.write_change", _("Écrire ce que la modification change"), "to_mend", "to_mend", LEAD),
        move("plan.ask_change", _("Demander une modification du plan"), ["draft", "to_mend"], "asked", LEAD),
        move("plan.approve_change", _("Approuver une modification du plan"), "asked", "approved", {Who.OFFICER}),
        move(
            "plan.refuse_change",
            _("Refuser une modification du plan"),
            "asked",
            "refused",
            {Who.OFFICER},
            reason=True,
        ),
        move(
            "plan.mend_change",
            _("Faire corriger une modification du plan"),
            "asked",
            "to_mend",
            {Who.OFFICER},
            reason=True,
        ),
        move(
            "plan.withdraw_change",
            _("Retirer une modification du plan"),
            ["draft", "asked", "to_mend"],
            "withdrawn",
            LEAD,
        ),
    ],
)

REMARK = Table(
    "remark",
    {"open": _("sans réponse"), "answered": _("répondue"), "closed": _("close")},
    [
        move("remark.make", _("Faire une remarque sur le plan"), NOTHING, "open", PARTIES, asked_by="plan.approve"),
        move(
            "remark.answer",
            _("Répondre à une remarque"),
            ["open", "answered"],
            "answered",
            PARTIES,
            asked_by="plan.approve",
        ),
        move("remark.close", _("Clore une remarque"), ["open", "answered"], "closed", PARTIES, asked_by="plan.approve"),
    ],
)

verb("plan.gather", _("Reprendre les compétences demandées depuis"), LEAD)
verb("plan.let_answer", _("Noter qu'un employeur laisse l'organisme répondre pour lui"), LEAD, reason=True)
verb(
    "plan.stop_answering",
    _("Ne plus laisser l'organisme répondre pour un employeur"),
    {Who.LINK, *LEAD, *EMPLOYER},
    asked_by="plan.approve",
)
verb("plan.resend_link", _("Renvoyer le lien d'approbation"), {Who.TASK})
verb("plan.lose_holder", _("Passer au suivant quand une partie s'en va"), {Who.TASK})
verb("plan.print", _("Imprimer le plan tel qu'il est"), PARTIES - {Who.LINK})
verb("plan.print_grid", _("Imprimer la grille des compétences et des modules"), PARTIES - {Who.LINK})
verb(
    "plan.print_asked",
    _("Imprimer ce qu'un employeur a demandé, et où c'est enseigné"),
    PARTIES,
    asked_by="plan.approve",
)
verb("plan.describe", _("Décrire le plan"), LEAD)
verb("plan.aim_at", _("Choisir la certification visée"), LEAD)
verb("plan.add_competence", _("Ajouter une compétence"), LEAD)
verb("plan.remove_competence", _("Retirer une compétence"), LEAD)
verb("plan.add_module", _("Ajouter un module"), LEAD)
verb("plan.change_module", _("Modifier un module"), LEAD)
verb("plan.take_from", _("Partir d'un plan passé"), LEAD)
verb("plan.take_modules", _("Prendre des modules dans la bibliothèque"), LEAD)
verb("plan.remove_module", _("Retirer un module"), LEAD)
verb("plan.cover", _("Relier une compétence à ses modules"), LEAD)
verb("plan.cover_all", _("Remplir la grille des compétences et des modules"), LEAD)
verb("plan.explain_gap", _("Dire pourquoi une compétence n'est pas enseignée"), LEAD, reason=True)
verb("plan.add_contribution", _("Noter ce qu'un employeur apporte"), LEAD)
verb("plan.remove_contribution", _("Retirer ce qu'un employeur apporte"), LEAD)
verb("plan.tailor", _("Dire ce qui diffère du programme habituel"), LEAD)
verb("plan.untailor", _("Retirer ce qui diffère"), LEAD)
verb("plan.link_linguistic", _("Relier une formation DEFI linguistique"), LEAD)
verb("plan.unlink_linguistic", _("Détacher la formation linguistique"), LEAD)

verb("calendar.set_rhythm", _("Fixer le rythme"), LEAD)
verb("calendar.close_period", _("Ajouter une fermeture au calendrier"), LEAD)
verb("calendar.open_period", _("Retirer une fermeture du calendrier"), LEAD)
verb("calendar.lay", _("Poser le calendrier"), LEAD)
verb("calendar.add_half_day", _("Ajouter une demi-journée"), LEAD)
verb("calendar.change_half_day", _("Modifier une demi-journée"), LEAD)
verb("calendar.remove_half_day", _("Retirer une demi-journée"), LEAD)
verb("calendar.place_period", _("Passer une période en centre ou en entreprise"), LEAD)
verb("calendar.add_group", _("Ajouter un groupe au calendrier"), LEAD)
verb("calendar.change_group", _("Modifier un groupe du calendrier"), LEAD)
verb("calendar.remove_group", _("Retirer un groupe du calendrier"), LEAD)
verb("calendar.tie_employer", _("Lier un employeur à un groupe du calendrier, ou l'en délier"), LEAD)
verb("calendar.teach", _("Donner un module, un formateur ou une salle à des demi-journées"), LEAD)
verb("calendar.spread_modules", _("Répartir les modules sur les demi-journées en centre"), LEAD)
verb("calendar.follow", _("Suivre le calendrier dans son agenda"), {*REGION, *PROVIDER, *EMPLOYER, *PRESCRIBER})
