"""A request approved becomes the plan: modules, competences, words, half-days to come. Within an action."""

from __future__ import annotations

from defi.kernel.journal import Action
from defi.kernel.refusals import WrongState
from defi.steps.design.actions import check_module, make_module, put_module, set_modules, take_out_module
from defi.steps.design.calendar.lessons import lessons_at
from defi.steps.design.calendar.reading import columns_of, kept_rhythm
from defi.steps.design.calendar.rules import HalfDay, Place
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, PlanCalendar
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes.asking import facts_of
from defi.steps.design.changes.effects import counted
from defi.steps.design.changes.lines import ModuleLine, applied
from defi.steps.design.changes.reading import Study
from defi.steps.design.changes.relaying import GroupLaid, laid_again
from defi.steps.design.changing import content_change, content_of, keep_who_asked, made_of
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan

Origin = CalendarHalfDay.Origin


def apply_change(act: Action, plan: TrainingPlan, request: ChangeRequest, found: Study) -> None:
    """The plan as the request wants it. Approvals that it touches fall; who asked is kept for each part.

    Raises what the plan's own actions raise."""
    before = content_of(plan)
    with content_change(act, plan):
        numbers = _apply_modules(act, plan, found)
        changed = _apply_competences(act, plan, found, numbers)
        if found.change.rhythm:
            act.change(plan, rhythm=found.change.rhythm.now)
        _lay_again(act, found)
    asker = request.asked_for or plan.operation.provider
    if asker is not None:
        made = made_of(before, content_of(plan))
        subjects = [f"module:{pk}" for pk in numbers.values()] + [f"competence:{pk}" for pk in changed]
        for subject in [*subjects, "plan"]:
            if subject in made:
                keep_who_asked(act, plan, subject, asker, made[subject])


def _apply_modules(act: Action, plan: TrainingPlan, found: Study) -> dict[int, int]:
    """Each module of the request (its number) and the row it is now (its id)."""
    lines = found.change.modules
    numbers: dict[int, int] = {}
    # What goes makes room for the names of what comes.
    for line in sorted(lines, key=lambda one: (one.now is not None, one.was is None)):
        if line.now is None:
            take_out_module(act, act.lock(Module, line.module))
            numbers[line.module] = line.module
        else:
            numbers[line.module] = _put(act, plan, line)
    return numbers


def _put(act: Action, plan: TrainingPlan, line: ModuleLine) -> int:
    assert line.now is not None
    wanted = facts_of(plan, line.module, line.now)
    check_module(plan, wanted, but=max(line.module, 0))
    if line.was is None:
        return make_module(act, plan, wanted).pk
    return put_module(act, act.lock(Module, line.module), wanted).pk


def _apply_competences(act: Action, plan: TrainingPlan, found: Study, numbers: dict[int, int]) -> list[int]:
    """What teaches each competence after; the ids of those that changed."""
    before = {row.pk: row.modules for row in found.content.competences}
    rows = {row.pk: row for row in PlanCompetence.objects.filter(plan=plan).prefetch_related("modules")}
    modules = {module.pk: module for module in Module.objects.filter(plan=plan)}
    changed = []
    for row in applied(found.content, found.change).competences:
        if row.modules != before[row.pk]:
            set_modules(act, rows[row.pk], [modules[numbers.get(pk, pk)] for pk in row.modules])
            changed.append(row.pk)
    return changed


def _lay_again(act: Action, found: Study) -> None:
    """The half-days from the day of effect on; those gone by, and those set by hand, stay."""
    line, calendar, ground = found.change.calendar, found.calendar, found.ground
    if line is None or calendar.row is None or calendar.rhythm is None:
        return
    row = act.lock(PlanCalendar, calendar.row.pk)
    after = counted(applied(found.content, found.change))
    now = found.rhythm_after
    for group in calendar.groups:
        layout = laid_again(
            group, calendar.rhythm, now, (after.centre, after.company), ground.starts_on, ground.from_on
        )
        if layout.faults:
            raise WrongState(" ".join(layout.faults))
        _replace(act, found, group, [half for half in layout.half_days if half.on >= ground.from_on])
    act.change(row, edition=row.edition + 1, laid_on=act.today, laid_rhythm=kept_rhythm(now), **columns_of(now))


def _replace(act: Action, found: Study, group: GroupLaid, half_days: list[HalfDay]) -> None:
    kept = act.lock(CalendarGroup, group.pk)
    rows = CalendarHalfDay.objects.filter(group=kept, on__gte=found.ground.from_on, origin=Origin.RHYTHM)
    lessons = lessons_at(rows)
    rows.delete()
    CalendarHalfDay.objects.bulk_create(
        CalendarHalfDay(
            operation_id=kept.operation_id,
            group=kept,
            on=half.on,
            half=half.half,
            starts_at=half.starts_at,
            minutes=half.minutes,
            place=half.place,
            **(lessons.get(half.slot, {}) if half.place is Place.CENTRE else {}),
        )
        for half in half_days
        if half.slot not in group.by_hand
    )
    act.note(kept, half_days=len(half_days), laid_from=found.ground.from_on.isoformat())
