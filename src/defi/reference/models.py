"""Public reference data: territories, jobs and competences of the ROME, and how they were loaded.

Certifications are in `certification_models`.

Nothing here is personal: plain managers, no actor. What a newer file no longer holds is marked, never deleted,
because operations of former years point to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.reference import words

CENTRE_VAL_DE_LOIRE = "24"


def key_words() -> models.GeneratedField:
    """The words of `search_key` as the index reads them, with no dictionary and no parser between."""
    return models.GeneratedField(
        expression=models.Func(
            models.Func(models.F("search_key"), models.Value(" "), function="string_to_array"),
            function="array_to_tsvector",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )


class Keyed(models.Model):
    """A row whose search or sort keys are computed from its label each time it is saved."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keys follow the label, also when only some fields are saved."""
        self.set_keys()
        if update_fields is not None:
            keys = {field.name for field in self._meta.concrete_fields} & {"sort_key", "search_key"}
            update_fields = {*update_fields, *keys}
        super().save(*args, update_fields=update_fields, **kwargs)

    def set_keys(self) -> None:
        raise NotImplementedError


class Basin(Keyed):
    """An employment basin (bassin d'emploi) in one cut of the territory: the codes are recut over the years."""

    code = models.CharField(_("code"), max_length=10)
    vintage = models.CharField(_("millésime du découpage"), max_length=10)
    name = models.CharField(_("nom"), max_length=120)
    region = models.CharField(_("code de la région"), max_length=3)
    sort_key = models.TextField(editable=False)

    class Meta:
        verbose_name = _("bassin d'emploi")
        verbose_name_plural = _("bassins d'emploi")
        ordering = ("sort_key", "code", "vintage")
        constraints = [models.UniqueConstraint(fields=("code", "vintage"), name="reference_basin_once_a_vintage")]

    def __str__(self) -> str:
        return self.name

    def set_keys(self) -> None:
        self.sort_key = words.plain(self.name)


class Commune(Keyed):
    """A commune by its INSEE code. A merged one stays, not current, and leads to its successor."""

    code = models.CharField(_("code INSEE"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=120)
    department = models.CharField(_("département"), max_length=3)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list)
    basin = models.ForeignKey(
        Basin, null=True, on_delete=models.PROTECT, related_name="communes", verbose_name=_("bassin d'emploi")
    )
    population = models.PositiveIntegerField(_("population"), null=True)
    epci_name = models.CharField(_("intercommunalité"), max_length=160, blank=True)
    current = models.BooleanField(_("commune actuelle"), default=True)
    successor = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune qui lui succède")
    )
    sort_key = models.TextField(editable=False)
    search_key = models.TextField(editable=False)
    search_words = key_words()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ("sort_key", "code")
        indexes = [GinIndex("search_words", name="reference_commune_words")]

    def __str__(self) -> str:
        return self.name

    def set_keys(self) -> None:
        self.sort_key = words.plain(self.name)
        self.search_key = words.commune_key(self.name, self.code, self.postcodes)


class Job(Keyed):
    """A job sheet (fiche métier) of the ROME."""

    code_rome = models.CharField(_("code ROME"), max_length=5, unique=True)
    label = models.CharField(_("intitulé"), max_length=250)
    definition = models.TextField(_("définition"), blank=True)
    access = models.TextField(_("accès au métier"), blank=True)
    # ROME 4.0 split older sheets: the parent is the code that files of before 2023 know.
    parent_code = models.CharField(_("code ROME d'origine"), max_length=5, blank=True, db_index=True)
    regulated = models.BooleanField(_("métier réglementé"), null=True)
    removed = models.BooleanField(_("retiré du ROME"), default=False)
    sort_key = models.TextField(editable=False)

    class Meta:
        verbose_name = _("métier")
        verbose_name_plural = _("métiers")
        ordering = ("sort_key", "code_rome")

    def __str__(self) -> str:
        return self.label

    def set_keys(self) -> None:
        self.sort_key = words.plain(self.label)


