"""When a calendar may be changed, and what a change of it does to the approvals of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action
from defi.kernel.refusals import Unknown
from defi.steps.design.actions import draft
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, PlanCalendar
from defi.steps.design.changing import content_change
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import current_turn, is_away

R = TypeVar("R", PlanCalendar, ClosedPeriod, CalendarGroup, CalendarHalfDay)

# How each row leads to its plan.
PLAN_OF = {
    PlanCalendar: "plan_id",
    ClosedPeriod: "calendar__plan_id",
    CalendarGroup: "calendar__plan_id",
    CalendarHalfDay: "group__calendar__plan_id",
}


def may_change(plan: TrainingPlan) -> bool:
    """Whether the content of this plan, and so its calendar, may be changed now: its provider prepares it."""
    turn = current_turn(plan)
    return plan.state == "draft" and (turn is None or not is_away(plan.operation, turn))


@contextmanager
def changing(act: Action, plan_id: int) -> Iterator[TrainingPlan]:
    """Within an action: the plan, locked, while its calendar changes; approvals that it touches fall.

    Raises `WrongState` when the plan may not be changed."""
    plan = draft(act, plan_id)
    with content_change(act, plan):
        yield plan


def plan_of(actor: Actor, model: type[R], pk: int) -> int:
    """The plan of a row this actor may see, before anything is locked. Raises `Unknown`."""
    seen: int | None = model.objects.visible_to(actor).filter(pk=pk).values_list(PLAN_OF[model], flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return seen
