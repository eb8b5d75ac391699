"""What changes the use of the half-days in centre: module, trainer, room. The rule is in `teaching`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_bound
from defi.steps.design.actions import refuse_nir
from defi.steps.design.calendar.gate import plan_of
from defi.steps.design.calendar.rules import Half, Place, Slot
from defi.steps.design.calendar.teaching import spread
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, PlanCalendar
from defi.steps.design.models import Module, TrainingPlan

Origin = CalendarHalfDay.Origin
LONGEST = {"trainer": 160, "room": 80}
"""Signs, as the columns hold them."""
NO_LESSON: Mapping[str, Any] = {"module_id": None, "trainer": "", "room": ""}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is given to half-days. None leaves what is there; 0 or an empty text takes it away."""

    module: int | None = None
    trainer: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Which half-days in centre: of these dates, both included, these days of the week (all without any), this half."""

    first: date
    last: date
    days: frozenset[int] = frozenset()
    half: str = ""


def teach(actor: Actor, group_id: int, which: Which, lesson: Lesson) -> int:
    """Give a module, a trainer or a room to half-days in centre: how many were changed.

    Raises `Invalid` (nothing given, dates in the wrong order, a text too long), `Unknown` (another plan's module),
    `WrongState` (no such half-day, nothing changes)."""
    with acting(actor, "calendar.teach") as act:
        plan, group = _group(act, group_id)
        columns = _columns(plan, lesson)
        if which.last < which.first:
            raise Invalid.field("last", _("Le dernier jour ne vient pas avant le premier."))
        rows = [row for row in _in_centre(group) if _is_meant(row, which)]
        if not rows:
            raise WrongState(
                _("Aucune demi-journée en centre à ces dates : changez les dates, les jours ou la moitié.")
            )
        changed = [row for row in rows if any(getattr(row, name) != value for name, value in columns.items())]
        if not changed:
            raise WrongState(_("Aucune demi-journée n'est à changer : tout y est déjà ainsi."))
        for row in changed:
            for name, value in columns.items():
                setattr(row, name, value)
        _keep(act, group, changed)
        act.note(
            group,
            first=which.first.isoformat(),
            last=which.last.isoformat(),
            half_days=len(changed),
            module=lesson.module,
        )
        return len(changed)


def spread_modules(actor: Actor, group_id: int, *, keep: bool = True) -> int:
    """Lay the modules in order over the half-days in centre of a group: how many were changed. `keep` leaves those that
    have a module, and lays what is left of each over the others; else all is laid again. Trainers and rooms stay.

    Raises `WrongState` when nothing changes."""
    with acting(actor, "calendar.spread_modules") as act:
        plan, group = _group(act, group_id)
        rows = _in_centre(group)
        if not rows:
            raise WrongState(_("Le calendrier n'a aucune demi-journée en centre : posez-le d'abord."))
        given: Counter[int] = Counter()
        free = []
        for row in rows:
            if keep and row.module_id:
                given[row.module_id] += row.minutes
            else:
                free.append(row)
        modules = Module.objects.filter(plan=plan).order_by("order", "pk")
        wanted = [(module.pk, module.counted_centre * 60 - given[module.pk]) for module in modules]
        changed = []
        for row, module in zip(free, spread([row.minutes for row in free], wanted), strict=True):
            if row.module_id != module:
                row.module_id = module
                changed.append(row)
        if not changed:
            raise WrongState(_("Rien n'a changé : les modules sont déjà posés ainsi."))
        _keep(act, group, changed)
        act.note(group, half_days=len(changed), kept=len(rows) - len(free))
        return len(changed)


def lessons_at(rows: Iterable[CalendarHalfDay]) -> dict[Slot, dict[str, Any]]:
    """What half-days say of their use, by slot: laid again at the same one, a half-day in centre keeps it."""
    said = {(row.on, row.half): lesson_of(row) for row in rows if row.place == Place.CENTRE}
    return {slot: lesson for slot, lesson in said.items() if lesson != NO_LESSON}


def lesson_of(row: CalendarHalfDay) -> dict[str, Any]:
    """The columns of a half-day that say its use."""
    return {name: getattr(row, name) for name in NO_LESSON}


def _group(act: Action, group_id: int) -> tuple[TrainingPlan, CalendarGroup]:
    """The plan, locked, of a running operation, and the group: whoever holds the plan."""
    plan = lock_bound(act, TrainingPlan, plan_of(act.actor, CalendarGroup, group_id))
    return plan, act.lock(CalendarGroup, group_id)


def _columns(plan: TrainingPlan, lesson: Lesson) -> dict[str, Any]:
    if lesson == Lesson():
        raise Invalid.field("module", _("Dites ce que vous donnez : un module, un formateur ou une salle."))
    columns: dict[str, Any] = {}
    if lesson.module is not None:
        if lesson.module and not Module.objects.filter(plan=plan, pk=lesson.module).exists():
            raise Unknown(_("Ce module n'est plus dans le plan."))
        columns["module_id"] = lesson.module or None
    texts = {name: " ".join(text.split()) for name, text in _texts(lesson) if text is not None}
    refuse_nir(texts)
    for name, text in texts.items():
        most = LONGEST[name]
        if len(text) > most:
            raise Invalid.field(name, _("Ce texte est trop long : %(n)d signes au plus.") % {"n": most})
    return columns | texts


def _texts(lesson: Lesson) -> list[tuple[str, str | None]]:
    return [("trainer", lesson.trainer), ("room", lesson.room)]


def _in_centre(group: CalendarGroup) -> list[CalendarHalfDay]:
    rows = CalendarHalfDay.objects.select_for_update().filter(group=group, place=Place.CENTRE)
    return list(rows.exclude(origin=Origin.REMOVED).order_by("on", "starts_at", "pk"))


def _is_meant(row: CalendarHalfDay, which: Which) -> bool:
    return (
        which.first <= row.on <= which.last
        and (not which.days or row.on.weekday() in which.days)
        and (which.half not in Half.values or row.half == which.half)
    )


def _keep(act: Action, group: CalendarGroup, rows: list[CalendarHalfDay]) -> None:
    """The rows as they are now, and another edition for those who follow the calendar."""
    for row in rows:
        row.version += 1
    CalendarHalfDay.objects.bulk_update(rows, ["module", "trainer", "room", "version"])
    calendar = act.lock(PlanCalendar, group.calendar_id)
    act.change(calendar, edition=calendar.edition + 1)
