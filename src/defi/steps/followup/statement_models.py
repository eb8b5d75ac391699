"""What the person and the employer say of a moment, beside the situation noted. Source: process.md, « + Follow-up »."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.operations.models import OperationBound
from defi.steps.needs.models import Contract
from defi.steps.review.models import for_a_firm, of_trainees
from defi.steps.sourcing.models import Candidacy


class Statement(OperationBound):
    """One voice on one person at one moment. Where it disagrees with the situation noted, a person settles it."""

    class Voice(models.TextChoices):
        PERSON = "person", _("la personne")
        EMPLOYER = "employer", _("l'employeur")

    class Status(models.TextChoices):
        PROMISED_EMPLOYER = "promised_employer", _("en emploi chez l'employeur de la promesse")
        NOT_HERE = "not_here", _("ne travaille pas dans l'entreprise")
        OTHER_EMPLOYER = "other_employer", _("en emploi chez un autre employeur")
        BUSINESS = "business", _("a créé son activité")
        TRAINING = "training", _("en formation")
        LOOKING = "looking", _("en recherche d'emploi")
        OTHER = "other", _("autre situation")

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=8)
    voice = models.CharField(max_length=8, choices=Voice.choices)
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Status.choices)
    contract = models.CharField(max_length=20, choices=Contract.choices, blank=True)
    weekly_hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    said_on = models.DateField()
    settled_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "moment", "voice", "organisation"],
                nulls_distinct=False,
                name="statement_once_per_voice",
            ),
            models.CheckConstraint(
                condition=Q(voice="employer", organisation__isnull=False)
                | (Q(voice="person", organisation=None) & ~Q(status="not_here")),
                name="statement_of_somebody",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """A firm reads what it said itself, nothing of what the person says."""
        if for_a_firm(actor):
            return Q(organisation_id=actor.organisation_id)
        return of_trainees(actor)
