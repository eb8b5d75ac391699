"""Trainings, their actions, places and sessions, as files of offers announce them; and each import with its report.

Filled by `defi.steps.offer.lheo` only. What a newer file of the same source no longer announces gets the day it
disappeared (`withdrawn_on`) and stays: decisions of former years lean on it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded

LONGEST_NUMBER = 200


class CatalogueImport(Guarded):
    """One file of offers that was read to its end, and what it changed."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=80)
    file_name = models.CharField(_("fichier"), max_length=200)
    fingerprint = models.CharField(_("empreinte SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("taille en octets"))
    lheo_version = models.CharField(_("version de LHÉO"), max_length=5)
    loaded_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    read = models.PositiveIntegerField(_("formations lues"), default=0)
    added = models.PositiveIntegerField(_("formations ajoutées"), default=0)
    changed = models.PositiveIntegerField(_("formations modifiées"), default=0)
    refused = models.PositiveIntegerField(_("formations refusées"), default=0)
    withdrawn = models.PositiveIntegerField(_("formations qui ne sont plus proposées"), default=0)
    sessions = models.PositiveIntegerField(_("sessions proposées"), default=0)
    faults = models.PositiveIntegerField(_("fautes"), default=0)
    warnings = models.PositiveIntegerField(_("avertissements"), default=0)

    class Meta:
        verbose_name = _("import du catalogue")
        verbose_name_plural = _("imports du catalogue")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} · {self.file_name}"

    @property
    def unchanged(self) -> int:
        return self.read - self.refused - self.added - self.changed

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class ImportRow(Guarded):
    """A line of the report of an import: why a training was refused, or what was read all the same."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("formation refusée")
        WARNING = "warning", _("avertissement")

    run = models.ForeignKey(CatalogueImport, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(_("nature"), max_length=8, choices=Kind.choices)
    line = models.PositiveIntegerField(_("ligne"))
    element = models.CharField(_("élément"), max_length=60)
    number = models.CharField(_("formation"), max_length=LONGEST_NUMBER, blank=True)
    sentence = models.CharField(_("constat"), max_length=400)

    class Meta:
        verbose_name = _("ligne du rapport d'import")
        verbose_name_plural = _("lignes du rapport d'import")
        ordering = ["run", "line", "id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(run__region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class Training(Guarded):
    """A training of a source, by its number there; `digest` tells at a glance whether a newer file changes it."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=80)
    number = models.CharField(_("numéro"), max_length=LONGEST_NUMBER)
    digest = models.CharField(max_length=32, editable=False)
    title = models.CharField(_("intitulé"), max_length=255)
    search_key = models.TextField(editable=False)
    objective = models.TextField(_("objectif"))
    results = models.TextField(_("résultats attendus"))
    content = models.TextField(_("contenu"))
    jobs = ArrayField(models.CharField(max_length=5), verbose_name=_("codes ROME"), default=list)
    formacodes = ArrayField(models.CharField(max_length=5), verbose_name=_("codes Formacode"), default=list)
    nsf = ArrayField(models.CharField(max_length=3), verbose_name=_("codes NSF"), default=list)
    certifications = ArrayField(
        models.CharField(max_length=14), verbose_name=_("certifications RNCP et RS"), default=list
    )
    is_certifying = models.BooleanField(_("certifiante"))
    general_objective = models.CharField(_("code de l'objectif général"), max_length=2, blank=True)
    level_in = models.CharField(_("code du niveau d'entrée"), max_length=2, blank=True)
    level_out = models.CharField(_("code du niveau de sortie"), max_length=2, blank=True)
    provider_name = models.CharField(_("organisme responsable"), max_length=250)
    provider_siret = models.CharField(_("SIRET"), max_length=14)
    provider_nda = models.CharField(_("numéro de déclaration d'activité"), max_length=11)
    url = models.CharField(_("page de l'organisme"), max_length=400, blank=True)
    withdrawn_on = models.DateField(_("n'est plus proposée depuis le"), null=True)

    class Meta:
        verbose_name = _("formation")
        verbose_name_plural = _("formations")
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["region", "source", "number"], name="training_once_a_source")]
        indexes = [
            GinIndex("jobs", name="training_jobs"),
            models.Index("provider_siret", name="training_siret"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class TrainingAction(Guarded):
    """A way a training is given: hours, places paid, teaching, and where."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="actions")
    number = models.CharField(_("numéro"), max_length=LONGEST_NUMBER)
    rhythm = models.TextField(_("rythme"))
    alternation = models.TextField(_("alternance"))
    teaching = models.CharField(_("code des modalités d'enseignement"), max_length=1)
    is_permanent = models.BooleanField(_("entrées et sorties permanentes"))
    hours_centre = models.BigIntegerField(_("heures en centre"), null=True)
    hours_company = models.BigIntegerField(_("heures en entreprise"), null=True)
    hours_total = models.BigIntegerField(_("heures en tout"), null=True)
    funders = ArrayField(models.CharField(max_length=2), verbose_name=_("codes des financeurs"), default=list)
    region_seats = models.BigIntegerField(_("places financées par la Région"), null=True)
    withdrawn_on = models.DateField(_("n'est plus proposée depuis le"), null=True)

    class Meta:
        verbose_name = _("action de formation")
        verbose_name_plural = _("actions de formation")
        ordering = ["training", "id"]
        constraints = [models.UniqueConstraint(fields=["training", "number"], name="action_once_a_training")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(training__region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class TrainingPlace(Guarded):
    """Where an action is given: as written, and the commune it was recognised as, which leads to its basin."""

    action = models.ForeignKey(TrainingAction, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveIntegerField(_("rang"))
    name = models.CharField(_("lieu"), max_length=255, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    town = models.CharField(_("ville"), max_length=50, blank=True)
    commune_code = models.CharField(_("code INSEE"), max_length=5, blank=True)
    town_key = models.CharField(max_length=60, editable=False)
    commune = models.ForeignKey("reference.Commune", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lieu de formation")
        verbose_name_plural = _("lieux de formation")
        ordering = ["action", "position"]
        constraints = [models.UniqueConstraint(fields=["action", "position"], name="place_once_an_action")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(action__training__region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class OfferedSession(Guarded):
    """A session of an action. Dates that the file leaves open are empty."""

    class Recruitment(models.TextChoices):
        OPEN = "1", _("recrutement ouvert")
        CLOSED = "2", _("recrutement fermé")
        SUSPENDED = "3", _("recrutement suspendu")

    action = models.ForeignKey(TrainingAction, on_delete=models.CASCADE, related_name="sessions")
    number = models.CharField(_("numéro"), max_length=LONGEST_NUMBER)
    starts_on = models.DateField(_("début"), null=True)
    ends_on = models.DateField(_("fin"), null=True)
    recruitment = models.CharField(_("recrutement"), max_length=1, choices=Recruitment.choices, blank=True)
    withdrawn_on = models.DateField(_("n'est plus proposée depuis le"), null=True)

    class Meta:
        verbose_name = _("session proposée")
        verbose_name_plural = _("sessions proposées")
        ordering = ["action", "starts_on", "id"]
        constraints = [models.UniqueConstraint(fields=["action", "number"], name="offered_session_once_an_action")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(action__training__region_id=actor.region_id) if actor.in_region else Q(pk__in=[])
