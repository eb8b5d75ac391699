"""The verbs of the follow-up (process.md, « + Follow-up »)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, Who
from defi.kernel.transitions import verb

verb("situation.record", _("Noter la situation"), {*LEAD, Who.TRAINEE, Who.LINK})
verb("situation.correct", _("Corriger la situation"), LEAD, reason=True)
verb("situation.ask", _("Demander sa situation à la personne"), {*LEAD, Who.TASK})
verb("situation.attempt", _("Noter une tentative de contact"), LEAD)
verb("followup.report", _("Transmettre le suivi à la Région"), LEAD)
verb("followup.report_again", _("Transmettre une nouvelle version du suivi"), LEAD, reason=True)
verb("situation.ask_employer", _("Demander aux employeurs de confirmer les emplois"), {*LEAD, Who.TASK})
verb("situation.confirm", _("Confirmer qu'une personne travaille dans l'entreprise"), {*EMPLOYER, Who.LINK})
