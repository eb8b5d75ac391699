"""Pages of the convention signed in ink and scanned, and who signed on each. Source: features.md 49 (mixed signing)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.kernel.files.models import StoredFile
from defi.kernel.proof import proof
from defi.operations.models import OperationBound
from defi.steps.convention.ink.states import SCAN

if TYPE_CHECKING:
    from defi.steps.convention.models import Amendment, Convention


@proof()
class ScannedPage(OperationBound):
    """One sheet as it came back, of the convention or of an amendment. Placed: it is page `page` of `document`, the
    edition that bears that code.

    `stored` is the sheet itself, `source_sha256` the fingerprint of the file in which it was sent."""

    class Found(models.TextChoices):
        CODE = "code", _("par son code")
        PERSON = "person", _("par une personne")

    convention = models.ForeignKey("convention.Convention", on_delete=models.PROTECT, related_name="scans")
    amendment = models.ForeignKey("convention.Amendment", null=True, on_delete=models.PROTECT, related_name="+")
    stored = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    page = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=SCAN.choices)
    found = models.CharField(max_length=6, choices=Found.choices, blank=True)
    source_sha256 = models.CharField(max_length=64)
    deposited_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="placed")
                | (Q(document__isnull=False, page__isnull=False, page__gte=1) & Q(found__in=["code", "person"])),
                name="scanned_page_placed_has_its_place",
            ),
        ]

    @property
    def text(self) -> Convention | Amendment:
        """What it is a page of."""
        return self.amendment or self.convention

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever reads the files of this kind in this operation: it bears everybody's signature."""
        return Q(stored__in=StoredFile.objects.visible_to(actor))


@proof()
class InkMark(OperationBound):
    """Somebody read on this sheet the signature of this signatory. `recorded`: it made the signature, and taking the
    sheet off voids it; a signature noted before from the paper itself stays. `taken_back_on`: read by mistake."""

    scan = models.ForeignKey(ScannedPage, on_delete=models.PROTECT, related_name="marks")
    signatory = models.ForeignKey("convention.Signatory", on_delete=models.PROTECT, related_name="marks")
    signed_on = models.DateField()
    recorded = models.BooleanField(default=True)
    taken_back_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scan", "signatory"], condition=Q(taken_back_on=None), name="ink_mark_once")
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(scan__in=ScannedPage.objects.visible_to(actor))
