"""The announcement page and its poster: one text, the firms that recruit, each of which agrees to be named."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import OperationBound
from defi.steps.sourcing.states import NOTICE, NOTICE_FIRM


class Notice(OperationBound):
    """What is said in public of the recruiting of a group. `code` stands in the address and the QR code of the poster;
    `edition` grows each time the text changes, and an agreement is given to one edition."""

    title = models.CharField(_("titre"), max_length=160)
    text = models.TextField(_("texte"))
    contact = models.CharField(_("qui joindre"), max_length=120, blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=NOTICE.choices)
    edition = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=12, unique=True)
    number = models.CharField(max_length=40, blank=True)
    published_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation"], name="notice_once"),
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(published_on__isnull=False) & ~Q(number="")),
                name="notice_published_has_its_date",
            ),
        ]


class NoticeFirm(OperationBound):
    """A firm named in the announcement, with its posts, and whether it agreed. `recorded` says that the provider noted
    an agreement given by phone or on paper."""

    private: ClassVar[frozenset[str]] = frozenset()

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="firms")
    employer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    posts = models.PositiveSmallIntegerField(_("postes"))
    wording = models.CharField(_("les postes, en mots"), max_length=200)
    state = models.CharField(max_length=10, choices=NOTICE_FIRM.choices)
    edition = models.PositiveSmallIntegerField(default=0)
    answered_on = models.DateField(null=True)
    recorded = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "employer"], name="notice_firm_once"),
            models.CheckConstraint(
                condition=Q(posts__gte=1, posts__lte=200),
                name="notice_firm_posts_possible",
                violation_error_message=_("Indiquez de 1 à 200 postes."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_on=None) | ~Q(state="waiting") & Q(answered_on__isnull=False),
                name="notice_firm_answer_has_its_date",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Who takes part in the operation; the bearer of the link of one firm that firm's line."""
        if actor.who is Who.LINK:
            link = actor.link
            return Q(pk=link.object_id) if link and link.object_type == "sourcing.noticefirm" else Q(pk__in=[])
        return super().visibility(actor)
