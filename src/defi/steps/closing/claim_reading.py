"""What a claim rests on, gathered for its named checks, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel.models import Document
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steps.closing.checks import Check, checks
from defi.steps.closing.claim_checks import BALANCE, ClaimFacts, claim_checks
from defi.steps.closing.evidence import Facts
from defi.steps.closing.facts import gather
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.printing import amendments_of, pieces_of
from defi.steps.closing.rules import blocking
from defi.steps.closing.standing import changed_since


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """A claim as it stands today: its named checks, the lines of the certificate behind them, its pieces."""

    session: Session | None
    checks: tuple[Check, ...]
    lines: tuple[Check, ...]
    pieces: tuple[Document, ...]


def read_claim(claim: BonusClaim) -> ClaimReading:
    """The claim under the rulebook of its operation. The caller has checked that the actor may read it."""
    operation = claim.operation
    book = rulebook(operation.scheme, operation.rulebook_version)
    facts = gather(operation)
    session = Session._base_manager.filter(operation=operation).order_by("number").first()
    lines = tuple(checks(book, facts))
    pieces = tuple(pieces_of(claim.certificate))
    found = claim_checks(book, claim_facts(claim, session, book, facts, lines, len(pieces)))
    return ClaimReading(session, tuple(found), lines, pieces)


def claim_facts(
    claim: BonusClaim,
    session: Session | None,
    book: Rulebook,
    facts: Facts,
    lines: tuple[Check, ...],
    pieces: int,
) -> ClaimFacts:
    """What the named checks look at; `pieces` are those of the certificate, the request being one more."""
    operation: Operation = claim.operation
    paid = BonusClaim._base_manager.filter(operation=operation, state="paid").exclude(pk=claim.pk)
    return ClaimFacts(
        kind=claim.kind,
        sent_on=claim.sent_on,
        amount=claim.amount,
        amount_due=book.bonus_on(claim.sent_on),
        order_number=claim.order_number,
        session_order=session.order_number if session else "",
        eos_number=session.eos_number if session else "",
        eos_requested_on=claim.eos_requested_on,
        eos_kind=claim.eos_kind,
        certificate=claim.certificate.state,
        certificate_number=claim.certificate.number or "",
        held_by_holder=claim.holder_id == operation.holder_id,
        holder=claim.holder.name,
        conformity=facts.conformity,
        found_on=facts.found_on,
        started_on=facts.started_on,
        balance=tuple(blocking(lines, "balance")) if claim.kind == BALANCE else (),
        pieces=pieces + (claim.document_id is not None),
        amendments=amendments_of(claim.certificate).count(),
        paid_before=paid.exists(),
        stale=changed_since(claim.certificate, session, paid=claim.paid_on is not None),
        rules=_("%(title)s, version %(version)s") % {"title": book.title, "version": book.version},
        decided_on=claim.decided_on,
        paid_on=claim.paid_on,
    )
