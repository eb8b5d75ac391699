"""Who may act on needs: a role alone does not say in which territory."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.refusals import NotAllowed


def in_territory(actor: Actor, basin_id: int) -> bool:
    """Whether this officer pilots this basin. An officer without a territory pilots the whole region."""
    return actor.who is Who.OFFICER and (not actor.basins or basin_id in actor.basins)


def must_pilot(actor: Actor, basin_id: int) -> None:
    """Raises `NotAllowed` to an officer of another territory; other roles are checked by their verb."""
    if actor.who is Who.OFFICER and not in_territory(actor, basin_id):
        raise NotAllowed(_("Ce bassin est hors de votre territoire : il se consulte, il ne se modifie pas."))
