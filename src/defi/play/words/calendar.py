"""Words on the calendar of the training."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from decimal import Decimal

from defi.kernel.access import TASK, Actor, scope
from defi.play.words.design import _plan
from defi.play.world import Args, PlayError, World, word
from defi.steps.design.calendar import actions, lessons, ties
from defi.steps.design.calendar.rules import Closed, Rhythm
from defi.steps.design.calendar.wording import read_cycle
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, PlanCalendar
from defi.steps.design.models import Module
from defi.steps.training.actions import follow_own_dates, place_in_groups

DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def calendar_of(world: World) -> PlanCalendar:
    """The calendar of the plan of the operation."""
    with scope(TASK):
        calendar = PlanCalendar.objects.filter(plan=_plan(world)).first()
    if calendar is None:
        raise PlayError("le rythme n'est pas encore dit")
    return calendar


def group_of(world: World, args: Args) -> CalendarGroup:
    """The group that a step names; by default the first one."""
    name = args.text("group", "")
    with scope(TASK):
        groups = CalendarGroup.objects.filter(calendar=calendar_of(world)).order_by("id")
        group = groups.filter(name=name).first() if name else groups.first()
    if group is None:
        raise PlayError(f"groupe inconnu : {name}")
    return group


def _half_day(world: World, args: Args) -> CalendarHalfDay:
    on, half = args.day("on"), args.text("half")
    with scope(TASK):
        row = CalendarHalfDay.objects.filter(group=group_of(world, args), on=on, half=half).first()
    if row is None:
        raise PlayError(f"pas de demi-journée le {on} ({half})")
    return row


def _days(args: Args, name: str, usual: Sequence[str] = DAYS[:5]) -> frozenset[int]:
    names = args.texts(name, list(usual))
    if unknown := set(names) - set(DAYS):
        raise PlayError(f"jour inconnu : {', '.join(sorted(unknown))}")
    return frozenset(map(DAYS.index, names))


@word("calendar.set_rhythm")
def set_rhythm(world: World, actor: Actor, args: Args) -> None:
    """`cycle` ("3 centre, 1 entreprise", "partagée"); optional `hours_centre`, `hours_company` (a week; 35, "31.5"),
    `mornings`, `afternoons` (days, Monday to Friday by default), `company_days` (those of a shared week), `morning_at`,
    `morning_minutes`, `afternoon_at`, `afternoon_minutes`, and `closed`: a list of tables `{ first, last, label }`."""
    rhythm = Rhythm(
        cycle=read_cycle(args.text("cycle")),
        hours_centre=args.decimal("hours_centre", Decimal(35)),
        hours_company=args.decimal("hours_company", Decimal(35)),
        mornings=_days(args, "mornings"),
        afternoons=_days(args, "afternoons"),
        morning_at=args.hour("morning_at", time(9)),
        morning_minutes=args.whole("morning_minutes", 210),
        afternoon_at=args.hour("afternoon_at", time(13, 30)),
        afternoon_minutes=args.whole("afternoon_minutes", 210),
        company_days=_days(args, "company_days", ()),
    )
    calendar = actions.set_rhythm(actor, _plan(world).pk, rhythm)
    for period in args.tables("closed", []):
        actions.close_period(actor, calendar.pk, _closed(period))
        period.done()


def _closed(args: Args) -> Closed:
    return Closed(args.day("first"), args.day("last"), args.text("label", ""))


@word("calendar.close_period")
def close_period(world: World, actor: Actor, args: Args) -> None:
    """`first`, `last`, optional `label`."""
    actions.close_period(actor, calendar_of(world).pk, _closed(args))


@word("calendar.open_period")
def open_period(world: World, actor: Actor, args: Args) -> None:
    """`first`: the first day of the closed period that is taken away."""
    first = args.day("first")
    with scope(TASK):
        period = ClosedPeriod.objects.filter(calendar=calendar_of(world), first=first).first()
    if period is None:
        raise PlayError(f"aucune fermeture ne commence le {first}")
    actions.open_period(actor, period.pk)


@word("calendar.lay")
def lay(world: World, actor: Actor, args: Args) -> None:
    """Lays the half-days out; optional `replace` (what was changed by hand goes; kept by default)."""
    actions.lay_calendar(actor, calendar_of(world).pk, keep=not args.flag("replace"))


def _facts(args: Args, on: str = "on", half: str = "half") -> actions.HalfDayFacts:
    starts_at = args.hour("starts_at") if args.has("starts_at") else None
    return actions.HalfDayFacts(
        on=args.day(on),
        half=args.text(half),
        minutes=args.whole("minutes", 210),
        place=args.text("place", "centre"),
        starts_at=starts_at,
        confirmed=args.flag("confirmed"),
    )


@word("calendar.add_half_day")
def add_half_day(world: World, actor: Actor, args: Args) -> None:
    """`on`, `half` (morning, afternoon); optional `minutes` (210), `place` (centre, company), `starts_at`, `group` (the
    first one by default), `confirmed` (a day off is meant)."""
    actions.add_half_day(actor, group_of(world, args).pk, _facts(args))


@word("calendar.change_half_day")
def change_half_day(world: World, actor: Actor, args: Args) -> None:
    """`on`, `half` (where it stands), `to`, `to_half` (where it goes), and all that calendar.add_half_day takes."""
    actions.change_half_day(actor, _half_day(world, args).pk, _facts(args, "to", "to_half"))


@word("calendar.remove_half_day")
def remove_half_day(world: World, actor: Actor, args: Args) -> None:
    """`on`, `half`; optional `group`."""
    actions.remove_half_day(actor, _half_day(world, args).pk)


@word("calendar.place_period")
def place_period(world: World, actor: Actor, args: Args) -> None:
    """`first`, `last`, `place` (centre, company); optional `group`."""
    group = group_of(world, args)
    actions.place_period(actor, group.pk, args.day("first"), args.day("last"), args.text("place"))


@word("calendar.add_group")
def add_group(world: World, actor: Actor, args: Args) -> None:
    """`name`; optional `week`: the week of the rhythm it begins with (1 by default)."""
    actions.add_group(actor, calendar_of(world).pk, args.text("name"), args.whole("week", 1) - 1)


@word("calendar.change_group")
def change_group(world: World, actor: Actor, args: Args) -> None:
    """`group`, `name`; optional `week` (as it is by default)."""
    group = group_of(world, args)
    actions.change_group(actor, group.pk, args.text("name"), args.whole("week", group.offset + 1) - 1)


@word("calendar.remove_group")
def remove_group(world: World, actor: Actor, args: Args) -> None:
    """`group`."""
    actions.remove_group(actor, group_of(world, args).pk)


@word("calendar.tie_employer")
def tie_employer(world: World, actor: Actor, args: Args) -> None:
    """Which groups an employer follows: `employer`, `groups` (their names; an empty list for all of them)."""
    calendar, names = calendar_of(world), args.texts("groups")
    with scope(TASK):
        known = dict(CalendarGroup.objects.filter(calendar=calendar).values_list("name", "pk"))
    if unknown := set(names) - set(known):
        raise PlayError(f"groupe inconnu : {', '.join(sorted(unknown))}")
    employer = world.organisation(args.text("employer"))
    ties.tie_employer(actor, calendar.pk, employer, [known[name] for name in names])


@word("calendar.teach")
def teach(world: World, actor: Actor, args: Args) -> None:
    """`first`, `last`; optional `days` (all by default), `half` (morning, afternoon; both), `group`, and what is given:
    `module` (its title), `trainer`, `room`."""
    group = group_of(world, args)
    which = lessons.Which(
        args.day("first"),
        args.day("last"),
        _days(args, "days", DAYS),
        "" if not args.has("half") else args.text("half"),
    )
    module = None
    if title := args.text("module", ""):
        with scope(TASK):
            module = Module.objects.filter(plan=_plan(world), title=title).values_list("pk", flat=True).first()
        if module is None:
            raise PlayError(f"module inconnu : {title}")
    trainer, room = (args.text(name) if args.has(name) else None for name in ("trainer", "room"))
    lesson = lessons.Lesson(module, trainer, room)
    lessons.teach(actor, group.pk, which, lesson)


@word("calendar.spread_modules")
def spread_modules(world: World, actor: Actor, args: Args) -> None:
    """Lays the modules in order over the half-days in centre; optional `replace` (those given by hand are laid again
    too), `group`."""
    lessons.spread_modules(actor, group_of(world, args).pk, keep=not args.flag("replace"))


@word("calendar.follow")
def follow(world: World, actor: Actor, args: Args) -> None:
    """A secret address of one's own to follow a group; optional `group`."""
    actions.follow_calendar(actor, group_of(world, args).pk)


@word("trainee.place_in_group")
def place_in_group(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `group`."""
    group = group_of(world, args)
    people = {world.candidacy(name).pk: group.pk for name in args.texts("person")}
    place_in_groups(actor, world.operation.pk, people)


@word("calendar.follow_own")
def follow_own(world: World, actor: Actor, args: Args) -> None:
    """A trainee asks for the secret address of their own dates. `person`: themself."""
    follow_own_dates(actor, world.candidacy(args.text("person")).pk)
