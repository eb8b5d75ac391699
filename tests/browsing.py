"""Somebody signed in, for the tests of the pages of the last rooms."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from defi.kernel.access import Actor, Who
from defi.people.models import Account, Person
from defi.web.identity import TRAINEE_KEY


def browser(actor: Actor) -> Client:
    """A browser signed in as this actor: a member by their account, a trainee by their card."""
    person = Person._base_manager.get(pk=actor.person_id)
    client = Client()
    if actor.who is Who.TRAINEE:
        session = client.session
        session[TRAINEE_KEY] = person.pk
        session.save()
        return client
    address = person.email or f"p{person.pk}@example.org"
    Person._base_manager.filter(pk=person.pk).update(email=address)
    known = Account.objects.filter(person=person).first()
    client.force_login(known or Account.objects.create_user(address, person=person))
    return client


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    """The text of a page, whose status is checked."""
    found = client.get(reverse(name, args=args))
    assert found.status_code == status, found.content.decode()[-2000:]
    return found.content.decode()


def post(client: Client, name: str, *args: object, answered: int = 303, **typed: object) -> str:
    """The text of what answers a form; 303 when it was done, 422 when it was refused."""
    found = client.post(reverse(name, args=args), typed)
    assert found.status_code == answered, found.content.decode()[-2000:]
    return found.content.decode()
