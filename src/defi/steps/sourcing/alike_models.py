"""Two records of people found alike, and what somebody decided of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from defi.kernel.access import LEAD, Actor, Guarded
from defi.steps.sourcing.states import PAIR


class PersonPair(Guarded):
    """One person, or two: decided by somebody of `organisation`, who saw both.

    `moves` are ids, dates and states: what the merge changed, row by row, so that it is explained and undone;
    `filled` the names of what the kept record learnt."""

    kept = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=PAIR.choices)
    decided_on = models.DateField()
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    moves = models.JSONField(default=list)
    filled = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("other")), name="person_pair_is_of_two"),
            models.UniqueConstraint(fields=["other"], condition=Q(state="merged"), name="person_pair_merged_once"),
            models.UniqueConstraint(
                fields=["organisation", "kept", "other"], condition=Q(state="apart"), name="person_pair_apart_once"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The house that decided, since it saw both."""
        if (actor.who in LEAD or actor.in_prescriber) and actor.organisation_id:
            return Q(organisation_id=actor.organisation_id)
        return Q(pk__in=[])
