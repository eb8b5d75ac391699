"""Reads the calendar of a plan: its rhythm in words, its half-days, what does not add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.operations.models import Part, Partner, Session
from defi.people.models import Organisation
from defi.steps.design.calendar.checks import Checked, Placed, check
from defi.steps.design.calendar.reading import has_moved_on, plan_hours, rhythm_of
from defi.steps.design.calendar.rules import Place, Rhythm
from defi.steps.design.calendar.teaching import Given, ModuleHours, Wanted, hours_given
from defi.steps.design.calendar.weeks import Days, Month, Shown, periods
from defi.steps.design.calendar.wording import (
    closed_words,
    cycle_words,
    days_words,
    hours_words,
    moved_on_words,
    own_words,
    rhythm_words,
    shared_words,
    weekly_words,
)
from defi.steps.design.calendar.wording import place_hours as hours_said
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, GroupEmployer, PlanCalendar
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.design.session_hours import apart_of

Origin = CalendarHalfDay.Origin
PLACES = {place.value: place for place in Place}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group, its half-days, how many changes by hand it has (those taken out too), and the names of the
    employers (ids) that follow it."""

    group: CalendarGroup
    half_days: list[Shown]
    by_hand: int = 0
    followers: Mapping[int, str] = field(default_factory=dict)

    @property
    def minutes(self) -> dict[Place, int]:
        return {place: sum(half.minutes for half in self.half_days if half.place is place) for place in Place}

    @property
    def hours(self) -> str:
        """« 420 h en centre, 140 h en entreprise »."""
        return hours_said(self.minutes[Place.CENTRE], self.minutes[Place.COMPANY])

    @property
    def first(self) -> date | None:
        return self.half_days[0].on if self.half_days else None

    @property
    def last(self) -> date | None:
        return self.half_days[-1].on if self.half_days else None

    @property
    def given(self) -> list[Given]:
        """The half-days in centre, each with the module it is about."""
        return [Given(half.on, half.minutes, half.module_id) for half in self.half_days if half.place is Place.CENTRE]

    @property
    def in_company(self) -> list[tuple[date, date]]:
        """The stretches spent in company."""
        return periods(self.half_days, Place.COMPANY)


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The calendar of a plan as its pages show it; without a rhythm, `calendar` is None.

    `own`: for an employer, the names of the groups it follows, none when it is tied to none."""

    plan: TrainingPlan
    session: Session | None
    centre: int
    company: int
    calendar: PlanCalendar | None = None
    rhythm: Rhythm | None = None
    closed: list[ClosedPeriod] = field(default_factory=list)
    groups: list[GroupRow] = field(default_factory=list)
    checked: Checked = field(default_factory=Checked)
    own: tuple[str, ...] | None = None

    @property
    def is_several(self) -> bool:
        """Whether the name of a group says something: there are several, or whoever reads follows one of them."""
        return len(self.groups) > 1 or bool(self.own)

    @property
    def own_words(self) -> str:
        """For an employer, which groups it is shown and why; nothing for anybody else, or where there is one group."""
        return "" if self.own is None else own_words(self.own, len(self.groups))

    @property
    def plan_hours(self) -> str:
        return hours_said(self.centre * 60, self.company * 60)

    @property
    def session_apart(self) -> list[str]:
        """Where the session is no longer what the plan, submitted or approved, says."""
        return apart_of(self.plan, (self.centre, self.company), self.session)

    @property
    def by_hand(self) -> int:
        return sum(row.by_hand for row in self.groups)

    @property
    def is_laid(self) -> bool:
        return any(row.half_days for row in self.groups)

    @property
    def moved_on(self) -> str:
        """The sentence when half-days stand that another rhythm laid, else nothing."""
        if self.calendar is None or self.rhythm is None or not has_moved_on(self.calendar, self.rhythm):
            return ""
        return moved_on_words()

    @property
    def words(self) -> list[tuple[str, str]]:
        """The rhythm, a term and its words per line."""
        if self.rhythm is None:
            return []
        shared = shared_words(self.rhythm)
        return [
            (_("Semaines"), cycle_words(self.rhythm.cycle)),
            *([(_("Semaine partagée"), shared)] if shared else []),
            (_("Heures"), weekly_words(self.rhythm)),
            (_("Jours"), days_words(self.rhythm)),
            (_("Horaires habituels"), hours_words(self.rhythm)),
        ]

    @property
    def sentence(self) -> str:
        """The whole rhythm in one sentence, closed periods included."""
        return rhythm_words(self.rhythm) if self.rhythm else ""

    @property
    def closures(self) -> list[tuple[ClosedPeriod, str]]:
        assert self.rhythm is not None or not self.closed
        return [
            (row, closed_words(period))
            for row, period in zip(self.closed, self.rhythm.closed if self.rhythm else (), strict=True)
        ]

    def row(self, group_id: int | None) -> GroupRow | None:
        """The group asked for, else the first one."""
        first = self.groups[0] if self.groups else None
        return next((row for row in self.groups if row.group.pk == group_id), first)

    def days(self, row: GroupRow) -> Days:
        """The days of a group."""
        return Days(row.half_days, self.rhythm.closed if self.rhythm else ())

    def months(self, row: GroupRow | None) -> list[Month]:
        """The months of a group."""
        return self.days(row).months() if row else []


@dataclass(frozen=True, slots=True)
class Known:
    """What the plan says beside its calendar: its session, and its whole hours."""

    session: Session | None
    centre: int
    company: int


def calendar_of(actor: Actor, plan: TrainingPlan, known: Known | None = None) -> CalendarView:
    """The calendar of a plan this actor may see, in a fixed number of queries: two fewer with what is `known`."""
    if known is None:
        session = Session.objects.visible_to(actor).filter(operation=plan.operation_id).first()
        known = Known(session, *plan_hours(plan.pk))
    session, centre, company = known.session, known.centre, known.company
    calendar = PlanCalendar.objects.visible_to(actor).filter(plan=plan).first()
    if calendar is None:
        return CalendarView(plan, session, centre, company)
    closed = list(ClosedPeriod.objects.visible_to(actor).filter(calendar=calendar))
    rhythm = rhythm_of(calendar, closed)
    is_employer = actor.in_employer or actor.who is Who.LINK
    listed = CalendarGroup.objects.visible_to(actor).filter(calendar=calendar)
    groups = _groups(listed, only=actor.organisation_id if is_employer else None)
    checked = Checked()
    if calendar.laid_on:
        checked = check(
            {row.group.name: [_placed(half) for half in row.half_days] for row in groups},
            centre=centre,
            company=company,
            closed=rhythm.closed,
            session=(session.starts_on, session.ends_on) if session else None,
        )
    own = tuple(row.group.name for row in groups if row.followers) if is_employer else None
    return CalendarView(plan, session, centre, company, calendar, rhythm, closed, groups, checked, own)


def _groups(groups: QuerySet[CalendarGroup], only: int | None = None) -> list[GroupRow]:
    """The groups with their half-days and their followers, in two queries; `only` this employer (id) is
    named when it is the one that reads."""
    named = {
        name: ArrayAgg(f"employers__employer__{name}", order_by=["employers__employer__name", "employers__pk"])
        for name in ("id", "name")
    }
    listed = list(groups.annotate(follower_ids=named["id"], follower_names=named["name"]))
    half_days: dict[int, list[Shown]] = {group.pk: [] for group in listed}
    by_hand = dict.fromkeys(half_days, 0)
    rows = CalendarHalfDay.objects.filter(group__in=listed).order_by("on", "starts_at", "id")
    columns = ("group_id", "origin", "pk", "on", "half", "starts_at", "minutes", "place", "unusual_day")
    lesson = ("module_id", "trainer", "room", "module__title", "module__trainer", "module__place")
    for group_id, origin, pk, on, half, starts_at, minutes, place, unusual, *said in rows.values_list(
        *columns, *lesson
    ):
        by_hand[group_id] += origin != Origin.RHYTHM
        if origin != Origin.REMOVED:
            module, trainer, room, title, usual_trainer, usual_room = said
            half_days[group_id].append(
                Shown(
                    pk,
                    on,
                    half,
                    starts_at,
                    minutes,
                    PLACES[place],
                    origin == Origin.HAND,
                    unusual,
                    title or "",
                    module,
                    trainer or usual_trainer or "",
                    room or usual_room or "",
                )
            )
    return [GroupRow(group, half_days[group.pk], by_hand[group.pk], _followers(group, only)) for group in listed]


def _followers(group: Any, only: int | None) -> dict[int, str]:
    """The employers that follow a group, by id; `only` this one when it is given."""
    named = zip(group.follower_ids, group.follower_names, strict=True)
    return {pk: name for pk, name in named if pk is not None and only in (None, pk)}


def _placed(half: Shown) -> Placed:
    return Placed(half.on, half.half, half.minutes, half.place, half.unusual_day)


def teaching(actor: Actor, view: CalendarView, row: GroupRow) -> list[ModuleHours]:
    """Each module with hours in centre and the half-days of a group that it has, in one query."""
    modules = Module.objects.visible_to(actor).filter(plan=view.plan).order_by("order", "pk")
    wanted = [Wanted(module.pk, module.title, module.counted_centre * 60) for module in modules]
    return hours_given(wanted, row.given)


def employers_following(actor: Actor, plan: TrainingPlan) -> list[Organisation]:
    """The employers that take part, by name: each follows some groups of the calendar, or is shown all of them."""
    partners = Partner.objects.visible_to(actor).filter(operation=plan.operation_id, part=Part.EMPLOYER, left_on=None)
    return [partner.organisation for partner in partners.select_related("organisation").order_by("organisation__name")]


def followed_groups(actor: Actor, view: CalendarView) -> list[tuple[Organisation, list[str]]]:
    """Each employer that takes part and the names of the groups it follows, for who reads all of them. Nothing while
    there is one group, which is everybody's."""
    if view.own is not None or len(view.groups) < 2:
        return []
    return [
        (firm, [row.group.name for row in view.groups if firm.pk in row.followers])
        for firm in employers_following(actor, view.plan)
    ]


def follows_others(organisation_id: int | None, group: CalendarGroup) -> bool:
    """Whether this organisation is an employer tied to other groups of this calendar only. Must run inside a scope."""
    ties = GroupEmployer.objects.filter(group__calendar=group.calendar_id, employer=organisation_id or 0)
    followed = set(ties.values_list("group_id", flat=True))
    return bool(followed) and group.pk not in followed


def summary(actor: Actor, plan: TrainingPlan, known: Known | None = None) -> CalendarView:
    """What `design/calendar/summary.html` shows on the page of the plan: rhythm, first and last day, hours, faults."""
    return calendar_of(actor, plan, known)


def group_half_days(group_id: int) -> list[Shown]:
    """The half-days of one group, for its feed and for the trainees in it. Must run inside a scope."""
    return _groups(CalendarGroup.objects.filter(pk=group_id))[0].half_days
