"""Who is told what about a candidacy. A person without an address is told by phone or on paper: the page says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import LEAD, PRESCRIBER, Actor, Who
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.models import Session
from defi.people.mailing import to_organisation, to_person
from defi.people.models import Organisation
from defi.schemes.rulebook import current
from defi.steps.sourcing.models import Application, Candidacy

APPLIED = "sourcing/mail/application_asked"
READ = ("person", "prescriber", "session", "operation__provider")
"""What a candidacy is read with, for its mails to ask nothing more of the base."""
MOVED_ASKS = {"confirmed": "candidacy.say_again", "selected": "candidacy.confirm"}
"""Who is asked something when the start moves, by state; the others only learn the day, by a task: they may be many."""


def oriented(act: Action, candidacy: Candidacy) -> None:
    """The person learns what is kept and why; the provider, once a day, that people wait for its answer."""
    _to_the_person(act, candidacy, "oriented_person")
    if act.actor.in_prescriber or act.actor.who is Who.TASK:
        _to_the_provider(act, candidacy)


def applied(act: Action, application: Application) -> None:
    """The link that confirms a candidacy sent from the announcement; without an address, the provider is to call."""
    operation = application.operation
    context = {
        "first_name": application.first_name,
        "training": operation.title,
        "provider": operation.provider,
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/candidatures/",
    }
    if not application.email:
        key = f"session-{application.session_id}-{act.today.isoformat()}"
        for recipient in to_organisation(operation.provider, LEAD):
            queue(act, recipient, "sourcing/mail/application_to_call.txt", context, file_id=operation.pk, key=key)
        return
    address = application.email
    link = links.issue(application, "application.confirm", address=address, days=current().sourcing.request_days)
    queue(act, Recipient(address), f"{APPLIED}.txt", {**context, "link": link}, file_id=operation.pk)


def imported(act: Action, candidacies: list[Candidacy]) -> None:
    """A whole list came in: the provider is told once a day, or each prescriber it names. People are told by a task."""
    if act.actor.in_prescriber:
        _to_the_provider(act, candidacies[0])
        return
    houses = {row.prescriber.pk: row for row in candidacies if row.prescriber}
    for row in houses.values():
        key = f"session-{row.session_id}-{act.today.isoformat()}"
        context = {**_context(row), "url": _group_url(row)}
        for recipient in to_organisation(row.prescriber, PRESCRIBER):
            queue(act, recipient, "sourcing/mail/listed_prescriber.txt", context, file_id=row.operation_id, key=key)


def listed(act: Action, candidacy: Candidacy) -> None:
    """Somebody of a list learns what is kept and why: once, whatever the number of calls."""
    for recipient in to_person(candidacy.person):
        _once(act, recipient, "oriented_person", _context(candidacy), candidacy, f"listed-{candidacy.pk}")


def start_moved(act: Action, candidacy: Candidacy, was: date, *, move: str = "") -> None:
    """The start moved: who confirmed is asked again, who was offered a seat answers for the new day, the others read
    it. With a `move` (the id of its action), once whatever the number of calls; it then asks nothing."""
    person, session = candidacy.person, candidacy.session
    for recipient in to_person(person):
        verb = "" if move else MOVED_ASKS.get(candidacy.state, "")
        link = verb and links.issue(
            candidacy,
            verb,
            address=recipient.address,
            person_id=person.pk,
            days=max(7, (session.starts_on - act.today).days),
        )
        context = {**_context(candidacy), "link": link, "was": was, "had_confirmed": candidacy.state == "confirmed"}
        if move:
            _once(act, recipient, "start_moved_person", context, candidacy, f"moved-{move}-{candidacy.pk}")
        else:
            _send(act, [recipient], "start_moved_person", context, candidacy)


def start_moved_house(act: Action, house: Organisation, theirs: Sequence[Candidacy], was: date) -> None:
    """A prescriber learns, in one message, that the start moved for all its people who have not entered."""
    one = theirs[0]
    context = {
        **_context(one),
        "was": was,
        "people": len(theirs),
        "confirmed": sum(row.state == "confirmed" for row in theirs),
        "to_call": sum(not row.person.email for row in theirs),
    }
    _send(act, to_organisation(house, PRESCRIBER), "start_moved_prescriber", context, one)


def end_moved(act: Action, candidacy: Candidacy, was: date, *, move: str) -> None:
    """The last day moved by the action `move` (its id): told once, whatever the number of calls."""
    for recipient in to_person(candidacy.person):
        context = {**_context(candidacy), "was": was, "has_seat": candidacy.state in {"confirmed", "entered"}}
        _once(act, recipient, "end_moved_person", context, candidacy, f"end-{move}-{candidacy.pk}")


def end_moved_house(act: Action, house: Organisation, theirs: Sequence[Candidacy], was: date) -> None:
    """A prescriber learns, in one message, that the last day moved for its people."""
    one = theirs[0]
    to_call = sum(not row.person.email for row in theirs)
    context = {**_context(one), "was": was, "people": len(theirs), "to_call": to_call}
    _send(act, to_organisation(house, PRESCRIBER), "end_moved_prescriber", context, one)


def _to_the_provider(act: Action, candidacy: Candidacy) -> None:
    for recipient in to_organisation(candidacy.operation.provider, LEAD):
        queue(
            act,
            recipient,
            "sourcing/mail/oriented_provider.txt",
            _context(candidacy),
            file_id=candidacy.operation_id,
            key=f"session-{candidacy.session_id}-{act.today.isoformat()}",
        )


def selected(act: Action, candidacy: Candidacy) -> None:
    """The person is asked to say that they will come, by one click or by answering the phone."""
    person = candidacy.person
    for recipient in to_person(person):
        address = links.issue(
            candidacy,
            "candidacy.confirm",
            address=recipient.address,
            person_id=person.pk,
            days=max(7, (candidacy.session.starts_on - act.today).days),
        )
        _send(act, [recipient], "selected_person", {**_context(candidacy), "link": address}, candidacy)


def moved_on(act: Action, candidacy: Candidacy) -> None:
    """The prescriber learns, once a day for a session, that people it oriented were met or selected."""
    for recipient in to_person(candidacy.oriented_by) or to_organisation(candidacy.prescriber, PRESCRIBER):
        queue(
            act,
            recipient,
            "sourcing/mail/moved_on_prescriber.txt",
            _context(candidacy),
            file_id=candidacy.operation_id,
            key=f"session-{candidacy.session_id}-{act.today.isoformat()}",
        )


def answered(act: Action, candidacy: Candidacy) -> None:
    """The person and the prescriber are owed each final answer (process.md, « Actors »)."""
    _to_the_person(act, candidacy, "answer_person")
    ended(act, candidacy)


def ended(act: Action, candidacy: Candidacy) -> None:
    """The prescriber learns what became of the person; the provider too when the prescriber says it."""
    url = _group_url(candidacy) if act.actor.in_prescriber else _url(candidacy)
    recipients = ended_to(act.actor, candidacy)
    _send(act, recipients, "answer_prescriber", {**_context(candidacy), "url": url}, candidacy)


def ended_to(actor: Actor, candidacy: Candidacy) -> list[Recipient]:
    """Who learns it from this actor: the provider from a prescriber, whoever oriented the person from anybody else."""
    if actor.in_prescriber:
        return to_organisation(candidacy.operation.provider, LEAD)
    return to_person(candidacy.oriented_by) or to_organisation(candidacy.prescriber, PRESCRIBER)


def asked_again(act: Action, candidacy: Candidacy) -> None:
    """Before the start: still coming? One click answers, either way."""
    person = candidacy.person
    for recipient in to_person(person):
        address = links.issue(
            candidacy,
            "candidacy.say_again",
            address=recipient.address,
            person_id=person.pk,
            days=max(1, (candidacy.session.starts_on - act.today).days),
        )
        _send(act, [recipient], "asked_again_person", {**_context(candidacy), "link": address}, candidacy)


def seat_freed(act: Action, candidacy: Candidacy) -> None:
    """The provider learns, once a day, that a seat is free while people wait in reserve: it decides who is called."""
    waiting = Candidacy.objects.filter(session_id=candidacy.session_id, state="reserve").count()
    if not waiting:
        return
    for recipient in to_organisation(candidacy.operation.provider, LEAD):
        queue(
            act,
            recipient,
            "sourcing/mail/seat_freed.txt",
            {**_context(candidacy), "waiting": waiting},
            file_id=candidacy.operation_id,
            key=f"session-{candidacy.session_id}-{act.today.isoformat()}",
        )


def said_by_link(act: Action, candidacy: Candidacy) -> None:
    """The provider learns what the person answered by themself: yes, or that they will not come."""
    context = {**_context(candidacy), "url": _group_url(candidacy)}
    _send(act, to_organisation(candidacy.operation.provider, LEAD), "answer_prescriber", context, candidacy)


def _to_the_person(act: Action, candidacy: Candidacy, template: str) -> None:
    _send(act, to_person(candidacy.person), template, _context(candidacy), candidacy)


def _send(
    act: Action, recipients: Iterable[Recipient], template: str, context: dict[str, Any], candidacy: Candidacy
) -> None:
    for recipient in recipients:
        queue(act, recipient, f"sourcing/mail/{template}.txt", context, file_id=candidacy.operation_id)


def _once(
    act: Action, recipient: Recipient, template: str, context: dict[str, Any], candidacy: Candidacy, key: str
) -> None:
    queue(act, recipient, f"sourcing/mail/{template}.txt", context, file_id=candidacy.operation_id, key=key)


def _context(candidacy: Candidacy) -> dict[str, Any]:
    session: Session = candidacy.session
    return {
        "candidacy": candidacy,
        "person": candidacy.person,
        "training": candidacy.operation.title,
        "provider": candidacy.operation.provider,
        "prescriber": candidacy.prescriber,
        "session": session,
        "reason": candidacy.get_ended_reason_display() if candidacy.ended_reason else "",
        "state": candidacy.get_state_display(),
        "url": _group_url(candidacy),
    }


def _group_url(candidacy: Candidacy) -> str:
    return f"{settings.PUBLIC_URL}/operations/{candidacy.operation_id}/candidatures/"


def _url(candidacy: Candidacy) -> str:
    return f"{settings.PUBLIC_URL}/candidatures/{candidacy.pk}/"
