"""Counts one operation after another from the facts of the steps: the rows that the figures are sums of.

A set-based count by table, so that an action costs a few queries and a night of 10,000 operations few more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from defi.journey.facts import Facts
from defi.journey.steps import Step
from defi.kernel.access import TASK, scope
from defi.operations.models import Operation
from defi.schemes.conformity import Verdict
from defi.schemes.months import add_months
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steering.models import COUNTS, FigureRow
from defi.steps.closing.models import BonusClaim
from defi.steps.design.models import TrainingPlan
from defi.steps.followup.models import Situation
from defi.steps.followup.rules import EMPLOYED, NOT_REACHED, PROMISED, WORKING
from defi.steps.pairing.models import Finding, Post
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire
from defi.steps.sourcing.models import Candidacy

MOMENTS = ("exit", "m3", "m6")
IN_TRAINING = ("entered", "left", "completed")
OUT = ("left", "completed")
GAVE_UP = ("withdrawn", "no_show", "declined")
DEFI = {Verdict.TARGET, Verdict.ADMITTED}

Counted = dict[str, Any]
_LONGEST_MONTH = 31


def rewrite_figures(
    operations: Sequence[Operation], facts: Mapping[int, Facts], steps: Mapping[int, Sequence[Step]], today: date
) -> None:
    """Write again the row of each of these operations, whose rows are locked by who calls (journey.projection)."""
    by_book: dict[tuple[str, str], list[int]] = defaultdict(list)
    for operation in operations:
        by_book[operation.scheme, operation.rulebook_version].append(operation.pk)
    counts: dict[int, Counted] = {}
    with scope(TASK):
        for (scheme, version), ids in by_book.items():
            counts |= counted(ids, rulebook(scheme, version), today)
        rows = [_row(o, facts[o.pk], steps[o.pk], counts[o.pk]) for o in operations]
        FigureRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["operation"],
            update_fields=["day", "step", "verdict", *COUNTS],
        )


def counted(ids: Sequence[int], book: Rulebook, today: date) -> dict[int, Counted]:
    """What the tables of the steps say of these operations, which run under this rulebook."""
    found: dict[int, Counted] = {pk: {} for pk in ids}
    for rows in (
        _people(ids, book, today),
        _promises(ids),
        _found(ids),
        _results(ids),
        _contracts(ids),
        _no_hires(ids),
        _situations(ids),
        _claims(ids),
    ):
        for row in rows:
            found[row.pop("operation_id")] |= row
    for pk, price in _prices(ids).items():
        found[pk]["price"] = price
    return found


def _by_operation(rows: QuerySet[Any], **counts: Any) -> QuerySet[Any, dict[str, Any]]:
    found: QuerySet[Any, dict[str, Any]] = rows.order_by().values("operation_id").annotate(**counts)
    return found


def _people(ids: Sequence[int], book: Rulebook, today: date) -> Iterable[Counted]:
    """Candidates, trainees, exits; and whose moment of the follow-up has come, told early or not."""
    due = {}
    months = {moment.key: moment.months for moment in book.moments}
    told = Situation._base_manager.values("candidacy_id")
    for key in MOMENTS:
        if key in months:
            came = Q(left_on__lte=last_exit(months[key], today)) | Q(pk__in=told.filter(moment=key))
            due[f"{key}_due"] = Count("pk", filter=Q(state__in=IN_TRAINING) & came)
    return _by_operation(
        Candidacy.objects.filter(operation__in=ids),
        candidates=Count("pk", filter=~Q(state="merged")),
        confirmed=Count("pk", filter=Q(confirmed_on__isnull=False) & ~Q(state="merged")),
        lost=Count("pk", filter=Q(confirmed_on__isnull=False, state__in=GAVE_UP)),
        entered=Count("pk", filter=Q(state__in=IN_TRAINING)),
        filled_seats=Count("pk", filter=Q(state__in=IN_TRAINING, funding=Candidacy.Funding.REGION)),
        other_funding=Count("pk", filter=Q(state__in=IN_TRAINING) & ~Q(funding=Candidacy.Funding.REGION)),
        left_early=Count("pk", filter=Q(state="left")),
        completed=Count("pk", filter=Q(state="completed")),
        out=Count("pk", filter=Q(state__in=OUT)),
        **due,
    )


def last_exit(months: int, today: date) -> date:
    """The last day of exit whose moment, so many calendar months later, has come today (followup.rules.due_on)."""
    day = add_months(today, -months) + timedelta(days=_LONGEST_MONTH)
    while add_months(day, months) > today:
        day -= timedelta(days=1)
    return day


def _promises(ids: Sequence[int]) -> Iterable[Counted]:
    gone = Q(withdrawn_on__isnull=False) | Q(promise__state="withdrawn")
    return _by_operation(
        Post.objects.filter(operation__in=ids), promised=Count("pk"), withdrawn=Count("pk", filter=gone)
    )


def _found(ids: Sequence[int]) -> Iterable[Counted]:
    return _by_operation(Finding.objects.filter(operation__in=ids), found=Sum("entered"), paired=Sum("paired"))


def _results(ids: Sequence[int]) -> Iterable[Counted]:
    return _by_operation(
        CertificationResult.objects.filter(operation__in=ids, candidacy__state__in=IN_TRAINING),
        certified=Count("pk", filter=Q(result="full")),
        blocks=Count("pk", filter=Q(result="blocks")),
        not_certified=Count("pk", filter=Q(result__in=["failed", "not_presented"])),
        results_of_out=Count("pk", filter=Q(candidacy__state__in=OUT)),
    )


def _contracts(ids: Sequence[int]) -> Iterable[Counted]:
    out = EmploymentContract.objects.filter(operation__in=ids, candidacy__state__in=OUT)
    return _by_operation(
        out,
        hired=Count("candidacy", distinct=True),
        hired_promised=Count("candidacy", distinct=True, filter=Q(promise__isnull=False)),
    )


def _no_hires(ids: Sequence[int]) -> Iterable[Counted]:
    """Those for whom a reason was noted and no contract."""
    hired = EmploymentContract._base_manager.filter(operation__in=ids).values("candidacy_id")
    rows = NoHire.objects.filter(operation__in=ids, candidacy__state__in=OUT).exclude(candidacy__in=hired)
    return _by_operation(rows, not_hired=Count("pk"))


def _situations(ids: Sequence[int]) -> Iterable[Counted]:
    counts: dict[str, Count] = {}
    for key in MOMENTS:
        at, reached = Q(moment=key), Q(moment=key) & ~Q(status=NOT_REACHED)
        counts |= {
            f"{key}_reached": Count("pk", filter=reached),
            f"{key}_working": Count("pk", filter=at & Q(status__in=WORKING)),
            f"{key}_lasting": Count("pk", filter=at & Q(status__in=EMPLOYED, lasting=True)),
            f"{key}_promised": Count("pk", filter=at & Q(status=PROMISED)),
        }
    rows = Situation.objects.filter(operation__in=ids, candidacy__state__in=IN_TRAINING)
    return _by_operation(rows, **counts)


def _claims(ids: Sequence[int]) -> Iterable[Counted]:
    return _by_operation(
        BonusClaim.objects.filter(operation__in=ids).exclude(state="waived"),
        claimed=Count("pk"),
        granted=Count("pk", filter=Q(state__in=["granted", "paid"])),
        refused=Count("pk", filter=Q(state="refused")),
        waiting=Count("pk", filter=Q(state__in=["sent", "correction"])),
        paid=Count("pk", filter=Q(state="paid")),
        paid_sum=Sum("amount", filter=Q(state="paid")),
    )


def _prices(ids: Sequence[int]) -> dict[int, Decimal]:
    """The cost per place that the plan says, in euros."""
    plans = TrainingPlan.objects.filter(operation__in=ids, cost_per_place__isnull=False).order_by("pk")
    return {pk: price for pk, price in plans.values_list("operation_id", "cost_per_place") if price is not None}


def _row(operation: Operation, facts: Facts, steps: Sequence[Step], counts: Counted) -> FigureRow:
    session, state = facts.session, operation.state
    known = {name: counts.get(name, 0) or 0 for name in COUNTS}
    seats = session.seats if session and state != "abandoned" else 0
    started = bool(session and session.started_on)
    known |= {
        "running": state == "running",
        "closed": state == "closed",
        "abandoned": state == "abandoned",
        "started": started,
        "is_defi": started and facts.verdict in DEFI,
        "signed": facts.convention == "signed",
        "seats": seats,
        "started_seats": seats if started else 0,
        # Set beside those seats: an abandoned operation has none, and its trainees fill none.
        "filled_seats": known["filled_seats"] if seats else 0,
        "results_unknown": known["out"] - counts.get("results_of_out", 0),
        "hiring_unknown": known["out"] - known["hired"] - known["not_hired"],
        "paid_euros": counts.get("paid_sum") or 0,
    }
    for key in MOMENTS:
        known[f"{key}_unreached"] = known[f"{key}_due"] - known[f"{key}_reached"]
    if "price" in counts:
        known |= {"cost": counts["price"] * seats, "costed_seats": seats}
    return FigureRow(
        operation=operation,
        day=session.starts_on if session else facts.opened_on,
        step=next((step.key for step in steps if step.state == "open"), "") if state == "running" else "",
        verdict=facts.verdict,
        **known,
    )
