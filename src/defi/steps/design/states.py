"""The states of a training plan (process.md, step 2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

PLAN = Table(
    "plan",
    {"draft": _("en préparation"), "submitted": _("soumis à approbation"), "approved": _("approuvé")},
    [
        move("plan.start", _("Commencer le plan"), NOTHING, "draft", LEAD),
        move("plan.submit", _("Soumettre le plan"), "draft", "submitted", LEAD),
        move("plan.reopen", _("Rouvrir le plan"), ["submitted", "approved"], "draft", LEAD, reason=True),
        move(
            "plan.approve",
            _("Approuver le plan"),
            "submitted",
            "submitted",
            {Who.OFFICER, Who.LINK, *LEAD, *EMPLOYER},
        ),
        move("plan.settle", _("Constater l'approbation de tous"), "submitted", "approved", {Who.TASK}),
    ],
)

verb("plan.gather", _("Reprendre les compétences demandées depuis"), LEAD)
verb("plan.resend_link", _("Renvoyer le lien d'approbation"), {Who.TASK})
verb("plan.describe", _("Décrire le plan"), LEAD)
verb("plan.add_competence", _("Ajouter une compétence"), LEAD)
verb("plan.remove_competence", _("Retirer une compétence"), LEAD)
verb("plan.add_module", _("Ajouter un module"), LEAD)
verb("plan.change_module", _("Modifier un module"), LEAD)
verb("plan.remove_module", _("Retirer un module"), LEAD)
verb("plan.cover", _("Relier une compétence à ses modules"), LEAD)
verb("plan.explain_gap", _("Dire pourquoi une compétence n'est pas enseignée"), LEAD, reason=True)
