"""An employer follows some groups of the calendar: its pages show these only. Sources: issue of the plan designed in
turns, « company periods per trainee when they differ »; decision 0011.

It says what an employer sees, so an approval of that employer falls with it. Who trains where is known late: while the
training runs it is still said, and that employer is asked again."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound
from defi.people.models import Organisation
from defi.steps.design import mails
from defi.steps.design.actions import check_employers, touch
from defi.steps.design.calendar.gate import plan_of
from defi.steps.design.calendar_models import CalendarGroup, GroupEmployer, PlanCalendar
from defi.steps.design.changing import content_change
from defi.steps.design.holding import whose_turn
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import changes_by_request, required_parties, standing


def tie_employer(
    actor: Actor, calendar_id: int, employer: Organisation, groups: Collection[int], *, version: int | None = None
) -> list[str]:
    """Say which groups (ids) an employer follows, none for all of them: the names of the groups, in their order.

    Raises `Invalid` beside `employer` or `groups`, `WrongState` when there is nothing to choose, nothing changes, or
    the plan is in other hands."""
    with acting(actor, "calendar.tie_employer") as act:
        plan = _plan(act, plan_of(actor, PlanCalendar, calendar_id))
        calendar = act.lock(PlanCalendar, calendar_id, version)
        check_employers(plan, [employer], "employer")
        known = {group.pk: group for group in CalendarGroup.objects.filter(calendar=calendar).order_by("pk")}
        if set(groups) - set(known):
            raise Invalid.field("groups", _("Un de ces groupes n'est plus au calendrier : rouvrez cette page."))
        ties = {tie.group_id: tie for tie in GroupEmployer.objects.filter(group__in=known, employer=employer)}
        if len(known) == 1 and groups:
            raise WrongState(_("Le calendrier n'a qu'un groupe, il vaut pour tous : ajoutez d'abord un autre groupe."))
        if set(ties) == set(groups):
            raise WrongState(_("C'est déjà ce qui est dit : rien n'a changé."))
        asked_again = changes_by_request(plan) and employer.pk in standing(plan)
        with content_change(act, plan):
            for pk, tie in ties.items():
                if pk not in groups:
                    act.remove(tie)
            for pk in sorted(set(groups) - set(ties)):
                act.create(GroupEmployer, operation_id=plan.operation_id, group=known[pk], employer=employer)
            touch(calendar)
        if asked_again and employer.pk not in standing(plan):
            mails.calendar_changed(act, plan, employer)
        names = [group.name for pk, group in known.items() if pk in groups]
        # What the history says: a tie that is gone has no name to be read from.
        act.reason = f"{employer.name} : {', '.join(names) or _('tous les groupes')}"
        return names


def _plan(act: Action, plan_id: int) -> TrainingPlan:
    """The plan, locked: its provider holds it, or the training runs. Raises `WrongState`."""
    plan = lock_bound(act, TrainingPlan, plan_id)
    sentence = whose_turn(plan)
    if sentence and not changes_by_request(plan):
        raise WrongState(sentence)
    return plan


def leave_group(act: Action, group: CalendarGroup) -> None:
    """Within an action: a group about to be removed is followed by nobody. Employers that left the operation go with
    it; raises `WrongState` naming those that are still here."""
    ties = GroupEmployer.objects.filter(group=group).select_related("employer").order_by("employer__name", "pk")
    here = {pk for pk, _quality in required_parties(group.operation)}
    if names := [tie.employer.name for tie in ties if tie.employer_id in here]:
        raise WrongState(
            ngettext(
                "Le groupe « %(group)s » est celui de %(names)s : liez-la d'abord à un autre groupe, ou à aucun.",
                "Le groupe « %(group)s » est celui de %(names)s : liez-les d'abord à un autre groupe, ou à aucun.",
                len(names),
            )
            % {"group": group.name, "names": ", ".join(names)}
        )
    for tie in ties:
        act.remove(tie)
