"""Steering committees: agenda, presence, decisions; and the tasks given at a meeting, each with an owner and a date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from icalendar import Event

from defi.kernel.access import LEAD, PRESCRIBER, TASK, Actor
from defi.kernel.clock import PARIS
from defi.kernel.journal import Action, acting
from defi.kernel.mail.invitations import invitation
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.access import leads, lock_bound, lock_operation, operation_of, pilots
from defi.operations.actions import Attendee, plan_meeting, record_meeting
from defi.operations.mailing import to_employer
from defi.operations.models import Meeting, MeetingDecision, MeetingTask, Operation, Partner, Presence
from defi.people.mailing import to_officers, to_organisation
from defi.people.models import Organisation, OrganisationKind

LENGTH = timedelta(hours=2)
"""How long a committee is kept free in calendars; only its beginning is known (decision)."""

FARTHEST = timedelta(days=731)
"""A task is for the two years after its meeting; beyond, a year is mistyped (decision)."""


def plan_committee(
    actor: Actor, operation_id: int, *, planned_on: date, planned_at: time | None, place: str = "", agenda: str = ""
) -> Meeting:
    """Fix the date of the next committee, or move it: each that takes part is invited, with an entry for their
    calendar that takes the place of the one before.

    Raises `Invalid` for a past day, `WrongState` when nothing moves."""
    with acting(actor, "meeting.plan") as act:
        before = Meeting.objects.filter(operation=operation_id, kind=Meeting.Kind.COMMITTEE, held_on=None).first()
        said = (planned_on, planned_at, place.strip(), agenda.strip())
        if before and said == (before.planned_on, before.planned_at, before.place, before.agenda):
            raise WrongState(_("Le comité est déjà prévu ainsi : chacun est invité."))
        meeting = plan_meeting(actor, operation_id, Meeting.Kind.COMMITTEE, planned_on, place.strip(), agenda)
        act.change(meeting, planned_at=planned_at)
        _invite(act, meeting, moved=before is not None)
        return meeting


def cancel_committee(actor: Actor, operation_id: int, *, reason: str) -> None:
    """The committee that is planned will not be held: those invited learn it, and their calendar takes it off.

    Raises `WrongState` when none is planned."""
    with acting(actor, "meeting.cancel", reason=reason) as act:
        operation = lock_operation(act, operation_id)
        meeting = _planned(operation.pk)
        if meeting is None:
            raise WrongState(_("Aucun comité n'est prévu : il n'y a rien à annuler."))
        _call_off(act, meeting)


def call_off_abandoned(operation_id: int) -> None:
    """Within the action that abandons an operation: its committee is not held either."""
    meeting = _planned(operation_id)
    if meeting is not None:
        with acting(TASK, "meeting.cancel", reason=_("L'opération est abandonnée.")) as act:
            _call_off(act, meeting)


def _planned(operation_id: int) -> Meeting | None:
    rows = Meeting._base_manager.filter(operation=operation_id, kind=Meeting.Kind.COMMITTEE, held_on=None)
    return rows.exclude(planned_on=None).order_by("pk").first()


def _call_off(act: Action, planned: Meeting) -> None:
    """One planned again later is another one: programs may leave out for ever what was taken off."""
    meeting = act.lock(Meeting, planned.pk)
    if meeting.planned_on is not None and meeting.planned_on >= act.today:
        _write(act, meeting, "committee_cancelled", {}, cancelled=True)
    act.remove(meeting)


def hold_committee(
    actor: Actor,
    operation_id: int,
    *,
    held_on: date,
    attendees: Iterable[Attendee],
    minutes: str = "",
    decisions: Sequence[str] = (),
) -> Meeting:
    """A steering committee was held: who came, what was said, what was decided, one sentence each."""
    with acting(actor, "meeting.hold_committee") as act:
        operation = lock_operation(act, operation_id)
        said = [text.strip() for text in decisions if text.strip()]
        if any(len(text) > 300 for text in said):
            raise Invalid.field("decisions", _("Une décision tient en 300 signes : coupez la plus longue en deux."))
        meeting = record_meeting(act, operation, Meeting.Kind.COMMITTEE, held_on, attendees, minutes)
        for text in said:
            act.create(MeetingDecision, operation=operation, meeting=meeting, text=text)
        return meeting


def give_task(actor: Actor, meeting_id: int, *, what: str, owner_id: int, due_on: date) -> MeetingTask:
    """Somebody of the operation must do this by that day; they are told.

    Raises `WrongState` before the committee is held, `Invalid` for an owner that takes no part or a day before it."""
    with acting(actor, "meeting.give_task") as act:
        meeting = lock_bound(act, Meeting, meeting_id)
        if meeting.held_on is None:
            raise WrongState(_("Cette réunion n'est pas encore tenue : ses tâches se notent ensuite."))
        faults: dict[str, str] = {}
        if not what.strip():
            faults["what"] = _("Dites ce qu'il y a à faire.")
        if due_on < meeting.held_on:
            faults["due_on"] = _("L'échéance vient après la réunion.")
        elif due_on > meeting.held_on + FARTHEST:
            faults["due_on"] = _("Cette échéance est à plus de deux ans de la réunion : vérifiez l'année.")
        if owner_id not in owners_of(meeting.operation):
            faults["owner"] = _("Choisissez une organisation qui prend part à l'opération.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        task = act.create(
            MeetingTask,
            operation=meeting.operation,
            meeting=meeting,
            what=what.strip()[:200],
            owner_id=owner_id,
            due_on=due_on,
        )
        _tell(act, task)
        return task


def finish_task(actor: Actor, task_id: int) -> MeetingTask:
    """It is done: said by its owner, by who runs or pilots the operation. Raises `NotAllowed`, `WrongState`."""
    with acting(actor, "meeting.finish_task") as act:
        operation = act.lock(Operation, operation_of(actor, MeetingTask, task_id))
        task = act.lock(MeetingTask, task_id)
        if not may_finish(actor, task, operation):
            raise NotAllowed(_("Cette tâche est confiée à une autre organisation : elle seule dit qu'elle est faite."))
        if operation.state != "running":
            raise WrongState(_("Cette opération est close : elle se lit, elle ne se modifie plus."))
        if task.done_on:
            raise WrongState(_("Cette tâche est déjà notée comme faite."))
        return act.change(task, done_on=act.today)


def may_finish(actor: Actor, task: MeetingTask, operation: Operation) -> bool:
    """Whether this actor says that the task is done."""
    owns = actor.organisation_id is not None and task.owner_id == actor.organisation_id and not actor.in_region
    return owns or leads(actor, operation) or pilots(actor, operation)


def owners_of(operation: Operation) -> dict[int, str]:
    """The organisations to which a task may be given, by name: those that take part, and the Region."""
    rows = Partner._base_manager.filter(operation=operation, left_on=None).order_by("organisation__search_key", "pk")
    found: dict[int, str] = dict(rows.values_list("organisation_id", "organisation__name"))
    found.setdefault(operation.region_id, operation.region.name)
    return found


@dataclass(frozen=True, slots=True)
class Committees:
    """The committees of an operation, planned first, then the latest."""

    meetings: list[Meeting]
    open_tasks: list[MeetingTask] = field(default_factory=list)


def committees(actor: Actor, operation: Operation) -> Committees:
    """What was planned, said, decided and given to do. Four queries."""
    presences: QuerySet[Presence] = (
        Presence.objects.visible_to(actor).select_related("organisation", "person").order_by("pk")
    )
    tasks: QuerySet[MeetingTask] = MeetingTask.objects.visible_to(actor).select_related("owner")
    decisions: QuerySet[MeetingDecision] = MeetingDecision.objects.visible_to(actor)
    meetings = (
        Meeting.objects.visible_to(actor)
        .filter(operation=operation, kind=Meeting.Kind.COMMITTEE)
        .prefetch_related(
            Prefetch("presences", queryset=presences),
            Prefetch("decisions", queryset=decisions),
            Prefetch("tasks", queryset=tasks),
        )
        .order_by("-held_on", "-pk")
    )
    found = list(meetings)
    waiting = sorted(
        (task for meeting in found for task in meeting.tasks.all() if task.done_on is None),
        key=lambda task: (task.due_on, task.pk),
    )
    return Committees(found, waiting)


def tasks_owed(actor: Actor) -> QuerySet[MeetingTask]:
    """The tasks that wait for this actor's organisation, in operations that run; an officer's, of their territory."""
    rows = MeetingTask.objects.visible_to(actor).filter(
        owner_id=actor.organisation_id or 0, done_on=None, operation__state="running"
    )
    return rows.filter(operation__basin_id__in=actor.basins) if actor.basins else rows


def _invite(act: Action, meeting: Meeting, *, moved: bool) -> None:
    _write(act, meeting, "committee_planned", {"moved": moved})


def _write(act: Action, meeting: Meeting, template: str, more: dict[str, Any], *, cancelled: bool = False) -> None:
    """To each that takes part, with the entry for their calendar."""
    operation = meeting.operation
    context = {
        "operation": operation,
        "meeting": meeting,
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/comite/",
        **more,
    }
    houses = Organisation.objects.filter(pk__in=owners_of(operation)).order_by("pk")
    invited = {to.address: to for house in houses for to in contacts_of(operation, house)}
    for recipient in invited.values():
        summary = _("Comité de pilotage : %(title)s") % {"title": operation.title}
        calendar = calendar_entry(meeting, act.now, recipient.address, summary, cancelled=cancelled)
        queue(act, recipient, f"operations/mail/{template}.txt", context, file_id=operation.pk, calendar=calendar)


def calendar_entry(meeting: Meeting, now: datetime, to: str, summary: str, *, cancelled: bool = False) -> str:
    """The .ics text of a meeting: its hour, else the whole day. The same identity as in the feed of one's dates;
    `cancelled`, it asks calendars to take it off."""
    assert meeting.planned_on is not None
    event = Event()
    event.add("uid", f"reunion-{meeting.pk}@defi")
    event.add("dtstamp", now)
    event.add("sequence", meeting.version + cancelled)
    event.add("status", "CONFIRMED")
    event.add("summary", summary)
    event.add("description", meeting.agenda)
    event.add("location", meeting.place)
    if meeting.planned_at is None:
        event.add("dtstart", meeting.planned_on)
        event.add("dtend", meeting.planned_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        begins = datetime.combine(meeting.planned_on, meeting.planned_at, tzinfo=PARIS)
        event.add("dtstart", begins)
        event.add("dtend", begins + LENGTH)
    return invitation(event, to, about="réunion", cancelled=cancelled)


def _tell(act: Action, task: MeetingTask) -> None:
    operation = task.operation
    context = {
        "operation": operation,
        "task": task,
        "url": f"{settings.PUBLIC_URL}/taches/{task.pk}/",
    }
    for recipient in contacts_of(operation, task.owner):
        queue(act, recipient, "operations/mail/task_given.txt", context, file_id=operation.pk)


def contacts_of(operation: Operation, owner: Organisation) -> list[Recipient]:
    """Whom to write to at an organisation that takes part: officers of the territory, contacts, leads, advisers."""
    if owner.kind == OrganisationKind.REGION:
        return to_officers(operation.region_id, operation.basin_id)
    if owner.kind == OrganisationKind.EMPLOYER:
        return to_employer(operation.pk, owner)
    return to_organisation(owner, LEAD if owner.kind == OrganisationKind.PROVIDER else PRESCRIBER)
