"""What the space of a trainee shows of the follow-up: the question of the moment, until it is answered."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.steps.followup.actions import unknown
from defi.steps.followup.queries import open_moment
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.hooks import Asked, asks


@asks
def where_i_stand(actor: Actor) -> Sequence[Asked]:
    """Where the person stands, at the moment open for each training they left."""
    out = (
        Candidacy.objects.visible_to(actor)
        .filter(person_id=actor.person_id or 0, left_on__isnull=False)
        .exclude(operation__state="abandoned")
        .select_related("operation")
        .order_by("-left_on", "-pk")
    )
    return [
        Asked(
            title=_("Dire où j'en suis"),
            why=_("%(training)s, %(moment)s. Une minute.")
            % {"training": person.operation.title, "moment": moment.label},
            url=reverse("followup:situation", args=[person.pk, moment.key]),
            action=_("Je réponds"),
        )
        for person in out
        if (moment := open_moment(person)) and unknown(person)
    ]
