"""What the Region writes for itself: the texts of its documents, in versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded
from defi.schemes.states import TEXT


class DocumentText(Guarded):
    """One version of the text of a kind of document. `number` counts from 2: version 1 comes with the product.

    `from_on` is the first day it applies to what is drafted. A trial is of the body as it was: `tried_on` and
    `tried_file` (the operation) fall when the body changes."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    body = models.TextField(_("texte"))
    note = models.CharField(_("ce qui change"), max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=TEXT.choices)
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField()
    tried_on = models.DateField(null=True)
    tried_file = models.BigIntegerField(null=True)
    from_on = models.DateField(_("date d'effet"), null=True)

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "number"], name="text_number_once"),
            models.CheckConstraint(
                condition=Q(state="adopted", from_on__isnull=False, tried_on__isnull=False)
                | (~Q(state="adopted") & Q(from_on=None)),
                name="text_in_force_was_tried_and_has_its_date",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The agents of the Region; others read the documents, not how they are written."""
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])
