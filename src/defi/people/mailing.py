"""To whom a mail goes: the members of an organisation by role, the officers of a territory, a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.outbox import Recipient
from defi.people.models import Membership, Organisation, Person


def to_person(person: Person | None) -> list[Recipient]:
    """The person's own mailbox, when there is one."""
    return [Recipient(person.email, person_id=person.pk)] if person and person.email else []


def to_organisation(organisation: Organisation | None, roles: Iterable[Who]) -> list[Recipient]:
    """The members in these roles, else the mailbox of the organisation."""
    if organisation is None:
        return []
    found = _members(Q(organisation=organisation, role__in=[role.value for role in roles]))
    if found or not organisation.email:
        return found
    return [Recipient(organisation.email, organisation_id=organisation.pk)]


def to_officers(region_id: int, basin_id: int) -> list[Recipient]:
    """The officers who pilot this basin; those without a territory when nobody does."""
    officers = Q(organisation_id=region_id, role=Who.OFFICER.value)
    return _members(officers & Q(basins=basin_id)) or _members(officers)


def _members(condition: Q) -> list[Recipient]:
    today = clock.today()
    with scope(TASK):
        rows = (
            Membership.objects.filter(condition)
            .filter(Q(until=None) | Q(until__gt=today))
            .exclude(person__email="")
            .values_list("person__email", "person_id", "organisation_id")
            .order_by("person_id")
            .distinct()
        )
        return [Recipient(*row) for row in rows]
