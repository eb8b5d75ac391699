"""Periods in company: what was agreed, by whom, the presence there, what the tutor says of it, what was made of it.

Sources: process.md, « Documents » and the commitments of seed 000; employers.md 2.2 (R10-R18)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.kernel.proof import proof
from defi.kernel.signing.codes import CodeFields
from defi.operations.models import OperationBound
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.evaluation import Aims, words_of
from defi.steps.training.models import HalfDay, Way, own_people
from defi.steps.training.states import PLACEMENT


class Placement(OperationBound):
    """A period in company: prepared, agreed by three before the first day, done, debriefed.

    `hours` are planned, `hours_done` whole hours really done, told when it ends; what the tutor signed half-day by
    half-day is in `presences`, in minutes. `place` is said when it is not the address of the firm. `weekdays` are the
    days of the week worked there, Monday being 1. `tutor_email` is of a tutor who is no member of the firm here;
    `agreement` the paper that is signed, another one whenever what it says changes."""

    class Visit(models.TextChoices):
        VISIT = "visit", _("visite")
        CALL = "call", _("appel")

    private: ClassVar[frozenset[str]] = frozenset({"tutor_email"})

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    tutor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    tutor_name = models.CharField(_("tuteur"), max_length=160)
    tutor_email = models.EmailField(_("adresse du tuteur"), blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    weekdays = models.CharField(_("jours de la semaine"), max_length=7, default="12345")
    hours = models.PositiveSmallIntegerField(_("heures prévues"))
    hours_done = models.PositiveSmallIntegerField(_("heures faites"), null=True)
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    schedule = models.CharField(_("horaires"), max_length=160, blank=True)
    aims = models.CharField(_("objectifs"), max_length=255)
    state = models.CharField(max_length=10, choices=PLACEMENT.choices)
    role_explained = models.BooleanField(default=False)
    tutor_met = models.BooleanField(default=False)
    material_ready = models.BooleanField(default=False)
    hours_told = models.BooleanField(default=False)
    prepared_on = models.DateField(null=True)
    agreement = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    begun_on = models.DateField(null=True)
    visited_on = models.DateField(null=True)
    visited_how = models.CharField(max_length=8, choices=Visit.choices, blank=True)
    finished_on = models.DateField(null=True)
    debriefed_on = models.DateField(null=True)
    in_group = models.BooleanField(_("retour d'expérience en groupe"), default=False)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="placement_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(state__in=["begun", "done", "debriefed"]) | Q(begun_on__isnull=False),
                name="placement_begun_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "debriefed"], finished_on__isnull=False, hours_done__isnull=False)
                | (~Q(state__in=["done", "debriefed"]) & Q(finished_on=None, hours_done=None)),
                name="placement_done_has_date_and_hours",
            ),
            models.CheckConstraint(
                condition=Q(prepared_on=None)
                | Q(role_explained=True, tutor_met=True, material_ready=True, hours_told=True),
                name="placement_prepared_is_ticked",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The trainee their own; a tutor whom they receive; who answers for the firm all that it receives; the bearer
        of a link the one period it was made for."""
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id)
        if actor.link is not None:
            return Q(pk=actor.link.object_id) if actor.link.object_type == cls._meta.label_lower else Q(pk__in=[])
        if actor.who is Who.TUTOR:
            return Q(employer_id=actor.organisation_id, tutor_id=actor.person_id or 0)
        if actor.in_employer:
            return Q(employer_id=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])
        return own_people(actor)


class _OfPlacement(OperationBound):
    """Seen by whoever sees the period it is of."""

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(placement_id__in=Placement.objects.visible_to(actor).values("pk"))


@proof()
class PlacementSignature(_OfPlacement):
    """One of the three signatures of a period's agreement: trainee, firm, provider.

    It is bound to the paper that was read (`fingerprint`); when that changes it is void, and asked again. `paper` is
    the scan of what was signed in ink, `name` who signed."""

    class Party(models.TextChoices):
        TRAINEE = "trainee", _("stagiaire")
        EMPLOYER = "employer", _("entreprise")
        PROVIDER = "provider", _("organisme de formation")

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=10, choices=Party.choices)
    in_ink = models.BooleanField(default=False)
    signed_on = models.DateField()
    name = models.CharField(_("signataire"), max_length=160, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    paper = models.ForeignKey("kernel.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "party"], condition=Q(voided_on=None), name="placement_signed_once_per_party"
            )
        ]


class PlacementCode(CodeFields, OperationBound):
    """A code that was sent to who signs the agreement of a period from a link (`convention.codes`)."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(passed_at__isnull=False), name="placement_code_signs_once_typed"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever it was sent to, and tasks."""
        return cls.of_hand(actor)


@proof()
class CompanyPresence(_OfPlacement):
    """One half-day of a trainee in the firm, signed by the tutor, or noted by the provider from the signed paper.

    It is written once; afterwards only a correction changes it, with its author and reason (process.md,
    principle 5)."""

    class State(models.TextChoices):
        PRESENT = "present", _("présent")
        ABSENT = "absent", _("absent")

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="presences")
    on = models.DateField()
    half = models.CharField(max_length=10, choices=HalfDay.choices)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    way = models.CharField(max_length=8, choices=Way.choices)
    signed_at = models.DateTimeField()
    signed_by = models.CharField(_("signé par"), max_length=160)
    corrected_on = models.DateField(null=True)

    class Meta:
        ordering = ["on", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "on", "half"], name="company_presence_once"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="company_presence_possible"),
        ]


class TutorEvaluation(_OfPlacement):
    """What the tutor says of the period: the aims, a few words of the job from a closed list, one free line.

    No figure and no order of people. It is for the person and their training organisation: neither the Region nor the
    rest of the firm reads it. `read_on`: the trainee read it."""

    private: ClassVar[frozenset[str]] = frozenset({"aims", "strengths", "to_work_on", "note"})

    placement = models.OneToOneField(Placement, on_delete=models.PROTECT, related_name="evaluation")
    aims = models.CharField(max_length=10, choices=Aims.choices)
    strengths = models.JSONField(default=list)
    to_work_on = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True)
    given_on = models.DateField()
    given_by = models.CharField(max_length=160)
    read_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]

    @property
    def strengths_words(self) -> list[str]:
        return words_of(self.strengths)

    @property
    def to_work_on_words(self) -> list[str]:
        return words_of(self.to_work_on)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who in {Who.TRAINEE, Who.TUTOR, Who.LINK} or actor.in_provider:
            return super().visibility(actor)
        return Q(placement__tutor_id=actor.person_id) if actor.in_employer and actor.person_id else Q(pk__in=[])


class PlacementDebrief(_OfPlacement):
    """What the person tells of the period and what follows from it: for them and their training organisation."""

    private: ClassVar[frozenset[str]] = frozenset({"learnt", "follows"})

    placement = models.OneToOneField(Placement, on_delete=models.PROTECT, related_name="debrief")
    learnt = models.TextField(_("ce que la personne en retient"), blank=True)
    follows = models.TextField(_("ce qui suit"), blank=True)

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return super().visibility(actor) if actor.who is Who.TRAINEE or actor.in_provider else Q(pk__in=[])
