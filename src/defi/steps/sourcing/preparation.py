"""The preparatory meeting, the team, the sourcing plan, the announcement, the aims. Source: process.md, step 3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.actions import Attendee, record_meeting
from defi.operations.models import Meeting, Operation, Part, Partner, Presence
from defi.people.models import Person
from defi.schemes.rulebook import EventKind, rulebook
from defi.steps.sourcing.locks import checked_day, refuse_nir, refuse_personal
from defi.steps.sourcing.models import AimsShared, Announcement, SourcingLine, TeamMember
from defi.steps.sourcing.rules import attendance_gaps

FARTHEST_YEARS = 2


def hold_preparatory(
    actor: Actor, operation_id: int, *, held_on: date, attendees: Iterable[Attendee], minutes: str = ""
) -> Meeting:
    """The preparatory meeting was held. Raises `Invalid` without one orienteur and one engaged firm present."""
    with acting(actor, "meeting.hold_preparatory") as act:
        operation = lock_operation(act, operation_id)
        people = list(attendees)
        _check_attendees(operation, people)
        checked_day(act, held_on, field="held_on")
        refuse_personal(minutes=minutes)
        held = Meeting.objects.filter(operation=operation, kind=Meeting.Kind.PREPARATORY, held_on=held_on)
        if held.exists():
            raise WrongState(_("La réunion préparatoire de ce jour est déjà notée."))
        return record_meeting(act, operation, Meeting.Kind.PREPARATORY, held_on, people, minutes.strip())


def _check_attendees(operation: Operation, attendees: Sequence[Attendee]) -> None:
    parts = _parts(operation)
    known = {*parts, operation.region_id, operation.provider_id, operation.holder_id}
    if any(a.organisation_id and a.organisation_id not in known for a in attendees):
        raise Invalid.field(
            "attendees", _("Une des organisations ne participe pas à l'opération : ajoutez-la d'abord.")
        )
    present = [a for a in attendees if a.state == Presence.State.PRESENT and a.organisation_id]
    gaps = attendance_gaps(
        len({a.organisation_id for a in present if Part.PRESCRIBER in parts.get(a.organisation_id, ())}),
        len({a.organisation_id for a in present if Part.EMPLOYER in parts.get(a.organisation_id, ())}),
    )
    if gaps:
        raise Invalid.field("attendees", " ".join(gaps))


def _parts(operation: Operation) -> dict[int | None, set[str]]:
    """What each partner does in the operation."""
    found: dict[int | None, set[str]] = {}
    for row in Partner.objects.filter(operation=operation, left_on=None).order_by("pk"):
        found.setdefault(row.organisation_id, set()).add(row.part)
    return found


def name_to_team(
    actor: Actor, operation_id: int, bodies: Sequence[str], organisation_id: int, *, person: Person | None = None
) -> list[TeamMember]:
    """Name an organisation (and who comes for it) to the project team, to the steering committee, or to both.

    Raises `Invalid` for a stranger to the operation, `WrongState` when it is there already."""
    with acting(actor, "sourcing.name_team") as act:
        operation = lock_operation(act, operation_id)
        if not bodies or set(bodies) - set(TeamMember.Body.values):
            raise Invalid.field("bodies", _("Choisissez l'équipe projet, le comité de pilotage, ou les deux."))
        _must_take_part(operation, organisation_id, "organisation")
        there = TeamMember.objects.filter(operation=operation, organisation_id=organisation_id, body__in=bodies)
        known = set(there.values_list("body", flat=True))
        if known >= set(bodies):
            raise WrongState(_("Cette organisation y est déjà."))
        return [
            act.create(TeamMember, operation=operation, body=body, organisation_id=organisation_id, person=person)
            for body in bodies
            if body not in known
        ]


def leave_team(actor: Actor, member_id: int, *, version: int | None = None) -> None:
    """Take an organisation off the team or the committee; the journal keeps that it was there."""
    with acting(actor, "sourcing.leave_team") as act:
        act.remove(lock_bound(act, TeamMember, member_id, version))


def plan_line(
    actor: Actor,
    operation_id: int,
    *,
    kind: str,
    planned_on: date,
    owner_id: int,
    place: str = "",
    aim: str = "",
) -> SourcingLine:
    """Plan one action of the sourcing plan, with its date and its owner. Raises `Invalid` beside the field at fault."""
    with acting(actor, "sourcing.plan_line") as act:
        operation = lock_operation(act, operation_id)
        if kind not in {known.key for known in kinds_of(operation)}:
            raise Invalid.field("kind", _("Choisissez une action dans la liste."))
        if abs(planned_on.year - act.today.year) > FARTHEST_YEARS:
            raise Invalid.field("planned_on", _("Cette date est bien loin : vérifiez l'année."))
        refuse_nir(place=place, aim=aim)
        _must_take_part(operation, owner_id, "owner")
        same = SourcingLine.objects.filter(operation=operation, kind=kind, planned_on=planned_on, owner_id=owner_id)
        if same.filter(place=place.strip()).exists():
            raise WrongState(_("Cette action est déjà prévue ce jour-là, avec ce responsable."))
        return act.create(
            SourcingLine,
            operation=operation,
            kind=kind,
            planned_on=planned_on,
            owner_id=owner_id,
            place=place.strip(),
            aim=aim.strip(),
        )


def kinds_of(operation: Operation) -> tuple[EventKind, ...]:
    """The kinds of action that the rulebook of this operation knows."""
    return rulebook(operation.scheme, operation.rulebook_version).sourcing.kinds


def line_done(
    actor: Actor, line_id: int, *, on: date | None = None, came: int | None = None, version: int | None = None
) -> SourcingLine:
    """An action of the plan took place; `came` counts the people who came."""
    with acting(actor, "sourcing.done_line") as act:
        line = lock_bound(act, SourcingLine, line_id, version)
        if line.done_on:
            raise WrongState(_("Cette action est déjà notée faite le %(date)s.") % {"date": long_date(line.done_on)})
        if line.cancelled_on:
            raise WrongState(_("Cette rencontre est annulée : prévoyez-en une autre."))
        if came is not None and not 0 <= came <= 1000:
            raise Invalid.field("came", _("Indiquez le nombre de personnes venues, de 0 à 1000."))
        return act.change(line, done_on=checked_day(act, on), came=came)


def remove_line(actor: Actor, line_id: int, *, version: int | None = None) -> None:
    """Take a planned action off the plan; one that took place stays."""
    with acting(actor, "sourcing.remove_line") as act:
        line = lock_bound(act, SourcingLine, line_id, version)
        if line.done_on:
            raise WrongState(_("Cette action a eu lieu : elle reste au plan."))
        if line.published_on:
            raise WrongState(_("Cette rencontre est publiée : annulez-la, pour que chacun soit prévenu."))
        act.remove(line)


def announce(
    actor: Actor, operation_id: int, *, channel: str, published_on: date, employer_ids: Iterable[int] = ()
) -> Announcement:
    """The recruiting of the group was made public; the firms named agreed to be (process.md, step 3)."""
    with acting(actor, "sourcing.announce") as act:
        operation = lock_operation(act, operation_id)
        if not channel.strip():
            raise Invalid.field("channel", _("Indiquez où l'annonce a paru : site, affiche, presse…"))
        refuse_nir(channel=channel)
        day = checked_day(act, published_on, field="published_on")
        parts, firms = _parts(operation), set(employer_ids)
        if any(Part.EMPLOYER not in parts.get(firm, ()) for firm in firms):
            raise Invalid.field("employers", _("Seuls les employeurs de l'opération donnent leur accord à l'annonce."))
        if Announcement.objects.filter(operation=operation, channel=channel.strip(), published_on=day).exists():
            raise WrongState(_("Cette annonce est déjà notée."))
        row = act.create(Announcement, operation=operation, channel=channel.strip(), published_on=day)
        row.employers.set(firms)
        act.note(row, employers=len(firms))
        return row


def share_aims(
    actor: Actor, operation_id: int, *, organisation_ids: Iterable[int], shared_on: date, how: str
) -> list[AimsShared]:
    """The aims of the convention were sent or presented to these partners, those who had them already left alone."""
    with acting(actor, "sourcing.share_aims") as act:
        operation = lock_operation(act, operation_id)
        wanted = list(dict.fromkeys(organisation_ids))
        if not wanted:
            raise Invalid.field("organisations", _("Choisissez au moins un partenaire."))
        if not how.strip():
            raise Invalid.field("how", _("Indiquez comment : en réunion, par courriel, par téléphone…"))
        refuse_nir(how=how)
        day = checked_day(act, shared_on, field="shared_on")
        for organisation_id in wanted:
            _must_take_part(operation, organisation_id, "organisations")
        told = AimsShared.objects.filter(operation=operation, organisation_id__in=wanted)
        already = set(told.values_list("organisation_id", flat=True))
        if already >= set(wanted):
            raise WrongState(_("Les objectifs ont déjà été présentés à ces partenaires."))
        return [
            act.create(AimsShared, operation=operation, organisation_id=pk, shared_on=day, how=how.strip())
            for pk in wanted
            if pk not in already
        ]


def _must_take_part(operation: Operation, organisation_id: int, field: str) -> None:
    if organisation_id in {*_parts(operation), operation.region_id, operation.provider_id, operation.holder_id}:
        return
    raise Invalid.field(field, _("Cette organisation ne participe pas à l'opération : ajoutez-la d'abord."))
