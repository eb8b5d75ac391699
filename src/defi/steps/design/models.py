"""The training plan: competences wanted, modules that teach them, approvals. Source: process.md, step 2."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.operations.models import OperationBound
from defi.steps.design.states import PLAN


class TrainingPlan(OperationBound):
    """The plan of an operation. Hours are those of its modules; `edition` counts what was submitted."""

    state = models.CharField(max_length=10, choices=PLAN.choices, default="draft")
    edition = models.PositiveSmallIntegerField(default=0)
    certification = models.ForeignKey(
        "reference.Certification", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certification_label = models.CharField(_("certification visée"), max_length=255, blank=True)
    rhythm = models.CharField(_("rythme"), max_length=255, blank=True)
    platform = models.CharField(_("plateau technique en entreprise"), max_length=255, blank=True)
    specific = models.TextField(_("ce qui diffère du programme habituel, et pour qui"), blank=True)
    public_need = models.TextField(_("besoin du public pris en compte, ou raison de son absence"), blank=True)
    approved_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation"], name="plan_once_per_operation"),
            models.CheckConstraint(
                condition=Q(state="approved", approved_on__isnull=False) | (~Q(state="approved") & Q(approved_on=None)),
                name="plan_approved_has_its_date",
            ),
        ]


class Module(OperationBound):
    """A piece of the training. Whole hours, in centre and in company."""

    class Kind(models.TextChoices):
        KEPT = "kept", _("repris tel quel")
        ADAPTED = "adapted", _("adapté")
        ADDED = "added", _("ajouté")

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="modules")
    title = models.CharField(_("module"), max_length=160)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices, default=Kind.KEPT)
    hours_centre = models.PositiveSmallIntegerField(_("heures en centre"), default=0)
    hours_company = models.PositiveSmallIntegerField(_("heures en entreprise"), default=0)
    on_platform = models.BooleanField(_("sur le plateau technique d'une entreprise"), default=False)
    reason = models.CharField(_("pourquoi, et pour quelles entreprises"), max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "title"], name="module_title_once"),
            models.CheckConstraint(
                condition=Q(hours_centre__gt=0) | Q(hours_company__gt=0),
                name="module_has_hours",
                violation_error_message=_("Un module a des heures, en centre ou en entreprise."),
            ),
        ]


class PlanCompetence(OperationBound):
    """A competence the employers asked for: followed to the modules that teach it, or to the reason why not."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="competences")
    competence = models.ForeignKey("reference.Competence", null=True, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("compétence"), max_length=255)
    asked_by = models.ManyToManyField("people.Organisation", related_name="+")
    modules = models.ManyToManyField(Module, related_name="competences")
    gap_reason = models.CharField(_("pourquoi elle n'est pas enseignée"), max_length=255, blank=True)
    uncertified = models.BooleanField(_("aucune certification ne la couvre"), default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["plan", "label"], name="plan_competence_once")]


class Approval(OperationBound):
    """What a party approved: an edition of the plan. A new edition asks again."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="approvals")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    approved_on = models.DateField()
    approved_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_for = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation", "edition"], name="approval_once_per_edition")
        ]
