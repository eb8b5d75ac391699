"""The verbs of the bilan (process.md, step 8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, Who
from defi.kernel.transitions import verb

verb("meeting.convene_review", _("Convoquer le bilan"), LEAD)
verb("meeting.hold_review", _("Tenir le bilan"), LEAD)
verb("review.ask_opinions", _("Envoyer les questionnaires du bilan"), {*LEAD, Who.TASK})
verb(
    "review.answer",
    _("Répondre au questionnaire du bilan"),
    {*LEAD, Who.TRAINER, *EMPLOYER, *PRESCRIBER, Who.TRAINEE, Who.LINK},
)
verb("review.note", _("Noter un point du bilan"), {*LEAD, Who.OFFICER})
verb("review.certify", _("Noter le résultat à la certification"), LEAD)
verb("review.ask_contracts", _("Demander leurs contrats aux employeurs"), {*LEAD, Who.TASK})
verb("review.record_contract", _("Enregistrer un contrat signé"), {*LEAD, *EMPLOYER, Who.LINK})
verb("review.correct_contract", _("Corriger un contrat enregistré"), LEAD, reason=True)
verb("review.record_no_hire", _("Dire pourquoi la personne n'est pas embauchée"), LEAD)
