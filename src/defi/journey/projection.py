"""Keeps the journey of each operation in rows, for lists: rewritten in the transaction of each action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction

from defi.journey.facts import Facts
from defi.journey.gathering import gather
from defi.journey.models import StepRow, TurnRow
from defi.journey.rules import journey
from defi.journey.steps import Step
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.operations.models import Operation
from defi.schemes.rulebook import rulebook

Follower = Callable[[Sequence[Operation], Mapping[int, Facts], Mapping[int, Sequence[Step]], date], None]
_followers: list[Follower] = []


def followed_by(follower: Follower) -> None:
    """What a room above keeps of each operation, rewritten with its journey: same lock, same facts, same day."""
    if follower not in _followers:
        _followers.append(follower)


def rewrite(operation_ids: Iterable[int], today: date | None = None) -> None:
    """Recompute the rows of these operations. Those who rewrite the same ones at the same time wait for each other."""
    day = today or clock.today()
    with transaction.atomic(), scope(TASK):
        rows = Operation.objects.filter(pk__in=list(operation_ids)).order_by("pk")
        operations = list(rows.select_for_update(of=("self",), no_key=True))
        facts = gather(operations)
        told = {o.pk: journey(rulebook(o.scheme, o.rulebook_version), facts[o.pk], day) for o in operations}
        steps = [row for pk, of_one in told.items() for row in _steps(pk, of_one)]
        turns = [row for pk, of_one in told.items() for row in _turns(pk, of_one)]
        ids = [operation.pk for operation in operations]
        StepRow.objects.filter(operation__in=ids).delete()
        TurnRow.objects.filter(operation__in=ids).delete()
        StepRow.objects.bulk_create(steps)
        TurnRow.objects.bulk_create(turns)
        for follow in _followers:
            follow(operations, facts, told, day)


def rewrite_all() -> int:
    """Recompute everything: each night, since some steps open with a date. Returns the number of operations."""
    with scope(TASK):
        ids = list(Operation.objects.values_list("pk", flat=True))
    for start in range(0, len(ids), 200):
        rewrite(ids[start : start + 200])
    return len(ids)


def _steps(operation_id: int, told: list[Step]) -> list[StepRow]:
    return [
        StepRow(
            operation_id=operation_id,
            step=step.key,
            position=position,
            state=step.state,
            due_on=step.due_on,
            done_on=step.done_on,
        )
        for position, step in enumerate(told)
    ]


def _turns(operation_id: int, told: list[Step]) -> list[TurnRow]:
    return [
        TurnRow(
            operation_id=operation_id,
            step=step.key,
            key=turn.key,
            party=turn.party,
            organisation_id=turn.organisation_id,
            due_on=turn.due_on,
            since=turn.since,
            params=turn.params,
        )
        for step in told
        for turn in step.turns
    ]
