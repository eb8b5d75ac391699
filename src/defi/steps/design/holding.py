"""Whose turn it is, in a sentence, for who opens a form of the plan that could not be sent now."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.clock import PARIS
from defi.kernel.documents.french import long_date
from defi.kernel.refusals import WrongState
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import changes_by_request, current_turn, is_away, parties
from defi.steps.design.rules import by_request_only, held_elsewhere


def must_be_here(plan: TrainingPlan) -> None:
    """Raise `WrongState`, saying whose turn it is, before a form is shown that could not be sent."""
    if sentence := whose_turn(plan):
        raise WrongState(sentence)


def whose_turn(plan: TrainingPlan) -> str:
    """Why the plan is not changed now: who holds it, since when, what to do first. Nothing while its provider may."""
    if changes_by_request(plan):
        return by_request_only()
    turn = current_turn(plan)
    if plan.state == "approved":
        return _("Le plan est approuvé par tous : pour le changer, reprenez-le d'abord, avec un motif.")
    if plan.state == "draft":
        return held_elsewhere(str(turn.to), turn.given_at) if turn and is_away(plan.operation, turn) else ""
    names = [party.organisation.name for party in parties(plan, plan.operation, turn) if party.holds]
    if turn is None or not names:
        return _("Le plan est soumis à l'accord des parties : pour le changer, reprenez-le d'abord, avec un motif.")
    return _(
        "Le plan est soumis depuis le %(day)s, c'est le tour de : %(names)s. Pour le changer, reprenez-le d'abord, "
        "avec un motif."
    ) % {"day": long_date(turn.given_at.astimezone(PARIS).date()), "names": ", ".join(names)}
