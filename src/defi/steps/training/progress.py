"""Where a training stands, in counts: what the periodic report keeps and sends. No person is named in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.documents.french import short_date
from defi.operations.models import Operation, Part, Partner, Session
from defi.steps.design.calendar.durations import duration_words
from defi.steps.pairing.models import Pairing, Post
from defi.steps.pairing.queries import book_of, counts_on, standing
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company_hours import lapsed_of, periods_of
from defi.steps.training.half_days import Account, Line, ledger
from defi.steps.training.interruptions import living, over, stays_of
from defi.steps.training.models import Attendance, AttendanceSheet, Exchange, Placement, Suspension
from defi.steps.training.period_words import told
from defi.steps.training.rules import MOMENT_LABELS, moment_of, moments_due
from defi.steps.training.withdrawals import withdrawn_since

THERE = ("confirmed", "entered", "left", "completed")


@dataclass(frozen=True, slots=True)
class TraineePart:
    """One of an employer's own: paired with one of its posts, or received in a period. `candidacy_id` names nobody.

    `interrupted`: their training is, while they are paired or a period of it is not over."""

    candidacy_id: int
    paired: bool = False
    left: bool = False
    interrupted: bool = False
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmployerPart:
    """What a report says to one employer: its posts, how many are paired today, its periods in company, its trainees.

    `apart`: of those paired, whose seat another funding pays. `interrupted`: of its trainees, how many are interrupted
    (a count, never why). `missing`: the moments of the training (before, during,
    after) in which no exchange with it is noted. `withdrawn_on`: since when it is out; it is named for the periods it
    hosted before, and receives no part."""

    organisation_id: int
    name: str
    posts: int
    paired: int
    placements: int
    trainees: tuple[TraineePart, ...] = ()
    exchanges: int = 0
    missing: tuple[str, ...] = ()
    apart: int = 0
    withdrawn_on: str = ""
    interrupted: int = 0


@dataclass(frozen=True, slots=True)
class PrescriberPart:
    """What a report says to one prescriber: the people it oriented, those who entered, those still there, of whom
    `interrupted`."""

    organisation_id: int
    name: str
    oriented: int
    entered: int
    there: int
    interrupted: int = 0


@dataclass(frozen=True, slots=True)
class PartnerPart:
    """What a report says to any other partner: the group, in counts."""

    organisation_id: int
    name: str
    seats: int
    entered: int
    there: int
    interrupted: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The facts of a report on a day. People and seats are counts, time is in minutes over the whole group.

    `people` and `paired` are of the Region's seats, as the board counts them; `entered` and `left` are of everybody.
    What ends in `apart` is of the seats of another funding (`counted.counted` shows the three side by side).
    `to_confirm`: before the start, pairings of people who have not confirmed that they come, as the board says them.
    `interrupted`: those whose path is; they keep their seat, so that `people` and `paired` count them, as the board."""

    on: str
    seats: int = 0
    people: int = 0
    paired: int = 0
    to_confirm: int = 0
    apart: int = 0
    entered: int = 0
    left: int = 0
    paired_apart: int = 0
    entered_apart: int = 0
    left_apart: int = 0
    no_show: int = 0
    interrupted: int = 0
    minutes_centre: int = 0
    minutes_company: int = 0
    minutes_missed: int = 0
    sheets_locked: int = 0
    sheets_open: int = 0
    employers: tuple[EmployerPart, ...] = ()
    prescribers: tuple[PrescriberPart, ...] = ()
    partners: tuple[PartnerPart, ...] = ()

    @property
    def hours(self) -> tuple[str, str]:
        """In centre and in company, as the ledger says them."""
        return duration_words(self.minutes_centre), duration_words(self.minutes_company)