class JobTitle(Keyed):
    """One of the names (appellation) a job goes by."""

    class Kind(models.TextChoices):
        MAIN = "PRINCIPALE", _("principale")
        SYNONYM = "SYNONYME", _("synonyme")

    ogr = models.CharField(_("code OGR"), max_length=10, unique=True)
    label = models.CharField(_("appellation"), max_length=250)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="titles", verbose_name=_("métier"))
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices, default=Kind.SYNONYM)
    # Some titles changed parent when the sheets were split: theirs is not always the parent of their job.
    parent_code = models.CharField(_("code ROME d'origine"), max_length=5, blank=True)
    rarely_used = models.BooleanField(_("peu usitée"), default=False)
    removed = models.BooleanField(_("retirée du ROME"), default=False)
    search_key = models.TextField(editable=False)
    search_words = key_words()

    class Meta:
        verbose_name = _("appellation de métier")
        verbose_name_plural = _("appellations de métier")
        ordering = ("kind", "label", "ogr")
        indexes = [GinIndex("search_words", name="reference_title_words")]

    def __str__(self) -> str:
        return self.label

    def set_keys(self) -> None:
        self.search_key = words.search_key(self.label)


class Competence(Keyed):
    """A competence or a knowledge (savoir) of the ROME. One OGR code may be both: the pair is what is unique."""

    class Kind(models.TextChoices):
        COMPETENCE = "COMPETENCE", _("compétence")
        KNOWLEDGE = "SAVOIR", _("savoir")

    ogr = models.CharField(_("code OGR"), max_length=10)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("libellé"), max_length=400)
    category = models.CharField(_("catégorie"), max_length=120, blank=True)
    sub_category = models.CharField(_("sous-catégorie"), max_length=120, blank=True)
    removed = models.BooleanField(_("retirée du ROME"), default=False)
    sort_key = models.TextField(editable=False)
    search_key = models.TextField(editable=False)
    search_words = key_words()

    class Meta:
        verbose_name = _("compétence ou savoir")
        verbose_name_plural = _("compétences et savoirs")
        ordering = ("sort_key", "ogr", "kind")
        constraints = [models.UniqueConstraint(fields=("ogr", "kind"), name="reference_competence_once_a_kind")]
        indexes = [GinIndex("search_words", name="reference_competence_words")]

    def __str__(self) -> str:
        return self.label

    def set_keys(self) -> None:
        self.sort_key = words.plain(self.label)
        self.search_key = words.search_key(self.label)


