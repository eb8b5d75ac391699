"""The closing as it shows: the lines of the certificate, its decision, the bonus, what is missing before the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeGuard

from django.db.models import QuerySet

from defi.kernel.access import Actor, Who
from defi.kernel.transitions import Transition
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, Session
from defi.operations.states import OPERATION
from defi.schemes.rulebook import rulebook
from defi.steps.closing.checks import Check, checks
from defi.steps.closing.evidence import Facts, Group
from defi.steps.closing.facts import gather
from defi.steps.closing.models import BonusClaim, ComplianceCertificate, EosClosure
from defi.steps.closing.payments import Payment, payments
from defi.steps.closing.rounds import NOTHING_MOVED, Moved, Round, moved_since, rounds, with_words
from defi.steps.closing.rules import ClosingFacts, closing_gaps, issue_faults
from defi.steps.closing.sides import on_both_sides
from defi.steps.closing.standing import stale_of
from defi.steps.closing.states import CERTIFICATE, CLAIM, LIVING
from defi.steps.review.following import results_awaited


def closing_facts(operation: Operation, facts: Facts | None = None) -> ClosingFacts:
    """What the closing of an operation looks at. The caller has checked that the actor may read the operation."""
    facts = facts or gather(operation)
    certificate = _last(ComplianceCertificate._base_manager.filter(operation=operation))
    claim = _last(BonusClaim._base_manager.filter(operation=operation))
    closure = EosClosure._base_manager.filter(operation=operation).first()
    return _closing_facts(operation, facts, certificate, claim, closure)


def _closing_facts(
    operation: Operation,
    facts: Facts,
    certificate: ComplianceCertificate | None,
    claim: BonusClaim | None,
    closure: EosClosure | None,
) -> ClosingFacts:
    book = rulebook(operation.scheme, operation.rulebook_version)
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
        sheets_open=facts.sheets_open if "sheets" in book.closing_asks else 0,
        periods_open=facts.periods - facts.periods_over if "periods" in book.closing_asks else 0,
        amendments_waiting=facts.amendments_waiting if "amendment" in book.closing_asks else 0,
        results_unknown=results_awaited(operation) if "results" in book.closing_asks else 0,
    )


def _last(rows: QuerySet[Any]) -> Any:
    return rows.order_by("-pk").first()


DECISIONS = frozenset({"certificate.issue", "certificate.sign", "certificate.countersign"})


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
    rounds: tuple[Round, ...] = ()
    certificates_before: tuple[ComplianceCertificate, ...] = ()
    stale: tuple[str, ...] = ()
    stale_blocks: bool = False
    paid: bool = False
    corrections: tuple[Payment, ...] = ()
    moved: Moved = NOTHING_MOVED

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
    may_explain = property(partial(may, verb="certificate.explain"))
    may_ask_correction = property(partial(may, verb="certificate.ask_correction"))
    may_refuse = property(partial(may, verb="certificate.refuse"))
    may_send_back = property(partial(may, verb="certificate.send_back"))
    may_withdraw = property(partial(may, verb="certificate.withdraw"))
    may_send = property(partial(may, verb="claim.send"))
    may_resend = property(partial(may, verb="claim.resend"))

    @property
    def claim_waits(self) -> bool:
        """Whether the bonus cannot be asked, or asked again, because the certificate says former facts (`stale`)."""
        return self.stale_blocks and bool(self.stale) and (self.may_send or self.may_resend)

    @property
    def payment_waits(self) -> bool:
        """Whether a bonus that was granted cannot be paid, for the same reason."""
        granted = self.claim is not None and self.claim.state == "granted"
        return self.stale_blocks and bool(self.stale) and granted

    may_waive = property(partial(may, verb="claim.waive"))
    may_record_eos = property(partial(may, verb="claim.record_eos"))

    @property
    def may_issue(self) -> bool:
        return self.may("certificate.issue") and not self.issue_faults

    @property
    def may_sign(self) -> bool:
        return self.may("certificate.sign") and not self.issue_faults

    @property
    def may_countersign(self) -> bool:
        return self.may("certificate.countersign") and not self.issue_faults

    @property
    def decides(self) -> bool:
        """Whether it is for this actor to say something of the certificate."""
        return any(move.name in DECISIONS for move in self.certificate_moves)


def closing_page(actor: Actor, operation: Operation) -> ClosingPage:
    """The closing of an operation this actor may see, in a constant number of queries."""
    mine, officer = leads(actor, operation), pilots(actor, operation)
    inside = _reads_numbers(actor, mine=mine)
    facts = gather(operation)
    book = rulebook(operation.scheme, operation.rulebook_version)
    found = tuple(checks(book, facts))
    certificates = list(
        ComplianceCertificate.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("document", "sealed", "issued_by", "signed_by")
        .defer("document__content", "sealed__content")
        .order_by("-pk")
    )
    certificate = certificates[0] if certificates else None
    claims = list(
        BonusClaim.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("document", "holder", "certificate")
        .defer("document__content")
        .order_by("-pk")
    )
    closure = EosClosure.objects.visible_to(actor).filter(operation=operation).first()
    claim = claims[0] if claims and not _waived_before(claims[0], certificate) else None
    gaps = tuple(closing_gaps(_closing_facts(operation, facts, certificate, claim, closure)))
    faults = tuple(issue_faults(facts.conformity, facts.found_on, found))
    running = operation.state == "running"
    paid = any(row.state == "paid" and certificate and row.certificate_id == certificate.pk for row in claims)
    holds = mine and operation.holder_id == actor.organisation_id
    told = rounds(actor, certificate=certificate) if inside and certificate else []
    session = Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first()
    return ClosingPage(
        operation=operation,
        session=session,
        checks=with_words(found, told) if inside else (),
        certificate=certificate,
        certificate_moves=_certificate_moves(
            actor, certificate, running=running, faulty=bool(faults), second=book.second_signature, paid=paid
        )
        if mine or officer or actor.who is Who.STEERING
        else (),
        issue_faults=faults if inside else (),
        claim=claim,
        claims_before=tuple(row for row in claims if row is not claim),
        claim_moves=_claim_moves(actor, certificate, claim, allowed=running and holds),
        eos_closed_on=closure.closed_on if closure else None,
        gaps=gaps if inside and running else (),
        inside=inside,
        leads=mine,
        pilots=officer,
        holds=holds,
        both_sides=(officer or actor.who is Who.STEERING) and on_both_sides(actor, operation),
        may_close=officer and running and bool(OPERATION.open_to(actor, operation.state)),
        office_waits=actor.who is Who.PAYING_OFFICE and claim is not None and claim.state in {"sent", "granted"},
        rounds=tuple(told),
        certificates_before=tuple(certificates[1:]) if inside else (),
        stale=stale_of(certificate, session, paid=paid) if inside else (),
        paid=paid,
        stale_blocks="unchanged" in book.claim_blocks,
        corrections=corrections_of(payments([claim])) if claim else (),
        moved=moved_since(certificate.checks, found) if inside and _reopened(certificate) else NOTHING_MOVED,
    )


def corrections_of(paid: Sequence[Payment]) -> tuple[Payment, ...]:
    return tuple(one for one in paid if one.corrects)


def _reads_numbers(actor: Actor, *, mine: bool) -> bool:
    """Who runs the training and the Region; the Cabinet, which invites to the signing, reads the states only: the lines
    and the claim tell how few were hired."""
    return mine or (actor.in_region and actor.who is not Who.CABINET)


def _waived_before(claim: BonusClaim, certificate: ComplianceCertificate | None) -> bool:
    """Whether the holder gave it up on a former certificate: of the one in force it said nothing yet."""
    if certificate is None or certificate.state != "issued":
        return False
    return claim.state == "waived" and claim.certificate_id != certificate.pk


def _reopened(certificate: ComplianceCertificate | None) -> TypeGuard[ComplianceCertificate]:
    """Whether a decision was taken, and another is awaited."""
    return certificate is not None and bool(certificate.checks) and certificate.state in {"requested", "correction"}


def _certificate_moves(
    actor: Actor, certificate: ComplianceCertificate | None, *, running: bool, faulty: bool, second: str, paid: bool
) -> tuple[Transition, ...]:
    state = certificate.state if certificate else ""
    # One signature or two: the rulebook leaves one of these ways open. Once paid on, none is withdrawn.
    closed = {"certificate.issue" if second else "certificate.sign", "certificate.withdraw" if paid else ""}
    moves = [move for move in CERTIFICATE.open_to(actor, state) if move.name not in closed]
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
        waived = claim is not None and claim.state == "waived" and claim.certificate_id == certificate.pk
        return tuple(m for m in moves if m.name != "claim.waive" or not waived)
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
        inside=_reads_numbers(actor, mine=leads(actor, operation)),
        certificate=_last(ComplianceCertificate.objects.visible_to(actor).filter(operation=operation)),
        claim=_last(BonusClaim.objects.visible_to(actor).filter(operation=operation)),
        closed_on=operation.closed_on,
    )
