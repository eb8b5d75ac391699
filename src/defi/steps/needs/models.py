"""Needs of employers (fiches d'intérêt), need of the public, collective needs. Source: process.md, step 0."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded, Who
from defi.operations.models import Operation
from defi.steps.needs.access import seen_collectives, seen_needs
from defi.steps.needs.states import COLLECTIVE, NEED, PROFILE


class Contract(models.TextChoices):
    """The contracts an employer may have in mind; which of them conform is the rulebook's business."""

    CDI = "cdi", _("CDI")
    CDD = "cdd", _("CDD")
    CTT = "ctt", _("contrat de travail temporaire (CTT)")
    PROFESSIONALISATION = "professionalisation", _("contrat de professionnalisation")
    APPRENTICESHIP = "apprenticeship", _("contrat d'apprentissage")


class Expectation(models.TextChoices):
    """What a firm hopes for, in its own order (employers.md, R22): asked again when the operation is reviewed."""

    NEW_PEOPLE = "new_people", _("rencontrer des personnes que je ne vois pas d'habitude")
    BASICS = "basics", _("des savoir-être et des bases solides")
    OWN_NEEDS = "own_needs", _("une formation à mes besoins propres")
    IMAGE = "image", _("une meilleure image de mes métiers")
    SUPPORT = "support", _("être accompagné")


class CollectiveNeed(Guarded):
    """Several employers' needs for one job in one basin, set against the diagnosis, before an operation is opened."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("intitulé"), max_length=160)
    job = models.ForeignKey("reference.Job", on_delete=models.PROTECT, related_name="+")
    basin = models.ForeignKey("reference.Basin", on_delete=models.PROTECT, related_name="+")
    wanted_from = models.DateField(_("à partir du"), null=True, blank=True)
    diagnosis = models.TextField(_("diagnostic du territoire"), blank=True)
    diagnosis_source = models.CharField(_("source du diagnostic"), max_length=200, blank=True)
    diagnosis_on = models.DateField(_("date du diagnostic"), null=True, blank=True)
    state = models.CharField(max_length=14, choices=COLLECTIVE.choices, default="open")
    operation = models.OneToOneField("operations.Operation", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="in_operation", operation__isnull=False)
                | (~Q(state="in_operation") & Q(operation=None)),
                name="collective_in_operation_has_one",
            )
        ]

    @property
    def file_id(self) -> int | None:
        return self.operation_id

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region, and who runs the operation: `access`."""
        return seen_collectives(actor)


