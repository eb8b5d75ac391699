"""What the journey reads of an operation: plain values, so that the rules stay pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Waiting:
    """A party that has not answered yet: its kind (officer, provider, employer, prescriber…) and its organisation."""

    party: str
    organisation_id: int | None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What one firm still has to do, how many times; the first by its date, and its row.

    `tutors`: of these, how many each tutor has and the first of theirs, by the id of the person (as text, for JSON)."""

    organisation_id: int
    n: int
    due_on: date | None = None
    first_id: int | None = None
    tutors: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A half-day whose sheet is not locked, and the trainer it names when that is a person."""

    on: date
    trainer_id: int | None


@dataclass(frozen=True, slots=True)
class HeldSheet:
    """A sheet on which signatures wait for a person: how many, since when they came."""

    sheet_id: int
    n: int
    since: date


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A signed paper that nobody has read yet, since when; the trainers (ids) of its half-days."""

    since: date
    trainers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Dates and number of the session."""

    starts_on: date
    ends_on: date
    seats: int
    eos_number: str
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class MomentFacts:
    """A moment of the follow-up: when the first situation still missing is due, when the report left."""

    key: str
    first_due_on: date | None
    last_due_on: date | None
    missing: int
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """One operation, as far as its journey goes. Dates are the days the facts were recorded for; None: not yet."""

    opened_on: date
    origin: str
    running: bool
    provider_id: int | None
    holder_id: int | None
    region_id: int
    session: SessionFacts | None = None
    needs_on: date | None = None
    profile_on: date | None = None
    route: str = ""
    route_on: date | None = None
    tender: str = ""
    tender_on: date | None = None
    plan: str = ""
    plan_on: date | None = None
    plan_approved_on: date | None = None
    plan_since: date | None = None
    plan_waits: tuple[Waiting, ...] = ()
    # During the training: whose approval a change cancelled and when, the request there is.
    plan_again: tuple[Owed, ...] = ()
    change: str = ""
    change_id: int | None = None
    change_on: date | None = None
    preparatory_on: date | None = None
    preparatory_planned_on: date | None = None
    team_named: bool = False
    sourcing_lines: int = 0
    eos_on: date | None = None
    verdict: str = ""
    certifiable: bool = False
    paired: int = 0
    people: int = 0
    found_on: date | None = None
    options_on: date | None = None
    forwarded_on: date | None = None
    held_on: date | None = None
    convention: str = ""
    sent_on: date | None = None
    signed_on: date | None = None
    convention_cancelled_on: date | None = None
    amendment_on: date | None = None
    amendment_sent_on: date | None = None
    amendment_unsigned: tuple[Waiting, ...] = ()
    save_the_date_on: date | None = None
    invited_on: date | None = None
    unsigned: tuple[Waiting, ...] = ()
    last_report_on: date | None = None
    sheets: tuple[OpenSheet, ...] = ()
    held: tuple[HeldSheet, ...] = ()
    papers: tuple[WaitingPaper, ...] = ()
    not_called: int = 0
    unexplained: tuple[date, ...] = ()
    agreements: tuple[Owed, ...] = ()
    presences: tuple[Owed, ...] = ()
    opinions: tuple[Owed, ...] = ()
    # What the training organisation itself owes of its periods (`Owed.organisation_id` is then 0).
    preparations: tuple[Owed, ...] = ()
    interrupted: tuple[Owed, ...] = ()
    endings: tuple[Owed, ...] = ()
    debriefs: tuple[Owed, ...] = ()
    contracts: tuple[Owed, ...] = ()
    # Whom each firm was asked to confirm at the moment open, since when (`Owed.due_on`).
    confirmations: tuple[Owed, ...] = ()
    # What firms owe before the pairing: an answer on those they met, a signature, their agreement to be named.
    answers: tuple[Owed, ...] = ()
    promises: tuple[Owed, ...] = ()
    notices: tuple[Owed, ...] = ()
    review_on: date | None = None
    certificate: str = ""
    certificate_on: date | None = None
    issued_on: date | None = None
    # Since when the session has other dates or seats than the certificate issued last, in force or withdrawn.
    former_facts_on: date | None = None
    claim: str = ""
    claim_on: date | None = None
    eos_closed_on: date | None = None
    closed_on: date | None = None
    moments: tuple[MomentFacts, ...] = field(default=())
