"""Who is told what about a candidacy. A person without an address is told by phone or on paper: the page says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import LEAD, PRESCRIBER, Who
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.models import Session
from defi.people.mailing import to_organisation, to_person
from defi.schemes.rulebook import current
from defi.steps.sourcing.models import Application, Candidacy

APPLIED = "sourcing/mail/application_asked"


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
    """The same for a whole list: each person, and the provider once."""
    for candidacy in candidacies:
        _to_the_person(act, candidacy, "oriented_person")
    if act.actor.in_prescriber:
        _to_the_provider(act, candidacies[0])


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
    if act.actor.in_prescriber:
        recipients = to_organisation(candidacy.operation.provider, LEAD)
        url = _group_url(candidacy)
    else:
        recipients = to_person(candidacy.oriented_by) or to_organisation(candidacy.prescriber, PRESCRIBER)
        url = _url(candidacy)
    _send(act, recipients, "answer_prescriber", {**_context(candidacy), "url": url}, candidacy)


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
