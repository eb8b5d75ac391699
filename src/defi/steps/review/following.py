"""Of whom something is still to be known: promises without an end, results at the certification."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet

from defi.operations.models import Operation
from defi.steps.design.models import TrainingPlan
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire
from defi.steps.sourcing.models import Candidacy

STILL_THERE = ("entered", "completed")
ENTERED = ("entered", "left", "completed")


def promises_to_follow(operation: Operation) -> list[Promise]:
    """One promise of each employer that has somebody without known outcome: to whom contracts are asked."""
    rows = (
        without_outcome([operation.pk])
        .select_related("post__promise__employer", "post__promise__signatory")
        .order_by("post__promise_id", "pk")
    )
    found: dict[int, Promise] = {}
    for row in rows:
        found.setdefault(row.post.promise.employer_id, row.post.promise)
    return list(found.values())


def firms_to_ask(operations: Iterable[int]) -> dict[int, dict[int, int]]:
    """By operation, each employer that has people without known outcome, and how many. One query."""
    rows = without_outcome(operations).order_by("post__promise__employer_id").values("operation_id")
    found: dict[int, dict[int, int]] = defaultdict(dict)
    counted = rows.annotate(firm=F("post__promise__employer_id"), n=Count("pk"))
    for operation_id, firm, n in counted.values_list("operation_id", "firm", "n"):
        found[operation_id][firm] = n
    return found


def results_unknown(operation: Operation) -> Counter[str]:
    """How many of those who entered have no result at the certification: « left » before the end, or « stayed »."""
    rows = Candidacy._base_manager.filter(operation=operation, state__in=ENTERED)
    rows = rows.exclude(pk__in=CertificationResult._base_manager.filter(operation=operation).values("candidacy"))
    return Counter("left" if state == "left" else "stayed" for state in rows.values_list("state", flat=True))


def results_awaited(operation: Operation) -> int:
    """How many stayed to the end of a training that aims at a certification, and have no result: none is noted any
    more once the operation is closed."""
    plan = TrainingPlan._base_manager.filter(operation=operation)
    if not plan.exclude(certification=None, certification_label="").exists():
        return 0
    return results_unknown(operation)["stayed"]


def outcomes_unknown(operation: Operation) -> int:
    """How many promises in force are still to be followed: neither a contract nor why there is none."""
    return without_outcome([operation.pk]).count()


def without_outcome(operations: Iterable[int]) -> QuerySet[Pairing]:
    """The pairings in force of people still there, of whom no contract is known, nor why there is none."""
    ids = list(operations)
    told = Q(candidacy__in=EmploymentContract._base_manager.filter(operation__in=ids).values("candidacy")) | Q(
        candidacy__in=NoHire._base_manager.filter(operation__in=ids).values("candidacy")
    )
    rows = Pairing._base_manager.filter(operation__in=ids, state="active", candidacy__state__in=STILL_THERE)
    return rows.exclude(told)