def progress(operation: Operation, today: date) -> Progress:
    """The facts of this operation on `today`. Any scope will do: no person is read, only counts."""
    with scope(TASK):
        session = Session.objects.filter(operation=operation).first()
        people = list(Candidacy.objects.filter(session=session)) if session else []
        away = _interrupted(people, today)
        employers = _employers(operation, session, today, away)
        if session is None:
            return Progress(on=today.isoformat(), employers=employers, partners=_others(operation))
        others = [p for p in people if p.funding != Candidacy.Funding.REGION]
        counts = counts_on(book_of(operation), session, today)
        centre, company = _hours(session, people)
        sheets = AttendanceSheet.objects.filter(session=session, on__lte=today).exclude(state="cancelled")
        states = Counter(sheets.values_list("state", flat=True))
        return Progress(
            on=today.isoformat(),
            seats=session.seats,
            people=counts.people,
            paired=counts.paired,
            to_confirm=standing(session).to_confirm if session.started_on is None else 0,
            apart=counts.apart,
            entered=sum(p.entered_on is not None for p in people),
            left=sum(p.state == "left" for p in people),
            paired_apart=_paired_apart(operation).total(),
            entered_apart=sum(p.entered_on is not None for p in others),
            left_apart=sum(p.state == "left" for p in others),
            no_show=sum(p.state == "no_show" for p in people),
            interrupted=len(away),
            minutes_centre=centre.done,
            minutes_company=company.done,
            minutes_missed=centre.missed + company.missed,
            sheets_locked=states["locked"],
            sheets_open=states["open"],
            employers=employers,
            prescribers=_prescribers(operation, people, away),
            partners=_others(operation, session.seats, people, len(away)),
        )


def _interrupted(people: Iterable[Candidacy], today: date) -> dict[int, Suspension]:
    """The interruption of each of those in training whose path is interrupted that day, by candidacy id."""
    rows = living(person.pk for person in people if person.state == "entered")
    return {pk: row for pk, row in rows.items() if row.holds(today)}


def _hours(session: Session, people: list[Candidacy]) -> tuple[Account, Account]:
    kept = Attendance.objects.filter(sheet__session=session).values_list(
        "candidacy_id", "state", "sheet__on", "sheet__minutes", "sheet__state"
    )
    stays = stays_of(people)
    lines = (
        Line(state, minutes, sheet == "locked")
        for candidacy_id, state, on, minutes, sheet in kept
        if stays[candidacy_id].counts(on, state)
    )
    whole = ledger(lines, periods_of(Placement.objects.filter(candidacy__session=session)))
    return whole.centre, whole.company


def _employers(
    operation: Operation, session: Session | None, today: date, away: Mapping[int, Suspension]
) -> tuple[EmployerPart, ...]:
    posts = Counter(
        Post.objects.filter(operation=operation, withdrawn_on=None).values_list("promise__employer_id", flat=True)
    )
    paired = Counter(
        Pairing.objects.filter(operation=operation, state="active").values_list("post__promise__employer_id", flat=True)
    )
    placements = Counter(
        Placement.objects.filter(operation=operation).exclude(state="cancelled").values_list("employer_id", flat=True)
    )
    apart = _paired_apart(operation)
    trainees, said, out = _trainees(operation, today, away), exchanged(operation), withdrawn_since(operation)
    return tuple(
        EmployerPart(
            pk,
            name,
            posts[pk],
            paired[pk],
            placements[pk],
            trainees.get(pk, ()),
            len(said.get(pk, [])),
            () if pk in out else missing_moments(said.get(pk, []), session, today),
            apart[pk],
            out[pk].isoformat() if pk in out else "",
            sum(one.interrupted for one in trainees.get(pk, ())),
        )
        for pk, name in _partners(operation, Part.EMPLOYER)
        if pk not in out or placements[pk]
    )


def _paired_apart(operation: Operation) -> Counter[int]:
    """By employer, those there on a seat of another funding who are paired with one of its posts."""
    rows = Pairing.objects.filter(operation=operation, state="active", candidacy__state__in=THERE)
    other = rows.exclude(candidacy__state="left").exclude(candidacy__funding=Candidacy.Funding.REGION)
    return Counter(other.values_list("post__promise__employer_id", flat=True))


