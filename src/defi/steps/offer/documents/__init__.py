"""What the offer step prints: the decision on the answer, with its evidence."""

from __future__ import annotations

from defi.steps.offer.documents.route_decision import (
    ROUTE_DECISION,
    Informed,
    LotEvidence,
    RouteDecisionData,
    SessionEvidence,
)

__all__ = ["ROUTE_DECISION", "Informed", "LotEvidence", "RouteDecisionData", "SessionEvidence"]
