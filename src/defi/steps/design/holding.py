"""Whose turn it is, in a sentence: for who would change the plan now, for who reads a page of it without writing it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, Actor
from defi.kernel.clock import PARIS
from defi.kernel.documents.french import long_date
from defi.kernel.refusals import WrongState
from defi.operations.access import leads
from defi.steps.design.models import PlanTurn, TrainingPlan
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
        assert plan.approved_on is not None  # the database holds both or none
        return _(
            "Le plan est approuvé par tous depuis le %(day)s : pour le changer, reprenez-le d'abord, avec un motif."
        ) % {"day": long_date(plan.approved_on)}
    if plan.state == "draft":
        return held_elsewhere(str(turn.to), turn.given_at) if turn and is_away(plan.operation, turn) else ""
    names = [party.organisation.name for party in parties(plan, plan.operation, turn) if party.holds]
    if turn is None or not names:
        return _("Le plan est soumis à l'accord des parties : pour le changer, reprenez-le d'abord, avec un motif.")
    return _(
        "Le plan est soumis depuis le %(day)s, c'est le tour de : %(names)s. Pour le changer, reprenez-le d'abord, "
        "avec un motif."
    ) % {"day": _day(turn), "names": ", ".join(names)}


def told_to(actor: Actor, plan: TrainingPlan) -> str:
    """What a page of the plan says to who only reads it now: whose turn it is, since when. Nothing for its provider
    while it writes it."""
    if actor.who in LEAD and leads(actor, plan.operation):
        return whose_turn(plan)
    turn = current_turn(plan)
    if plan.state == "approved" or turn is None:
        return ""
    names = [party.organisation.name for party in parties(plan, plan.operation, turn) if party.holds]
    return _("Le plan est chez %(names)s depuis le %(day)s.") % {
        "names": ", ".join(names) or plan.operation.provider,
        "day": _day(turn),
    }


def _day(turn: PlanTurn) -> str:
    return long_date(turn.given_at.astimezone(PARIS).date())
