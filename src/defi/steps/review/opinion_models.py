"""Who is asked what they think before the bilan, and what they answered. Source: features.md, 81 and 82."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import OperationBound
from defi.steps.sourcing.models import Candidacy


class Voice(models.TextChoices):
    TRAINEE = "trainee", _("stagiaires")
    TRAINER = "trainer", _("formateurs")
    EMPLOYER = "employer", _("employeurs")
    TUTOR = "tutor", _("tuteurs")
    PRESCRIBER = "prescriber", _("prescripteurs")


def unordered_key() -> int:
    """A key that does not tell the order in which rows were made."""
    return secrets.randbits(62)


class Questionnaire(OperationBound):
    """Somebody is asked: a trainee for themself, everybody else for their organisation. That a trainee answered is
    known, so that they are not reminded; what they answered is not here."""

    voice = models.CharField(max_length=10, choices=Voice.choices)
    candidacy = models.ForeignKey(Candidacy, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    answered_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "candidacy"], name="questionnaire_once_a_trainee"),
            models.UniqueConstraint(fields=["operation", "voice", "organisation"], name="questionnaire_once_a_house"),
            models.CheckConstraint(
                condition=Q(voice="trainee", candidacy__isnull=False, organisation=None)
                | (~Q(voice="trainee") & Q(candidacy=None, organisation__isnull=False)),
                name="questionnaire_of_a_trainee_or_a_house",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Who was asked: read by who runs the training; by others, their own only."""
        if actor.link is not None:
            own = actor.link.object_type == cls._meta.label_lower
            return Q(pk=actor.link.object_id) if own else Q(pk__in=[])
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id)
        if actor.in_provider:
            return super().visibility(actor)
        if actor.in_region or not actor.organisation_id:
            return Q(pk__in=[])
        return Q(organisation_id=actor.organisation_id) & super().visibility(actor)


class Opinion(OperationBound):
    """What was answered. That of a trainee bears neither who, nor when, nor in which order."""

    private: ClassVar[frozenset[str]] = frozenset({"replies"})

    id = models.BigIntegerField(primary_key=True, default=unordered_key, editable=False)
    voice = models.CharField(max_length=10, choices=Voice.choices)
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    replies = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "voice", "organisation"], name="opinion_once_a_house"),
            models.CheckConstraint(
                condition=Q(voice="trainee", organisation=None) | (~Q(voice="trainee") & Q(organisation__isnull=False)),
                name="opinion_of_a_trainee_or_a_house",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Provider and Region, through `opinions.gathered`, which hides the few; the Cabinet reads none."""
        if actor.who is Who.CABINET or not (actor.in_provider or actor.in_region):
            return Q(pk__in=[])
        return super().visibility(actor)
