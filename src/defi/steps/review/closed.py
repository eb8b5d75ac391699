"""Until when the questionnaires of a bilan are taken: the days it was convened for stand in the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import DateField, F, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate

from defi.kernel import clock
from defi.kernel.clock import PARIS
from defi.kernel.models import JournalEntry
from defi.operations.models import Meeting
from defi.steps.review.opinion_rules import Moved, closed_on


def moves() -> QuerySet[Any]:
    """Each time the day of a bilan was changed: `day` is the one it was convened for, `moved_on` when it was left."""
    reviews = Meeting._base_manager.filter(kind=Meeting.Kind.REVIEW).values("pk")
    rows = JournalEntry.objects.filter(
        object_type=Meeting._meta.label_lower, object_id__in=reviews, before__has_key="planned_on"
    )
    found: QuerySet[Any] = rows.annotate(
        day=Cast(KT("before__planned_on"), DateField()), moved_on=TruncDate("at", tzinfo=PARIS)
    ).exclude(day=None)
    return found


def read_before_moved() -> QuerySet[Any]:
    """Of these, those that came too late: the answers could already be read (`opinion_rules.Moved.was_read`)."""
    return moves().filter(day__lte=F("moved_on"))


def closed_days(operations: Collection[int]) -> dict[int, date]:
    """The day on which the questionnaires of each of these operations were closed, of those where they are. Two
    queries."""
    left: dict[int, list[Moved]] = defaultdict(list)
    for file_id, day, moved_on in moves().filter(file_id__in=operations).values_list("file_id", "day", "moved_on"):
        left[file_id].append(Moved(day, moved_on))
    found: dict[int, date] = {}
    meetings = Meeting._base_manager.filter(operation__in=operations, kind=Meeting.Kind.REVIEW).order_by("pk")
    for meeting in meetings:
        closed = closed_on(meeting.planned_on, meeting.held_on, clock.today(), left[meeting.operation_id])
        if closed:
            found[meeting.operation_id] = closed
    return found


def closed_day(operation_id: int) -> date | None:
    """The day on which the questionnaires of an operation were closed, None while they are open."""
    return closed_days([operation_id]).get(operation_id)
