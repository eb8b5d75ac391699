"""The closing as it shows: the lines of the certificate, its decision, the bonus, what is missing before the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Case, QuerySet, When

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Document
from defi.kernel.numbers import clean_code
from defi.kernel.signing.providers import RECEIVED
from defi.kernel.transitions import Transition
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, Session
from defi.operations.states import OPERATION
from defi.schemes.rulebook import rulebook
from defi.steps.closing.checks import Check, checks
from defi.steps.closing.evidence import Facts, Group
from defi.steps.closing.facts import gather
from defi.steps.closing.models import BonusClaim, ComplianceCertificate, EosClosure
from defi.steps.closing.printing import pieces_of
from defi.steps.closing.rules import ClosingFacts, closing_gaps, issue_faults
from defi.steps.closing.sides import on_both_sides
from defi.steps.closing.states import CERTIFICATE, CLAIM, LIVING
from defi.steps.pairing.models import Finding
from defi.steps.pairing.queries import standing


def closing_facts(operation: Operation, facts: Facts | None = None) -> ClosingFacts:
    """What the closing of an operation looks at. The caller has checked that the actor may read the operation."""
    facts = facts or gather(operation)
    certificate = _last(ComplianceCertificate._base_manager.filter(operation=operation))
    claim = _last(BonusClaim._base_manager.filter(operation=operation))
    closure = EosClosure._base_manager.filter(operation=operation).first()
    return _closing_facts(facts, certificate, claim, closure)


def _closing_facts(
    facts: Facts, certificate: ComplianceCertificate | None, claim: BonusClaim | None, closure: EosClosure | None
) -> ClosingFacts:
    # The claim of a former certificate settles nothing for the one in force.
    mine = claim if claim and certificate and claim.certificate_id == certificate.pk else None
    return ClosingFacts(
        ended_on=facts.ended_on,
        review_held_on=facts.review_held_on,
        conformity=facts.conformity,
        found_on=facts.found_on,
        certificate=certificate.state if certificate else "",
        claim=mine.state if mine else "",
        eos_closed_on=closure.closed_on if closure else None,
    )


def _last(rows: QuerySet[Any]) -> Any:
    return rows.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """Everything the page of the closing shows. `checks` is empty for who is neither the Region nor the provider."""

    operation: Operation
    session: Session | None
    checks: tuple[Check, ...]
    certificate: ComplianceCertificate | None
    certificate_moves: tuple[Transition, ...]
    issue_faults: tuple[str, ...]
    claim: BonusClaim | None
    claims_before: tuple[BonusClaim, ...]
    claim_moves: tuple[Transition, ...]
    eos_closed_on: date | None
    gaps: tuple[str, ...]
    inside: bool
    leads: bool
    pilots: bool
    holds: bool
    both_sides: bool
    may_close: bool
    office_waits: bool

    @property
    def training(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.group == Group.TRAINING)

    @property
    def commitments(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.group == Group.COMMITMENT)

    @property
    def balance(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.group == Group.BALANCE)

    @property
    def found(self) -> int:
        return sum(check.found for check in self.checks)

    @property
    def started(self) -> bool:
        return self.session is not None and self.session.started_on is not None

    @property
    def may_record_eos_closed(self) -> bool:
        ended = self.session is not None and self.session.ended_on is not None
        return self.leads and ended and self.eos_closed_on is None and self.operation.state == "running"

    def may(self, verb: str) -> bool:
        """Whether the actor may start this verb from what stands."""
        return any(move.name == verb for move in (*self.certificate_moves, *self.claim_moves))

    @property
    def waits_for_facts(self) -> bool:
        """Refused or withdrawn, and nothing new in the file: a new request would meet the same answer."""
        gone = self.certificate is not None and self.certificate.state in {"refused", "withdrawn"}
        return gone and bool(self.issue_faults) and self.operation.state == "running"

    @property
    def without_right(self) -> bool:
        """No certificate stands, or can stand as things are: there is no bonus to wait for."""
        return self.certificate is not None and self.certificate.state in {"refused", "withdrawn"}

    may_request = property(partial(may, verb="certificate.request"))
    may_resubmit = property(partial(may, verb="certificate.resubmit"))
    may_ask_correction = property(partial(may, verb="certificate.ask_correction"))
    may_refuse = property(partial(may, verb="certificate.refuse"))
    may_withdraw = property(partial(may, verb="certificate.withdraw"))
    may_send = property(partial(may, verb="claim.send"))
    may_resend = property(partial(may, verb="claim.resend"))
    may_waive = property(partial(may, verb="claim.waive"))
    may_record_eos = property(partial(may, verb="claim.record_eos"))

    @property
    def may_issue(self) -> bool:
        return self.may("certificate.issue") and not self.issue_faults


def closing_page(actor: Actor, operation: Operation) -> ClosingPage:
    """The closing of an operation this actor may see, in a constant number of queries."""
    mine, officer = leads(actor, operation), pilots(actor, operation)
    inside = mine or actor.in_region
    facts = gather(operation)
    found = tuple(checks(rulebook(operation.scheme, operation.rulebook_version), facts))
    certificate = _last(
        ComplianceCertificate.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("document", "issued_by")
        .defer("document__content")
    )
    claims = list(
        BonusClaim.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("document", "holder", "certificate")
        .defer("document__content")
        .order_by("-pk")
    )
    closure = EosClosure.objects.visible_to(actor).filter(operation=operation).first()
    claim = claims[0] if claims else None
    gaps = tuple(closing_gaps(_closing_facts(facts, certificate, claim, closure)))
    faults = tuple(issue_faults(facts.conformity, facts.found_on, found))
    running = operation.state == "running"
    holds = mine and operation.holder_id == actor.organisation_id
    return ClosingPage(
        operation=operation,
        session=Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first(),
        checks=found if inside else (),
        certificate=certificate,
        certificate_moves=_certificate_moves(actor, certificate, running=running, faulty=bool(faults))
        if mine or officer
        else (),
        issue_faults=faults if inside else (),
        claim=claim,
        claims_before=tuple(claims[1:]),
        claim_moves=_claim_moves(actor, certificate, claim, allowed=running and holds),
        eos_closed_on=closure.closed_on if closure else None,
        gaps=gaps if inside and running else (),
        inside=inside,
        leads=mine,
        pilots=officer,
        holds=holds,
        both_sides=officer and on_both_sides(actor, operation),
        may_close=officer and running and bool(OPERATION.open_to(actor, operation.state)),
        office_waits=actor.who is Who.PAYING_OFFICE and claim is not None and claim.state in {"sent", "granted"},
    )


def _certificate_moves(
    actor: Actor, certificate: ComplianceCertificate | None, *, running: bool, faulty: bool
) -> tuple[Transition, ...]:
    state = certificate.state if certificate else ""
    moves = CERTIFICATE.open_to(actor, state)
    if not running:
        # A closed file is read, save that a wrong certificate may still be withdrawn.
        return tuple(move for move in moves if move.name == "certificate.withdraw")
    # Once refused, asking again with the same facts would be refused again.
    if state in {"refused", "withdrawn"} and not faulty:
        moves += CERTIFICATE.open_to(actor, "")
    return tuple(moves)


def _claim_moves(
    actor: Actor, certificate: ComplianceCertificate | None, claim: BonusClaim | None, *, allowed: bool
) -> tuple[Transition, ...]:
    if not allowed or certificate is None or certificate.state != "issued":
        return ()
    if claim is None or claim.state not in LIVING:
        moves = CLAIM.open_to(actor, "")
        return tuple(m for m in moves if m.name != "claim.waive" or claim is None or claim.state != "waived")
    return tuple(CLAIM.open_to(actor, claim.state))


@dataclass(frozen=True, slots=True)
class ClosingCard:
    """The closing as it shows on the page of the operation."""

    operation_id: int
    inside: bool
    certificate: ComplianceCertificate | None
    claim: BonusClaim | None
    closed_on: date | None


def card(actor: Actor, operation: Operation) -> ClosingCard:
    """The states of the certificate and of the bonus, as far as this actor may know of them."""
    return ClosingCard(
        operation_id=operation.pk,
        inside=actor.in_region or leads(actor, operation),
        certificate=_last(ComplianceCertificate.objects.visible_to(actor).filter(operation=operation)),
        claim=_last(BonusClaim.objects.visible_to(actor).filter(operation=operation)),
        closed_on=operation.closed_on,
    )


@dataclass(frozen=True, slots=True)
class ClaimFilters:
    """What the list of claims is narrowed to; empty means all."""

    state: str = ""
    kind: str = ""
    basin: int | None = None


def claims(actor: Actor, filters: ClaimFilters) -> QuerySet[BonusClaim]:
    """The claims this actor may see, those that wait for a decision first, the oldest first."""
    rows = (
        BonusClaim.objects.visible_to(actor)
        .exclude(state="waived")
        .select_related("operation__basin", "operation__provider", "holder", "certificate")
    )
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.basin:
        rows = rows.filter(operation__basin=filters.basin)
    waits = Case(When(state="sent", then=0), When(state="granted", then=1), default=2)
    return rows.order_by(waits, "sent_on", "pk")


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim, with what the paying office needs to decide."""

    claim: BonusClaim
    operation: Operation
    session: Session | None
    checks: tuple[Check, ...]
    pieces: tuple[Document, ...]
    moves: tuple[Transition, ...]
    both_sides: bool

    def may(self, verb: str) -> bool:
        """Whether the actor may start this verb from what stands."""
        return any(move.name == verb for move in self.moves)

    may_grant = property(partial(may, verb="claim.grant"))
    may_refuse = property(partial(may, verb="claim.refuse"))
    may_pay = property(partial(may, verb="claim.pay"))


