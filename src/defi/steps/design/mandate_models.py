"""An employer that lets the provider answer for it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from defi.kernel.documents.french import long_date
from defi.operations.models import OperationBound


class Mandate(OperationBound):
    """An employer lets the provider give its approvals: who let it, when, how and why. Read by all the parties.

    It holds until the employer or the provider ends it. Source: issue of the plan designed in turns, « Small employers
    may let the provider answer for them, visibly »."""

    class Way(models.TextChoices):
        MEETING = "meeting", _("en réunion")
        PHONE = "phone", _("par téléphone")
        MAIL = "mail", _("par courriel")
        PAPER = "paper", _("sur papier")

    # A name may be typed there.
    private = frozenset({"let_by", "reason"})

    plan = models.ForeignKey("design.TrainingPlan", on_delete=models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    let_by = models.CharField(_("qui l'a laissé répondre"), max_length=160)
    way = models.CharField(_("comment"), max_length=10, choices=Way.choices)
    let_on = models.DateField(_("quand"))
    reason = models.CharField(_("pourquoi"), max_length=255)
    noted_on = models.DateField()
    noted_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation"], condition=Q(ended_on=None), name="mandate_once"),
            models.CheckConstraint(
                condition=Q(let_on__lte=F("noted_on")) & (Q(ended_on=None) | Q(ended_on__gte=F("noted_on"))),
                name="mandate_dates_in_order",
            ),
            models.CheckConstraint(condition=~Q(let_by="") & ~Q(reason=""), name="mandate_says_who_and_why"),
        ]

    @property
    def words(self) -> str:
        """`la gérante, par téléphone, le 3 mars 2026 : pas d'ordinateur à l'atelier`."""
        return say("%(who)s, %(how)s, le %(day)s : %(reason)s") % {
            "who": self.let_by,
            "how": self.get_way_display(),
            "day": long_date(self.let_on),
            "reason": self.reason,
        }
