"""The convention follows what changes in the file: an avenant is owed once it is signed; it is then sealed."""

from __future__ import annotations

from collections.abc import Sequence

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.steps.convention import date_change, moving
from defi.steps.convention.amending import follow
from defi.steps.convention.facts import names_of, parties_of, terms_agreed, terms_now
from defi.steps.convention.models import LIVING, Amendment, Convention
from defi.steps.convention.rules import amendment_sentence, new_promise_sentence, promise_sentences
from defi.steps.convention.terms import Terms, changes, sentences, touched
from defi.steps.design.changes.hooks import HoursAsked, says
from defi.steps.pairing.hooks import PromiseAsked, says_of_new
from defi.steps.pairing.hooks import says as says_of_promise


@says
def of_the_convention(asked: HoursAsked) -> Sequence[str]:
    """Whether an avenant would be needed."""
    with scope(TASK):
        session = Session.objects.filter(operation=asked.operation_id).first()
        if session is None:
            return []
        convention = Convention.objects.filter(LIVING, operation=asked.operation_id).first()
        hours = terms_agreed(convention).hours if convention else None
    agreed = Terms(hours=hours or (session.hours_centre, session.hours_company))
    told = sentences(agreed, Terms(hours=(asked.after.centre, asked.after.company)), {})
    return [amendment_sentence(convention.state if convention else "", told)]


@says_of_promise
def of_a_promise(asked: PromiseAsked) -> Sequence[str]:
    """Whether an avenant would be needed: said where a promise is changed or withdrawn, before it is."""
    operation = asked.promise.operation
    with scope(TASK):
        convention = Convention.objects.filter(LIVING, operation=operation).first()
        session = Session.objects.filter(operation=operation).order_by("number").first()
        if convention is None or session is None or clock.today() > session.ends_on:
            return ()
        agreed, then = terms_agreed(convention), terms_now(operation, asked)
        all_of_it = changes(agreed, then)
        found = [one for one in all_of_it if one.organisation_id == asked.promise.employer_id]
        at_work = Amendment.objects.filter(convention=convention, state="sent").exists()
        # What the others are changing is told to who signs it, when it is sent.
        who = touched(all_of_it if at_work else found, parties_of(convention, agreed)).signing
        names = Organisation.objects.filter(pk__in=who).order_by("name").values_list("name", flat=True)
        told = sentences(agreed, then, names_of(agreed, then), found)
        return promise_sentences(convention.state, told, signing=list(names), at_work=at_work, exact=asked.exact)


@says_of_new
def of_one_more(operation: Operation) -> Sequence[str]:
    """Whether the text that is out leaves a new promise aside: said where it is made, before it is."""
    with scope(TASK):
        convention = Convention.objects.filter(LIVING, operation=operation).first()
        session = Session.objects.filter(operation=operation).order_by("number").first()
    if convention is None or session is None or clock.today() > session.ends_on:
        return ()
    return [sentence] if (sentence := new_promise_sentence(convention.state)) else ()


@on("convention.complete")
@on("amendment.complete")
def seal(outer: Action, entries: list[JournalEntry]) -> None:
    """Everybody signed: the sealed document is made as soon as the worker can."""
    from defi.steps.convention.tasks import seal_amendment, seal_convention

    for entry in entries:
        if entry.object_type == "convention.convention":
            seal_convention.defer(convention_id=entry.object_id)
        if entry.object_type == "convention.amendment":
            seal_amendment.defer(amendment_id=entry.object_id)


@on("plan.approve_change")
@on("session.plan")
@on("session.reschedule")
@on("promise.make")
@on("promise.change")
@on("promise.withdraw")
@on("promise.withdraw_all")
@on("operation.partner_leaves")
@on("convention.complete")
@on("amendment.complete")
def terms_changed(outer: Action, entries: list[JournalEntry]) -> None:
    """What a signed convention says changed: an amendment is owed. A text signed with former facts owes one too."""
    with scope(TASK):
        for operation in Operation.objects.filter(pk__in={entry.file_id for entry in entries}).order_by("pk"):
            follow(outer, operation)


@on("operation.abandon")
def no_ceremony(outer: Action, entries: list[JournalEntry]) -> None:
    """No ceremony stays in anybody's calendar."""
    for entry in entries:
        date_change.given_up(outer, entry)


@on("session.reschedule")
def dates_moved(outer: Action, entries: list[JournalEntry]) -> None:
    """The back-planning follows the dates: who has a part in it is told once, with what moved for them."""
    with scope(TASK):
        for session in Session.objects.filter(pk__in={entry.object_id for entry in entries}).select_related(
            "operation"
        ):
            moving.told(outer, session)