class Need(Guarded):
    """A fiche d'intérêt: what one employer looks for, in their words then as a job of the ROME."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # The firm's name as it was typed from outside, where nothing of what is known of its SIRET is shown.
    employer_named = models.CharField(_("entreprise, telle qu'elle s'est nommée"), max_length=160, blank=True)
    contact_email = models.EmailField(_("adresse électronique"), blank=True)
    contact_phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    typed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    typed_for = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    # On the public page: the club or the agency that fills the sheet for the firm, as it names itself.
    typed_by_name = models.CharField(_("remplie par"), max_length=160, blank=True)
    wording = models.CharField(_("qui cherchez-vous ?"), max_length=200)
    # Empty while nobody has chosen among the jobs found: « aucun de ces métiers » must not send an employer away.
    job = models.ForeignKey("reference.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    basin = models.ForeignKey("reference.Basin", on_delete=models.PROTECT, related_name="+")
    commune = models.ForeignKey("reference.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    posts = models.PositiveSmallIntegerField(_("nombre de postes"))
    contract = models.CharField(_("contrat"), max_length=20, choices=Contract.choices, blank=True)
    months = models.PositiveSmallIntegerField(_("durée en mois"), null=True, blank=True)
    weekly_hours = models.DecimalField(_("heures par semaine"), max_digits=4, decimal_places=1, null=True, blank=True)
    wanted_from = models.DateField(_("à partir du"), null=True, blank=True)
    offers_platform = models.BooleanField(_("prête un plateau technique"), default=False)
    offers_placement = models.BooleanField(_("accueille en stage"), default=False)
    offers_visit = models.BooleanField(_("ouvre une visite"), default=False)
    offers_tutor = models.BooleanField(_("désigne un tuteur"), default=False)
    # What is asked for and what is really needed, apart (employers.md, R33).
    requirements_asked = models.TextField(_("exigences habituelles"), blank=True)
    requirements_needed = models.TextField(_("vraiment nécessaire au poste"), blank=True)
    expectations = ArrayField(
        models.CharField(max_length=12, choices=Expectation.choices),
        verbose_name=_("attentes"),
        default=list,
        blank=True,
    )
    comment = models.TextField(_("précisions"), blank=True)
    submission_key = models.CharField(max_length=40, unique=True, null=True, blank=True)
    state = models.CharField(max_length=12, choices=NEED.choices)
    received_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    collective = models.ForeignKey(CollectiveNeed, null=True, on_delete=models.PROTECT, related_name="needs")
    same_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(posts__gte=1, posts__lte=500),
                name="need_posts_possible",
                violation_error_message=_("Un besoin compte de 1 à 500 postes."),
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_on__isnull=False) | (~Q(state="answered") & Q(answered_on=None)),
                name="need_answered_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="grouped") | Q(collective__isnull=False, job__isnull=False),
                name="need_grouped_has_its_group_and_job",
            ),
            models.CheckConstraint(
                condition=Q(same_as=None) | Q(state="withdrawn"), name="need_that_repeats_another_is_withdrawn"
            ),
        ]

    @property
    def file_id(self) -> int | None:
        return self.collective.operation_id if self.collective else None

    @property
    def outside_name(self) -> str:
        """The firm as its own page shows it: what was typed there, never what the register of employers knows."""
        return self.employer_named or (self.employer.name if self.typed_by_id else "")

    @property
    def outside_email(self) -> str:
        """Where whoever typed it said to write."""
        return (self.contact.email if self.contact else "") or self.contact_email

    @property
    def outside_phone(self) -> str:
        """Where whoever typed it said to call."""
        return (self.contact.phone if self.contact else "") or self.contact_phone

    @property
    def email(self) -> str:
        """Where the employer is written to; empty when it is reached by phone."""
        return (self.contact.email if self.contact else "") or self.contact_email or self.employer.email

    @property
    def phone(self) -> str:
        """Where the employer is called."""
        return (self.contact.phone if self.contact else "") or self.contact_phone or self.employer.phone

    @property
    def offers(self) -> list[str]:
        """What the employer may open to the training, in words."""
        offered = (
            (self.offers_platform, _("prête un plateau technique")),
            (self.offers_placement, _("accueille en stage")),
            (self.offers_visit, _("ouvre une visite")),
            (self.offers_tutor, _("désigne un tuteur")),
        )
        return [str(words) for offers, words in offered if offers]

    @property
    def hopes(self) -> list[str]:
        """What the employer expects, the most important first, in words."""
        return [str(Expectation(code).label) for code in self.expectations]

    @property
    def wanted(self) -> str:
        """The job in words: the chosen one, else the employer's own words."""
        return self.job.label if self.job else self.wording

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region, the employer itself, whoever typed that sheet, and who runs the operation: `access`."""
        return seen_needs(actor)


class NeedCompetence(models.Model):
    """One competence asked for in a need; `really_needed` is what remains once the post has been looked at."""

    class Nature(models.TextChoices):
        TECHNICAL = "technical", _("technique")
        BEHAVIOURAL = "behavioural", _("comportementale")
        TRANSVERSAL = "transversal", _("transversale")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="competences")
    competence = models.ForeignKey("reference.Competence", null=True, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=255)
    nature = models.CharField(max_length=12, choices=Nature.choices, default=Nature.TECHNICAL)
    really_needed = models.BooleanField(default=True)
    why = models.CharField(_("ce qui l'explique"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["need", "label"], name="need_competence_once")]


class PublicProfile(Guarded):
    """The need of the public, in counts and never names: who, in a basin, could enter such a job.

    One row per prescriber and collective need or operation: asked of it, given, or absent with its reason. The journal
    holds no count: a small one may say who."""

    COUNTS = (
        "could_enter",
        "below_level_3",
        "level_3",
        "level_4_up",
        "french_to_learn",
        "without_vehicle",
        "to_adapt",
    )
    private = frozenset(COUNTS)

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    collective = models.ForeignKey(CollectiveNeed, null=True, on_delete=models.PROTECT, related_name="profiles")
    operation = models.ForeignKey("operations.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PROFILE.choices, default="given")
    asked_on = models.DateField(null=True)
    could_enter = models.PositiveIntegerField(_("personnes qui pourraient entrer"), null=True)
    below_level_3 = models.PositiveIntegerField(_("sans diplôme"), null=True, blank=True)
    level_3 = models.PositiveIntegerField(_("CAP, BEP ou titre de niveau 3"), null=True, blank=True)
    level_4_up = models.PositiveIntegerField(_("bac ou plus"), null=True, blank=True)
    french_to_learn = models.PositiveIntegerField(_("français à consolider"), null=True, blank=True)
    without_vehicle = models.PositiveIntegerField(_("sans moyen de transport"), null=True, blank=True)
    to_adapt = models.PositiveIntegerField(_("avec une adaptation à prévoir"), null=True, blank=True)
    adaptations = models.TextField(_("adaptations à prévoir"), blank=True)
    absence = models.TextField(_("pourquoi le profil manque"), blank=True)
    recorded_on = models.DateField(null=True)
    recorded_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_as = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="given", could_enter__isnull=False, recorded_on__isnull=False)
                | (~Q(state="given") & Q(could_enter=None)),
                name="profile_given_has_its_count",
            ),
            models.CheckConstraint(
                condition=Q(state="declined") & ~Q(absence="") | ~Q(state="declined") & Q(absence=""),
                name="profile_absent_has_its_reason",
            ),
            models.UniqueConstraint(fields=["organisation", "collective"], name="profile_once_per_collective"),
            models.UniqueConstraint(fields=["organisation", "operation"], name="profile_once_per_operation"),
        ]

    @property
    def file_id(self) -> int | None:
        return self.operation_id

    @property
    def typed_by_another(self) -> bool:
        """Whether somebody else typed it for the prescriber."""
        return self.recorded_as_id not in {None, self.organisation_id}

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region and the prescriber itself; providers and prescribers of the operation, never an employer: in a
        small basin a count may say who."""
        if actor.who is Who.LINK:
            link = actor.link
            return Q(pk=link.object_id) if link and link.object_type == "needs.publicprofile" else Q(pk__in=[])
        if actor.in_region:
            return Q(region_id=actor.region_id)
        if not (actor.in_provider or actor.in_prescriber):
            return Q(pk__in=[])
        seen = Operation.objects.visible_to(actor).values("pk")
        return Q(operation_id__in=seen) | Q(organisation_id=actor.organisation_id)


class NeedDraft(Guarded):
    """A fiche d'intérêt begun and not sent: what was typed, under a key that only the device and a mailed link hold."""

    private = frozenset({"typed", "key"})

    key = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE, related_name="+")
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever types it: the bearer of its link, or the member who began it. Nobody else, not even the Region."""
        if actor.who is Who.LINK:
            link = actor.link
            return Q(pk=link.object_id) if link and link.object_type == "needs.needdraft" else Q(pk__in=[])
        return Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])


# Django looks for models here.
from defi.steps.needs.dossier_models import CollectiveFile, DiagnosisFigure  # noqa: E402
from defi.steps.needs.import_models import NeedImport, NeedImportRow  # noqa: E402

__all__ = [
    "CollectiveFile",
    "CollectiveNeed",
    "Contract",
    "DiagnosisFigure",
    "Expectation",
    "Need",
    "NeedCompetence",
    "NeedDraft",
    "NeedImport",
    "NeedImportRow",
    "PublicProfile",
]
