"""A candidacy sent from the announcement, until it is confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Actor
from defi.operations.models import OperationBound, Session
from defi.steps.sourcing.states import APPLICATION


class Application(OperationBound):
    """Somebody who came by themself. Confirmed, the names move to the candidacy and are kept once; classed, they go."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(_("prénom"), max_length=80, blank=True)
    last_name = models.CharField(_("nom"), max_length=80, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=APPLICATION.choices)
    asked_on = models.DateField()
    candidacy = models.ForeignKey("sourcing.Candidacy", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="to_confirm") & ~Q(last_name="") & (~Q(email="") | ~Q(phone=""))
                | ~Q(state="to_confirm") & Q(first_name="", last_name="", email="", phone=""),
                name="application_is_erased_once_over",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", candidacy__isnull=False) | ~Q(state="accepted") & Q(candidacy=None),
                name="application_accepted_has_its_candidacy",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Those who run the operation for its provider; the bearer of its link."""
        if actor.link:
            mine = actor.link.object_type == "sourcing.application"
            return Q(pk=actor.link.object_id) if mine else Q(pk__in=[])
        return Q(operation__provider_id=actor.organisation_id) if actor.who in LEAD else Q(pk__in=[])
