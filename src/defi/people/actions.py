"""Registering organisations, people, memberships and cards."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.numbers import ALPHABET, clean_code
from defi.kernel.refusals import Invalid, NotAllowed, Refused, WrongState
from defi.people.identifiers import IdentifierError, check_nda, check_siret
from defi.people.models import Account, Card, Membership, Network, Organisation, OrganisationKind, Person
from defi.people.names import search_key
from defi.people.rules import ROLES_OF_KIND, roles_to_give
from defi.reference.models import Basin, Commune

CARD_TRIES = 8


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What identifies an organisation; empty when unknown."""

    kind: OrganisationKind
    name: str
    siret: str = ""
    nda: str = ""
    network: Network | str = ""
    commune: Commune | None = None
    address: str = ""
    email: str = ""
    phone: str = ""
    region: Organisation | None = None


def register_organisation(facts: OrganisationFacts, *, apart: bool = False) -> Organisation:
    """The organisation of this SIRET and kind, else of this name; made if new. `apart`: a record of its own, whatever
    bears the same name without SIRET.

    Public facts, hence no actor; called by actions that have one. Raises `Invalid` beside the field at fault."""
    siret = checked_identifier("siret", facts.siret, check_siret)
    nda = checked_identifier("nda", facts.nda, check_nda)
    if not facts.name.strip():
        raise Invalid.field("name", _("Indiquez le nom de l'organisation."))
    known = None if apart and not siret else _known(facts, siret)
    if known:
        return known
    return Organisation.objects.create(
        kind=facts.kind,
        network=facts.network,
        name=facts.name.strip(),
        siret=siret,
        nda=nda,
        commune=facts.commune,
        address=facts.address.strip(),
        email=facts.email.strip().lower(),
        phone=facts.phone.strip(),
        region=facts.region,
        created_at=clock.now(),
    )


def known_organisation(facts: OrganisationFacts) -> Organisation | None:
    """The record there already is for these facts. Raises `Invalid` for a wrong SIRET."""
    return _known(facts, checked_identifier("siret", facts.siret, check_siret))


def _known(facts: OrganisationFacts, siret: str) -> Organisation | None:
    same = Organisation.objects.filter(kind=facts.kind).select_related("merged_into")
    if siret:
        return _kept(same.filter(siret=siret).first())
    return _kept(same.filter(search_key=search_key(facts.name), siret="").first())


def _kept(found: Organisation | None) -> Organisation | None:
    """A record merged into another leads to it."""
    return found.merged_into or found if found else None


def checked_identifier(name: str, text: str, check: Callable[[str], str]) -> str:
    """The identifier as it is written, or nothing when nothing was typed. Raises `Invalid` beside the field."""
    if not text.strip():
        return ""
    try:
        return check(text)
    except IdentifierError as fault:
        raise Invalid.field(name, str(fault)) from fault


def register_person(actor: Actor, *, first_name: str, last_name: str, email: str = "", phone: str = "") -> Person:
    """A new person. No mail address is required: phone and paper count as much."""
    with acting(actor, "person.register") as act:
        faults: dict[str, str] = {}
        if not first_name.strip():
            faults["first_name"] = _("Indiquez le prénom.")
        if not last_name.strip():
            faults["last_name"] = _("Indiquez le nom.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        return act.create(
            Person,
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            email=email.strip().lower(),
            phone=phone.strip(),
        )


