"""Seats still free, of sessions and of meetings, for whoever orients people: counts only, and nobody's name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.steps.sourcing.event_queries import Shown, shown_events
from defi.steps.sourcing.locks import TAKES_A_SEAT
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.queries import LiveSeats

NO_SESSION: tuple[Session | None, LiveSeats | None] = (None, None)
NOBODY = {"taken": 0, "offered": 0, "reserve": 0, "apart": 0}


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session to come or under way, its seats, and the meetings where one may still be booked."""

    operation: Operation
    session: Session | None
    seats: LiveSeats | None
    meetings: list[Shown]


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One line of the file taken away: a session or a meeting, with what is free."""

    operation: Operation
    what: str
    on: date
    place: str
    seats: int | None
    free: int | None
    waiting: int


def open_sessions(actor: Actor) -> list[OpenSession]:
    """Where people can still be oriented, among the operations this actor takes part in, by start of the session.

    Four queries, whatever the number of operations."""
    running = Operation.objects.visible_to(actor).filter(state="running").select_related("provider", "basin")
    operations = {row.pk: row for row in running}
    sessions = _sessions(actor, operations)
    meetings: dict[int, list[Shown]] = defaultdict(list)
    for row in shown_events(
        actor,
        operation__in=operations,
        published_on__isnull=False,
        cancelled_on=None,
        done_on=None,
        planned_on__gte=clock.today(),
    ):
        if not row.event.has_begun:
            meetings[row.event.operation_id].append(row)
    rows = [OpenSession(operation, *sessions.get(pk, NO_SESSION), meetings[pk]) for pk, operation in operations.items()]
    return sorted((row for row in rows if row.session or row.meetings), key=_by_start)


def seat_lines(rows: list[OpenSession]) -> list[SeatLine]:
    """The same, one line per session and per meeting."""
    found: list[SeatLine] = []
    for row in rows:
        if row.session and row.seats:
            session = row.session
            found.append(
                SeatLine(
                    row.operation,
                    _("session de formation"),
                    session.starts_on,
                    session.place,
                    session.seats,
                    row.seats.to_propose,
                    row.seats.reserve,
                )
            )
        found += [
            SeatLine(
                row.operation,
                meeting.event.label,
                meeting.event.planned_on,
                meeting.event.place,
                meeting.event.places,
                meeting.left,
                meeting.waiting,
            )
            for meeting in row.meetings
        ]
    return found


def _by_start(row: OpenSession) -> tuple[bool, str, int]:
    start = row.session.starts_on.isoformat() if row.session else ""
    return (row.session is None, start, row.operation.pk)


def _sessions(actor: Actor, operations: dict[int, Operation]) -> dict[int, tuple[Session, LiveSeats]]:
    region = Q(funding=Candidacy.Funding.REGION)
    rows = list(Session.objects.visible_to(actor).filter(operation__in=operations, ended_on=None).order_by("number"))
    counted = (
        Candidacy.objects.filter(session__in=rows)
        .order_by()
        .values("session_id")
        .annotate(
            taken=Count("pk", filter=region & Q(state__in=TAKES_A_SEAT)),
            offered=Count("pk", filter=region & Q(state="selected")),
            reserve=Count("pk", filter=Q(state="reserve")),
            apart=Count("pk", filter=~region & Q(state__in=TAKES_A_SEAT)),
        )
    )
    counts = {row["session_id"]: {name: int(row[name]) for name in NOBODY} for row in counted}  # type: ignore[literal-required]
    found: dict[int, tuple[Session, LiveSeats]] = {}
    for session in rows:
        seats = LiveSeats(session.seats, **(counts.get(session.pk) or NOBODY))
        found.setdefault(session.operation_id, (session, seats))
    return found
