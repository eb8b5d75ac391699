"""Words on EOS, the session, attendance, periods in company, exchanges and reports."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.design.models import Module
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions
from defi.steps.training.hours import begins, code_shown, ends
from defi.steps.training.models import (
    Attendance,
    AttendanceSheet,
    Exchange,
    HalfDay,
)
from defi.steps.training.rules import EOS_LABELS, EosFacts

State = Attendance.State


@word("eos.record")
def record_eos(world: World, actor: Actor, args: Args) -> None:
    """`number`; what EOS answered, as the session says when left out: `starts_on`, `ends_on`, `seats`, `hours_centre`,
    `hours_company`, `defi_ticked`; `explanation`, of each difference; `renumbered`: EOS gave another number."""
    said = actions.facts_of(world.session)
    answered = EosFacts(
        args.day("starts_on", said.starts_on),
        args.day("ends_on", said.ends_on),
        args.whole("seats", said.seats),
        args.whole("hours_centre", said.hours_centre),
        args.whole("hours_company", said.hours_company),
        args.flag("defi_ticked", default=True),
    )
    actions.record_eos(
        actor,
        world.session.pk,
        number=args.text("number"),
        answered=answered,
        explanations=dict.fromkeys(EOS_LABELS, args.text("explanation", "")),
        renumbered=args.flag("renumbered"),
    )


@word("eos.print")
def print_eos(world: World, actor: Actor, args: Args) -> None:
    """The EOS copy sheet, as the session stands and as EOS last answered."""
    actions.print_eos(actor, world.session.pk)


@word("session.start")
def start_session(world: World, actor: Actor, args: Args) -> None:
    """Optional `entered` (everyone confirmed, save the absent, by default), `absent`, `on` (today by default)."""
    absent = [world.candidacy(name).pk for name in args.texts("absent", [])]
    if args.has("entered"):
        entered = [world.candidacy(name).pk for name in args.texts("entered")]
    else:
        with scope(TASK):
            confirmed = Candidacy.objects.filter(session=world.session, state="confirmed").exclude(pk__in=absent)
            entered = list(confirmed.order_by("pk").values_list("pk", flat=True))
    actions.start_session(actor, world.session.pk, on=_day(args), entered=entered, absent=absent)


@word("session.end")
def end_session(world: World, actor: Actor, args: Args) -> None:
    """Optional `on` (today by default)."""
    actions.end_session(actor, world.session.pk, on=_day(args))


@word("sheet.open")
def open_sheet(world: World, actor: Actor, args: Args) -> None:
    """`half` (morning, afternoon, or both in a list); `module` (of the plan, or any words), `trainer` (of the cast, or
    any name) and `place`, as the calendar says when left out; optional `on` (today by default), `until` (each working
    day up to this one), `minutes` (210), `starts_at`, `unusual_day` (a Sunday or a holiday is meant)."""
    module, trainer = args.text("module", ""), args.text("trainer", "")
    person = world.people.get(trainer)
    with scope(TASK):
        known = Module.objects.filter(operation=world.operation, title=module).first()
    halves = [choice(HalfDay, half) for half in args.texts("half")]
    facts = actions.HalfDayFacts(
        on=_day(args),
        half=halves[0],
        minutes=args.whole("minutes", 210),
        starts_at=args.hour("starts_at") if args.has("starts_at") else None,
        module_id=known.pk if known else None,
        module_label=module,
        trainer_id=person.pk if person else None,
        trainer_name=trainer,
        place=args.text("place", ""),
        unusual_day=args.flag("unusual_day"),
    )
    actions.open_sheets(actor, world.session.pk, facts, halves=halves, until=args.optional_day("until"))


@word("sheet.sign")
def sign_sheet(world: World, actor: Actor, args: Args) -> None:
    """By a trainee: `half`; optional `on` (today by default), `at` (the hour; nine o'clock by default, or half past one
    in the afternoon), `room_code` (the right one by default)."""
    sheet = sheet_of(world, args)
    with clock.at(moment_of(args, sheet)):
        actions.sign_sheet(actor, sheet.pk, room_code=args.text("room_code", code_shown(sheet, clock.now())))


@word("sheet.record")
def record_attendance(world: World, actor: Actor, args: Args) -> None:
    """`half`; optional `on`, `absent`, `present` (names; by default all those still awaited), `at` (the
    hour; by default not before the half-day begins)."""
    sheet = sheet_of(world, args)
    states: dict[int, str] = {}
    for state in (State.ABSENT, State.PRESENT):
        states |= {world.candidacy(name).pk: state.value for name in args.texts(state.value, [])}
    if not args.has("present"):
        with scope(TASK):
            waiting = sheet.lines.filter(state=State.EXPECTED).values_list("candidacy_id", flat=True)
            states = dict.fromkeys(waiting, State.PRESENT.value) | states
    with clock.at(not_before(begins(sheet), args, sheet)):
        actions.record_attendance(actor, sheet.pk, states)


@word("sheet.trainer_sign")
def sign_as_trainer(world: World, actor: Actor, args: Args) -> None:
    """`half`; optional `on`, `in_ink` (a colleague records that the trainer signed on paper), `at` (the hour; by
    default not before the half-day begins)."""
    sheet = sheet_of(world, args)
    with clock.at(not_before(begins(sheet), args, sheet)):
        actions.sign_as_trainer(actor, sheet.pk, in_ink=args.flag("in_ink"))


@word("sheet.lock")
def close_sheet(world: World, actor: Actor, args: Args) -> None:
    """`half`; optional `on`, `at` (the hour; by default not before the half-day is over)."""
    sheet = sheet_of(world, args)
    with clock.at(not_before(ends(sheet), args, sheet)):
        actions.close_sheet(actor, sheet.pk)


@word("sheet.correct")
def correct_attendance(world: World, actor: Actor, args: Args) -> None:
    """`half`, `person`, `state` (present, absent), `reason`; optional `on` (the day of the sheet)."""
    actions.correct_attendance(
        actor,
        sheet_of(world, args).pk,
        world.candidacy(args.text("person")).pk,
        state=choice(State, args.text("state")).value,
        reason=args.text("reason"),
    )


@word("sheet.print")
def print_sheets(world: World, actor: Actor, args: Args) -> None:
    """Optional `on` (today by default) and `until`: the sheets of these days on one paper, ten half-days at most."""
    first = _day(args)
    with scope(TASK):
        sheets = AttendanceSheet.objects.filter(session=world.session, on__range=(first, args.day("until", first)))
        ids = list(sheets.values_list("pk", flat=True))
    actions.print_sheets(actor, world.session.pk, ids)


@word("exchange.record")
def record_exchange(world: World, actor: Actor, args: Args) -> None:
    """`employer` (or a list), `how` (call, visit, meeting, mail); optional `on` (today), `note`, `with_whom`,
    `agreed`."""
    said = {name: args.text(name, "") for name in ("note", "with_whom", "agreed")}
    day, how = _day(args), choice(Exchange.How, args.text("how"))
    for name in args.texts("employer"):
        actions.record_exchange(actor, world.operation.pk, world.organisation(name).pk, on=day, how=how, **said)


@word("report.send")
def send_report(world: World, actor: Actor, args: Args) -> None:
    """Optional `comment`."""
    actions.send_report(actor, world.operation.pk, comment=args.text("comment", ""))


def _day(args: Args) -> date:
    return args.day("on", clock.today())


def moment_of(args: Args, sheet: AttendanceSheet) -> datetime:
    """The hour that a step says, on the day of the sheet; the beginning of the half-day by default."""
    hour = args.hour("at") if args.has("at") else sheet.starts_at
    return datetime.combine(sheet.on, hour, tzinfo=clock.PARIS)


def not_before(moment: datetime, args: Args, sheet: AttendanceSheet) -> datetime:
    """The hour that a step says, on the day of the sheet; else now, or `moment` when it is later the same day."""
    if args.has("at"):
        return moment_of(args, sheet)
    return max(clock.now(), moment) if sheet.on == clock.today() else clock.now()


def sheet_of(world: World, args: Args) -> AttendanceSheet:
    """The sheet that a step names by its `half` and its day, today by default."""
    day, half = args.day("on", clock.today()), choice(HalfDay, args.text("half"))
    with scope(TASK):
        sheet = AttendanceSheet.objects.filter(session=world.session, on=day, half=half).first()
    if sheet is None:
        raise PlayError(_("aucune feuille n'est ouverte le %(day)s, %(half)s") % {"day": day, "half": half.label})
    return sheet
