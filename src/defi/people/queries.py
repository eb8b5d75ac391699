"""Who somebody is when they act: memberships, and the actor made of one of them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK as SYSTEM
from defi.kernel.access import Actor, Who, scope
from defi.kernel.refusals import WrongState
from defi.people.models import Membership, Organisation, OrganisationKind, Person


def memberships_of(person_id: int) -> list[Membership]:
    """The memberships a person may act under today, in a stable order."""
    today = clock.today()
    with scope(SYSTEM):
        return list(
            Membership.objects.visible_to(SYSTEM)
            .filter(Q(until=None) | Q(until__gt=today), person_id=person_id, since__lte=today)
            .select_related("organisation", "person")
            .prefetch_related("basins")
            .order_by("organisation__name", "role")
        )


def actor_for(membership: Membership) -> Actor:
    """The actor that a person is under this membership."""
    organisation = membership.organisation
    return Actor(
        who=Who(membership.role),
        person_id=membership.person_id,
        organisation_id=organisation.pk,
        region_id=organisation.pk if organisation.kind == OrganisationKind.REGION else organisation.region_id,
        basins=frozenset(basin.pk for basin in membership.basins.all()),
    )


def trainee(person: Person) -> Actor:
    """The actor that a trainee is, for themself."""
    return Actor(Who.TRAINEE, person_id=person.pk)


def region() -> Organisation:
    """The Region of this installation. One database per Region (architecture.md, « Past one machine »).

    Raises `WrongState` before `defi region` has founded it."""
    found = Organisation.objects.filter(kind=OrganisationKind.REGION).first()
    if found is None:
        raise WrongState(
            _("DEFI n'est pas encore ouvert ici : la Région doit d'abord être créée (commande « defi region »).")
        )
    return found
