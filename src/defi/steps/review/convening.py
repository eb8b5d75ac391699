"""The bilan convened: trainees, trainers, employers, their tutors, prescribers, the Region; each with a calendar entry.

Source: process.md, step 8: « OF with the whole project team »."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time

from django.conf import settings
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import PROVIDER, TASK, Actor, Who, scope
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.operations.actions import plan_meeting
from defi.operations.committees import calendar_entry, contacts_of, owners_of
from defi.operations.models import Meeting, Operation, Session
from defi.people.mailing import to_organisation, to_person
from defi.people.models import Organisation, Person
from defi.steps.pairing.models import Promise
from defi.steps.pairing.states import STANDING
from defi.steps.review.following import STILL_THERE
from defi.steps.review.rules import convening_fault
from defi.steps.sourcing.locks import refuse_personal
from defi.steps.sourcing.models import Candidacy


@dataclass(frozen=True, slots=True)
class Convened:
    """The meeting, how many addresses were written to, and who must be told by voice or on paper."""

    meeting: Meeting
    reached: int
    without_address: tuple[str, ...]


def convene_review(
    actor: Actor, operation_id: int, *, planned_on: date, planned_at: time | None = None, place: str, agenda: str = ""
) -> Convened:
    """Fix the day of the bilan, or move it: the whole project team is invited, with an entry for their calendar that
    takes the place of the one before.

    Raises `Invalid` (a day before the session's start, past, or of another year), `WrongState` (held, or unchanged)."""
    with acting(actor, "meeting.convene_review") as act:
        operation = lock_operation(act, operation_id)
        former = Meeting.objects.filter(operation=operation, kind=Meeting.Kind.REVIEW).order_by("pk").last()
        if former and former.held_on:
            raise WrongState(_("Le bilan est déjà tenu, le %(on)s.") % {"on": long_date(former.held_on)})
        said = (planned_on, planned_at, place.strip(), agenda.strip())
        if former and said == (former.planned_on, former.planned_at, former.place, former.agenda):
            raise WrongState(_("Le bilan est déjà convoqué ainsi : chacun est invité."))
        session = Session._base_manager.filter(operation=operation).order_by("number").first()
        if session is None:
            raise WrongState(_("La session n'est pas encore planifiée : fixez d'abord ses dates."))
        _check(planned_on, place, agenda, session, act.today)
        meeting = plan_meeting(actor, operation_id, Meeting.Kind.REVIEW, planned_on, place.strip(), agenda)
        act.change(meeting, planned_at=planned_at, agenda=agenda.strip())
        act.note(meeting, convened=True)
        return _invite(act, operation, meeting, moved=former is not None)


def _check(planned_on: date, place: str, agenda: str, session: Session, today: date) -> None:
    faults = {}
    starts_on, ends_on = session.started_on or session.starts_on, session.ended_on or session.ends_on
    if fault := convening_fault(planned_on, starts_on=starts_on, ends_on=ends_on, today=today):
        faults["planned_on"] = fault
    if not place.strip():
        faults["place"] = _("Dites où le bilan se tient : une adresse, ou « à distance » avec le lien.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    refuse_personal(agenda=agenda)


def people_there(operation: Operation) -> list[Candidacy]:
    """The trainees still in training or at its end, by name. The caller has checked who reads."""
    with scope(TASK):
        rows = Candidacy.objects.filter(operation=operation, state__in=STILL_THERE).select_related("person")
        return list(rows.order_by("person__last_name", "person__first_name", "pk"))


def bilans_to_come(actor: Actor) -> list[Meeting]:
    """The bilans that wait for this trainee, from today on. One query; nobody else waits for one here."""
    if actor.who is not Who.TRAINEE or actor.person_id is None:
        return []
    # The day of a meeting is told to whoever is invited to it, by mail or here.
    with scope(TASK):
        mine = Candidacy.objects.filter(person_id=actor.person_id, state__in=STILL_THERE).values("operation_id")
        rows = Meeting.objects.filter(operation__in=mine, operation__state="running", kind=Meeting.Kind.REVIEW)
        return list(rows.filter(held_on=None, planned_on__gte=clock.today()).order_by("planned_on", "pk"))


def tutors_of(operation: Operation) -> list[tuple[Person, Organisation]]:
    """The tutors named in the promises that hold, each once, with their firm."""
    with scope(TASK):
        rows = Promise.objects.filter(operation=operation, state__in=STANDING).exclude(tutor=None)
        named = rows.select_related("tutor", "employer").order_by("pk")
        found = {row.tutor_id: (row.tutor, row.employer) for row in named if row.tutor is not None}
    return list(found.values())


def unreached(operation: Operation) -> tuple[str, ...]:
    """The trainees and organisations to whom no mail can go: told by voice, or handed the printed convening."""
    people = [row.person.short_name for row in people_there(operation) if not row.person.email]
    houses = [house.name for house in _houses(operation) if not _contacts(operation, house)]
    return (*people, *houses)


def _houses(operation: Operation) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=owners_of(operation)).order_by("search_key", "pk"))


def _contacts(operation: Operation, house: Organisation) -> list[Recipient]:
    if house.pk in {operation.provider_id, operation.holder_id}:
        return to_organisation(house, PROVIDER)
    return contacts_of(operation, house)


def _team(operation: Operation) -> Iterator[Recipient]:
    """Trainers and leads, firms, tutors, prescribers, partners, officers: everybody but the trainees."""
    for house in _houses(operation):
        yield from _contacts(operation, house)
    for tutor, _firm in tutors_of(operation):
        yield from to_person(tutor)


def _invite(act: Action, operation: Operation, meeting: Meeting, *, moved: bool) -> Convened:
    trainees = [to for row in people_there(operation) for to in to_person(row.person)]
    theirs = {to.address for to in trainees}
    team = {to.address: to for to in _team(operation) if to.address not in theirs}
    _send(act, meeting, trainees, "convened_trainee", moved=moved)
    _send(act, meeting, team.values(), "convened", moved=moved)
    return Convened(meeting, len(theirs) + len(team), unreached(operation))


def _send(act: Action, meeting: Meeting, to: Iterable[Recipient], template: str, *, moved: bool) -> None:
    operation = meeting.operation
    summary = _("Bilan de la formation : %(title)s") % {"title": operation.title}
    context = {
        "operation": operation,
        "meeting": meeting,
        "moved": moved,
        "provider": operation.provider.name if operation.provider else "",
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/bilan/",
    }
    for recipient in to:
        calendar = calendar_entry(meeting, act.now, recipient.address, summary)
        queue(act, recipient, f"review/mail/{template}.txt", context, file_id=operation.pk, calendar=calendar)
