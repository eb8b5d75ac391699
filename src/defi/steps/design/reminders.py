"""What is looked at again when the mails of the plan leave: whoever answered since is not asked any more, and what was
said of a turn is not said once the plan is in other hands. Source: process.md, principle 2."""

from __future__ import annotations

from defi.kernel.mail.reviewing import is_last, party_of, still
from defi.kernel.models import Mail
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.mails import who_holds
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import current_turn, has_fallen, is_away, mandates, standing


@still("design/mail/plan_passed")
def is_still_asked(mail: Mail) -> bool:
    """It is still the turn of whoever is asked, or an approval that fell is asked again; no later mail asks it."""
    plan, party = _plan(mail), party_of(mail)
    if plan is None or party is None:
        return plan is not None
    is_asked = has_fallen(plan, party) if plan.state == "approved" else party in who_holds(plan)
    return is_asked and is_last(mail)


@still("design/mail/plan_changed")
@still("design/mail/calendar_changed")
def has_still_to_approve(mail: Mail) -> bool:
    """The employer has not approved since what has changed; what changed it before stays in its own mail."""
    plan, party = _plan(mail), party_of(mail)
    return plan is not None and (party is None or party not in standing(plan))


@still("design/mail/plan_given_back")
@still("design/mail/plan_comes_back")
def is_back_with_its_provider(mail: Mail) -> bool:
    """The provider still has the plan: it has not submitted it, nor passed it on, since."""
    plan = _plan(mail)
    return plan is not None and plan.state == "draft" and not is_away(plan.operation, current_turn(plan))


@still("design/mail/plan_reopened")
def is_still_being_changed(mail: Mail) -> bool:
    """The plan is not submitted again: its mail says it, and what has changed."""
    plan = _plan(mail)
    return plan is not None and plan.state == "draft" and is_last(mail)


@still("design/mail/plan_approved")
def is_approved_by_all(mail: Mail) -> bool:
    """The plan that all approved has not been taken back since."""
    plan = _plan(mail)
    return plan is not None and plan.state == "approved" and is_last(mail)


@still("design/mail/provider_answers")
def does_the_provider_answer(mail: Mail) -> bool:
    """The employer still lets the provider answer for it."""
    plan, party = _plan(mail), party_of(mail)
    return plan is not None and (party is None or mandates(plan).filter(organisation=party).exists())


@still("design/mail/change_asked")
def is_a_change_to_decide(mail: Mail) -> bool:
    """A change waits for the Region, and no later mail says it."""
    return is_last(mail) and ChangeRequest.objects.filter(operation=mail.file_id, state="asked").exists()


@still("design/mail/change_answered")
def is_a_change_to_mend(mail: Mail) -> bool:
    """The last change asked is still to be mended, or refused."""
    asked = ChangeRequest.objects.filter(operation=mail.file_id).exclude(state="draft").order_by("pk").last()
    return is_last(mail) and asked is not None and asked.state in {"to_mend", "refused"}


def _plan(mail: Mail) -> TrainingPlan | None:
    return TrainingPlan.objects.filter(operation=mail.file_id).select_related("operation").first()
