"""The calendar of the plan, trainee by trainee: in which group, when in company; the half-days that become sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from defi.kernel.access import TASK, Actor, scope
from defi.operations.models import Operation
from defi.steps.design.calendar.queries import group_half_days
from defi.steps.design.calendar.rules import Place
from defi.steps.design.calendar.weeks import Shown, stretches
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay
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
