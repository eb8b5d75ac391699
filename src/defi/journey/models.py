"""The projection of the journey, rewritten in the transaction of each action; nothing else stores a step's state."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from defi.operations.models import OperationBound


class StepRow(OperationBound):
    """Where one step stands. Late is not stored: it is `due_on < today` while the step is open."""

    step = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["operation", "position"]
        constraints = [models.UniqueConstraint(fields=["operation", "step"], name="step_row_once")]
        indexes = [models.Index(fields=["step", "due_on"], condition=Q(state="open"), name="step_row_open")]


class TurnRow(OperationBound):
    """Something a party must do now: what (`key`), who (`party` and its organisation), by when, since when."""

    step = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    party = models.CharField(max_length=20)
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    since = models.DateField(null=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["party", "organisation", "due_on"], name="turn_by_party")]
