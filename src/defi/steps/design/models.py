"""The training plan: competences wanted, modules that teach them, approvals. Source: process.md, step 2."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.operations.models import OperationBound
from defi.steps.design.content import hours
from defi.steps.design.states import PLAN, REMARK


class TrainingPlan(OperationBound):
    """The plan of an operation. Hours are those of its modules; `edition` counts what was submitted."""

    state = models.CharField(max_length=10, choices=PLAN.choices, default="draft")
    edition = models.PositiveSmallIntegerField(default=0)
    certification = models.ForeignKey(
        "reference.Certification", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certification_label = models.CharField(_("certification visée"), max_length=255, blank=True)
    # None ticked: the whole certification.
    blocks = models.ManyToManyField("reference.CertificationBlock", related_name="+")
    entry_level = models.CharField(_("niveau à l'entrée"), max_length=255, blank=True)
    entry_conditions = models.TextField(_("conditions d'entrée"), blank=True)
    cost_per_place = models.DecimalField(_("coût par place, en euros"), max_digits=9, decimal_places=2, null=True)
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

    @property
    def year(self) -> int:
        """The year a plan is told by: that of its approval, else the one its operation was opened in."""
        return (self.approved_on or self.operation.opened_on).year


class Module(OperationBound):
    """A piece of the training. Whole hours per trainee: in centre, at a distance, in company, in work situation.

    `trainer` is a name for those who organise: it enters neither the journal nor what is approved. `taken_from` is the
    module of a past plan that this one repeats, as long as that one exists."""

    class Kind(models.TextChoices):
        KEPT = "kept", _("repris tel quel")
        ADAPTED = "adapted", _("adapté")
        ADDED = "added", _("ajouté")

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="modules")
    title = models.CharField(_("module"), max_length=160)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices, default=Kind.KEPT)
    hours_centre = models.PositiveSmallIntegerField(_("heures en centre"), default=0)
    hours_company = models.PositiveSmallIntegerField(_("heures en entreprise"), default=0)
    hours_remote = models.PositiveSmallIntegerField(_("heures à distance"), default=0)
    hours_situation = models.PositiveSmallIntegerField(_("heures en situation de travail"), default=0)
    on_platform = models.BooleanField(_("sur le plateau technique d'une entreprise"), default=False)
    lender = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    trainer = models.CharField(_("formateur"), max_length=160, blank=True)
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    reason = models.CharField(_("pourquoi, et pour quelles entreprises"), max_length=255, blank=True)
    for_employers = models.ManyToManyField("people.Organisation", related_name="+")
    block = models.CharField(_("bloc de la certification"), max_length=255, blank=True)
    uncertified = models.BooleanField(_("aucune certification ne le couvre"), default=False)
    order = models.PositiveSmallIntegerField(default=0)
    taken_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "title"], name="module_title_once"),
            models.CheckConstraint(
                condition=Q(hours_centre__gt=0)
                | Q(hours_company__gt=0)
                | Q(hours_remote__gt=0)
                | Q(hours_situation__gt=0),
                name="module_has_hours",
                violation_error_message=_("Un module a des heures, en centre ou en entreprise."),
            ),
            models.CheckConstraint(
                condition=Q(uncertified=False) | Q(block=""),
                name="module_certified_or_not",
                violation_error_message=_(
                    "Un module a un bloc de certification, ou aucune certification ne le couvre."
                ),
            ),
        ]

    @property
    def counted_centre(self) -> int:
        """Hours that count as hours in centre: what the provider teaches, on its premises or at a distance."""
        return self.hours_centre + self.hours_remote

    @property
    def counted_company(self) -> int:
        """Hours that count as hours in company: periods there, and training in work situation."""
        return self.hours_company + self.hours_situation

    @property
    def hours(self) -> tuple[int, int, int, int]:
        """In centre, at a distance, in company, in work situation."""
        return self.hours_centre, self.hours_remote, self.hours_company, self.hours_situation

    @property
    def hours_words(self) -> str:
        """`14 h`: all of them, wherever they are spent."""
        return hours(self.counted_centre + self.counted_company)


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


class Contribution(OperationBound):
    """What an employer brings to the training: a visit, equipment, a tutor, a seat in a jury."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("visite de l'entreprise")
        EQUIPMENT = "equipment", _("matériel prêté")
        TUTOR = "tutor", _("tuteur")
        JURY = "jury", _("membre du jury")
        TEACHING = "teaching", _("intervention en formation")

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="contributions")
    employer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("apport"), max_length=10, choices=Kind.choices)
    module = models.ForeignKey(Module, null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.CharField(_("précision"), max_length=255, blank=True)

    class Meta:
        ordering = ["id"]


class Tailoring(OperationBound):
    """What differs from the standard programme, and for which employer (None: for all). The bonus rewards it."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="tailorings")
    employer = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("ce qui diffère"), max_length=500)

    class Meta:
        ordering = ["id"]


class LinguisticTraining(OperationBound):
    """DEFI linguistique: a second training beside this one, with its own provider, whole hours and EOS number."""

    plan = models.OneToOneField(TrainingPlan, on_delete=models.PROTECT, related_name="linguistic")
    provider = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    provider_name = models.CharField(_("organisme de formation"), max_length=160)
    hours = models.PositiveSmallIntegerField(_("heures"))
    eos_number = models.CharField(_("numéro EOS"), max_length=30, blank=True)
    aim = models.CharField(_("objectif"), max_length=255, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0),
                name="linguistic_has_hours",
                violation_error_message=_("La formation linguistique a des heures."),
            )
        ]


class Approval(OperationBound):
    """What a party approved: an edition of the plan, until a change to what concerns it cancels the approval.

    `recorded_for`: the provider noted it, by the `mandate` that this employer gave; those noted before there were
    mandates have none."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="approvals")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    approved_on = models.DateField()
    approved_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_for = models.BooleanField(default=False)
    mandate = models.ForeignKey("design.Mandate", null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "organisation"], condition=Q(cancelled_on=None), name="approval_standing_once"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | Q(cancelled_on__gte=F("approved_on")),
                name="approval_cancelled_after_given",
            ),
            models.CheckConstraint(
                condition=Q(mandate=None) | Q(recorded_for=True), name="approval_by_mandate_is_recorded"
            ),
        ]


