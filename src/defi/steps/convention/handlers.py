"""The convention follows what changes in the plan once the training runs."""

from __future__ import annotations

from collections.abc import Sequence

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.models import Session
from defi.steps.convention import date_change, moving
from defi.steps.convention.amending import follow_hours
from defi.steps.convention.hours import hours_agreed
from defi.steps.convention.models import LIVING, Convention
from defi.steps.convention.rules import amendment_sentence
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes.hooks import HoursAsked, says


@says
def of_the_convention(asked: HoursAsked) -> Sequence[str]:
    """Whether an avenant would be needed."""
    with scope(TASK):
        convention = Convention.objects.filter(LIVING, operation=asked.operation_id).first()
        session = Session.objects.filter(operation=asked.operation_id).first()
        if session is None:
            return []
        agreed = hours_agreed(convention, session) if convention else (session.hours_centre, session.hours_company)
    state = convention.state if convention else ""
    return [amendment_sentence(state, agreed, (asked.after.centre, asked.after.company))]


@on("convention.complete")
def seal(outer: Action, entries: list[JournalEntry]) -> None:
    """Everybody signed: the sealed document is made as soon as the worker can."""
    from defi.steps.convention.tasks import seal_convention

    for entry in entries:
        if entry.object_type == "convention.convention":
            seal_convention.defer(convention_id=entry.object_id)


@on("plan.approve_change")
@on("convention.complete")
def hours_changed(outer: Action, entries: list[JournalEntry]) -> None:
    """Hours changed under a signed convention: an amendment is owed. A text signed with former hours owes one too."""
    with scope(TASK):
        operations = {entry.file_id for entry in entries}
        changes = ChangeRequest.objects.filter(operation__in=operations, state="approved").order_by("-edition")
        for convention in Convention.objects.filter(operation__in=operations, state="signed"):
            last = changes.filter(operation=convention.operation_id).first()
            if last is not None:
                follow_hours(convention, last)


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
