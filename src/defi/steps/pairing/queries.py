"""Reads the facts the gauge and the board need. Numbers of queries do not depend on the number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import prefetch_related_objects

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation, Session
from defi.schemes.conformity import Conformity, Counts, Decision, conformity, minimum_for
from defi.schemes.contracts import aim_conforms
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steps.pairing.models import Admission, Finding, Pairing, Promise
from defi.steps.pairing.rules import (
    Change,
    Span,
    Worth,
    label_of,
    out_of_step,
    paired_on,
    say,
    say_past,
    say_to_confirm,
    worth_on,
)
from defi.steps.sourcing.models import Candidacy

EXPECTED = ("confirmed", "entered", "completed")
RETAINED = ("selected", "reserve")
SEATED = ("selected", "confirmed", "entered")
"""Who has a seat; the reserve waits for one, who was merely met was given none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The gauge of a session: the judgement, and whether it is a forecast or the finding of the start."""

    conformity: Conformity
    is_finding: bool
    found_on: date | None
    decision_reason: str = ""
    # Before the start: pairings of people retained who have not confirmed yet, and the minimum if every seat is filled.
    to_confirm: int = 0
    minimum_if_full: int | None = None
    decision: Decision | None = None
    past: bool = False  # how it stood on a day gone by: told in the past

    @property
    def minimum_shown(self) -> int | None:
        """The minimum to draw: that of the people counted, else that of all the seats."""
        return self.conformity.minimum or self.minimum_if_full

    @property
    def sentence(self) -> str:
        if self.past:
            return say_past(self.conformity, self.to_confirm)
        sentence = say(self.conformity, is_finding=self.is_finding, to_confirm=self.to_confirm)
        return f"{sentence} {say_to_confirm(self.to_confirm)}" if self.to_confirm else sentence

    @property
    def label(self) -> str:
        return label_of(self.conformity, is_finding=self.is_finding)


def book_of(operation: Operation) -> Rulebook:
    """The rulebook an operation is judged by."""
    return rulebook(operation.scheme, operation.rulebook_version)


def session_conformity(session: Session) -> Conformity:
    """The judgement of one session, as it stands now."""
    return standings([session])[session.pk].conformity


def standing(session: Session) -> Standing:
    """The gauge of one session, as it stands now."""
    return standings([session])[session.pk]


def standings(sessions: Iterable[Session]) -> dict[int, Standing]:
    """The gauges of many sessions in five queries, and one for their operations when they are not at hand.

    No person is read, only counts: any scope will do."""
    by_id = {session.pk: session for session in sessions}
    with scope(TASK):
        prefetch_related_objects(list(by_id.values()), "operation")
        findings = {f.session_id: f for f in Finding.objects.filter(session__in=by_id)}
        admissions = {a.session_id: a for a in Admission.objects.filter(session__in=by_id).exclude(state="superseded")}
        waiting = [pk for pk in by_id if pk not in findings]
        people = _people(waiting, states=(*EXPECTED, *RETAINED))
        spans = _spans(waiting)
    today = clock.today()
    found: dict[int, Standing] = {}
    for pk, session in by_id.items():
        book = book_of(session.operation)
        finding, admission = findings.get(pk), admissions.get(pk)
        expected = [p for p in people[pk] if p.state in EXPECTED]
        retained = frozenset(p.pk for p in people[pk] if p.state in RETAINED and p.funding == Candidacy.Funding.REGION)
        decision = _decision(admission) if admission else None
        counts = _found(finding) if finding else forecast_counts(book, session, expected, spans[pk], today)
        judged = conformity(
            book.conformity,
            counts,
            small_group=finding.small_group if finding else session.small_group,
            decision=decision,
        )
        found[pk] = Standing(
            judged,
            finding is not None,
            finding.found_on if finding else None,
            admission.reason if admission else "",
            to_confirm=0 if finding else paired_on(spans[pk], retained, today),
            minimum_if_full=None if finding else minimum_for(book.conformity, session.seats),
            decision=decision,
        )
    return found


def counts_on(book: Rulebook, session: Session, day: date) -> Counts:
    """The counts of any past day, from the history of pairings: who was confirmed or entered then, who was paired."""
    with scope(TASK):
        people = [person for person in _people([session.pk], states=None)[session.pk] if _present_on(person, day)]
        return forecast_counts(book, session, people, _spans([session.pk], day)[session.pk], day)


def standing_on(session: Session, day: date) -> Standing:
    """The gauge as it stood at the end of a past day, with the decision in force then; no finding, only its history."""
    book = book_of(session.operation)
    session = _as_on(session, day)
    with scope(TASK):
        admission = Admission.objects.filter(session=session, decided_on__lte=day).order_by("-pk").first()
        people = _people([session.pk], states=None)[session.pk]
        spans = _spans([session.pk], day)[session.pk]
    decision = _taken(admission) if admission else None
    there = [person for person in people if _present_on(person, day)]
    region = frozenset(p.pk for p in people if p.funding == Candidacy.Funding.REGION and not _is_gone_on(p, day))
    judged = conformity(
        book.conformity,
        forecast_counts(book, session, there, spans, day),
        small_group=session.small_group,
        decision=decision,
    )
    return Standing(
        judged,
        is_finding=False,
        found_on=None,
        to_confirm=paired_on(spans, region - {p.pk for p in there}, day),
        past=True,
        minimum_if_full=minimum_for(book.conformity, session.seats),
        decision=decision,
    )


def _as_on(session: Session, day: date) -> Session:
    """The session with the seats it had at the end of that day: the journal keeps what each change replaced."""
    next_day = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.PARIS)
    later = JournalEntry.objects.filter(object_type=type_of(session), object_id=session.pk, at__gte=next_day)
    then = copy(session)
    for entry in later.order_by("-pk").values_list("before", flat=True):
        then.seats = entry.get("seats") or then.seats
        then.small_group = entry.get("small_group", then.small_group)
    return then


def finding_counts(book: Rulebook, session: Session, on: date | None = None, entering: Collection[int] = ()) -> Counts:
    """The counts at the start: who entered by then and who of them was paired on that day.

    Before it is fixed, `on` is the day of the start and `entering` the candidacies about to be noted entered."""
    started = on or session.started_on or session.starts_on
    with scope(TASK):
        people = [p for p in _people([session.pk], states=None)[session.pk] if _there_at(p, started, entering)]
        return forecast_counts(book, session, people, _spans([session.pk], started)[session.pk], started)


def _there_at(person: Candidacy, started: date, entering: Collection[int]) -> bool:
    if person.pk in entering:
        return True
    entered = person.entered_on is not None and person.entered_on <= started
    return entered and (person.left_on is None or person.left_on > started)


def finding_to_come(session: Session, on: date, entering: Collection[int]) -> Standing:
    """The finding that starting the session that day with these people would fix, before anybody clicks."""
    book = book_of(session.operation)
    with scope(TASK):
        admission = Admission.objects.filter(session=session).exclude(state="superseded").first()
    counts = finding_counts(book, session, on, entering)
    judged = conformity(
        book.conformity, counts, small_group=session.small_group, decision=_decision(admission) if admission else None
    )
    return Standing(judged, is_finding=True, found_on=on)


def _taken(admission: Admission) -> Decision:
    """A decision as it was taken, even if another has taken its place since: the journal holds its first state."""
    rows = JournalEntry.objects.filter(object_type=type_of(admission), object_id=admission.pk).order_by("pk")
    first = rows.values_list("after__state", flat=True).first()
    return Decision(first == "admitted", admission.paired, admission.counted)


def _decision(admission: Admission) -> Decision:
    return Decision(admission.state == "admitted", admission.paired, admission.counted)


def forecast_counts(book: Rulebook, session: Session, people: list[Candidacy], spans: list[Span], day: date) -> Counts:
    """Counts over these people: Region-funded ones and those paired; the other funding apart."""
    region = frozenset(p.pk for p in people if p.funding == Candidacy.Funding.REGION)
    apart = [p for p in people if p.funding != Candidacy.Funding.REGION]
    return Counts(
        seats=session.seats,
        people=len(region),
        paired=paired_on(spans, region, day),
        apart=len(apart),
        apart_conforming=sum(aim_conforms(book, p.aim_contract, p.aim_months) for p in apart),
    )


def paired_by_firm(session: Session) -> list[list[Pairing]]:
    """The living pairings of a session, together by the firm that promises. Must run in an open scope."""
    rows = Pairing.objects.filter(candidacy__session=session, state="active")
    by_firm: dict[int, list[Pairing]] = defaultdict(list)
    for row in rows.select_related("post__promise__employer", "post__promise__signatory").order_by("pk"):
        by_firm[row.post.promise.employer_id].append(row)
    return list(by_firm.values())


def _found(finding: Finding) -> Counts:
    return Counts(finding.seats, finding.entered, finding.paired, finding.apart, finding.apart_conforming)


def _present_on(person: Candidacy, day: date) -> bool:
    # Who has entered since was awaited from the day they confirmed.
    since = min((known for known in (person.confirmed_on, person.entered_on) if known), default=None)
    return since is not None and since <= day and not _is_gone_on(person, day)


def _is_gone_on(person: Candidacy, day: date) -> bool:
    gone = person.left_on or (
        person.answered_on if person.state in {"withdrawn", "declined", "no_show", "merged"} else None
    )
    return gone is not None and gone <= day


def _people(sessions: Iterable[int], states: tuple[str, ...] | None = EXPECTED) -> dict[int, list[Candidacy]]:
    rows = Candidacy.objects.filter(session__in=sessions)
    by_session: dict[int, list[Candidacy]] = defaultdict(list)
    for row in rows.filter(state__in=states) if states else rows:
        by_session[row.session_id].append(row)
    return by_session


def _spans(sessions: Iterable[int], day: date | None = None) -> dict[int, list[Span]]:
    """The pairings of sessions; whether they count is that of `day`, of today when it is left out."""
    rows = list(
        Pairing.objects.filter(candidacy__session__in=sessions).values_list(
            "candidacy__session_id",
            "candidacy_id",
            "paired_on",
            "ended_on",
            "post__promise_id",
            "post__promise__conforms",
            "post__promise__state",
        )
    )
    now = {promise: Worth(conforms, state) for *_rest, promise, conforms, state in rows}
    then = worth_on(now, _changes(list(now), day)) if day else now
    spans: dict[int, list[Span]] = defaultdict(list)
    for session_id, candidacy_id, began, ended, promise, _conforms, _state in rows:
        spans[session_id].append(Span(candidacy_id, began, ended, then[promise].counts))
    return spans


def _changes(promises: Collection[int], day: date) -> list[Change]:
    """What changed in the worth of promises after a day, the newest first: the journal holds it."""
    if not promises:
        return []
    rows = JournalEntry.objects.filter(
        object_type="pairing.promise",
        object_id__in=promises,
        at__gte=datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.PARIS),
    )
    return [
        Change(promise, before.get("conforms"), before.get("state"))
        for promise, before in rows.order_by("-pk").values_list("object_id", "before")
    ]


def step_warning(promise: Promise) -> str:
    """The warning when the contract of a promise is out of step with the training, for any scope; one query."""
    with scope(TASK):
        session = Session.objects.filter(operation=promise.operation_id).order_by("number").first()
    ends = session.ends_on if session else None
    return out_of_step(promise.contract, promise.starts_on, promise.ends_on, ends)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to a promise: what, when, why. Who did it stands in the journal of the operation."""

    on: date
    label: str
    reason: str


def promise_history(promise: Promise) -> list[Moment]:
    """What became of a promise, the latest first."""
    rows = JournalEntry.objects.filter(object_type=type_of(promise), object_id=promise.pk).select_related("reason")
    return [
        Moment(row.at.astimezone(clock.PARIS).date(), str(VERBS[row.verb].label), row.reason.text if row.reason else "")
        for row in rows.order_by("-pk")
        if row.verb in VERBS
    ]
