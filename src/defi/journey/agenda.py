"""The calendar of somebody: what concerns them in their operations, each query in their name. No name of anybody.

Held dates of signing, tasks of the back-planning and turns that are theirs, meetings, encounters, sessions (issue of
the plan: « A calendar feed per person »)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from defi.journey.queries import my_turns
from defi.journey.words import TURN_WORDS
from defi.kernel.access import LEAD, Actor, Who, scope
from defi.kernel.clock import PARIS
from defi.operations.committees import LENGTH as COMMITTEE
from defi.operations.models import Meeting, Operation, Partner, Session
from defi.schemes.rulebook import rulebook
from defi.steps.convention.calendar import LENGTH, identity
from defi.steps.convention.models import Convention, SigningOption
from defi.steps.convention.rules import SigningFacts, back_planning
from defi.steps.sourcing.models import SourcingLine

BACK = timedelta(days=60)
"""What is older is not told again: programs keep what they were given."""
MOST = 2_000
REFRESHED_EVERY = "PT4H"

PLANNED = {
    "eos_entry": ("provider", "eos.record"),
    "signing_options": ("provider", "signing.propose"),
    "signing_forward": ("officer", "signing.forward"),
    "signing_date": ("cabinet", "signing.hold"),
    "save_the_date": ("provider", "signing.save_the_date"),
    "convention_draft": ("provider", "convention.send"),
    "invitations": ("cabinet", "signing.invite"),
}
"""Whose each line of the back-planning is, and the turn that it becomes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a calendar: a whole day when `at` is empty."""

    uid: str
    title: str
    on: date
    path: str
    at: time | None = None
    lasts: timedelta = timedelta(hours=1)
    place: str = ""


def entries(actors: Iterable[Actor], today: date) -> list[Entry]:
    """What concerns a person under all that they are, each thing once, first day first."""
    found: dict[str, Entry] = {}
    for actor in actors:
        with scope(actor):
            found |= {entry.uid: entry for entry in _of(actor, today - BACK)}
    return sorted(found.values(), key=lambda e: (e.on, e.at or time.min, e.uid))[:MOST]


def _of(actor: Actor, since: date) -> Iterator[Entry]:
    operations = _operations(actor)
    titles = {operation.pk: operation for operation in operations}
    yield from _tasks(actor, titles, since)
    yield from _signings(actor, titles, since)
    if actor.who is not Who.CABINET:
        yield from _sessions(actor, titles, since)
        yield from _meetings(actor, titles, since)
        yield from _encounters(actor, titles, since)


def _operations(actor: Actor) -> QuerySet[Operation]:
    """The operations in which this actor has a part: of an officer those of the territory; of the paying office and the
    direction none, which have tasks only."""
    running = Operation.objects.visible_to(actor).filter(state="running")
    if actor.who is Who.OFFICER and actor.basins:
        return running.filter(basin_id__in=actor.basins)
    if actor.who in {Who.OFFICER, Who.CABINET}:
        return running
    if actor.in_region:
        return running.none()
    parts = Partner.objects.filter(organisation_id=actor.organisation_id or 0, left_on=None)
    return running.filter(pk__in=parts.values("operation_id"))


def _tasks(actor: Actor, mine: Collection[int], since: date) -> Iterator[Entry]:
    """The turns of « À faire » that have a day, and the lines of the back-planning still to come."""
    told = set()
    for turn in my_turns(actor).filter(due_on__gte=since):
        told.add((turn.operation_id, turn.key))
        assert turn.due_on is not None
        yield Entry(
            f"a-faire-{turn.key}-{turn.operation_id}@defi",
            _("À faire : %(what)s, %(title)s")
            % {"what": _small(str(TURN_WORDS[turn.key].todo)), "title": turn.operation.title},
            turn.due_on,
            _page(turn.operation_id),
        )
    party = _party(actor)
    for operation, facts in _facts(actor, mine) if party else ():
        book = rulebook(operation.scheme, operation.rulebook_version)
        for line in back_planning(book.deadlines, facts):
            owner, verb = PLANNED.get(line.key, ("", ""))
            if line.done or owner != party or (operation.pk, verb) in told or not line.due_on or line.due_on < since:
                continue
            yield Entry(
                f"a-faire-{verb}-{operation.pk}@defi",
                _("Échéance : %(what)s, %(title)s") % {"what": _small(str(line.label)), "title": operation.title},
                line.due_on,
                f"{_page(operation.pk)}convention/",
            )


def _party(actor: Actor) -> str:
    if actor.who in LEAD:
        return "provider"
    return {Who.OFFICER: "officer", Who.CABINET: "cabinet"}.get(actor.who, "")


def _facts(actor: Actor, mine: Collection[int]) -> Iterator[tuple[Operation, SigningFacts]]:
    """Where each signing stands: as `convention.queries` tells it for one, in three queries for all."""
    states: dict[int, set[str]] = {}
    for pk, state in (
        SigningOption.objects.visible_to(actor).filter(operation__in=mine).values_list("operation_id", "state")
    ):
        states.setdefault(pk, set()).add(state)
    # The last of each: one that was cancelled still tells what its ceremony was announced by.
    conventions = Convention.objects.visible_to(actor).filter(operation__in=mine).order_by("pk")
    texts = {row.operation_id: row for row in conventions}
    for session in Session.objects.visible_to(actor).filter(operation__in=mine).select_related("operation"):
        text, known = texts.get(session.operation_id), states.get(session.operation_id, set())
        yield (
            session.operation,
            SigningFacts(
                session.starts_on,
                session.ends_on,
                eos_number=bool(session.eos_number),
                proposed=bool(known - {"refused"}),
                forwarded=bool(known & {"forwarded", "held"}),
                held="held" in known,
                sent=text is not None and text.state in {"sent", "signed"},
                warned=text is not None and text.save_the_date_on is not None,
                invited=text is not None and text.invited_on is not None,
                signed=text is not None and text.state == "signed",
            ),
        )


def _signings(actor: Actor, mine: Collection[int], since: date) -> Iterator[Entry]:
    held = SigningOption.objects.visible_to(actor).filter(operation__in=mine, state="held", on__gte=since)
    for option in held:
        title = _("Signature : %(title)s") % {"title": option.title}
        page = f"{_page(option.operation_id)}convention/"
        yield Entry(identity(option), title, option.on, page, option.at, LENGTH, option.place)


def _sessions(actor: Actor, mine: Collection[int], since: date) -> Iterator[Entry]:
    for session in Session.objects.visible_to(actor).filter(operation__in=mine).select_related("operation"):
        for key, said, day in (
            ("debut", _("Début de la formation"), session.starts_on),
            ("fin", _("Fin de la formation"), session.ends_on),
        ):
            if day >= since:
                title = f"{said} : {session.operation.title}"
                page = _page(session.operation_id)
                yield Entry(f"session-{session.pk}-{key}@defi", title, day, page, place=session.place)


def _meetings(actor: Actor, mine: Collection[int], since: date) -> Iterator[Entry]:
    rows = Meeting.objects.visible_to(actor).filter(operation__in=mine)
    for meeting in rows.filter(Q(held_on__gte=since) | Q(held_on=None, planned_on__gte=since)).select_related(
        "operation"
    ):
        day = meeting.held_on or meeting.planned_on
        assert day is not None
        kind = str(meeting.get_kind_display())
        title = f"{kind[:1].upper()}{kind[1:]} : {meeting.operation.title}"
        at = meeting.planned_at if meeting.planned_on == day else None
        lasts = COMMITTEE if meeting.kind == Meeting.Kind.COMMITTEE else timedelta(hours=1)
        page = _page(meeting.operation_id)
        yield Entry(f"reunion-{meeting.pk}@defi", title, day, page, at, lasts, meeting.place)


def _encounters(actor: Actor, mine: Collection[int], since: date) -> Iterator[Entry]:
    """Published meetings with candidates; who plans them, and who answers for one, reads it before."""
    rows = SourcingLine.objects.visible_to(actor).filter(operation__in=mine, planned_on__gte=since, cancelled_on=None)
    if actor.who not in {*LEAD, Who.OFFICER}:
        rows = rows.filter(Q(published_on__isnull=False) | Q(owner_id=actor.organisation_id))
    for line in rows.select_related("operation"):
        yield Entry(
            f"rencontre-{line.pk}@defi",
            f"{line.label[:1].upper()}{line.label[1:]} : {line.operation.title}",
            line.planned_on,
            _page(line.operation_id),
            line.at,
            timedelta(minutes=line.minutes or 60),
            line.place,
        )


def ics(found: Iterable[Entry], title: str, now: datetime) -> bytes:
    """The .ics text of a feed, at the hours of Paris."""
    calendar = Calendar()
    calendar.add("prodid", "-//DEFI//agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-published-ttl", REFRESHED_EVERY)
    for entry in found:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now)
        event.add("summary", entry.title)
        event.add("url", f"{settings.PUBLIC_URL}{entry.path}")
        if entry.place:
            event.add("location", entry.place)
        if entry.at is None:
            event.add("dtstart", entry.on)
            event.add("dtend", entry.on + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
        else:
            begins = datetime.combine(entry.on, entry.at, tzinfo=PARIS)
            event.add("dtstart", begins)
            event.add("dtend", begins + entry.lasts)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _page(operation_id: int) -> str:
    return f"/operations/{operation_id}/"


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