def grant_membership(
    actor: Actor,
    person: Person,
    organisation: Organisation,
    role: Who,
    *,
    basins: list[Basin] | None = None,
    function: str = "",
) -> Membership:
    """Give somebody a role in an organisation, and the account to sign in if they have a mail address.

    Raises `NotAllowed` (somebody else's organisation), `Invalid` (a role this kind of organisation does not have)."""
    with acting(actor, "membership.grant") as act:
        kind = OrganisationKind(organisation.kind)
        if role not in ROLES_OF_KIND.get(kind, frozenset()):
            raise Invalid.field("role", _("Ce rôle n'existe pas dans ce type d'organisation."))
        if role not in roles_to_give(actor, kind, organisation.pk):
            raise NotAllowed(_("Vous ne donnez pas ce rôle dans cette organisation."))
        # Two invitations of the same person wait for each other: the second finds what the first made.
        Person._base_manager.select_for_update().get(pk=person.pk)
        known = Membership.objects.filter(person=person, organisation=organisation, role=role, until=None).first()
        if known:
            return known
        membership = act.create(
            Membership,
            person=person,
            organisation=organisation,
            role=role.value,
            function=function,
            since=act.today,
        )
        membership.basins.set(basins or [])
        _open_account(act, person)
        return membership


def _open_account(act: Action, person: Person) -> None:
    """The way in: woken when the person had one, made when they have a mail address that nobody else signs in with."""
    if Account.objects.filter(person=person).update(is_active=True):
        return
    if person.email and not Account.objects.filter(email=person.email).exists():
        Account.objects.create_user(person.email, person=person, date_joined=act.now)


def end_membership(actor: Actor, membership_id: int, *, reason: str) -> Membership:
    """A leaver keeps no access, from this day on: the membership ends, and with the last one the account sleeps.

    Raises `Unknown` (another organisation's), `NotAllowed` (a role one may not give), `WrongState` (ended already)."""
    with acting(actor, "membership.end", reason=reason) as act:
        membership = act.lock(Membership, membership_id)
        house = membership.organisation
        if membership.role not in roles_to_give(actor, OrganisationKind(house.kind), house.pk):
            raise NotAllowed(_("Cet accès ne se ferme pas par vous."))
        if membership.until is not None:
            raise WrongState(_("Cet accès est déjà fermé."))
        act.change(membership, until=max(act.today, membership.since))
        with scope(TASK):
            others = Membership.objects.filter(person_id=membership.person_id, until=None)
            if not others.exists():
                Account.objects.filter(person_id=membership.person_id).update(is_active=False)
        return membership


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card as it is printed, once: the code is not kept."""

    card: Card
    number: str
    code: str


def issue_card(actor: Actor, person: Person) -> NewCard:
    """Print a personal card for a trainee; the former one dies. The caller has checked whose trainee it is."""
    with acting(actor, "card.issue") as act:
        for former in Card.objects.filter(person=person, revoked_at=None).select_for_update():
            act.change(former, revoked_at=act.now)
        number = "".join(secrets.choice(ALPHABET) for _ in range(6))
        code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        card = act.create(
            Card, person=person, number=number, code_hash=_hash(number, code), issued_by_id=actor.person_id
        )
        return NewCard(card, number, code)


def open_card(number: str, code: str) -> Person:
    """The person of this card. Raises `Invalid` beside the field at fault, or `Refused` after too many wrong codes."""
    with scope(TASK):
        card = Card.objects.filter(number=clean_code(number), revoked_at=None).select_related("person").first()
        if card is None:
            raise Invalid.field(
                "number",
                _("Aucune carte valable n'a ce numéro. Vérifiez-le, ou demandez une nouvelle carte à votre référent."),
            )
        if card.failures >= CARD_TRIES:
            raise Refused(_("Trop d'essais : cette carte est bloquée. Demandez-en une nouvelle à votre référent."))
        if not hmac.compare_digest(card.code_hash, _hash(card.number, clean_code(code))):
            # Counted by the database: tries at the same time are each counted.
            Card.objects.filter(pk=card.pk).update(failures=F("failures") + 1)
            raise Invalid.field("code", _("Ce code n'est pas celui de la carte. Vérifiez-le, lettre par lettre."))
        Card.objects.filter(pk=card.pk).update(failures=0)
        return card.person


def _hash(number: str, code: str) -> str:
    return hashlib.sha256(f"{number}:{code}".encode()).hexdigest()
