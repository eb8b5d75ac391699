"""What an operation taught, for whoever designs the next one: what was said at its bilan, its results as counts.

Source: process.md, step 8 and "Capitalisation"; nobody is named."""

from __future__ import annotations

from dataclasses import dataclass

from defi.kernel.access import Actor
from defi.operations.models import Meeting, Operation
from defi.steps.review.models import ReviewPoint
from defi.steps.review.queries import PointLine, ReviewCard, card


@dataclass(frozen=True, slots=True)
class Learnt:
    """The points of the bilan, lessons first, and its counts; without a bilan held, nothing but the counts."""

    operation_id: int
    points: tuple[PointLine, ...]
    card: ReviewCard


ORDER = (ReviewPoint.Kind.LESSON, ReviewPoint.Kind.IMPROVEMENT, ReviewPoint.Kind.STRONG)
"""Who designs looks first for what to do otherwise."""


def learnt(actor: Actor, operation: Operation) -> Learnt:
    """What is known of an operation this actor may see, in four queries."""
    rows = (
        ReviewPoint.objects.visible_to(actor)
        .filter(operation=operation, meeting__kind=Meeting.Kind.REVIEW, meeting__held_on__isnull=False)
        .order_by("pk")
    )
    points = [PointLine(row.kind, row.get_kind_display(), row.get_voice_display(), row.text) for row in rows]
    order = [str(kind) for kind in ORDER]
    return Learnt(
        operation.pk,
        tuple(sorted(points, key=lambda point: order.index(point.kind))),
        card(actor, operation),
    )
