"""The calendar of the plan, trainee by trainee: in which group, when in company; the half-days that become sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from defi.kernel.access import TASK, Actor, scope
from defi.operations.models import Operation
from defi.steps.convention.letters import held_option
from defi.steps.convention.models import SigningOption
from defi.steps.design.calendar.queries import group_half_days
from defi.steps.design.calendar.rules import Half, Place
from defi.steps.design.calendar.weeks import Shown, stretches
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay
from defi.steps.design.models import Module
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import GroupMember

GONE = ("declined", "withdrawn", "no_show", "merged")


def groups_of(operation_id: int) -> list[CalendarGroup]:
    """The groups of the calendar of an operation; the first one is everybody's until told otherwise."""
    with scope(TASK):
        groups = CalendarGroup.objects.filter(operation=operation_id).order_by("pk")
        return list(groups.select_related("calendar", "operation"))


@dataclass(frozen=True, slots=True)
class Members:
    """The groups, and each trainee with the group (id) they are in."""

    groups: list[CalendarGroup]
    people: list[tuple[Candidacy, int]] = field(default_factory=list)


def members(actor: Actor, operation: Operation) -> Members:
    """Who is in which group, in three queries."""
    groups = groups_of(operation.pk)
    if not groups:
        return Members([])
    placed = dict(
        GroupMember.objects.visible_to(actor).filter(operation=operation).values_list("candidacy_id", "group_id")
    )
    people = (
        Candidacy.objects.visible_to(actor)
        .filter(operation=operation, state__in=["confirmed", "entered"])
        .select_related("person")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    return Members(groups, [(person, placed.get(person.pk, groups[0].pk)) for person in people])


def group_of(candidacy: Candidacy) -> CalendarGroup | None:
    """The group a trainee follows; None while the operation has no calendar."""
    groups = groups_of(candidacy.operation_id)
    with scope(TASK):
        placed = GroupMember.objects.filter(candidacy=candidacy).values_list("group_id", flat=True).first()
    return next((group for group in groups if group.pk == placed), groups[0] if groups else None)


@dataclass(frozen=True, slots=True)
class MyCalendar:
    """The half-days of one trainee, and the stretches they make, in their order."""

    group: CalendarGroup
    half_days: list[Shown]

    @property
    def stretches(self) -> list[tuple[Place, date, date]]:
        return stretches(self.half_days)

    def from_day(self, today: date) -> list[tuple[Place, date, date]]:
        """The stretches that are not over."""
        return [stretch for stretch in self.stretches if stretch[2] >= today]


def calendar_of(candidacy: Candidacy) -> MyCalendar | None:
    """The dates of a trainee; None until the calendar is laid."""
    group = group_of(candidacy)
    if group is None:
        return None
    with scope(TASK):
        half_days = group_half_days(group.pk)
    return MyCalendar(group, half_days) if half_days else None


def ceremony_of(candidacy: Candidacy) -> SigningOption | None:
    """The signing of the convention, which those who are to enter or have entered attend (process.md, step 7)."""
    if candidacy.state not in {"confirmed", "entered"}:
        return None
    with scope(TASK):
        return held_option(candidacy.operation)


def in_centre(operation_id: int, monday: date) -> list[CalendarHalfDay]:
    """The half-days in centre of a week, one per day and half: the longest, when groups differ."""
    with scope(TASK):
        rows = CalendarHalfDay.objects.filter(
            operation=operation_id, place=Place.CENTRE, on__gte=monday, on__lt=monday + timedelta(days=7)
        ).exclude(origin=CalendarHalfDay.Origin.REMOVED)
        longest: dict[tuple[date, str], CalendarHalfDay] = {}
        for row in rows.order_by("minutes", "pk"):
            longest[row.on, row.half] = row
    return sorted(longest.values(), key=lambda row: (row.on, row.starts_at))


Slot = tuple[date, str]
"""A half-day: its date, morning or afternoon."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the calendar says of a half-day in centre: its module, the names of trainer and room. Empty where it says
    nothing; `differ` when groups have different modules, trainers or rooms at that time."""

    module: Module | None = None
    trainer: str = ""
    room: str = ""
    differ: bool = False

    @property
    def words(self) -> str:
        """`Gestes et postures, Farid Exemple, salle 3`."""
        return ", ".join(filter(None, [self.module.title if self.module else "", self.trainer, self.room]))


def said_of(operation_id: int, first: date, last: date) -> dict[Slot, Said]:
    """What the calendar says of the half-days in centre of these days, both included, in one query.

    Without a name of its own a half-day has the usual trainer and place of its module. A sheet is everybody's: where
    the groups differ, nothing is said for all."""
    rows = CalendarHalfDay._base_manager.filter(
        operation=operation_id, place=Place.CENTRE, on__gte=first, on__lte=last
    ).exclude(origin=CalendarHalfDay.Origin.REMOVED)
    slots: dict[Slot, list[CalendarHalfDay]] = {}
    for row in rows.select_related("module").order_by("on", "starts_at", "pk"):
        slots.setdefault((row.on, row.half), []).append(row)
    return {slot: _said(listed) for slot, listed in slots.items()}


def has_lessons(operation_id: int) -> bool:
    """Whether the calendar says a module, a trainer or a room of some half-day."""
    given = ~Q(module=None) | ~Q(trainer="") | ~Q(room="")
    return CalendarHalfDay._base_manager.filter(given, operation=operation_id).exists()


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A half-day in centre of a week, and what the calendar says of it."""

    on: date
    half: str
    said: Said

    @property
    def half_label(self) -> str:
        return str(Half(self.half).label)


def week_said(operation_id: int, day: date) -> list[WeekLine]:
    """The half-days in centre of the week of `day`; nothing when the calendar says nothing of any of them."""
    monday = day - timedelta(days=day.weekday())
    said = said_of(operation_id, monday, monday + timedelta(days=6))
    if not any(one.words or one.differ for one in said.values()):
        return []
    return [WeekLine(on, half, one) for (on, half), one in said.items()]


def _said(rows: list[CalendarHalfDay]) -> Said:
    modules = {row.module.pk: row.module for row in rows if row.module}
    trainers = {row.trainer or (row.module.trainer if row.module else "") for row in rows} - {""}
    rooms = {row.room or (row.module.place if row.module else "") for row in rows} - {""}
    return Said(
        next(iter(modules.values())) if len(modules) == 1 else None,
        next(iter(trainers)) if len(trainers) == 1 else "",
        next(iter(rooms)) if len(rooms) == 1 else "",
        differ=max(len(modules), len(trainers), len(rooms)) > 1,
    )


def in_company(operation_id: int, days: set[date]) -> set[tuple[int, date, str]]:
    """Who (candidacy), placed in a group, is in company on which half-days of these days, by their calendar."""
    placed = list(GroupMember._base_manager.filter(operation=operation_id).values_list("candidacy_id", "group_id"))
    if not placed:
        return set()
    rows = CalendarHalfDay._base_manager.filter(
        group__in={group for _candidacy, group in placed}, on__in=days, place=Place.COMPANY
    ).exclude(origin=CalendarHalfDay.Origin.REMOVED)
    away: dict[int, list[tuple[date, str]]] = {}
    for group_id, on, half in rows.values_list("group_id", "on", "half"):
        away.setdefault(group_id, []).append((on, half))
    return {(candidacy, on, half) for candidacy, group in placed for on, half in away.get(group, ())}
