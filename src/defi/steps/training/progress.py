"""Where a training stands, in counts: what the periodic report keeps and sends. No person is named in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from defi.kernel.access import TASK, scope
from defi.operations.models import Operation, Part, Partner, Session
from defi.steps.pairing.models import Pairing, Post
from defi.steps.pairing.queries import book_of, counts_on, standing
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.half_days import Account, Line, Period, ledger
from defi.steps.training.models import Attendance, AttendanceSheet, Placement


@dataclass(frozen=True, slots=True)
class EmployerPart:
    """What a report says to one employer: its posts, how many are paired today, its periods in company."""

    organisation_id: int
    name: str
    posts: int
    paired: int
    placements: int


@dataclass(frozen=True, slots=True)
class PrescriberPart:
    """What a report says to one prescriber: the people it oriented, those who entered, those still there."""

    organisation_id: int
    name: str
    oriented: int
    entered: int
    there: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The facts of a report on a day. People and seats are counts, time is in minutes over the whole group.

    `to_confirm`: before the start, pairings of people who have not confirmed that they come, as the board says them."""

    on: str
    seats: int = 0
    people: int = 0
    paired: int = 0
    to_confirm: int = 0
    apart: int = 0
    entered: int = 0
    left: int = 0
    no_show: int = 0
    minutes_centre: int = 0
    minutes_company: int = 0
    minutes_missed: int = 0
    sheets_locked: int = 0
    sheets_open: int = 0
    employers: tuple[EmployerPart, ...] = ()
    prescribers: tuple[PrescriberPart, ...] = ()

    @property
    def hours_centre(self) -> int:
        """Whole hours, rounded down: an hour begun is not an hour done."""
        return self.minutes_centre // 60

    @property
    def hours_company(self) -> int:
        return self.minutes_company // 60


def progress(operation: Operation, today: date) -> Progress:
    """The facts of this operation on `today`. Any scope will do: no person is read, only counts."""
    with scope(TASK):
        session = Session.objects.filter(operation=operation).first()
        employers = _employers(operation)
        if session is None:
            return Progress(on=today.isoformat(), employers=employers)
        people = list(Candidacy.objects.filter(session=session))
        counts = counts_on(book_of(operation), session, today)
        centre, company = _hours(session)
        sheets = AttendanceSheet.objects.filter(session=session, on__lte=today)
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
            no_show=sum(p.state == "no_show" for p in people),
            minutes_centre=centre.done,
            minutes_company=company.done,
            minutes_missed=centre.missed + company.missed,
            sheets_locked=states["locked"],
            sheets_open=states["open"],
            employers=employers,
            prescribers=_prescribers(operation, people),
        )


def _hours(session: Session) -> tuple[Account, Account]:
    kept = Attendance.objects.filter(sheet__session=session).values_list("state", "sheet__minutes", "sheet__state")
    periods = Placement.objects.filter(candidacy__session=session).values_list("state", "hours", "hours_done")
    lines = (Line(state, minutes, sheet == "locked") for state, minutes, sheet in kept)
    whole = ledger(lines, (Period(*period) for period in periods))
    return whole.centre, whole.company


def _employers(operation: Operation) -> tuple[EmployerPart, ...]:
    posts = Counter(
        Post.objects.filter(operation=operation, withdrawn_on=None).values_list("promise__employer_id", flat=True)
    )
    paired = Counter(
        Pairing.objects.filter(operation=operation, state="active").values_list("post__promise__employer_id", flat=True)
    )
    placements = Counter(
        Placement.objects.filter(operation=operation).exclude(state="cancelled").values_list("employer_id", flat=True)
    )
    return tuple(
        EmployerPart(pk, name, posts[pk], paired[pk], placements[pk])
        for pk, name in _partners(operation, Part.EMPLOYER)
    )


def _prescribers(operation: Operation, people: list[Candidacy]) -> tuple[PrescriberPart, ...]:
    oriented = Counter(p.prescriber_id for p in people)
    entered = Counter(p.prescriber_id for p in people if p.entered_on)
    there = Counter(p.prescriber_id for p in people if p.state in {"entered", "completed"})
    return tuple(
        PrescriberPart(pk, name, oriented[pk], entered[pk], there[pk])
        for pk, name in _partners(operation, Part.PRESCRIBER)
    )


def _partners(operation: Operation, part: Part) -> list[tuple[int, str]]:
    rows = Partner.objects.filter(operation=operation, part=part, left_on=None)
    return list(rows.order_by("organisation__name", "pk").values_list("organisation_id", "organisation__name"))
