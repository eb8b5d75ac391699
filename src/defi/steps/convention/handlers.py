"""The convention follows what changes in the file: an avenant is owed once it is signed; it is then sealed."""

from __future__ import annotations

from collections.abc import Sequence

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.models import Operation, Session
from defi.steps.convention import date_change, moving
from defi.steps.convention.amending import follow
from defi.steps.convention.facts import terms_agreed
from defi.steps.convention.models import LIVING, Convention
from defi.steps.convention.rules import amendment_sentence
from defi.steps.convention.terms import Terms, sentences
from defi.steps.design.changes.hooks import HoursAsked, says


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
