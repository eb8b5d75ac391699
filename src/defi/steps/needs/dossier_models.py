"""What is attached to the diagnosis of a collective need: figures, files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded
from defi.steps.needs.models import CollectiveNeed


class OfCollective(Guarded):
    """What hangs on a collective need, seen by whoever sees it."""

    collective = models.ForeignKey(CollectiveNeed, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def file_id(self) -> int | None:
        found = CollectiveNeed._base_manager.filter(pk=self.collective_id)
        return found.values_list("operation_id", flat=True).first()

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(collective_id__in=CollectiveNeed.objects.visible_to(actor).values("pk"))


class DiagnosisFigure(OfCollective):
    """A figure that an officer adds to the diagnosis, with where it is read and of when it is."""

    label = models.CharField(_("ce que dit le chiffre"), max_length=120)
    value = models.DecimalField(_("chiffre"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("unité"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=200)
    established_on = models.DateField(_("établi le"))
    recorded_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]


class CollectiveFile(OfCollective):
    """A file attached to the diagnosis: its bytes as they came. Withdrawn, it is no longer shown but stays."""

    name = models.CharField(_("nom"), max_length=160)
    note = models.CharField(_("ce qu'il contient"), max_length=200, blank=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_on = models.DateField()
    added_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collective", "sha256"], condition=Q(withdrawn_on=None), name="collective_file_once"
            )
        ]
