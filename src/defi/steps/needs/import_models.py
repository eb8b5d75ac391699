"""A spreadsheet of needs handed in, and each of its lines until it is a need or is dropped."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded


class NeedImport(Guarded):
    """One file, once: the same one handed in again leads here."""

    private = frozenset({"head", "columns"})

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("fichier"), max_length=160)
    sha256 = models.CharField(max_length=64)
    head = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    formulas = models.PositiveIntegerField(default=0)
    received_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="need_import_of_a_file_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region, and the house that handed it in."""
        if actor.in_region:
            return Q(region_id=actor.region_id)
        return Q(organisation_id=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])


class NeedImportRow(Guarded):
    """A line: its raw cells, what they mean once the columns are known, what is wrong, what became of it."""

    class State(models.TextChoices):
        FAULTY = "faulty", _("à corriger")
        TWIN = "twin", _("déjà connu ?")
        READY = "ready", _("prêt")
        IMPORTED = "imported", _("importé")
        DROPPED = "dropped", _("écarté")

    class Decision(models.TextChoices):
        BOTH = "both", _("ce sont deux recherches")
        MERGE = "merge", _("c'est la même : compléter la première")
        DROP = "drop", _("écarter la ligne")

    private = frozenset({"raw", "cells", "faults"})

    source = models.ForeignKey(NeedImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    raw = models.JSONField(default=list)
    cells = models.JSONField(default=dict)
    # Corrected by hand: another choice of columns no longer touches it.
    mended = models.BooleanField(default=False)
    faults = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.FAULTY)
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True)
    twin_need = models.ForeignKey("needs.Need", null=True, on_delete=models.PROTECT, related_name="+")
    twin_row = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey("needs.Need", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="need_import_line_once"),
            models.CheckConstraint(
                condition=Q(state="imported", need__isnull=False) | (~Q(state="imported") & Q(need=None)),
                name="need_import_line_imported_has_its_need",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """As its file."""
        if actor.in_region:
            return Q(source__region_id=actor.region_id)
        return Q(source__organisation_id=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])

    @property
    def employer(self) -> str:
        return str(self.cells.get("employer") or self.cells.get("siret") or "")

    @property
    def wording(self) -> str:
        return str(self.cells.get("wording") or self.cells.get("rome") or "")

    @property
    def posts(self) -> str:
        return str(self.cells.get("posts", ""))

    @property
    def place(self) -> str:
        return str(self.cells.get("place", ""))

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.IMPORTED, self.State.DROPPED}
