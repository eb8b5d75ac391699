"""Certifications of the two registers of France compétences: what they are, their blocks, who delivers them, what
they lead to and what replaced them.

What other tables of the export tell is kept by the number it tells it of: a sheet may name a ROME code or a successor
that was not loaded.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from defi.reference import words
from defi.reference.models import Keyed, key_words

NUMBER = r"^(RNCP|RS)[0-9]{1,6}$"
BLOCK = r"^(RNCP|RS)[0-9]{1,6}BC[0-9]{1,3}$"
WITHOUT_BRAND = "AUTRE"


class Certification(Keyed):
    """A certification of the RNCP or of the répertoire spécifique, in its essential facts.

    `active` is what the register said when it was last read; `ends_on` is the last day of its registration, known
    long before: whether it is in force depends on the day (`in_force`)."""

    class Register(models.TextChoices):
        RNCP = "RNCP", _("Répertoire national des certifications professionnelles")
        RS = "RS", _("Répertoire spécifique")

    number = models.CharField(_("numéro"), max_length=12, unique=True)
    title = models.CharField(_("intitulé"), max_length=600)
    # CAP, BTS, TP…: the sheet of a CAP does not say so in its title.
    brand = models.CharField(_("sorte de diplôme ou de titre"), max_length=60, blank=True)
    level = models.CharField(_("niveau"), max_length=4, blank=True)
    active = models.BooleanField(_("active"), default=True)
    decided_on = models.DateField(_("décision d'enregistrement"), null=True, blank=True)
    ends_on = models.DateField(_("fin d'enregistrement"), null=True, blank=True)
    removed = models.BooleanField(_("retirée du fichier"), default=False)
    search_key = models.TextField(editable=False)
    search_words = key_words()

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=NUMBER),
                name="reference_certification_number",
                violation_error_message=_("Un numéro de certification s'écrit RNCP ou RS suivi de chiffres."),
            )
        ]
        indexes = [GinIndex("search_words", name="reference_certification_words")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def set_keys(self) -> None:
        self.search_key = words.search_key(self.name)

    @property
    def name(self) -> str:
        """The title with what it crowns: "CAP Agent vérificateur d'appareils extincteurs"."""
        return titled(self.title, self.brand)

    @property
    def register(self) -> Certification.Register:
        """The register it stands in, which its number tells."""
        return self.Register.RS if self.number.startswith("RS") else self.Register.RNCP

    def in_force(self, on_day: date) -> bool:
        """Whether one may still train for it on that day, as far as the register was read."""
        return self.active and not self.removed and (self.ends_on is None or on_day <= self.ends_on)


def titled(title: str, brand: str) -> str:
    """A title with the kind of diploma before it, unless it says so itself or there is none."""
    said = words.plain(title).split()
    if not brand or brand.upper() == WITHOUT_BRAND or set(words.plain(brand).split()) <= set(said):
        return title
    return f"{brand} {title}"


class CertificationBlock(models.Model):
    """A block of competences of a certification, that one may obtain alone."""

    certification = models.ForeignKey(
        Certification, on_delete=models.CASCADE, related_name="blocks", verbose_name=_("certification")
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    label = models.TextField(_("intitulé"))
    rank = models.PositiveSmallIntegerField(_("rang"))
    removed = models.BooleanField(_("retiré de la fiche"), default=False)

    class Meta:
        verbose_name = _("bloc de compétences")
        verbose_name_plural = _("blocs de compétences")
        ordering = ("certification", "rank", "code")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=BLOCK),
                name="reference_certification_block_code",
                violation_error_message=_("Un bloc s'écrit comme RNCP35506BC01."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class CertificationJob(models.Model):
    """A certification leads to a job. The code is the one that the sheet bears: it may be one of before ROME 4.0, which
    `Job.parent_code` says."""

    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="jobs")
    code_rome = models.CharField(_("code ROME de la fiche"), max_length=5)
    label = models.CharField(_("libellé de la fiche"), max_length=250, blank=True)
    removed = models.BooleanField(_("retiré de la fiche"), default=False)

    class Meta:
        verbose_name = _("métier d'une certification")
        verbose_name_plural = _("métiers des certifications")
        ordering = ("certification", "code_rome")
        constraints = [
            models.UniqueConstraint(fields=("certification", "code_rome"), name="reference_certification_job_once")
        ]
        indexes = [models.Index(fields=("code_rome",), name="reference_certification_by_job")]

    def __str__(self) -> str:
        return f"{self.certification_id} → {self.code_rome}"


class Certifier(models.Model):
    """Who delivers a certification (certificateur): a ministry, a branch, a school."""

    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="certifiers")
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    name = models.CharField(_("nom"), max_length=250)
    removed = models.BooleanField(_("retiré de la fiche"), default=False)

    class Meta:
        verbose_name = _("certificateur")
        verbose_name_plural = _("certificateurs")
        ordering = ("certification", "name", "siret")
        constraints = [
            models.UniqueConstraint(fields=("certification", "siret", "name"), name="reference_certifier_once")
        ]

    def __str__(self) -> str:
        return self.name


class CertificationSuccession(models.Model):
    """A certification was replaced by another, named by its number."""

    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="successions")
    successor = models.CharField(_("numéro de celle qui la remplace"), max_length=12)
    removed = models.BooleanField(_("retirée du fichier"), default=False)

    class Meta:
        verbose_name = _("remplacement d'une certification")
        verbose_name_plural = _("remplacements de certifications")
        ordering = ("certification", "successor")
        constraints = [
            models.UniqueConstraint(fields=("certification", "successor"), name="reference_succession_once"),
            models.CheckConstraint(
                condition=models.Q(successor__regex=NUMBER),
                name="reference_succession_number",
                violation_error_message=_("Un numéro de certification s'écrit RNCP ou RS suivi de chiffres."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification_id} → {self.successor}"
