"""Whether the plan may change hands now, asked before a form is shown and again when it is sent; said in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, Actor
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.kernel.transitions import VERBS
from defi.operations.access import must_take_part
from defi.people.models import Organisation
from defi.steps.design.holding import whose_turn
from defi.steps.design.models import PlanTurn, TrainingPlan
from defi.steps.design.parties import changes_by_request, current_turn, holds_now, is_away, quality_of, standing
from defi.steps.design.rules import already_approved, approved_by_all, by_request_only
from defi.steps.design.states import PLAN


def may_pass(actor: Actor, plan: TrainingPlan) -> PlanTurn | None:
    """The open turn, once this actor may pass the plan on now; the page asks before it shows its form.

    Raises `NotAllowed` (role, operation), `WrongState` (approved by all, or in another hand)."""
    VERBS["plan.pass_on"].check(actor)
    must_take_part(actor, plan.operation)
    if plan.state == "approved":
        passed_no_more = _("Le plan est approuvé par tous : il ne passe plus de main en main.")
        raise WrongState(whose_turn(plan) if actor.who in LEAD else passed_no_more)
    PLAN.take("plan.pass_on", actor, plan.state)
    return must_hold(actor, plan)


def may_give_back(actor: Actor, plan: TrainingPlan) -> None:
    """Raises `NotAllowed` (role), `WrongState` when this party has approved it, alone or like all, or does not hold
    it."""
    # What must change is asked by the form: that it is missing is said there.
    VERBS["plan.give_back"].check(actor, "?")
    must_take_part(actor, plan.operation)
    if plan.state == "approved":
        assert plan.approved_on is not None  # the database holds both or none
        raise WrongState(approved_by_all(plan.approved_on, str(plan.operation.provider)))
    must_hold(actor, plan)


def may_reopen(actor: Actor, plan: TrainingPlan) -> None:
    """Raises `NotAllowed` (role, operation), `WrongState` when the provider has it already, or while it changes by
    request only."""
    # The reason is asked by the form: that it is missing is said there.
    VERBS["plan.reopen"].check(actor, "?")
    must_take_part(actor, plan.operation)
    turn = current_turn(plan)
    if plan.state == "draft" and (turn is None or not is_away(plan.operation, turn)):
        raise WrongState(_("Vous avez déjà le plan : changez-le, puis passez-le."))
    if changes_by_request(plan):
        raise WrongState(by_request_only())


def must_hold(actor: Actor, plan: TrainingPlan) -> PlanTurn | None:
    """The open turn, once it is this actor's. Who leads the operation may move the plan from any hand."""
    turn = current_turn(plan)
    if actor.who in LEAD:
        return turn
    given = standing(plan).get(actor.organisation_id or 0)
    if holds_now(turn, actor.organisation_id, has_approved=given is not None):
        return turn
    if given is not None:
        raise WrongState(already_approved(given.approved_on))
    raise WrongState(_("Le plan n'est pas chez vous : vous pourrez agir quand il vous sera passé."))


def must_be_with_provider(plan: TrainingPlan) -> None:
    """Raises `WrongState`, naming who holds it."""
    turn = current_turn(plan)
    if turn is not None and is_away(plan.operation, turn):
        raise WrongState(_("Le plan est chez %(name)s : reprenez-le d'abord, avec un motif.") % {"name": turn.to})


def check_party(plan: TrainingPlan, party: Organisation) -> None:
    """Raises `Invalid` for an organisation that does not design this plan."""
    if not quality_of(plan.operation, party.pk):
        raise Invalid.field("to", _("%(name)s ne prend pas part à ce plan.") % {"name": party.name})


def check_link(actor: Actor, plan: TrainingPlan) -> None:
    """Raises `Unknown` for the bearer of a link to another plan."""
    if actor.link is not None and actor.link.object_id != plan.pk:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
