"""Who comes to the meetings of a sourcing plan: booked, waiting, came or not, and what came out of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import Operation, OperationBound
from defi.people.models import Person
from defi.steps.sourcing.models import Candidacy, SourcingLine
from defi.steps.sourcing.states import BOOKING


class Booking(OperationBound):
    """Somebody's place at a meeting.

    A candidate is named by the candidacy alone; somebody who comes by themself leaves a name and a way to be reached,
    which go away when they become a candidate, or were never confirmed."""

    class Attendance(models.TextChoices):
        CAME = "came", _("venu")
        EXCUSED = "excused", _("excusé")
        ABSENT = "absent", _("pas venu")

    class Outcome(models.TextChoices):
        """What comes next for the person, as they said it; a result of the simulation exercises when there were any.

        A fact and a next step, never a judgement of the person (process.md, principle 3)."""

        APPLIES = "applies", _("souhaite candidater")
        INTERVIEW = "interview", _("entretien à fixer")
        IMMERSION = "immersion", _("visite ou immersion à prévoir")
        THINKS = "thinks", _("réfléchit")
        OTHER_WAY = "other_way", _("préfère une autre voie")
        SIMULATION_PASSED = "simulation_passed", _("exercices réussis")
        SIMULATION_FAILED = "simulation_failed", _("exercices non réussis")

    event = models.ForeignKey(SourcingLine, on_delete=models.PROTECT, related_name="bookings")
    candidacy = models.ForeignKey(Candidacy, null=True, on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(_("prénom"), max_length=80, blank=True)
    last_name = models.CharField(_("nom"), max_length=80, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=BOOKING.choices)
    asked_on = models.DateField()
    reminded_for = models.DateField(null=True)
    attendance = models.CharField(max_length=8, choices=Attendance.choices, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "candidacy"],
                condition=~Q(state="cancelled"),
                name="booking_once_per_candidacy",
                violation_error_message=_("Cette personne est déjà inscrite."),
            ),
            models.CheckConstraint(
                condition=Q(candidacy__isnull=False) | ~Q(last_name=""), name="booking_is_of_somebody"
            ),
            models.CheckConstraint(condition=Q(outcome="") | Q(attendance="came"), name="booking_outcome_of_who_came"),
        ]
        indexes = [models.Index(fields=["event", "state"], name="booking_by_state")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region and the provider of the operation; a prescriber the people it booked or oriented; the bearer of
        the link of one booking that one. An employer and the Cabinet know how many come, not who."""
        if actor.who is Who.CABINET:
            return Q(pk__in=[])
        if actor.in_region:
            return Q(operation__region_id=actor.region_id)
        if actor.in_provider:
            led = Operation.objects.visible_to(actor).filter(provider_id=actor.organisation_id)
            return Q(operation_id__in=led.values("pk"))
        if actor.in_prescriber:
            return Q(prescriber_id=actor.organisation_id) | Q(candidacy__prescriber_id=actor.organisation_id)
        if actor.link and actor.link.object_type == "sourcing.booking":
            return Q(pk=actor.link.object_id)
        if actor.who is Who.TRAINEE and actor.person_id:
            return Q(candidacy__person_id=actor.person_id)
        return Q(pk__in=[])

    @property
    def who(self) -> Booking | Person:
        """Whoever holds the names and the means to be reached: the candidate, or the booking itself."""
        return self.candidacy.person if self.candidacy_id and self.candidacy else self

    @property
    def name(self) -> str:
        """« Amina Rossi »."""
        return f"{self.who.first_name} {self.who.last_name}"
