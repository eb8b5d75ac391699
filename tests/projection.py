"""The rows of the journey must say what the facts say: to be asked after any story."""

from __future__ import annotations

from datetime import date
from typing import Any

from defi.journey.models import StepRow, TurnRow
from defi.journey.queries import steps_now
from defi.journey.steps import Step
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.models import JournalEntry
from defi.operations.models import Operation


def assert_projection_is_true(today: date | None = None) -> int:
    """Compare the rows of every operation with its journey recomputed; returns how many operations were compared.

    Rows are as of the day they were written: `today` after a nightly rewrite, else the day of the operation's last
    journal entry, since each action rewrites the file it touches."""
    with scope(TASK):
        operations = list(Operation.objects.order_by("pk"))
        for operation in operations:
            day = today or _last_touched(operation)
            told = steps_now(operation, day)
            assert _rows(operation) == (_steps(told), _turns(told)), f"{operation} ({operation.pk}), {day}"
    return len(operations)


def _last_touched(operation: Operation) -> date:
    last = JournalEntry.objects.filter(file_id=operation.pk).latest("id")
    return last.at.astimezone(clock.PARIS).date()


def _rows(operation: Operation) -> tuple[list[Any], list[Any]]:
    steps = StepRow.objects.filter(operation=operation).order_by("position")
    turns = TurnRow.objects.filter(operation=operation).order_by("pk")
    return (
        list(steps.values_list("step", "state", "due_on", "done_on")),
        list(turns.values_list("step", "key", "party", "organisation_id", "due_on", "since", "params")),
    )


def _steps(told: list[Step]) -> list[Any]:
    return [(step.key, step.state, step.due_on, step.done_on) for step in told]


def _turns(told: list[Step]) -> list[Any]:
    return [
        (step.key, turn.key, turn.party, turn.organisation_id, turn.due_on, turn.since, turn.params)
        for step in told
        for turn in step.turns
    ]
