"""Each person's situation at exit, at 3 and at 6 months from their own exit. Source: process.md, « + Follow-up »."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.operations.models import OperationBound
from defi.steps.followup.statement_models import Statement
from defi.steps.needs.models import Contract
from defi.steps.review.models import of_trainees
from defi.steps.sourcing.models import Candidacy

__all__ = ["Attempt", "FollowUpReport", "Situation", "Statement"]


class Situation(OperationBound):
    """Where a person stands at one moment of the rulebook (`exit`, `m3`, `m6`): who said it, how and when."""

    class Status(models.TextChoices):
        PROMISED_EMPLOYER = "promised_employer", _("en emploi chez l'employeur de la promesse")
        OTHER_EMPLOYER = "other_employer", _("en emploi chez un autre employeur")
        BUSINESS = "business", _("a créé son activité")
        TRAINING = "training", _("en formation")
        LOOKING = "looking", _("en recherche d'emploi")
        OTHER = "other", _("autre situation")
        NOT_REACHED = "not_reached", _("non joint")

    class How(models.TextChoices):
        PHONE = "phone", _("par téléphone")
        LINK = "link", _("par le lien envoyé")
        EMPLOYER = "employer", _("par l'employeur")
        MEETING = "meeting", _("en entretien")

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=8)
    due_on = models.DateField()
    status = models.CharField(max_length=20, choices=Status.choices)
    contract = models.CharField(max_length=20, choices=Contract.choices, blank=True)
    lasting = models.BooleanField(_("emploi durable"), null=True)
    weekly_hours = models.DecimalField(_("heures par semaine"), max_digits=4, decimal_places=1, null=True)
    how = models.CharField(max_length=10, choices=How.choices)
    recorded_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "moment"], name="situation_once_per_moment"),
            models.CheckConstraint(
                condition=(Q(status__in=["promised_employer", "other_employer"]) & ~Q(contract=""))
                | (~Q(status__in=["promised_employer", "other_employer"]) & Q(contract="", lasting=None)),
                name="situation_employed_has_its_contract",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return of_trainees(actor)


class Attempt(OperationBound):
    """A call or a message that did not reach the person."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=8)
    tried_on = models.DateField()

    class Meta:
        ordering = ["tried_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "moment", "tried_on"], name="attempt_once_a_day"),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return of_trainees(actor)


class FollowUpReport(OperationBound):
    """The report of a moment, sent to the Region: once per moment. It tells of people, so partners do not see it."""

    moment = models.CharField(max_length=8)
    sent_on = models.DateField()
    remarks = models.TextField(_("remarques"), blank=True)
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["operation", "moment"], name="followup_report_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.in_region:
            return super().visibility(actor)
        if actor.in_provider and actor.organisation_id:
            mine = actor.organisation_id
            return Q(operation__provider_id=mine) | Q(operation__holder_id=mine)
        return Q(pk__in=[])
