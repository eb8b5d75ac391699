"""Reads proposals, lots and the answer of the Region. Fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.steps.offer.lots import covering_lots, facts_of
from defi.steps.offer.models import Lot, Proposal, RouteDecision, Tender
from defi.steps.offer.rules import BY_A_MARKET, exclusivity


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """The proposals this actor may see: those that wait for somebody first, the oldest of them on top."""
    rows = Proposal.objects.visible_to(actor).select_related("provider", "job", "basin", "lot", "operation")
    return rows.prefetch_related("employers").order_by("decided_on", "proposed_on", "pk")


def lots(actor: Actor) -> QuerySet[Lot]:
    """The lots this actor may see, those still valid first."""
    rows = Lot.objects.visible_to(actor).select_related("holder").prefetch_related("jobs", "basins")
    return rows.order_by("-valid_to", "market_number", "number")


@dataclass(frozen=True, slots=True)
class Answer:
    """How the Region answers an operation: the decision in force, the former ones, its tender, the lots that cover."""

    operation: Operation
    decision: RouteDecision | None
    former: list[RouteDecision] = field(default_factory=list)
    tender: Tender | None = None
    covering: list[Lot] = field(default_factory=list)
    has_started: bool = False

    @property
    def exclusivity(self) -> str:
        """What the holder of the chosen market may claim, else that of the first market that covers the need."""
        if self.decision and self.decision.lot and self.decision.route in BY_A_MARKET:
            return exclusivity(facts_of(self.decision.lot))
        return exclusivity(facts_of(self.covering[0])) if self.covering and self.decision is None else ""

    @property
    def can_change(self) -> bool:
        """Whether another answer may still be decided."""
        return self.operation.state == "running" and not self.has_started and self.tender is None


def answer(actor: Actor, operation: Operation) -> Answer:
    """The answer as this actor may see it: only the Region sees tenders and the lots of everybody."""
    rows = list(
        RouteDecision.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("lot__holder", "decided_by")
        .order_by("-pk")
    )
    in_force = next((row for row in rows if row.superseded_on is None), None)
    tenders = Tender.objects.visible_to(actor).filter(operation=operation).exclude(state="unsuccessful")
    session = Session.objects.visible_to(actor).filter(operation=operation).exclude(started_on=None)
    return Answer(
        operation=operation,
        decision=in_force,
        former=[row for row in rows if row.superseded_on],
        tender=tenders.select_related("holder").first(),
        covering=_covering(actor, operation),
        has_started=session.exists(),
    )


def _covering(actor: Actor, operation: Operation) -> list[Lot]:
    if not actor.in_region:
        return []
    return covering_lots(operation.region_id, operation.job, operation.basin, clock.today())


def card(actor: Actor, operation: Operation) -> Answer:
    """The step as the operation page shows it."""
    return answer(actor, operation)
