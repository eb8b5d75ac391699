"""What the space of a trainee shows of the bilan: the questionnaire that waits for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.steps.review.owed import owed_opinions
from defi.steps.training.hooks import Asked, asks


@asks
def the_questionnaire(actor: Actor) -> Sequence[Asked]:
    """Two minutes before the bilan, without a name."""
    return [
        Asked(
            title=_("Donner mon avis sur la formation"),
            why=_("Deux minutes, sans mon nom. Avant le %(day)s.") % {"day": long_date(row.planned_on)}
            if row.planned_on
            else _("Deux minutes, sans mon nom."),
            url=reverse("review:answer", args=[row.pk]),
            action=_("Je réponds"),
        )
        for row in owed_opinions(actor).order_by("asked_on", "pk")
    ]
