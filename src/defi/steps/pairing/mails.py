"""Who is told what when promises and pairings change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import LEAD
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.mailing import to_employer
from defi.operations.models import Operation, Partner, Session
from defi.people.mailing import to_officers, to_organisation, to_person
from defi.people.models import Person
from defi.people.post import readers
from defi.schemes.rulebook import rulebook
from defi.steps.pairing.models import Admission, Encounter, Pairing, Promise


def promise_withdrawn(act: Action, promise: Promise, posts: int, ended: list[Pairing]) -> None:
    """The provider and the officer learn that posts are gone; each person concerned learns it too."""
    operation = promise.operation
    context = {
        **_context(operation),
        "employer": promise.employer.name,
        "posts": posts,
        "people": [p.candidacy.person.short_name for p in ended],
        "reason": act.reason,
    }
    _send(act, [*provider_of(operation), *officers_of(operation)], "promise_withdrawn", context, operation)
    for pairing in ended:
        _tell_person(act, pairing, promise)


def promise_changed(act: Action, promise: Promise, living: list[Pairing]) -> None:
    """Provider and officer learn the new terms and why; the people paired what their job becomes, pay included."""
    _news(act, promise, living, "promise_changed")


def promise_suspended(act: Action, promise: Promise, living: list[Pairing]) -> None:
    """Provider and officer learn that it is suspended and why; the people paired that they are called."""
    _news(act, promise, living, "promise_suspended")


def promise_resumed(act: Action, promise: Promise, living: list[Pairing]) -> None:
    """Provider, officer and the people paired learn that it holds again."""
    _news(act, promise, living, "promise_resumed")


def _news(act: Action, promise: Promise, living: list[Pairing], template: str) -> None:
    operation = promise.operation
    context = {
        **_context(operation),
        "employer": promise.employer.name,
        "promise": promise,
        "people": [p.candidacy.person.short_name for p in living],
        "reason": act.reason,
    }
    _send(act, [*provider_of(operation), *officers_of(operation)], template, context, operation)
    for pairing in living:
        person = pairing.candidacy.person
        _send(act, to_person(person), f"{template}_person", {**context, "first_name": person.first_name}, operation)


LINK_DAYS = 30


def ask_signature(act: Action, promise: Promise) -> int:
    """Whoever signs for the firm reads the promise from a link and signs it in one click; how many were written to."""
    recipients = employer_of(promise)
    for to in recipients:
        link = links.issue(
            promise,
            "promise.sign",
            address=to.address,
            person_id=to.person_id,
            organisation_id=promise.employer_id,
            days=LINK_DAYS,
        )
        context = {**_context(promise.operation), "promise": promise, "link": link}
        _send(act, [to], "promise_to_sign", context, promise.operation)
    return len(recipients)


def answers_asked(act: Action, partner: Partner, met: list[Encounter]) -> int:
    """One mail to a firm for all whom it met: a link where it answers for each; how many addresses it went to."""
    signatory = next((one.promise.signatory for one in met if one.promise.signatory_id), None)
    recipients = to_employer(partner.operation_id, partner.organisation, named=signatory)
    for to in recipients:
        link = links.issue(
            partner,
            "encounter.record",
            address=to.address,
            person_id=to.person_id,
            organisation_id=partner.organisation_id,
            days=LINK_DAYS,
        )
        context = {
            **_context(partner.operation),
            "provider": partner.operation.provider,
            "people": [one.candidacy.person.short_name for one in met],
            "link": link,
        }
        _send(act, [to], "answers_asked", context, partner.operation)
    return len(recipients)


def promise_signed(act: Action, promise: Promise) -> None:
    """The provider learns that the promise is signed, unless it says so itself; whoever signed keeps a copy of what
    they signed, all the more without an account to read it again."""
    if act.actor.in_provider:
        return
    context = {**_context(promise.operation), "employer": promise.employer.name, "promise": promise}
    _send(act, provider_of(promise.operation), "promise_signed", context, promise.operation)
    copy = {
        **context,
        "posts": promise.posts.filter(withdrawn_on=None).count(),
        "text": rulebook(promise.operation.scheme, promise.operation.rulebook_version).promise_text,
        "provider": promise.operation.provider,
    }
    signer = Person._base_manager.filter(pk=promise.signed_by_id or 0).first()
    _send(act, to_person(signer) or employer_of(promise), "promise_copy", copy, promise.operation)


def pairing_ended(act: Action, pairing: Pairing) -> None:
    """The employer, the person and the provider learn that a pairing is over; the reason in words stays in the file.

    Who gave up or was not kept is not told that their place stays and that another employer is looked for."""
    promise = pairing.post.promise
    context = {
        **_context(promise.operation),
        "person": pairing.candidacy.person.short_name,
        "ending": pairing.ending_words,
    }
    _send(act, provider_of(promise.operation), "pairing_ended", context, promise.operation)
    _tell_employer(act, promise, "pairing_ended", context)
    if pairing.ending != Pairing.Ending.PERSON_LEFT:
        _tell_person(act, pairing, promise)


def paired_again(act: Action, pairing: Pairing) -> None:
    """The employer, who had read that the pairing was over, learns that the person comes after all."""
    promise = pairing.post.promise
    context = {**_context(promise.operation), "person": pairing.candidacy.person.short_name}
    _tell_employer(act, promise, "paired_again", context)


def _tell_employer(act: Action, promise: Promise, template: str, context: dict[str, Any]) -> None:
    """The firm; who has no account gets no address of a page behind the door, and is told whom to call."""
    recipients = employer_of(promise)
    known = readers([to.person_id for to in recipients if to.person_id])
    for to in recipients:
        enters = to.person_id in known and known[to.person_id].has_account
        theirs = {**context, "url": context["url"] if enters else "", "provider": promise.operation.provider}
        _send(act, [to], template, theirs, promise.operation)


def _tell_person(act: Action, pairing: Pairing, promise: Promise) -> None:
    context = {**_context(promise.operation), "employer": promise.employer.name}
    person = pairing.candidacy.person
    _send(
        act,
        to_person(person),
        "pairing_ended_person",
        {**context, "first_name": person.first_name},
        promise.operation,
    )


def end_moved(act: Action, session: Session, theirs: list[Pairing], was: date) -> None:
    """A firm learns the new last day of the people paired with it, in one message."""
    context = {**_context(session.operation), "session": session, "was": was, "people": len(theirs)}
    _tell_employer(act, theirs[0].post.promise, "end_moved_employer", context)


def admission_decided(act: Action, operation: Operation, admission: Admission) -> None:
    """The provider learns the decision and its reason."""
    context = {**_context(operation), "admitted": admission.state == "admitted", "admission": admission}
    _send(act, provider_of(operation), "admission_decided", context, operation)


def provider_of(operation: Operation) -> list[Recipient]:
    """Who leads at the provider."""
    return to_organisation(operation.provider, LEAD)


def employer_of(promise: Promise) -> list[Recipient]:
    """Who is written to at the firm about a promise: its signatory first."""
    return to_employer(promise.operation_id, promise.employer, named=promise.signatory)


def officers_of(operation: Operation) -> list[Recipient]:
    """Who pilots for the Region."""
    return to_officers(operation.region_id, operation.basin_id)


def _context(operation: Operation) -> dict[str, Any]:
    return {"operation": operation, "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/appairage/"}


def _send(
    act: Action, recipients: Iterable[Recipient], template: str, context: dict[str, Any], operation: Operation
) -> None:
    for recipient in recipients:
        queue(act, recipient, f"pairing/mail/{template}.txt", context, file_id=operation.pk)
