"""The session page: start, trainees, sheets, periods in company, exchanges, reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.operations.models import Meeting, Operation, Part, Partner, Session
from defi.people.models import Organisation
from defi.steps.design.calendar.durations import duration_words
from defi.steps.pairing.models import Pairing
from defi.steps.pairing.queries import Standing, book_of, standing
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company_hours import away_of
from defi.steps.training.half_days import Ledger, Line, Period, ledger
from defi.steps.training.interruptions import Stay, stays_read, with_interruptions
from defi.steps.training.models import (
    Attendance,
    AttendanceSheet,
    Exchange,
    Placement,
    PlacementSignature,
    Report,
    Suspension,
)
from defi.steps.training.queries.periods import PlacementRow, placement_rows
from defi.steps.training.queries.sheets import SheetRow, sheet_rows
from defi.steps.training.queries.start import Gaps, gaps
from defi.steps.training.rules import MOMENT_LABELS, moment_of, moments_due, next_report_due
from defi.steps.training.withdrawals import has_withdrawn

IN_TRAINING = ("entered", "left", "completed")
AWAITED = ("selected", "reserve", "confirmed")


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """A trainee, with the hours kept so far and the employer of their promise."""

    candidacy: Candidacy
    name: str
    employer: str
    ledger: Ledger
    away: Suspension | None = None

    @property
    def centre_done(self) -> str:
        return duration_words(self.ledger.centre.done)

    @property
    def company_done(self) -> str:
        return duration_words(self.ledger.company.done)

    @property
    def missed(self) -> str:
        missed = self.ledger.centre.missed + self.ledger.company.missed
        return duration_words(missed) if missed else ""


@dataclass(frozen=True, slots=True)
class Talk:
    """The dialogue with one employer: what was said when, and in which moments nothing is noted yet."""

    organisation: Organisation
    exchanges: list[Exchange]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class SessionPage:
    """What the page shows to this actor: a firm its own periods and exchanges, a prescriber its own people."""

    operation: Operation
    session: Session | None
    standing: Standing | None = None
    awaited: list[Candidacy] = field(default_factory=list)
    trainees: list[TraineeRow] = field(default_factory=list)
    sheets: list[SheetRow] = field(default_factory=list)
    placements: list[PlacementRow] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    report_due: date | None = None
    documents: list[Document] = field(default_factory=list)
    gaps: Gaps = field(default_factory=Gaps)

    @property
    def sheets_today(self) -> list[SheetRow]:
        return [row for row in self.sheets if row.sheet.on == clock.today()]

    @property
    def sheets_to_settle(self) -> list[SheetRow]:
        return [row for row in self.sheets if row.sheet.state == "open" and row.sheet.on < clock.today()]

    @property
    def sheets_ahead(self) -> list[SheetRow]:
        return [row for row in self.sheets if row.sheet.on > clock.today()]

    @property
    def sheets_locked(self) -> list[SheetRow]:
        return [row for row in reversed(self.sheets) if row.sheet.state == "locked" and row.sheet.on < clock.today()]

    @property
    def questioned(self) -> int:
        """How many sheets an inspector would ask about."""
        return sum(bool(row.objections) for row in self.sheets)

    @property
    def expected(self) -> int:
        """Who is awaited on the first day: the reserve waits for a seat."""
        return len(self.awaited) - self.reserve

    @property
    def reserve(self) -> int:
        return sum(person.state == "reserve" for person in self.awaited)

    @property
    def there(self) -> int:
        return sum(row.candidacy.state in {"entered", "completed"} for row in self.trainees)


def session_page(actor: Actor, operation: Operation) -> SessionPage:
    """The life of the session of an operation; empty while there is none."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    if session is None:
        return SessionPage(operation, None)
    session.operation = operation
    inside = actor.in_provider or actor.in_region
    people = _people(actor, session)
    reports = list(Report.objects.visible_to(actor).filter(operation=operation))
    # Read once: the page lists them, the hours count them, the sheets are read against them.
    stays = stays_read(people)
    # A firm reads its periods, and none of the people.
    placements = placement_rows(actor, operation, stays if people else None)
    return SessionPage(
        operation=operation,
        session=session,
        standing=standing(session) if inside else None,
        awaited=[person for person in people if person.state in AWAITED],
        trainees=_trainees(actor, [person for person in people if person.state in IN_TRAINING], placements, stays),
        sheets=sheet_rows(actor, session, _away(placements)),
        placements=placements,
        talks=_talks(actor, operation, session),
        reports=reports,
        report_due=_report_due(operation, reports) if inside else None,
        documents=_documents(session) if inside else [],
        gaps=gaps(actor, session, people) if actor.in_provider else Gaps(),
    )


def _people(actor: Actor, session: Session) -> list[Candidacy]:
    rows = Candidacy.objects.visible_to(actor).filter(session=session, state__in=(*IN_TRAINING, *AWAITED, "no_show"))
    return list(
        with_interruptions(rows.select_related("person", "referent", "prescriber")).order_by(
            "person__last_name", "person__first_name", "pk"
        )
    )


