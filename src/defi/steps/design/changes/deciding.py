"""The officer decides a request: approved it is applied at once, refused or sent back it says why.

Source: issue of the plan, « During the training »."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import WrongState
from defi.operations.access import lock_bound
from defi.steps.design.actions import refuse_nir
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes import mails
from defi.steps.design.changes.applying import apply_change
from defi.steps.design.changes.asking import running_session
from defi.steps.design.changes.effects import as_json as effect_json
from defi.steps.design.changes.reading import study
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import standing
from defi.steps.design.printing import print_plan
from defi.steps.design.states import CHANGE
from defi.steps.design.turns import approve_for, keep_edition


def approve_change(
    actor: Actor, request_id: int, *, version: int | None = None, plan_version: int | None = None
) -> ChangeRequest:
    """The plan changes as asked, in the same transaction; it stays approved, and whoever the change touches is told.

    Half-days gone by never change, whatever the day of effect. Raises `WrongState` when the plan is no longer what the
    request found or can no longer take it, `Stale` when the page read was drawn before the last change."""
    with acting(actor, "plan.approve_change") as act:
        request = lock_bound(act, ChangeRequest, request_id, version)
        CHANGE.take("plan.approve_change", actor, request.state)
        plan = act.lock(TrainingPlan, request.plan_id, plan_version)
        found = study(request, running_session(plan, act.today), act.today)
        if faults := [*found.stale, *found.effect.faults]:
            raise WrongState(
                _("%(what)s Renvoyez la demande à l'organisme, à corriger : rien n'a été changé.")
                % {"what": " ".join(faults)}
            )
        apply_change(act, plan, request, found)
        keep_edition(act, plan)
        _renew(act, plan, request)
        act.move(
            CHANGE,
            request,
            effect=effect_json(found.effect),
            decided_on=act.today,
            decided_by_id=actor.person_id,
            answer="",
            edition=plan.edition,
        )
        print_plan(plan, act.now)
        mails.change_approved(act, request, found.effect)
        return request


def _renew(act: Action, plan: TrainingPlan, request: ChangeRequest) -> None:
    """Who asked and who decided approve the edition that results: nobody asks them twice."""
    given = standing(plan)
    for organisation_id, person_id in (
        (plan.operation.provider_id, request.asked_by_id),
        (plan.operation.region_id, act.actor.person_id),
    ):
        if organisation_id is not None and organisation_id not in given:
            approve_for(act, plan, organisation_id, by=person_id)


def refuse_change(actor: Actor, request_id: int, *, reason: str, version: int | None = None) -> ChangeRequest:
    """The plan stays as it is; the provider reads why."""
    return _answer(actor, "plan.refuse_change", request_id, reason, version)


def mend_change(actor: Actor, request_id: int, *, reason: str, version: int | None = None) -> ChangeRequest:
    """The request goes back to its provider, with what must be mended."""
    return _answer(actor, "plan.mend_change", request_id, reason, version)


def _answer(actor: Actor, verb: str, request_id: int, reason: str, version: int | None) -> ChangeRequest:
    with acting(actor, verb, reason=reason) as act:
        request = lock_bound(act, ChangeRequest, request_id, version)
        refuse_nir({"reason": reason})
        act.move(CHANGE, request, decided_on=act.today, decided_by_id=actor.person_id, answer=reason.strip())
        mails.change_answered(act, request)
        return request
