"""A list of people handed in, and each of its lines until it is a candidacy or goes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Actor, Guarded
from defi.operations.models import OperationBound, Session
from defi.steps.sourcing.import_rules import LABELS


class CandidacyImport(OperationBound):
    """One file for one session, once: the same one handed in again leads here. `left_out`: how many of its columns
    are no column of ours; nothing of them is kept, not even a title."""

    private = frozenset({"name"})

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("fichier"), max_length=160)
    sha256 = models.CharField(max_length=64)
    formulas = models.PositiveIntegerField(default=0)
    left_out = models.PositiveSmallIntegerField(default=0)
    received_on = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation", "sha256"], name="candidacy_import_of_a_file_once"
            )
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The house that handed it in, and nobody else: it is a working paper."""
        if (actor.who in LEAD or actor.in_prescriber) and actor.organisation_id:
            return Q(organisation_id=actor.organisation_id)
        return Q(pk__in=[])


class CandidacyImportRow(Guarded):
    """A line: its cells as long as they are needed, what is wrong, what became of it. Imported or dropped, its cells
    are erased: the candidacy holds them, or nobody."""

    class State(models.TextChoices):
        FAULTY = "faulty", _("à corriger")
        TWIN = "twin", _("déjà connue ?")
        READY = "ready", _("prête")
        KNOWN = "known", _("déjà dans la liste")
        IMPORTED = "imported", _("importée")
        DROPPED = "dropped", _("écartée")

    class Decision(models.TextChoices):
        SAME = "same", _("c'est la même personne")
        TWO = "two", _("ce sont deux personnes")
        DROP = "drop", _("écarter la ligne")

    private = frozenset({"cells", "emptied", "faults"})

    source = models.ForeignKey(CandidacyImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    emptied = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.FAULTY)
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    twin_person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    twin_row = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    candidacy = models.ForeignKey("sourcing.Candidacy", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="candidacy_import_line_once"),
            models.CheckConstraint(
                condition=Q(state="imported", candidacy__isnull=False) | (~Q(state="imported") & Q(candidacy=None)),
                name="candidacy_import_line_has_its_candidacy",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["imported", "dropped"]) | Q(cells={}), name="candidacy_import_line_is_erased"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """As its file."""
        if (actor.who in LEAD or actor.in_prescriber) and actor.organisation_id:
            return Q(source__organisation_id=actor.organisation_id)
        return Q(pk__in=[])

    @property
    def name(self) -> str:
        """« Amina Rossi », or nothing once it is erased."""
        who = self.candidacy.person if self.candidacy else None
        return str(who) if who else f"{self.cells.get('first_name', '')} {self.cells.get('last_name', '')}".strip()

    @property
    def said(self) -> list[str]:
        """What is wrong, cell by cell: « Date de naissance : … »."""
        return [f"{LABELS.get(name, name)} : {sentence}" for name, sentence in self.faults.items()]

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.IMPORTED, self.State.DROPPED}
