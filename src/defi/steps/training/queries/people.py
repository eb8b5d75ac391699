"""The space of a trainee: my dates, my employer, my papers, what I must do, whom to call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.operations.models import Session
from defi.people.models import Organisation, Person
from defi.schemes.rulebook import AttendanceRules
from defi.steps.convention.models import SigningOption
from defi.steps.design.calendar.durations import duration_words, ends_at, hour_words
from defi.steps.design.calendar.rules import Place
from defi.steps.pairing.models import Encounter, Pairing, Promise
from defi.steps.pairing.queries import book_of
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company_hours import periods_of
from defi.steps.training.half_days import Ledger, Line, ledger
from defi.steps.training.interruptions import stay_of
from defi.steps.training.models import Attendance, Placement, Suspension
from defi.steps.training.queries.paths import MyPath, my_path
from defi.steps.training.queries.periods import PlacementRow, placements_of
from defi.steps.training.queries.timetable import MyCalendar, calendar_of, ceremony_of
from defi.steps.training.rules import address_of
from defi.steps.training.signing import window

ENDED = ("declined", "withdrawn", "no_show", "merged")
DAYS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Date:
    """One half-day of mine. `state` is that of my line; `to_sign` at its hours, while it is open."""

    sheet_id: int
    on: date
    half: str
    starts_at: time
    until: time
    place: str
    module: str
    state: str
    to_sign: bool

    @property
    def hours(self) -> str:
        """On one line, however narrow the phone: « 9 h – 12 h 30 »."""
        return f"{hour_words(self.starts_at)} – {hour_words(self.until)}".replace(" ", "\u00a0")

    @property
    def this_half(self) -> str:
        return _("ce matin") if self.half == "morning" else _("cet après-midi")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A firm I met that has not said no, and what it answered: yes, or that it waits for a period at its place."""

    promise: Promise
    agreed: bool
    after_placement: bool = False


@dataclass(frozen=True, slots=True)
class MySpace:
    """What the page shows. `candidacy` is None when no training is under way or to come."""

    person: Person | None
    candidacy: Candidacy | None = None
    session: Session | None = None
    provider: Organisation | None = None
    dates: list[Date] = field(default_factory=list)
    promise: Promise | None = None
    met: list[Meeting] = field(default_factory=list)
    placements: list[PlacementRow] = field(default_factory=list)
    ledger: Ledger | None = None
    calendar: MyCalendar | None = None
    ceremony: SigningOption | None = None
    path: MyPath = field(default_factory=MyPath)
    away: Suspension | None = None

    @property
    def next_placement(self) -> PlacementRow | None:
        """The period in company under way, or the next one: where I go, whom I ask for."""
        return next((row for row in self.placements if row.placement.state in {"planned", "begun"}), None)

    @property
    def left_on(self) -> date | None:
        """My last day, when I left before the end."""
        return self.candidacy.left_on if self.candidacy and self.candidacy.state == "left" else None

    @property
    def lapsed(self) -> list[PlacementRow]:
        """The periods whose dates are these days and that did not begin: I am expected in the centre."""
        return [row for row in self.placements if row.not_begun and row.placement.ends_on >= clock.today()]

    @property
    def in_company(self) -> PlacementRow | None:
        """The period of today, or the agreed one that comes before my next half-day in the centre."""
        staying = [row for row in self.placements if not row.away]
        if now := next((row for row in staying if row.is_now), None):
            return now
        coming = (row for row in staying if any(day >= clock.today() for day in row.days))
        first = next(coming, None)  # The periods come in the order of their first days.
        if first and (self.next_date is None or first.placement.starts_on <= self.next_date.on):
            return first
        return None

    @property
    def centre_first(self) -> Date | None:
        """My next half-day in the centre, unless I am in a firm until then."""
        day, firm = self.next_date, self.in_company
        return day if day and (firm is None or day.on == clock.today()) else None

    @property
    def has_papers(self) -> bool:
        return bool(self.path.papers or self.placements or (self.candidacy and self.candidacy.entered_on))

    @property
    def next_talk(self) -> date | None:
        """The day my referent and I meet again, when it is to come."""
        day = self.path.agreed.next_on if self.path.agreed else None
        return day if day and day >= clock.today() else None

    @property
    def ceremony_to_come(self) -> SigningOption | None:
        """The signing of the convention, until its day is over."""
        return self.ceremony if self.ceremony and self.ceremony.on >= clock.today() else None

    @property
    def stretches(self) -> list[tuple[Place, date, date]]:
        """My calendar from today on: where, from when to when."""
        return self.calendar.from_day(clock.today()) if self.calendar else []

    @property
    def to_sign(self) -> list[Date]:
        """What I can sign now: the half-day under way, or about to begin."""
        return [day for day in self.dates if day.to_sign]

    @property
    def to_agree(self) -> list[PlacementRow]:
        return [row for row in self.placements if row.i_may_sign]

    @property
    def to_read(self) -> list[PlacementRow]:
        """The periods of which my tutor said something that I have not read."""
        return [row for row in self.placements if row.to_read]

    @property
    def next_date(self) -> Date | None:
        """The first half-day that is not over yet."""
        now = clock.now().astimezone(clock.PARIS)
        coming = (day for day in self.dates if (day.on, day.until) >= (now.date(), now.time()))
        return next(coming, None)

    @property
    def coming(self) -> list[tuple[date, str]]:
        """My next days, each with its hours; those in a firm with its name, and its hours when they are known."""
        days: dict[date, list[str]] = {}
        for day in self.dates:
            if day.on >= clock.today():
                days.setdefault(day.on, []).append(day.hours)
        for row in self.placements:
            words = _("chez %(firm)s") % {"firm": row.placement.employer}
            for on in (on for on in row.days if on >= clock.today()):
                days.setdefault(on, []).append(", ".join(filter(None, (words, row.placement.schedule))))
        return [(on, ", ".join(hours)) for on, hours in sorted(days.items())][:DAYS_SHOWN]

    @property
    def hours_done(self) -> str:
        return duration_words(self.ledger.done) if self.ledger else ""

    @property
    def map_query(self) -> str:
        """The address to look for on a map, with its commune; empty when only a room or a town is known."""
        if self.session is None or self.provider is None:
            return ""
        return address_of(self.session.place, self.provider.address, str(self.provider.commune or ""))

    @property
    def site(self) -> list[str]:
        """Where the centre is: the place of the session, then its address, each said once."""
        place = self.session.place if self.session else ""
        address = self.map_query
        lines = [address] if place and address.startswith(place) else [place or str(self.provider or ""), address]
        return [line for line in lines if line]

    @property
    def where(self) -> list[str]:
        """Where my next half-day is: the room, then where the centre is."""
        room = self.next_date.place if self.next_date else ""
        known = room and any(room.casefold() in line.casefold() for line in self.site)
        return self.site if known or not room else [room, *self.site]

    @property
    def phone(self) -> str:
        """Whom to call: the referent, else the provider."""
        if self.candidacy and self.candidacy.referent and self.candidacy.referent.phone:
            return self.candidacy.referent.phone
        return self.provider.phone if self.provider else ""