class JobCompetence(models.Model):
    """A job calls for a competence; `core` when the ROME makes it the heart of the job, `emerging` when it is new."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="job_competences")
    competence = models.ForeignKey(Competence, on_delete=models.CASCADE, related_name="job_competences")
    core = models.BooleanField(_("cœur du métier"), default=False)
    emerging = models.BooleanField(_("émergente"), default=False)
    removed = models.BooleanField(_("retirée de la fiche"), default=False)

    class Meta:
        verbose_name = _("compétence d'un métier")
        verbose_name_plural = _("compétences d'un métier")
        ordering = ("job", "competence")
        constraints = [models.UniqueConstraint(fields=("job", "competence"), name="reference_competence_once_a_job")]

    def __str__(self) -> str:
        return f"{self.job_id} → {self.competence_id}"


class Domain(models.Model):
    """A professional domain of the ROME: the three signs its codes begin with (K13)."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    label = models.CharField(_("libellé"), max_length=160)
    removed = models.BooleanField(_("retiré du ROME"), default=False)

    class Meta:
        verbose_name = _("domaine professionnel")
        verbose_name_plural = _("domaines professionnels")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class NearJob(models.Model):
    """A job that people of another go to without much training, in the order of the ROME."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="near_jobs")
    near = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField(_("rang"))
    removed = models.BooleanField(_("retiré de la fiche"), default=False)

    class Meta:
        verbose_name = _("métier proche")
        verbose_name_plural = _("métiers proches")
        ordering = ("job", "rank", "near")
        constraints = [models.UniqueConstraint(fields=("job", "near"), name="reference_near_job_once")]

    def __str__(self) -> str:
        return f"{self.job_id} → {self.near_id}"


class Tension(models.Model):
    """How hard it was to recruit for a job in a basin, one year: an index from 1 (easy) to 5 (hard).

    The code is the one of that year's ROME: before ROME 4.0 it is what `Job.parent_code` says. A pair that no row
    tells is unknown, never zero. Only the index is kept: in the published file the counts of offers and of seekers do
    not follow it, nor the size of the basins (Orléans, one seeker), and nobody could defend them."""

    basin = models.ForeignKey(Basin, on_delete=models.CASCADE, related_name="+")
    code_rome = models.CharField(_("code ROME de l'année"), max_length=5)
    label = models.CharField(_("libellé de l'année"), max_length=250)
    year = models.PositiveSmallIntegerField(_("année"))
    index = models.PositiveSmallIntegerField(_("indice de tension"))
    removed = models.BooleanField(_("retirée du fichier"), default=False)

    class Meta:
        verbose_name = _("tension d'un métier")
        verbose_name_plural = _("tensions des métiers")
        ordering = ("-year", "code_rome", "basin")
        constraints = [
            models.UniqueConstraint(fields=("basin", "code_rome", "year"), name="reference_tension_once"),
            models.CheckConstraint(
                condition=models.Q(index__gte=1, index__lte=5),
                name="reference_tension_index",
                violation_error_message=_("Un indice de tension va de 1 à 5."),
            ),
        ]
        indexes = [models.Index(fields=("code_rome", "year"), name="reference_tension_by_job")]

    def __str__(self) -> str:
        return f"{self.code_rome} {self.basin_id} {self.year}"


class ReferenceLoad(models.Model):
    """One file that was loaded and changed something, or was loaded for the first time."""

    source = models.CharField(_("source"), max_length=60)
    version = models.CharField(_("version"), max_length=60, blank=True)
    fingerprint = models.CharField(_("empreinte SHA-256"), max_length=64)
    loaded_at = models.DateTimeField(_("chargé le"), default=clock.now)
    rows_read = models.PositiveIntegerField(_("lignes lues"))
    rows_written = models.PositiveIntegerField(_("lignes ajoutées, modifiées ou retirées"))
    rows_refused = models.PositiveIntegerField(_("lignes refusées"))

    class Meta:
        verbose_name = _("chargement d'un référentiel")
        verbose_name_plural = _("chargements de référentiels")
        ordering = ("-loaded_at", "-id")

    def __str__(self) -> str:
        return f"{self.source} {self.version}".strip()


class ReferenceRefusal(models.Model):
    """One refused line of a load, with its reason."""

    load = models.ForeignKey(ReferenceLoad, on_delete=models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField(_("ligne"))
    reason = models.CharField(_("motif"), max_length=300)

    class Meta:
        verbose_name = _("ligne refusée")
        verbose_name_plural = _("lignes refusées")
        ordering = ("load", "line", "id")

    def __str__(self) -> str:
        return f"{self.line} : {self.reason}"


# Django looks for models here.
from defi.reference.certification_models import (  # noqa: E402
    Certification,
    CertificationBlock,
    CertificationJob,
    CertificationSuccession,
    Certifier,
)

__all__ = [
    "CENTRE_VAL_DE_LOIRE",
    "Basin",
    "Certification",
    "CertificationBlock",
    "CertificationJob",
    "CertificationSuccession",
    "Certifier",
    "Commune",
    "Competence",
    "Domain",
    "Job",
    "JobCompetence",
    "JobTitle",
    "Keyed",
    "NearJob",
    "ReferenceLoad",
    "ReferenceRefusal",
    "Tension",
    "key_words",
]