class PlanTurn(OperationBound):
    """Who holds the plan: one party, or with `to` empty all those whose approval is awaited. One open turn a plan.

    `text` is what the one who passed it on says with it; `asks_approval` tells an approval from an advice."""

    private = frozenset({"text"})

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="turns")
    to = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    asks_approval = models.BooleanField(default=False)
    text = models.TextField(_("message"), blank=True)
    given_by = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(ended_at=None), name="turn_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at")), name="turn_ends_after_it_begins"
            ),
        ]


class Edition(OperationBound):
    """The plan as it stood when its provider passed it on: kept for ever, compared with the others in words.

    `content` is what `content.as_json` gives; it holds no name of a person."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="edition_number_once")]


class Asked(OperationBound):
    """On whose demand a part of the plan changed after an edition: `subject` is "module:12", "competence:4", "plan".

    `made` has a mark per fact that the demand changed, of what it became (`content.Difference`): a demand undone since
    is not told. Empty in rows kept before there were marks: those are told with every fact of their subject."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="+")
    after_edition = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=40)
    made = models.JSONField(default=dict)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "after_edition", "subject", "organisation"], name="asked_change_once"
            )
        ]


class Remark(OperationBound):
    """What a party says of a module, of a competence, or of the whole plan: answered, then closed."""

    private = frozenset({"text"})

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="remarks")
    module = models.ForeignKey(Module, null=True, on_delete=models.SET_NULL, related_name="+")
    competence = models.ForeignKey(PlanCompetence, null=True, on_delete=models.SET_NULL, related_name="+")
    about = models.CharField(max_length=255, blank=True)
    edition = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("remarque"))
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=REMARK.choices, default="open")
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | (~Q(state="closed") & Q(closed_on=None)),
                name="remark_closed_has_its_date",
            ),
            models.CheckConstraint(condition=Q(module=None) | Q(competence=None), name="remark_about_one_thing"),
        ]


class Reply(OperationBound):
    """An answer to a remark."""

    private = frozenset({"text"})

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="replies")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("réponse"))
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


from defi.steps.design.calendar_models import (  # noqa: E402, F401
    CalendarGroup,
    CalendarHalfDay,
    ClosedPeriod,
    GroupEmployer,
    PlanCalendar,
)
from defi.steps.design.change_models import ChangeRequest  # noqa: E402, F401
from defi.steps.design.mandate_models import Mandate  # noqa: E402, F401