def my_candidacy(actor: Actor) -> Candidacy | None:
    """The training of this trainee that is under way or to come, the latest first."""
    return (
        Candidacy.objects.visible_to(actor)
        .filter(person_id=actor.person_id or 0)
        .exclude(state__in=ENDED)
        .select_related("session", "operation__provider__commune", "referent")
        .order_by("-session__starts_on", "-pk")
        .first()
    )


def my_space(actor: Actor) -> MySpace:
    """The page of one trainee, by and for themself: nothing of anybody else is read."""
    person = Person.objects.visible_to(actor).filter(pk=actor.person_id or 0).first()
    candidacy = my_candidacy(actor)
    if candidacy is None:
        return MySpace(person)
    lines = list(
        Attendance.objects.visible_to(actor)
        .filter(candidacy=candidacy)
        .select_related("sheet")
        .order_by("sheet__on", "sheet__starts_at")
    )
    stay = stay_of(candidacy)
    lines = [line for line in lines if stay.counts(line.sheet.on, line.state)]
    placements = placements_of(actor, candidacy.pk)
    pairing = (
        Pairing.objects.visible_to(actor)
        .filter(candidacy=candidacy, state="active")
        .select_related("post__promise__employer")
        .first()
    )
    return MySpace(
        person=person,
        candidacy=candidacy,
        session=candidacy.session,
        provider=candidacy.operation.provider,
        dates=[_date(line, candidacy.session, book_of(candidacy.operation).attendance) for line in lines],
        promise=pairing.post.promise if pairing else None,
        met=[] if pairing else _met(candidacy),
        placements=[row for row in placements if row.placement.state != "cancelled"],
        ledger=ledger(
            (Line(line.state, line.sheet.minutes, line.sheet.state == "locked") for line in lines),
            periods_of(Placement.objects.visible_to(actor).filter(candidacy=candidacy)),
        ),
        calendar=calendar_of(candidacy),
        ceremony=ceremony_of(candidacy),
        path=my_path(actor, candidacy),
        away=stay.under_way,
    )


def _date(line: Attendance, session: Session, rules: AttendanceRules) -> Date:
    sheet = line.sheet
    is_time = window(sheet.on, sheet.starts_at, sheet.minutes, rules).holds(clock.now())
    return Date(
        sheet_id=sheet.pk,
        on=sheet.on,
        half=sheet.half,
        starts_at=sheet.starts_at,
        until=ends_at(sheet.starts_at, sheet.minutes),
        place=sheet.place or session.place,
        module=sheet.module_label,
        state=line.state,
        to_sign=is_time and sheet.state == "open" and line.state == Attendance.State.EXPECTED,
    )


def _met(candidacy: Candidacy) -> list[Meeting]:
    """My own encounters, refusals left out: they are told by a person, not by a page."""
    with scope(TASK):
        rows = (
            Encounter.objects.filter(candidacy=candidacy, promise__state="made")
            .exclude(employer_answer=Encounter.Answer.NO)
            .exclude(person_answer=Encounter.Answer.NO)
            .select_related("promise__employer")
            .order_by("-met_on", "-pk")
        )
        said = Encounter.Answer
        return [
            Meeting(row.promise, row.employer_answer == said.YES, row.employer_answer == said.AFTER_PLACEMENT)
            for row in rows
        ]
