"""A file of an operation and its versions. Their bytes are in the database: it is the only state of the product."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from defi.kernel import clock
from defi.kernel.access import Actor, Guarded
from defi.kernel.files.kinds import KINDS, readable_by
from defi.kernel.transitions import Text


class StoredFile(Guarded):
    """One file of an operation (`dossier`), whatever its versions; `object_type` and `object_id`: what it is about.

    Taken off, its bytes are erased (sent by mistake, it may be anybody's paper); its fingerprint stays."""

    kind = models.CharField(max_length=40)
    dossier = models.BigIntegerField()
    label = models.CharField(max_length=160, blank=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    last = models.PositiveSmallIntegerField(default=1)
    added_on = models.DateField()
    removed_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["dossier", "kind"], name="stored_file_by_dossier")]

    @property
    def file_id(self) -> int | None:
        return self.dossier

    @property
    def kind_label(self) -> Text:
        return KINDS[self.kind].label if self.kind in KINDS else self.kind

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The files of the kinds this role reads, in the operations this actor may know of for that kind."""
        seen = Q(pk__in=[])
        for kind in readable_by(actor):
            seen |= Q(kind=kind.name, dossier__in=kind.dossiers(actor))
        return seen


class FileVersion(Guarded):
    """The bytes of a file as they were sent, with their fingerprint; `preview` is a JPEG to look at, when there is one.

    The journal keeps none of this but numbers: a file is named by who sends it."""

    private: ClassVar[frozenset[str]] = frozenset({"name", "content", "preview"})

    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField(null=True)
    preview = models.BinaryField(null=True)
    sent_at = models.DateTimeField(default=clock.now)
    sent_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["stored", "number"]
        constraints = [models.UniqueConstraint(fields=["stored", "number"], name="file_version_number_once")]

    @property
    def file_id(self) -> int | None:
        return self.stored.dossier

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(stored__in=StoredFile.objects.visible_to(actor))