def _away(placements: list[PlacementRow]) -> dict[int, set[date]]:
    lapsed = {row.placement.pk for row in placements if row.not_begun}
    return away_of((row.placement for row in placements), lapsed)


def _trainees(
    actor: Actor, people: list[Candidacy], placements: list[PlacementRow], stays: Mapping[int, Stay]
) -> list[TraineeRow]:
    lines: dict[int, list[Line]] = defaultdict(list)
    kept = Attendance.objects.visible_to(actor).filter(candidacy__in=people)
    for candidacy_id, state, on, minutes, sheet in kept.values_list(
        "candidacy_id", "state", "sheet__on", "sheet__minutes", "sheet__state"
    ):
        if stays[candidacy_id].counts(on, state):
            lines[candidacy_id].append(Line(state, minutes, sheet == "locked"))
    periods: dict[int, list[Period]] = defaultdict(list)
    for row in placements:
        periods[row.placement.candidacy_id].append(row.counted)
    paired = Pairing.objects.visible_to(actor).filter(candidacy__in=people, state="active")
    employers = dict(paired.values_list("candidacy_id", "post__promise__employer__name"))
    return [
        TraineeRow(c, str(c.person), employers.get(c.pk, ""), ledger(lines[c.pk], periods[c.pk]), stays[c.pk].under_way)
        for c in people
    ]


def _talks(actor: Actor, operation: Operation, session: Session) -> list[Talk]:
    partners = Partner.objects.visible_to(actor).filter(operation=operation, part=Part.EMPLOYER)
    if actor.in_employer:
        partners = partners.filter(organisation_id=actor.organisation_id or 0)
    elif not (actor.in_provider or actor.in_region):
        return []
    said: dict[int, list[Exchange]] = defaultdict(list)
    for exchange in (
        Exchange.objects.visible_to(actor).filter(operation=operation).select_related("by").order_by("-on", "-id")
    ):
        said[exchange.organisation_id].append(exchange)
    first, last = session.started_on or session.starts_on, session.ended_on or session.ends_on
    due = moments_due(clock.today(), first, last)
    talks = []
    rows = partners.annotate(is_withdrawn=has_withdrawn()).select_related("organisation")
    for partner in rows.order_by("organisation__name", "pk"):
        exchanges = said[partner.organisation_id]
        covered = {moment_of(exchange.on, first, last) for exchange in exchanges}
        is_out = partner.left_on is not None or partner.is_withdrawn
        missing = [] if is_out else [str(MOMENT_LABELS[moment]) for moment in due if moment not in covered]
        talks.append(Talk(partner.organisation, exchanges, missing))
    return talks


def _report_due(operation: Operation, reports: list[Report]) -> date | None:
    meetings: Any = Meeting.objects.filter(operation=operation, kind=Meeting.Kind.PREPARATORY).exclude(held_on=None)
    first = meetings.order_by("held_on").values_list("held_on", flat=True).first()
    return next_report_due(
        book_of(operation).report_every_days,
        first_meeting_on=first,
        last_sent_on=reports[0].sent_on if reports else None,
        closed_on=operation.closed_on,
    )


def _documents(session: Session) -> list[Document]:
    kept = Document.objects.filter(object_type=session._meta.label_lower, object_id=session.pk)
    return list(kept.filter(kind="attendance-sheet").defer("content")[:6])


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    operation: Operation
    session: Session | None
    there: int = 0
    locked: int = 0
    to_settle: int = 0
    placements: int = 0
    to_sign: int = 0
    for_firm: bool = False
    report_due: date | None = None


def card(actor: Actor, operation: Operation) -> Card:
    """Who is there, what is to settle, what comes next: counts only, in six queries; a firm counts its periods."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    if session is None:
        return Card(operation, None)
    people = Candidacy.objects.visible_to(actor).filter(session=session, state__in=("entered", "completed"))
    sheets = AttendanceSheet.objects.visible_to(actor).filter(session=session, on__lt=clock.today())
    by_state = sheets.aggregate(
        locked=Count("pk", filter=Q(state="locked")), to_settle=Count("pk", filter=Q(state="open"))
    )
    signed = PlacementSignature.objects.filter(party=PlacementSignature.Party.EMPLOYER, voided_on=None).values(
        "placement"
    )
    placements = (
        Placement.objects.visible_to(actor)
        .filter(operation=operation)
        .exclude(state="cancelled")
        .aggregate(all=Count("pk"), to_sign=Count("pk", filter=Q(state="planned") & ~Q(pk__in=signed)))
    )
    inside = actor.in_provider or actor.in_region
    reports = list(Report.objects.visible_to(actor).filter(operation=operation)) if inside else []
    return Card(
        operation=operation,
        session=session,
        there=people.count(),
        locked=by_state["locked"],
        to_settle=by_state["to_settle"],
        placements=placements["all"],
        to_sign=placements["to_sign"],
        for_firm=actor.in_employer,
        report_due=_report_due(operation, reports) if inside else None,
    )
