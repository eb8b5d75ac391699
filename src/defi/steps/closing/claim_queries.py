"""The claims as they show: the list of the paying office, and one claim with what the office needs to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Case, QuerySet, When

from defi.kernel.access import Actor, Who
from defi.kernel.models import Document
from defi.kernel.transitions import Transition
from defi.operations.access import leads
from defi.operations.models import Operation, Session
from defi.steps.closing.checks import Check
from defi.steps.closing.claim_checks import claim_gaps, to_explain
from defi.steps.closing.claim_reading import read_claim
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.payments import Payment, payments
from defi.steps.closing.queries import corrections_of
from defi.steps.closing.rounds import Round, rounds
from defi.steps.closing.sides import on_both_sides
from defi.steps.closing.states import CLAIM

AFTER_THE_END = frozenset({"claim.pay", "claim.correct_payment"})


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
    """One claim, with what the paying office needs to decide, and what it decided before."""

    claim: BonusClaim
    operation: Operation
    session: Session | None
    controls: tuple[Check, ...]
    checks: tuple[Check, ...]
    pieces: tuple[Document, ...]
    moves: tuple[Transition, ...]
    both_sides: bool
    rounds: tuple[Round, ...]
    corrections: tuple[Payment, ...]
    may_control: bool
    leads: bool

    def may(self, verb: str) -> bool:
        """Whether the actor may start this verb from what stands."""
        return any(move.name == verb for move in self.moves)

    @property
    def gaps(self) -> list[Check]:
        return claim_gaps(self.controls)

    @property
    def changed_since_paid(self) -> bool:
        """Whether what was paid for is no more what the certificate says: shown, it blocks nothing."""
        past = any(check.key == "unchanged" and not check.found for check in self.controls)
        return self.claim.state == "paid" and past

    may_grant = property(partial(may, verb="claim.grant"))
    may_refuse = property(partial(may, verb="claim.refuse"))
    may_pay = property(partial(may, verb="claim.pay"))
    may_correct_payment = property(partial(may, verb="claim.correct_payment"))

    @property
    def differing(self) -> list[Check]:
        """What contradicts the claim without blocking: who grants says why."""
        return to_explain(self.controls)


def claim_page(actor: Actor, claim: BonusClaim) -> ClaimPage:
    """A claim this actor may see, its named checks and the lines of the certificate as they stand today."""
    operation = claim.operation
    reading = read_claim(claim)
    decides = actor.who is Who.PAYING_OFFICE
    moves: Sequence[Transition] = CLAIM.open_to(actor, claim.state) if decides else ()
    both = decides and on_both_sides(actor, operation)
    paid = payments([claim])
    return ClaimPage(
        claim=claim,
        operation=operation,
        session=reading.session,
        controls=reading.checks if claim.state != "waived" else (),
        checks=reading.lines,
        pieces=reading.pieces,
        moves=tuple(m for m in moves if operation.state == "running" or m.name in AFTER_THE_END),
        both_sides=both,
        rounds=tuple(rounds(actor, paid, claim=claim)),
        corrections=corrections_of(paid),
        may_control=decides and not both and claim.state in {"sent", "correction", "granted"},
        leads=leads(actor, operation),
    )
