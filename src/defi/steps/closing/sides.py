"""Nobody stands on both sides of one decision, whatever the organisation they act as (process.md, « Actors »)."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.refusals import NotAllowed
from defi.operations.models import Operation
from defi.people.models import Membership


def on_both_sides(actor: Actor, operation: Operation) -> bool:
    """Whether this person also belongs, today, to the organisation that runs the operation or holds its market."""
    if actor.person_id is None:
        return False
    runners = [pk for pk in (operation.provider_id, operation.holder_id) if pk]
    return (
        Membership._base_manager.filter(person_id=actor.person_id, organisation_id__in=runners)
        .filter(Q(until=None) | Q(until__gte=clock.today()))
        .exists()
    )


def must_be_on_one_side(actor: Actor, operation: Operation) -> None:
    """Raises `NotAllowed` when the person who decides also belongs to who asked."""
    if on_both_sides(actor, operation):
        raise NotAllowed(
            _(
                "Vous êtes aussi membre de l'organisme de formation de cette opération : "
                "la décision revient à un autre agent de la Région."
            )
        )
