"""Words on the meetings of a sourcing plan and on who comes to them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.sourcing import bookings, events
from defi.steps.sourcing.models import Booking, SourcingLine
from defi.steps.sourcing.orientation import PersonFacts


@word("event.describe")
def describe(world: World, actor: Actor, args: Args) -> None:
    """`line`: the name of a line of the plan, or its kind; `aim`, `place`, `at`, `minutes`, `led_by`, `follows`,
    `accompanied_by`, `places`: what is not given stays as it was."""
    line = _line(world, args)
    facts = events.EventFacts(
        aim=args.text("aim", line.aim),
        place=args.text("place", line.place),
        at=args.hour("at", line.at),
        minutes=args.whole("minutes") if args.has("minutes") else line.minutes,
        led_by=args.text("led_by", line.led_by),
        follows=args.text("follows", line.follows),
        accompanied_by=args.text("accompanied_by", line.accompanied_by),
        places=args.whole("places") if args.has("places") else line.places,
    )
    events.describe_event(actor, line.pk, facts)


@word("event.publish")
def publish(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind."""
    events.publish_event(actor, _line(world, args).pk)


@word("event.reschedule")
def reschedule(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `planned_on`, `at`, `place`: what is not given stays as it was."""
    line = _line(world, args)
    events.reschedule_event(
        actor,
        line.pk,
        planned_on=args.day("planned_on", line.planned_on),
        at=args.hour("at", line.at),
        place=args.text("place", line.place),
    )


@word("event.cancel")
def cancel(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `reason`."""
    events.cancel_event(actor, _line(world, args).pk, reason=args.text("reason"))


@word("event.attend")
def attend(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `came`, `excused`, `absent`: lists of people booked; optional `others` (how many
    came besides), `outcome` of those who came (applies, interview, immersion, thinks, other_way; of an MRS
    simulation_passed or simulation_failed); `meet` (default false): whoever came and was still to be met is noted met
    that day."""
    line = _line(world, args)
    outcome = choice(Booking.Outcome, args.text("outcome")) if args.has("outcome") else ""
    seen: dict[int, events.Seen] = {}
    for attendance in Booking.Attendance.values:
        said = outcome if attendance == Booking.Attendance.CAME else ""
        for name in args.texts(attendance, []):
            seen[_booking(world, line, name).pk] = events.Seen(attendance, said)
    events.note_attendance(actor, line.pk, seen, others=args.whole("others", 0), meet=args.flag("meet", default=False))


@word("booking.make")
def make(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `person` (candidates, one or a list), or `newcomer` (first name and name) with
    `email` or `phone`."""
    line = _line(world, args)
    candidacies = [world.candidacy(name).pk for name in args.texts("person", [])]
    newcomer = _facts(args, args.text("newcomer")) if args.has("newcomer") else None
    for booking in bookings.book_people(actor, line.pk, candidacies, newcomer):
        with scope(TASK):
            if newcomer and booking.candidacy:
                world.people[args.text("newcomer")] = booking.candidacy.person


@word("booking.ask")
def ask(world: World, actor: Actor, args: Args) -> None:
    """By « public »: `line`: its name, or its kind; `person` (first name and name), `email`; optional `phone`."""
    bookings.ask_place(actor, _line(world, args).pk, _facts(args, args.text("person")))


@word("booking.confirm")
def confirm(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `person`, who said by phone that they come."""
    bookings.confirm_booking(actor, _booking(world, _line(world, args), args.text("person")).pk)


@word("booking.cancel")
def give_up(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `person` (or a list) who will not come."""
    line = _line(world, args)
    for name in args.texts("person"):
        bookings.cancel_booking(actor, _booking(world, line, name).pk)


@word("booking.apply")
def apply_after(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; `person`, who came by themself and becomes a candidate (candidacy.orient)."""
    name = args.text("person")
    candidacy = bookings.apply_after(actor, _booking(world, _line(world, args), name).pk)
    with scope(TASK):
        world.people[name] = candidacy.person


def _line(world: World, args: Args) -> SourcingLine:
    line = world.recall("sourcing line", args.text("line"), SourcingLine)
    with scope(TASK):
        return SourcingLine.objects.select_related("operation").get(pk=line.pk)


def _booking(world: World, line: SourcingLine, name: str) -> Booking:
    with scope(TASK):
        rows = Booking.objects.filter(event=line).exclude(state="cancelled").select_related("candidacy__person")
        found = next((row for row in rows.order_by("pk") if row.name == name), None)
    if found is None:
        raise PlayError(_("%(name)s n'est pas inscrit à cette rencontre") % {"name": name})
    return found


def _facts(args: Args, name: str) -> PersonFacts:
    first, _space, last = name.partition(" ")
    return PersonFacts(first, last, args.text("email", ""), args.text("phone", ""))