def _trainees(operation: Operation, today: date, away: Mapping[int, Suspension]) -> dict[int, tuple[TraineePart, ...]]:
    """By employer, those paired with one of its posts today and those it receives: each employer its own."""
    found: dict[int, dict[int, TraineePart]] = defaultdict(dict)
    pairings = Pairing.objects.filter(operation=operation, state="active", candidacy__state__in=THERE)
    for firm, pk, state in pairings.values_list("post__promise__employer_id", "candidacy_id", "candidacy__state"):
        found[firm][pk] = TraineePart(pk, paired=True, left=state == "left", interrupted=pk in away)
    periods = Placement.objects.filter(operation=operation).exclude(state="cancelled").select_related("candidacy")
    ordered = list(periods.order_by("starts_on", "pk"))
    lapsed = lapsed_of(ordered)
    for period in ordered:
        left = period.candidacy.state == "left"
        known = found[period.employer_id].get(period.candidacy_id) or TraineePart(period.candidacy_id, left=left)
        within = over(period, away.get(period.candidacy_id), today)
        words = _("%(first)s → %(last)s, %(state)s") % {
            "first": short_date(period.starts_on),
            "last": short_date(period.ends_on),
            "state": told(period, today, lapsed=period.pk in lapsed, away=within),
        }
        found[period.employer_id][period.candidacy_id] = replace(
            known, interrupted=known.interrupted or within is not None, periods=(*known.periods, words)
        )
    return {firm: tuple(people.values()) for firm, people in found.items()}


def exchanged(operation: Operation) -> dict[int, list[date]]:
    """The days of the exchanges noted with each employer. One query, in a scope that reads them."""
    found: dict[int, list[date]] = defaultdict(list)
    for firm, on in Exchange.objects.filter(operation=operation).values_list("organisation_id", "on"):
        found[firm].append(on)
    return found


def missing_moments(days: Iterable[date], session: Session | None, today: date) -> tuple[str, ...]:
    """The moments that began and in which no exchange is noted (seed 000: one before, one during, one after)."""
    if session is None:
        return ()
    first, last = session.started_on or session.starts_on, session.ended_on or session.ends_on
    covered = {moment_of(day, first, last) for day in days}
    return tuple(str(MOMENT_LABELS[moment]) for moment in moments_due(today, first, last) if moment not in covered)


def _others(
    operation: Operation, seats: int = 0, people: Sequence[Candidacy] = (), interrupted: int = 0
) -> tuple[PartnerPart, ...]:
    entered = sum(p.entered_on is not None for p in people)
    there = sum(p.state in {"entered", "completed"} for p in people)
    found = _partners(operation, Part.PARTNER)
    return tuple(PartnerPart(pk, name, seats, entered, there, interrupted) for pk, name in found)


def _prescribers(
    operation: Operation, people: list[Candidacy], away: Mapping[int, Suspension]
) -> tuple[PrescriberPart, ...]:
    oriented = Counter(p.prescriber_id for p in people)
    entered = Counter(p.prescriber_id for p in people if p.entered_on)
    there = Counter(p.prescriber_id for p in people if p.state in {"entered", "completed"})
    interrupted = Counter(p.prescriber_id for p in people if p.pk in away)
    return tuple(
        PrescriberPart(pk, name, oriented[pk], entered[pk], there[pk], interrupted[pk])
        for pk, name in _partners(operation, Part.PRESCRIBER)
    )


def _partners(operation: Operation, part: Part) -> list[tuple[int, str]]:
    rows = Partner.objects.filter(operation=operation, part=part, left_on=None)
    return list(rows.order_by("organisation__name", "pk").values_list("organisation_id", "organisation__name"))
