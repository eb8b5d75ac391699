"""Who may open the door to whom: the members of an organisation, invited and let go by those who answer for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, WHO_LABELS, Actor, Who, scope
from defi.kernel.journal import acting
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Invalid, WrongState
from defi.people.actions import OrganisationFacts, grant_membership, register_organisation, register_person
from defi.people.models import Account, Membership, Organisation, OrganisationKind, Person
from defi.reference.models import Basin


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is known of somebody to invite. `basins`: the territory of an officer."""

    first_name: str
    last_name: str
    email: str
    role: Who
    function: str = ""
    basins: tuple[Basin, ...] = ()


def members(actor: Actor, organisation: Organisation) -> list[Membership]:
    """The memberships of an organisation that this actor may read, those that ended last."""
    rows = Membership.objects.visible_to(actor).filter(organisation=organisation)
    return sorted(
        rows.select_related("person").prefetch_related("basins"),
        key=lambda one: (one.until is not None, one.person.last_name, one.person.first_name, one.role),
    )


def invite_member(actor: Actor, organisation: Organisation, invitation: Invitation) -> Membership:
    """Give somebody a role and say so by mail, with the way in. Somebody known by this address keeps their account.

    Raises `NotAllowed` (not this actor's team, or a role they may not give), `Invalid` (no name, no address, a
    territory for another role than an officer's)."""
    with acting(actor, "membership.grant") as act:
        if not invitation.email.strip():
            raise Invalid.field("email", _("Indiquez l'adresse : c'est par elle que la personne entre."))
        if invitation.basins and invitation.role is not Who.OFFICER:
            raise Invalid.field("basins", _("Un territoire ne se donne qu'à un référent territorial."))
        person = _known(invitation.email) or register_person(
            TASK, first_name=invitation.first_name, last_name=invitation.last_name, email=invitation.email
        )
        membership = grant_membership(
            actor,
            person,
            organisation,
            invitation.role,
            basins=list(invitation.basins),
            function=invitation.function.strip(),
        )
        context = {
            "person": person,
            "organisation": organisation,
            "role": WHO_LABELS[invitation.role],
            "address": person.email,
            "url": settings.PUBLIC_URL + reverse("account_login"),
        }
        queue(act, Recipient(person.email, person_id=person.pk), "people/mail/invited.txt", context)
        return membership


def welcome_organisation(actor: Actor, facts: OrganisationFacts, first: Invitation) -> Membership:
    """A training organisation, a prescriber or a partner with the first of its people, who may then invite theirs.

    One already known by its SIRET, else by its name, is the same. Raises as `invite_member`, and `Invalid` beside a
    wrong SIRET or declaration number."""
    with acting(actor, "membership.grant"):
        return invite_member(actor, register_organisation(facts), first)


def set_territory(actor: Actor, membership_id: int, basins: Iterable[Basin]) -> Membership:
    """The basins an officer pilots from now on; none means the whole region.

    Raises `NotAllowed` (only the Region's direction does), `Unknown`, `Invalid` (not an officer)."""
    with acting(actor, "membership.set_territory") as act:
        membership = act.lock(Membership, membership_id)
        if membership.role != Who.OFFICER:
            raise Invalid(_("Un territoire ne se donne qu'à un référent territorial."))
        chosen = list(basins)
        act.note(membership, basins=", ".join(sorted(basin.code for basin in chosen)))
        membership.basins.set(chosen)
        return membership


def found_region(name: str, director: Invitation) -> Membership:
    """The Region of a new installation and the first of its direction, who invites all the others.

    Raises `WrongState` when this database already has its Region (one database per Region)."""
    with scope(TASK), transaction.atomic():
        if Organisation.objects.filter(kind=OrganisationKind.REGION).exists():
            raise WrongState(_("Cette base a déjà sa Région : sa direction invite depuis « Équipe et accès »."))
        region = register_organisation(OrganisationFacts(OrganisationKind.REGION, name))
        return invite_member(TASK, region, director)


def _known(email: str) -> Person | None:
    with scope(TASK):
        account = Account.objects.filter(email=email.strip().lower()).select_related("person").first()
        return account.person if account else None
