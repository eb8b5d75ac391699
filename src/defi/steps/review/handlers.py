"""What the space of a trainee shows of the bilan: the questionnaire that waits for them, the day and the place."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date, time_words, weekday_date
from defi.steps.review.convening import bilans_to_come
from defi.steps.review.owed import owed_opinions
from defi.steps.training.hooks import Announced, Asked, announces, asks


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


@announces
def the_bilan(actor: Actor) -> Sequence[Announced]:
    """The meeting that others learn of by mail: who has no address reads it here."""
    return [
        Announced(
            title=_("La réunion de fin de formation"),
            when=_("%(day)s à %(at)s") % {"day": weekday_date(meeting.planned_on), "at": time_words(meeting.planned_at)}
            if meeting.planned_at
            else weekday_date(meeting.planned_on),
            where=meeting.place,
            why=_(
                "C'est le bilan : les formateurs et les entreprises viennent aussi, et nous voulons vous écouter. "
                "Vous ne pouvez pas venir ? Appelez votre organisme de formation."
            ),
        )
        for meeting in bilans_to_come(actor)
        if meeting.planned_on is not None
    ]