def claim_page(actor: Actor, claim: BonusClaim) -> ClaimPage:
    """A claim this actor may see. The paying office also reads the checks as they stand today."""
    operation = claim.operation
    facts = gather(operation)
    found = checks(rulebook(operation.scheme, operation.rulebook_version), facts)
    decides = actor.who is Who.PAYING_OFFICE
    moves: Sequence[Transition] = CLAIM.open_to(actor, claim.state) if decides else ()
    return ClaimPage(
        claim=claim,
        operation=operation,
        session=Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first(),
        checks=tuple(found),
        pieces=tuple(pieces_of(claim.certificate)),
        moves=tuple(m for m in moves if operation.state == "running" or m.name == "claim.pay"),
        both_sides=decides and on_both_sides(actor, operation),
    )


@dataclass(frozen=True, slots=True)
class Verification:
    """What anyone holding a code may check: no personal data. Counts are those of the finding, None for other kinds."""

    number: str
    code: str
    kind: str
    made_on: date
    sha256: str
    valid: bool
    title: str = ""
    provider: str = ""
    basin: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    withdrawn_on: date | None = None
    cancelled_on: date | None = None
    seats: int | None = None
    entered: int | None = None
    paired: int | None = None
    minimum: int | None = None
    conformity_label: str = ""


def verification(code: str) -> Verification | None:
    """The certificate, or any numbered document, of this code as a person types it; None when there is none."""
    wanted = clean_code(code)
    if not wanted:
        return None
    with scope(TASK):
        certificate = (
            ComplianceCertificate.objects.filter(code=wanted)
            .select_related("operation__provider", "operation__basin", "document")
            .defer("document__content")
            .first()
        )
        if certificate is not None and certificate.document is not None:
            return _of_certificate(certificate, certificate.document)
        document = Document.objects.filter(code=wanted).exclude(kind=RECEIVED).defer("content").first()
    if document is None:
        return None
    return Verification(
        number=document.number,
        code=document.code,
        kind=document.kind,
        made_on=document.made_at.date(),
        sha256=document.sha256,
        valid=document.cancelled_on is None,
        cancelled_on=document.cancelled_on,
    )


def _of_certificate(certificate: ComplianceCertificate, document: Document) -> Verification:
    operation = certificate.operation
    finding = Finding.objects.filter(operation=operation).select_related("session").first()
    session = finding.session if finding else None
    gauge = standing(session) if session else None
    return Verification(
        number=certificate.number or "",
        code=certificate.code or "",
        kind=document.kind,
        made_on=certificate.issued_on or document.made_at.date(),
        sha256=document.sha256,
        valid=certificate.state == "issued",
        title=operation.title,
        provider=operation.provider.name if operation.provider else "",
        basin=operation.basin.name,
        starts_on=session.started_on or session.starts_on if session else None,
        ends_on=session.ended_on or session.ends_on if session else None,
        withdrawn_on=certificate.decided_on if certificate.state == "withdrawn" else None,
        seats=finding.seats if finding else None,
        entered=finding.entered if finding else None,
        paired=finding.paired if finding else None,
        minimum=gauge.conformity.minimum if gauge else None,
        conformity_label=gauge.label if gauge else "",
    )
