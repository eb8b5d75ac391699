"""The Operation: the file everything hangs on, its partners, its session, its meetings, its dates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded
from defi.operations.states import OPERATION


class Part(models.TextChoices):
    """What an organisation does in an operation."""

    PROVIDER = "provider", _("organisme de formation")
    HOLDER = "holder", _("titulaire du marché")
    EMPLOYER = "employer", _("employeur")
    PRESCRIBER = "prescriber", _("prescripteur")
    PARTNER = "partner", _("partenaire")


RUNS = (Part.PROVIDER, Part.HOLDER)


class Operation(Guarded):
    """One DEFI, from the needs to the 6-month follow-up. It is judged for ever by the rulebook it started under."""

    class Origin(models.TextChoices):
        NEEDS = "needs", _("besoins des employeurs")
        PROPOSAL = "proposal", _("proposition d'un organisme de formation")

    title = models.CharField(_("intitulé"), max_length=160)
    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    basin = models.ForeignKey("reference.Basin", on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("reference.Job", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=20, default="defi")
    rulebook_version = models.CharField(max_length=20)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.NEEDS)
    provider = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OPERATION.choices, default="running")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", closed_on=None) | (~Q(state="running") & Q(closed_on__isnull=False)),
                name="operation_ended_has_its_date",
                violation_error_message=_("Une opération close ou abandonnée porte sa date."),
            )
        ]
        indexes = [models.Index(fields=["region", "state"], name="operation_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def file_id(self) -> int | None:
        return self.pk

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region's agents see all its operations; an organisation those it takes part in or left. Save the one that
        ran it and was replaced: it must not read what comes after (the wall; decision 0009)."""
        if actor.in_region:
            return Q(region_id=actor.region_id)
        if not actor.organisation_id:
            return Q(pk__in=[])
        mine = Partner._base_manager.filter(organisation_id=actor.organisation_id)
        return Q(pk__in=mine.exclude(part__in=RUNS, left_on__isnull=False).values("operation_id"))


class OperationBound(Guarded):
    """A row of an operation's file: visible to who may see the operation, unless the model says less."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def file_id(self) -> int | None:
        return self.operation_id

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(operation_id__in=Operation.objects.visible_to(actor).values("pk"))


class Partner(OperationBound):
    """An organisation that takes part, and in what."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12, choices=Part.choices)
    contact = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "organisation", "part"], name="partner_once"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="partner_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "operation"], name="partner_by_organisation")]


class Session(OperationBound):
    """The training session: S, E, seats financed by the Region, hours; what EOS calls it. Hours are whole hours."""

    number = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    seats = models.PositiveSmallIntegerField(_("places financées par la Région"))
    hours_centre = models.PositiveSmallIntegerField(_("heures en centre"))
    hours_company = models.PositiveSmallIntegerField(_("heures en entreprise"))
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    small_group = models.BooleanField(_("faible effectif de mise en œuvre"), default=False)
    small_group_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    eos_number = models.CharField(_("numéro EOS"), max_length=30, blank=True)
    order_number = models.CharField(_("bon de commande"), max_length=40, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["operation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "number"], name="session_number_once"),
            models.UniqueConstraint(fields=["eos_number"], condition=~Q(eos_number=""), name="session_eos_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="session_ends_after_it_starts",
                violation_error_message=_("La fin de la session vient après son début."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=40),
                name="session_seats_possible",
                violation_error_message=_("Une session compte de 1 à 40 places."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on__isnull=False), name="session_ended_was_started"
            ),
        ]


class Meeting(OperationBound):
    """A meeting that the process counts on: preparatory meeting, steering committee, bilan. Held when it has a date."""

    class Kind(models.TextChoices):
        PREPARATORY = "preparatory", _("réunion préparatoire")
        COMMITTEE = "committee", _("comité de pilotage")
        REVIEW = "review", _("bilan")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    planned_on = models.DateField(null=True)
    planned_at = models.TimeField(null=True)
    held_on = models.DateField(null=True)
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    agenda = models.TextField(_("ordre du jour"), blank=True)
    minutes = models.TextField(_("compte rendu"), blank=True)

    class Meta:
        ordering = ["id"]


class Presence(OperationBound):
    """Who was at a meeting, present or excused. A trainee is a person, others come for their organisation."""

    class As(models.TextChoices):
        TRAINEE = "trainee", _("stagiaire")
        TRAINER = "trainer", _("formateur")
        PROVIDER = "provider", _("organisme de formation")
        EMPLOYER = "employer", _("employeur ou tuteur")
        PRESCRIBER = "prescriber", _("prescripteur")
        REGION = "region", _("Région")
        PARTNER = "partner", _("partenaire")

    class State(models.TextChoices):
        PRESENT = "present", _("présent")
        EXCUSED = "excused", _("excusé")
        ABSENT = "absent", _("absent")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="presences")
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    quality = models.CharField(max_length=12, choices=As.choices)
    state = models.CharField(max_length=10, choices=State.choices)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(person__isnull=False), name="presence_of_somebody"
            ),
        ]


class MeetingDecision(OperationBound):
    """What a committee decided: one sentence each, in the order they were taken."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    text = models.CharField(_("décision"), max_length=300)

    class Meta:
        ordering = ["id"]


class MeetingTask(OperationBound):
    """What somebody must do after a committee, and by when. Its owner is an organisation of the operation."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="tasks")
    what = models.CharField(_("à faire"), max_length=200)
    owner = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("pour le"))
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(done_on=None), name="meeting_task_open")]
