"""The private address of a calendar feed: one per person, renewed or closed by them, never kept as it is.

It holds an id, an edition and their keyed hash, cut to 160 bits: nobody finds another one; a former one is known."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import Refused, Unknown, WrongState
from defi.people.models import Agenda, Person
from defi.people.queries import actor_for, memberships_of

_TOKEN = re.compile(r"(\d{1,18})-(\d{1,9})-([0-9a-f]{40})")


class AgendaClosed(Refused):
    """The address was good once: renewed since, closed, or of somebody who has no access any more."""

    status = 410


def open_agenda(actor: Actor) -> Agenda:
    """Give the person an address, or a new one in the place of the former, which dies."""
    with acting(actor, "agenda.open") as act:
        known = Agenda.objects.visible_to(actor).filter(person_id=actor.person_id or 0).select_for_update().first()
        if known:
            return act.change(known, edition=known.edition + 1, closed_on=None)
        return act.create(Agenda, person_id=actor.person_id)


def close_agenda(actor: Actor) -> Agenda:
    """The address answers no more. Raises `WrongState` when there is none."""
    with acting(actor, "agenda.close") as act:
        known = Agenda.objects.visible_to(actor).filter(person_id=actor.person_id or 0).select_for_update().first()
        if known is None or known.closed_on:
            raise WrongState(_("Votre agenda n'a pas d'adresse ouverte."))
        return act.change(known, closed_on=act.today)


def own_agenda(actor: Actor) -> Agenda | None:
    """The open address of this actor's person. Must run inside their scope."""
    rows = Agenda.objects.visible_to(actor).filter(person_id=actor.person_id or 0, closed_on=None)
    return rows.first()


def address_of(agenda: Agenda) -> str:
    """The whole address, to give to a calendar program."""
    token = f"{agenda.pk}-{agenda.edition}"
    return f"{settings.PUBLIC_URL}/agenda/{token}-{_proof(token)}.ics"


def owner_of(token: str) -> tuple[Person, list[Actor]]:
    """The person of an address, and all that they are today. Raises `Unknown` (cut or made up), `AgendaClosed`."""
    parts = _TOKEN.fullmatch(token)
    if parts is None or not constant_time_compare(parts[3], _proof(f"{parts[1]}-{parts[2]}")):
        raise Unknown(_("Cette adresse d'agenda est incomplète ou n'existe pas : copiez-la depuis « Mon agenda »."))
    with scope(TASK):
        agenda = Agenda.objects.filter(pk=int(parts[1])).select_related("person").first()
    if agenda is None or agenda.closed_on or agenda.edition != int(parts[2]):
        raise AgendaClosed(_("Cette adresse d'agenda ne sert plus : reprenez la vôtre depuis « Mon agenda »."))
    actors = [actor_for(membership) for membership in memberships_of(agenda.person_id)]
    if not actors:
        raise AgendaClosed(_("Cette personne n'a plus d'accès à DEFI : son agenda est fermé."))
    return agenda.person, actors


def _proof(token: str) -> str:
    return salted_hmac("defi.agenda", token, algorithm="sha256").hexdigest()[:40]
