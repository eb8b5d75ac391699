"""The register of complaints, difficulties and mishaps of an operation, kept by its provider.

Source: the national quality framework, indicator 31 (`schemes/qualiopi.toml`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.operations.models import OperationBound
from defi.steps.training.rules import Text


class Complaint(OperationBound):
    """Something that did not go well, by whom it was said (a role, never a name), what was done of it.

    Nothing of health: the words are refused. Closed once it is answered."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("réclamation")
        DIFFICULTY = "difficulty", _("difficulté")
        MISHAP = "mishap", _("aléa")

    class By(models.TextChoices):
        TRAINEE = "trainee", _("un stagiaire")
        GROUP = "group", _("le groupe")
        EMPLOYER = "employer", _("un employeur ou un tuteur")
        PRESCRIBER = "prescriber", _("un prescripteur")
        TRAINER = "trainer", _("un formateur")
        REGION = "region", _("la Région")
        PROVIDER = "provider", _("l'organisme lui-même")

    private: ClassVar[frozenset[str]] = frozenset({"what", "answer"})
    FROM: ClassVar[dict[str, Text]] = {
        "trainee": _("de la part d'un stagiaire"),
        "group": _("de la part du groupe"),
        "employer": _("de la part d'un employeur ou d'un tuteur"),
        "prescriber": _("de la part d'un prescripteur"),
        "trainer": _("de la part d'un formateur"),
        "region": _("de la part de la Région"),
        "provider": _("de la part de l'organisme lui-même"),
    }

    on = models.DateField(_("date"))
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.CharField(_("de la part de"), max_length=10, choices=By.choices)
    what = models.TextField(_("ce qui s'est passé"))
    noted_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(_("ce qui a été fait"), blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None, answer="") | (Q(closed_on__gte=F("on")) & ~Q(answer="")),
                name="complaint_closed_is_answered",
            )
        ]

    @property
    def said_from(self) -> Text:
        """`de la part d'un stagiaire`."""
        return self.FROM[self.by]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The provider that runs the operation, and nobody else."""
        if not actor.in_provider:
            return Q(pk__in=[])
        return Q(operation__provider_id=actor.organisation_id) | Q(operation__holder_id=actor.organisation_id)
