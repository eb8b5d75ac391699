"""Which roles each kind of organisation has, and who may give them."""

from __future__ import annotations

from defi.kernel.access import EMPLOYER, PRESCRIBER, PROVIDER, REGION, Actor, Who
from defi.people.models import OrganisationKind

ROLES_OF_KIND = {
    OrganisationKind.REGION: REGION,
    OrganisationKind.PROVIDER: PROVIDER,
    OrganisationKind.EMPLOYER: EMPLOYER,
    OrganisationKind.PRESCRIBER: PRESCRIBER,
}

OWN_TEAM = {Who.ADMINISTRATOR: OrganisationKind.PROVIDER, Who.SIGNATORY: OrganisationKind.EMPLOYER}
"""Who answers for their own organisation; a prescriber's advisers are invited by the Region."""


def roles_to_give(actor: Actor, kind: OrganisationKind, organisation_id: int) -> frozenset[Who]:
    """The roles this actor may give, and take back, in this organisation; none when its team is not theirs to make.

    The Region's own agents are invited by its direction only: no officer makes another, or a paying office."""
    roles = ROLES_OF_KIND.get(kind, frozenset())
    if actor.who in {Who.STEERING, Who.TASK}:
        return roles
    if actor.who is Who.OFFICER:
        return roles - REGION
    if OWN_TEAM.get(actor.who) == kind and organisation_id == actor.organisation_id:
        return roles
    return frozenset()
