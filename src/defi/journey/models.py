"""The projection of the journey: one row per operation and step, rewritten in the transaction of each action."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from defi.operations.models import OperationBound


class StepRow(OperationBound):
    """Where one step stands. Late is not stored: it is `due_on < today` while the step is not done."""

    step = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    waiting_for = models.CharField(max_length=20, blank=True)
    waiting_organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(null=True)
    sentence = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["operation", "position"]
        constraints = [models.UniqueConstraint(fields=["operation", "step"], name="step_row_once")]
        indexes = [models.Index(fields=["step", "due_on"], condition=~Q(state="done"), name="step_row_open")]
