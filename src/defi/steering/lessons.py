"""What the bilans taught, across operations: lessons to carry further and improvements, by job and certification.

Source: process.md, step 8 and « + Capitalisation »; nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.access import Actor, Who
from defi.kernel.tables import Column
from defi.operations.models import Meeting, Operation
from defi.reference.models import Basin, Job
from defi.steering.filters import UNKNOWN
from defi.steering.uncertified import aiming_at
from defi.steps.design.models import TrainingPlan
from defi.steps.review.models import ReviewPoint

KINDS: Final = (ReviewPoint.Kind.LESSON, ReviewPoint.Kind.IMPROVEMENT)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A point of a bilan, with the certification that the plan of its operation aims at."""

    point: ReviewPoint
    certification: str

    @property
    def operation(self) -> Operation:
        return self.point.operation


def points(actor: Actor) -> QuerySet[ReviewPoint]:
    """The lessons and improvements of the bilans held, of an officer's territory; the same job side by side."""
    rows = ReviewPoint.objects.visible_to(actor).filter(
        kind__in=KINDS, meeting__kind=Meeting.Kind.REVIEW, meeting__held_on__isnull=False
    )
    if actor.who is Who.OFFICER and actor.basins:
        rows = rows.filter(operation__basin__in=actor.basins)
    return rows.select_related("meeting", "operation__basin", "operation__job", "operation__provider").order_by(
        "operation__job__label", "-kind", "-meeting__held_on", "pk"
    )


def with_certification(rows: Sequence[ReviewPoint]) -> list[Lesson]:
    """The points with the certification of their plan. One query."""
    plans = TrainingPlan._base_manager.filter(operation__in={row.operation_id for row in rows})
    aimed = {
        plan.operation_id: str(plan.certification or plan.certification_label)
        for plan in plans.select_related("certification").order_by("pk")
    }
    return [Lesson(row, aimed.get(row.operation_id, "")) for row in rows]


class Filters(forms.Form):
    """The filters of the list, all optional and kept in the address."""

    kind = forms.ChoiceField(label=lazy("Quoi"), required=False, error_messages=UNKNOWN)
    job = forms.ModelChoiceField(
        Job.objects.none(), label=lazy("Métier"), required=False, empty_label=lazy("tous"), error_messages=UNKNOWN
    )
    basin = forms.ModelChoiceField(
        Basin.objects.none(), label=lazy("Bassin"), required=False, empty_label=lazy("tous"), error_messages=UNKNOWN
    )
    certification = forms.CharField(label=lazy("Certification"), required=False, max_length=120)

    def __init__(self, data: object, rows: QuerySet[ReviewPoint]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        seen = Operation._base_manager.filter(pk__in=rows.order_by().values("operation"))
        self.fields["kind"].choices = [("", _("tout")), *((kind.value, kind.label) for kind in KINDS)]  # type: ignore[attr-defined]
        self.fields["job"].queryset = Job.objects.filter(pk__in=seen.order_by().values("job"))  # type: ignore[attr-defined]
        self.fields["basin"].queryset = Basin.objects.filter(pk__in=seen.order_by().values("basin"))  # type: ignore[attr-defined]

    def narrowed(self, rows: QuerySet[ReviewPoint]) -> QuerySet[ReviewPoint]:
        """The rows that the valid filters leave."""
        self.is_valid()
        wanted = getattr(self, "cleaned_data", {})
        if wanted.get("kind"):
            rows = rows.filter(kind=wanted["kind"])
        if wanted.get("job"):
            rows = rows.filter(operation__job=wanted["job"])
        if wanted.get("basin"):
            rows = rows.filter(operation__basin=wanted["basin"])
        if wanted.get("certification"):
            rows = rows.filter(operation__in=aiming_at(wanted["certification"]).values("operation"))
        return rows


COLUMNS: Final[Sequence[Column[Lesson]]] = (
    Column(lazy("Quoi"), lambda lesson: lesson.point.get_kind_display()),
    Column(lazy("Dit par"), lambda lesson: lesson.point.get_voice_display()),
    Column(lazy("En mots"), lambda lesson: lesson.point.text),
    Column(lazy("Métier"), lambda lesson: lesson.operation.job.label),
    Column(lazy("Code ROME"), lambda lesson: lesson.operation.job.code_rome),
    Column(lazy("Certification visée"), lambda lesson: lesson.certification),
    Column(lazy("Opération"), lambda lesson: lesson.operation.title),
    Column(lazy("Bassin"), lambda lesson: lesson.operation.basin),
    Column(lazy("Organisme"), lambda lesson: lesson.operation.provider),
    Column(lazy("Bilan tenu le"), lambda lesson: lesson.point.meeting.held_on),
)
