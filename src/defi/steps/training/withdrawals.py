"""The employers that withdrew from an operation, and since when: nothing is asked of them any more, nothing sent.

An employer withdraws by taking back all that it promised. Source: process.md, step 3 (promises), step 6 (dialogue)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from defi.operations.models import Operation
from defi.steps.pairing.models import Promise


def withdrawn_since(operation: Operation) -> dict[int, date]:
    """By employer (organisation id), the day its last promise was withdrawn; none for one that still promises.

    One query, guarded by who calls it."""
    since: dict[int, date] = {}
    standing: set[int] = set()
    rows = Promise._base_manager.filter(operation=operation).order_by("pk")
    for employer_id, state, on in rows.values_list("employer_id", "state", "withdrawn_on"):
        if state != "withdrawn":
            standing.add(employer_id)
        elif on is not None:
            since[employer_id] = max(on, since.get(employer_id, on))
    return {employer_id: on for employer_id, on in since.items() if employer_id not in standing}


def has_withdrawn() -> Any:
    """For rows of partners: whether this one promised, and took all of it back. No query of its own."""
    made = Promise._base_manager.filter(operation=OuterRef("operation"), employer=OuterRef("organisation"))
    return Q(Exists(made.filter(state="withdrawn")), ~Exists(made.exclude(state="withdrawn")))
