"""From a session to the actor of the request: the chosen membership of a member, or a trainee for themself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from defi.kernel.access import TASK, Actor, scope
from defi.people.models import Account, Membership, Person
from defi.people.queries import actor_for, memberships_of, trainee

MEMBERSHIP_KEY = "membership_id"
TRAINEE_KEY = "trainee_person_id"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, and as what."""

    person: Person
    actor: Actor
    membership: Membership | None
    others: tuple[Membership, ...] = ()


def identify(request: HttpRequest) -> Identity | None:
    """The identity of this request, or None for the public."""
    trainee_id = request.session.get(TRAINEE_KEY)
    if trainee_id:
        with scope(TASK):
            person = Person.objects.visible_to(TASK).filter(pk=trainee_id).first()
        return Identity(person, trainee(person), None) if person else None
    if not isinstance(request.user, Account):
        return None
    return _member(request, request.user)


def _member(request: HttpRequest, account: Account) -> Identity | None:
    memberships = memberships_of(account.person_id)
    if not memberships:
        return Identity(account.person, trainee(account.person), None)
    wanted = request.session.get(MEMBERSHIP_KEY)
    chosen = next((m for m in memberships if m.pk == wanted), memberships[0])
    others = tuple(m for m in memberships if m.pk != chosen.pk)
    return Identity(chosen.person, actor_for(chosen), chosen, others)
