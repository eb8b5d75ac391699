"""Addresses that do not receive: whose they are, who mends them; and what somebody chooses to receive."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.models import FailingAddress
from defi.kernel.refusals import Invalid, NotAllowed, Unknown
from defi.people.models import Account, MailChoice, Membership, Organisation, OrganisationKind, Person
from defi.people.rules import roles_to_give


def living() -> QuerySet[FailingAddress]:
    """The failing addresses that somebody still has. A changed one is nobody's any more, and goes away by itself."""
    people = Person._base_manager.filter(email=OuterRef("address"), merged_into=None)
    houses = Organisation.objects.filter(email=OuterRef("address"), merged_into=None)
    return FailingAddress.objects.filter(Exists(people) | Exists(houses))


def failing_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses that do not receive."""
    return set(FailingAddress.objects.filter(address__in=list(addresses)).values_list("address", flat=True))


def of_the_house(actor: Actor) -> Q:
    """Among failing addresses, those of the members of the actor's organisation, and its own mailbox."""
    if actor.organisation_id is None:
        return Q(pk__in=[])
    today = clock.today()
    members = Membership._base_manager.filter(Q(until=None) | Q(until__gt=today), organisation_id=actor.organisation_id)
    house = Organisation.objects.filter(pk=actor.organisation_id).exclude(email="")
    return Q(address__in=members.values("person__email")) | Q(address__in=house.values("email"))


def may_change(actor: Actor, person: Person) -> bool:
    """Whether the address of this member is the actor's to mend: they answer for every access that it opens."""
    if not person.email and not person.pk:
        return False
    with scope(TASK):
        rows = list(Membership.objects.filter(person=person, until=None).select_related("organisation"))
    return bool(rows) and all(
        Who(row.role) in roles_to_give(actor, OrganisationKind(row.organisation.kind), row.organisation_id)
        for row in rows
    )


def change_address(actor: Actor, person_id: int, email: str, version: int | None = None) -> Person:
    """Give a member the address at which they receive, and by which they enter from now on.

    Raises `Unknown`, `Stale`, `NotAllowed` (an access that others answer for), `Invalid` (no address, one that somebody
    else enters with)."""
    with acting(actor, "person.change_address") as act:
        person = act.lock(Person, person_id, version)
        if not may_change(actor, person):
            raise NotAllowed(_("L'adresse de cette personne se change par qui répond de tous ses accès."))
        address = email.strip().lower()
        try:
            validate_email(address)
        except ValidationError as fault:
            raise Invalid.field("email", _("Indiquez une adresse complète, comme prenom.nom@exemple.fr.")) from fault
        if Account.objects.filter(email=address).exclude(person=person).exists():
            raise Invalid.field("email", _("Quelqu'un d'autre entre déjà avec cette adresse : indiquez-en une autre."))
        act.change(person, email=address)
        Account.objects.filter(person=person).update(email=address)
        return person


def retry_address(actor: Actor, address_id: int) -> None:
    """Believe an address again: its mailbox was full, or its server wrong. The caller has shown it to this actor.

    Raises `Unknown` when it is not failing any more."""
    with acting(actor, "address.retry") as act:
        failing = FailingAddress.objects.select_for_update().filter(pk=address_id).first()
        if failing is None:
            raise Unknown(_("Cette adresse n'est plus en échec."))
        _note(act, failing)
        failing.delete()


def _note(act: Action, failing: FailingAddress) -> None:
    """The journal says whose address it was, never the address."""
    with scope(TASK):
        for person in Person.objects.filter(email=failing.address, merged_into=None).order_by("pk"):
            act.note(person, address_tried_again=True)


def choose_mail(actor: Actor, *, urgent_only: bool) -> MailChoice:
    """Say what one wants to be mailed: urgent things only, or also the digest of the day."""
    with acting(actor, "mail.choose") as act:
        known = MailChoice.objects.visible_to(actor).filter(person_id=actor.person_id or 0).select_for_update().first()
        if known:
            return act.change(known, urgent_only=urgent_only)
        return act.create(MailChoice, person_id=actor.person_id, urgent_only=urgent_only)
