"""What a person declares: the entry conditions they meet, the priority publics they belong to. No paper is asked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Actor
from defi.operations.models import OperationBound


class EntryCondition(OperationBound):
    """What the job or the training asks of who enters (« permis B »), as the provider words it."""

    wording = models.CharField(_("condition"), max_length=120)
    dropped_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "wording"], condition=Q(dropped_on=None), name="entry_condition_once"
            )
        ]

    def __str__(self) -> str:
        return self.wording


class Declared(OperationBound):
    """The word of one candidate: `met` and `unmet` are ids of conditions, `publics` keys of the rulebook."""

    private = frozenset({"met", "unmet", "publics"})

    candidacy = models.OneToOneField("sourcing.Candidacy", on_delete=models.PROTECT, related_name="+")
    met = ArrayField(models.BigIntegerField(), default=list, blank=True)
    unmet = ArrayField(models.BigIntegerField(), default=list, blank=True)
    publics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    declared_on = models.DateField()

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Who selects, and who oriented: those who run the operation, the prescriber of that person. Nobody else reads
        it of anybody: the Region reads counts."""
        if actor.who in LEAD:
            return Q(operation__provider_id=actor.organisation_id)
        return Q(candidacy__prescriber_id=actor.organisation_id) if actor.in_prescriber else Q(pk__in=[])
