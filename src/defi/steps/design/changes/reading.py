"""From the rows to what the rules of a change look at, and the effect of a request as things stand now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from defi.operations.models import Session
from defi.people.models import Organisation
from defi.steps.design.calendar.describing import CalendarRows, calendar_rows
from defi.steps.design.calendar.reading import laid
from defi.steps.design.calendar.rules import Closed, Rhythm
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, PlanCalendar
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes.effects import Effect, Ground, Hours, effect, with_others
from defi.steps.design.changes.hooks import HoursAsked, said_elsewhere, taught_in
from defi.steps.design.changes.lines import (
    Change,
    ModuleLine,
    ModuleState,
    calendar_said,
    from_json,
    kinds,
    stale_lines,
)
from defi.steps.design.changes.relaying import GroupLaid
from defi.steps.design.changing import content_with
from defi.steps.design.content import Content, Difference, ModuleContent, module_differences
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import required_parties, standing

Origin = CalendarHalfDay.Origin


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a plan as a change finds it; without one, `row` is None."""

    row: PlanCalendar | None = None
    rhythm: Rhythm | None = None
    closed: tuple[Closed, ...] = ()
    groups: tuple[GroupLaid, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A request, the plan as it is now, what the request would do to it, and what is no longer as it found it."""

    change: Change
    content: Content
    ground: Ground
    effect: Effect
    stale: tuple[str, ...] = ()
    calendar: Calendar = Calendar()

    @property
    def rhythm_after(self) -> Rhythm:
        """The rhythm of the calendar after a line that lays it again, closed periods included."""
        assert self.change.calendar is not None
        return replace(self.change.calendar.now, closed=self.calendar.closed)


def session_of(plan: TrainingPlan) -> Session | None:
    """The session of the operation of a plan. Must run inside a scope."""
    return Session.objects.filter(operation=plan.operation_id).first()


def calendar_of(rows: CalendarRows | None) -> Calendar:
    """The calendar of a plan as a change finds it."""
    if rows is None:
        return Calendar()
    groups = tuple(_group(group, rows.half_days[group.pk]) for group in rows.groups)
    return Calendar(rows.calendar, rows.rhythm, rows.rhythm.closed, groups)


def _group(group: CalendarGroup, rows: list[CalendarHalfDay]) -> GroupLaid:
    there = [row for row in rows if row.origin != Origin.REMOVED]
    return GroupLaid(
        name=group.name,
        offset=group.offset,
        half_days=tuple(map(laid, there)),
        by_hand=frozenset((row.on, row.half) for row in there if row.origin == Origin.HAND),
        removed=frozenset((row.on, row.half) for row in rows if row.origin == Origin.REMOVED),
        pk=group.pk,
    )


def ground_of(plan: TrainingPlan, session: Session, effective_on: date, today: date, calendar: Calendar) -> Ground:
    """What the effect is computed from, besides the plan."""
    parties = required_parties(plan.operation)
    names = dict(Organisation.objects.filter(pk__in=[pk for pk, _quality in parties]).values_list("pk", "name"))
    return Ground(
        today=today,
        effective_on=effective_on,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        session=Hours(session.hours_centre, session.hours_company),
        groups=calendar.groups,
        closed=calendar.closed,
        taught=taught_in(plan.operation_id),
        parties=parties,
        approved=frozenset(standing(plan)),
        names=names,
    )


def study(request: ChangeRequest, session: Session, today: date) -> Study:
    """The effect of a request on the plan as it stands now. Must run inside a scope."""
    plan = request.plan
    rows, change = calendar_rows(plan.pk), from_json(request.lines)
    content, calendar = content_with(plan, rows), calendar_of(rows)
    ground = ground_of(plan, session, request.effective_on, today, calendar)
    found = effect(content, change, ground)
    others = said_elsewhere(HoursAsked(plan.operation_id, found.before, found.after))
    stale = stale_lines(content, change, calendar.rhythm)
    return Study(change, content, ground, with_others(found, others), tuple(stale), calendar)


def kind_words(change: Change) -> str:
    """« contenu, heures »: what a request is about."""
    words = {"content": _("contenu"), "hours": _("heures"), "rhythm": _("rythme")}
    return ", ".join(words[kind] for kind in kinds(change))


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as a page shows it: its module (0 for the rhythm), what it is about, what was and what would be."""

    module: int
    what: str
    facts: tuple[Difference, ...]
    is_new: bool = False

    @property
    def number(self) -> int:
        """Of a module to be added, as an address says it."""
        return -self.module


def firms_in(change: Change) -> set[int]:
    """The employers (ids) that the lines name."""
    return {pk for line in change.modules for state in (line.was, line.now) if state for pk in state.for_employers}


def shown_lines(change: Change, competences: Mapping[int, str], names: Mapping[int, str]) -> list[ShownLine]:
    """The lines in words; `competences` says those of the plan, `names` the organisations (ids both)."""
    said = [_module_line(line, names, competences) for line in change.modules]
    facts = []
    if change.rhythm:
        facts.append(Difference("plan", _("Rythme"), change.rhythm.was, change.rhythm.now))
    if change.calendar:
        was, now = calendar_said(change.calendar.was), calendar_said(change.calendar.now)
        if was == now:
            now = _("posé de nouveau au même rythme")
        facts.append(Difference("plan", _("Calendrier à partir de la date d'effet"), was, now))
    return [*said, ShownLine(0, _("Rythme"), tuple(facts))] if facts else said


def _module_line(line: ModuleLine, names: Mapping[int, str], competences: Mapping[int, str]) -> ShownLine:
    before, after = (Content(modules=_one(line.module, state)) for state in (line.was, line.now))
    facts = module_differences(before, after, names)
    was, now = (_labels(state, competences) for state in (line.was, line.now))
    if was != now:
        facts.append(Difference("", _("%(title)s, compétences") % {"title": line.title}, was, now))
    return ShownLine(line.module, line.title, tuple(facts), line.was is None)


def _one(pk: int, state: ModuleState | None) -> tuple[ModuleContent, ...]:
    if state is None:
        return ()
    columns = {name: getattr(state, name) for name in ("title", "kind", "centre", "company", "remote", "situation")}
    return (ModuleContent(pk, **columns, reason=state.reason, for_employers=state.for_employers),)


def _labels(state: ModuleState | None, competences: Mapping[int, str]) -> str:
    return ", ".join(f"« {competences.get(pk, '')} »" for pk in state.competences) if state else ""


def without_closed(rhythm: Rhythm) -> Rhythm:
    """The rhythm as a line keeps it: closed periods stay with the calendar."""
    return replace(rhythm, closed=())
