"""What a report says to each of its readers, and the monthly presence for the pay of the trainees."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import Operation, OperationBound, Part, Session


def _inside(actor: Actor) -> Q:
    """The Region but the Cabinet, and the provider that runs the operation."""
    if actor.who is Who.CABINET or not (actor.in_region or actor.in_provider):
        return Q(pk__in=[])
    seen = Operation.objects.visible_to(actor)
    if actor.in_provider:
        seen = seen.filter(Q(provider_id=actor.organisation_id) | Q(holder_id=actor.organisation_id))
    return Q(operation_id__in=seen.values("pk"))


class ReportPart(OperationBound):
    """What one report says to one organisation, kept as it was that day. People are ids: names are read when shown."""

    report = models.ForeignKey("training.Report", on_delete=models.PROTECT, related_name="parts")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12, choices=Part.choices)
    facts = models.JSONField()
    acknowledged_on = models.DateField(_("lu le"), null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "organisation", "part"], name="report_part_once_per_reader")
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Its reader, the provider and the Region: an organisation reads nothing of what another is told."""
        if actor.in_employer or actor.in_prescriber or actor.who is Who.LINK:
            return Q(organisation_id=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])
        return _inside(actor)


class PresenceStatement(OperationBound):
    """The presence of a month as it was sent for the trainees' pay: minutes of the locked sheets, by candidacy (id).

    `figures`: planned, present, excused, absent. A later one of the same month takes its place; both are kept."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("mois"))
    made_on = models.DateField()
    made_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField()

    class Meta:
        ordering = ["made_on", "id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return _inside(actor)
