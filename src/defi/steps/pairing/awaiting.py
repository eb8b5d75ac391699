"""What employers still owe: an answer on somebody they met, a signature under a promise. One query for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from defi.kernel.access import TASK, Actor, scope
from defi.operations.models import Session
from defi.steps.pairing.models import Encounter, Pairing, Post, Promise
from defi.steps.pairing.rules import GONE, employer_is_awaited


@dataclass(frozen=True, slots=True)
class AwaitedAnswer:
    """Somebody an employer met and did not answer about. `asked_on`: when a mail asked, if one did."""

    operation_id: int
    employer_id: int
    encounter_id: int
    since: date | None
    asked_on: date | None


@dataclass(frozen=True, slots=True)
class AwaitedSignature:
    """A promise that nobody signed yet."""

    operation_id: int
    employer_id: int
    promise_id: int
    since: date


def answers_awaited(operations: Iterable[int] | None = None) -> list[AwaitedAnswer]:
    """The answers that employers owe in running operations (all when left out), the first met first. One query."""
    living = Pairing._base_manager.filter(state="active")
    free = Post._base_manager.filter(promise=OuterRef("promise"), withdrawn_on=None).exclude(
        Exists(living.filter(post=OuterRef("pk")))
    )
    with scope(TASK):
        rows = Encounter.objects.filter(operation__state="running", employer_answer=Encounter.Answer.AWAITED)
        if operations is not None:
            rows = rows.filter(operation__in=operations)
        found = rows.annotate(
            awaited_on=Coalesce("met_on", "person_answered_on"),
            is_paired=Exists(living.filter(candidacy=OuterRef("candidacy"))),
            has_room=Exists(free),
            ended_on=F("candidacy__session__ended_on"),
            employer_id=F("promise__employer_id"),
            now=F("candidacy__state"),
            word=F("promise__state"),
        )
        return [
            AwaitedAnswer(row.operation_id, row.employer_id, row.pk, row.awaited_on, row.asked_on)
            for row in found.order_by("awaited_on", "pk")
            if employer_is_awaited(
                employer=row.employer_answer,
                person=row.person_answer,
                candidacy=row.now,
                promise=row.word,
                is_paired=row.is_paired,
                has_room=row.has_room,
                is_over=row.ended_on is not None,
            )
        ]


def signatures_awaited(operations: Iterable[int]) -> list[AwaitedSignature]:
    """The promises of running operations that stand and are not signed, until the training is over. One query."""
    with scope(TASK):
        rows = Promise.objects.filter(
            operation__in=operations, operation__state="running", state="made", signed_on=None
        ).exclude(Q(operation__in=_over()))
        return [
            AwaitedSignature(*row)
            for row in rows.order_by("made_on", "pk").values_list("operation_id", "employer_id", "pk", "made_on")
        ]


def _over() -> QuerySet[Session, Any]:
    return Session._base_manager.filter(ended_on__isnull=False).values("operation_id")


def own_encounters(actor: Actor, operation_id: int) -> list[Encounter]:
    """Whom this employer met in an operation and may still answer about, by name: what its page shows."""
    rows = Encounter.objects.visible_to(actor).filter(operation=operation_id, promise__state="made")
    living = Pairing._base_manager.filter(state="active", candidacy=OuterRef("candidacy"))
    there = rows.exclude(candidacy__state__in=[*GONE, "completed"]).exclude(Exists(living))
    there = there.exclude(person_answer=Encounter.Answer.NO, employer_answer=Encounter.Answer.AWAITED)
    return list(
        there.select_related("candidacy__person", "promise").order_by(
            "candidacy__person__first_name", "candidacy__person__last_name", "pk"
        )
    )
