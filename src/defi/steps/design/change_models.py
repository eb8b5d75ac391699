"""A change of content, hours or rhythm asked during the training. Source: process.md, step 2; issue of the plan."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.operations.models import OperationBound
from defi.steps.design.states import CHANGE

OPEN = ("draft", "asked", "to_mend")


class ChangeRequest(OperationBound):
    """What the provider asks to change in an approved plan, why and from when.

    `lines` is what `changes.lines.as_json` gives; `effect` what `changes.effects.as_json` gave on the day it was asked,
    then on the day it was decided; `edition` the edition of the plan that it made. `answer` is the Region's reason."""

    private = frozenset({"reason", "answer"})

    plan = models.ForeignKey("design.TrainingPlan", on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=10, choices=CHANGE.choices, default="draft")
    reason = models.TextField(_("motif"))
    effective_on = models.DateField(_("date d'effet"))
    lines = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)
    asked_on = models.DateField(null=True)
    asked_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    asked_for = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(_("réponse de la Région"), blank=True)
    edition = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(state__in=OPEN), name="change_one_open_per_plan"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(asked_on__isnull=False),
                name="change_asked_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | Q(decided_on__isnull=False),
                name="change_decided_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", edition__isnull=False) | (~Q(state="approved") & Q(edition=None)),
                name="change_approved_made_an_edition",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever sees the operation; what is still being written, its provider only."""
        written = ~Q(state="draft") & ~Q(state="withdrawn", asked_on=None)
        if not actor.in_provider:
            return super().visibility(actor) & written
        own = Q(operation__provider_id=actor.organisation_id) | Q(operation__holder_id=actor.organisation_id)
        return super().visibility(actor) & (written | own)
