"""What changes an operation's file: opening it, its partners, its session, its meetings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound, lock_operation, must_take_part
from defi.operations.models import Meeting, Operation, Part, Partner, Presence, Session
from defi.operations.states import OPERATION
from defi.people.actions import OrganisationFacts, register_organisation, register_person
from defi.people.models import Membership, Organisation, OrganisationKind, Person
from defi.reference.models import Basin, Job
from defi.schemes.rulebook import CURRENT


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """The facts of a session. Hours and seats are whole numbers."""

    starts_on: date
    ends_on: date
    seats: int
    hours_centre: int
    hours_company: int
    place: str = ""
    order_number: str = ""


def open_operation(
    actor: Actor,
    *,
    title: str,
    region: Organisation,
    basin: Basin,
    job: Job,
    origin: str = Operation.Origin.NEEDS,
    provider: Organisation | None = None,
    scheme: str = "defi",
) -> Operation:
    """Open the file. It remembers the rulebook in force and will be judged by it for ever.

    Raises `Invalid` (no title), `NotAllowed` (basin of another officer's territory)."""
    with acting(actor, "operation.open") as act:
        if not title.strip():
            raise Invalid.field("title", _("Donnez un intitulé à l'opération."))
        operation = act.create(
            Operation,
            title=title.strip(),
            region=region,
            basin=basin,
            job=job,
            scheme=scheme,
            rulebook_version=CURRENT[scheme],
            origin=origin,
            officer_id=actor.person_id,
            state="running",
            opened_on=act.today,
        )
        must_take_part(actor, operation)
        if provider is not None:
            entrust(act, operation, provider, provider)
        return operation


def entrust(act: Action, operation: Operation, provider: Organisation, holder: Organisation) -> None:
    """Within an action: the provider that trains and the holder of the market, who may be another."""
    act.change(operation, provider=provider, holder=holder)
    join(act, operation, provider, Part.PROVIDER)
    if holder != provider:
        join(act, operation, holder, Part.HOLDER)


def join(
    act: Action, operation: Operation, organisation: Organisation, part: Part, contact: Person | None = None
) -> Partner:
    """Within an action: the organisation takes part; twice is once."""
    known = Partner.objects.filter(operation=operation, organisation=organisation, part=part).first()
    if known is None:
        return act.create(
            Partner,
            operation=operation,
            organisation=organisation,
            part=part,
            contact=contact,
            joined_on=act.today,
        )
    if known.left_on or (contact and known.contact_id is None):
        act.change(known, left_on=None, contact=contact or known.contact)
    return known


PARTS = {
    OrganisationKind.EMPLOYER: Part.EMPLOYER,
    OrganisationKind.PRESCRIBER: Part.PRESCRIBER,
    OrganisationKind.PARTNER: Part.PARTNER,
    OrganisationKind.PROVIDER: Part.PARTNER,
}


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Who to reach in an organisation; empty when nobody is named."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return any((self.first_name.strip(), self.last_name.strip(), self.email.strip(), self.phone.strip()))


def add_partner(
    actor: Actor,
    operation_id: int,
    organisation: Organisation | OrganisationFacts,
    *,
    contact: Person | ContactFacts | None = None,
) -> Partner:
    """An employer, a prescriber, a chamber… takes part, as what it is; one not known yet is registered by its facts.

    Raises `Invalid` (the Region, a prescriber without its network, nothing to reach a new one by, half a name)."""
    with acting(actor, "operation.add_partner") as act:
        operation = lock_operation(act, operation_id)
        if isinstance(organisation, OrganisationFacts):
            _check_new(organisation)
            organisation = register_organisation(organisation)
        if organisation.kind == OrganisationKind.REGION:
            raise Invalid.field("organisation", _("La Région pilote déjà l'opération."))
        if isinstance(contact, ContactFacts):
            contact = reached(act, organisation, contact) if contact else None
        return join(act, operation, organisation, PARTS[OrganisationKind(organisation.kind)], contact)


def _check_new(facts: OrganisationFacts) -> None:
    faults: dict[str, str] = {}
    if facts.kind not in PARTS:
        faults["kind"] = _("Choisissez ce que cette organisation fait dans l'opération.")
    if not facts.name.strip():
        faults["name"] = _("Indiquez le nom de l'organisation.")
    if facts.kind == OrganisationKind.PRESCRIBER and not facts.network:
        faults["network"] = _("Indiquez le réseau du prescripteur : la convention demande certains d'entre eux.")
    if not (facts.email.strip() or facts.phone.strip()):
        faults["email"] = _(
            "Indiquez une adresse électronique ou un téléphone : sans cela, personne ne peut la joindre."
        )
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def reached(act: Action, organisation: Organisation, contact: ContactFacts, registrar: Actor | None = None) -> Person:
    """The member of the organisation who has this address, else somebody new: nobody else's file is changed.

    `registrar` registers them in the stead of an actor who does not keep people."""
    address = contact.email.strip().lower()
    if address:
        # A provider does not see the members of a partner: found in the stead of the organisation, never shown here.
        members = Membership._base_manager.filter(organisation=organisation, person__email=address, until=None)
        known = members.select_related("person").order_by("pk").first()
        if known is not None:
            return known.person
    return register_person(
        registrar or act.actor,
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
    )


def name_contact(actor: Actor, partner_id: int, contact: ContactFacts, *, version: int | None = None) -> Partner:
    """Say who is reached in a partner. Raises `WrongState` for one that left, `Invalid` for half a name."""
    with acting(actor, "operation.name_contact") as act:
        partner = lock_bound(act, Partner, partner_id, version)
        if partner.left_on:
            raise WrongState(_("Ce partenaire a quitté l'opération."))
        return act.change(partner, contact=reached(act, partner.organisation, contact))


def partner_leaves(
    actor: Actor, partner_id: int, *, reason: str, on: date | None = None, version: int | None = None
) -> Partner:
    """A partner leaves, that day (today when none is given); what it promised is withdrawn by its own verb before."""
    with acting(actor, "operation.partner_leaves", reason=reason) as act:
        partner = lock_bound(act, Partner, partner_id, version)
        day = on or act.today
        if partner.left_on:
            raise WrongState(_("Ce partenaire a déjà quitté l'opération."))
        if partner.part in {Part.PROVIDER, Part.HOLDER}:
            raise WrongState(
                _("L'organisme de formation ne quitte pas l'opération : abandonnez-la, ou changez de réponse.")
            )
        if day > act.today:
            raise Invalid.field("on", _("Cette date est à venir : un départ se note une fois acté."))
        if day < partner.joined_on:
            raise Invalid.field("on", _("Cette date est avant son arrivée dans l'opération."))
        return act.change(partner, left_on=day)


def plan_session(actor: Actor, operation_id: int, plan: SessionPlan) -> Session:
    """Fix dates, seats and hours of the session; once started only `reschedule_session` moves its end."""
    with acting(actor, "session.plan") as act:
        operation = lock_operation(act, operation_id)
        check_plan(plan)
        fault = date_faults(plan.starts_on, plan.ends_on, operation, act.today)
        if fault:
            raise Invalid(" ".join(fault.values()), fault)
        session = Session.objects.filter(operation=operation).select_for_update().first()
        fields = {
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "seats": plan.seats,
            "hours_centre": plan.hours_centre,
            "hours_company": plan.hours_company,
            "place": plan.place,
            "order_number": plan.order_number.strip(),
        }
        if session is None:
            return act.create(Session, operation=operation, **fields)
        # A number once given is not lost by fixing the dates again.
        fields["order_number"] = fields["order_number"] or session.order_number
        if session.started_on:
            raise WrongState(_("La session a démarré : déplacez seulement sa fin, avec un motif."))
        return act.change(session, **fields)


def reschedule_session(
    actor: Actor, session_id: int, *, starts_on: date | None = None, ends_on: date | None = None, reason: str
) -> Session:
    """Move the dates; everything dated by them follows. The start no longer moves once the session has started."""
    with acting(actor, "session.reschedule", reason=reason) as act:
        session = lock_bound(act, Session, session_id)
        if session.ended_on:
            raise WrongState(_("La session est terminée : ses dates ne changent plus."))
        if starts_on and starts_on != session.starts_on and session.started_on:
            raise WrongState(_("La session a démarré : sa date de début ne change plus."))
        first, last = starts_on or session.starts_on, ends_on or session.ends_on
        if last <= first:
            raise Invalid.field("ends_on", _("La fin de la session vient après son début."))
        fault = date_faults(first, last, session.operation, act.today)
        if fault and session.started_on is None:
            raise Invalid(" ".join(fault.values()), fault)
        return act.change(session, starts_on=first, ends_on=last)


def flag_small_group(actor: Actor, session_id: int, *, small_group: bool, reason: str) -> Session:
    """The order says « faible effectif »: then all seats must be paired (seed 001, step 5). Its author is kept."""
    with acting(actor, "session.flag_small_group", reason=reason) as act:
        session = lock_bound(act, Session, session_id)
        if session.started_on:
            raise WrongState(_("La session a démarré : le constat est fait, la règle ne change plus."))
        return act.change(session, small_group=small_group, small_group_by_id=actor.person_id if small_group else None)


def record_order(actor: Actor, session_id: int, order_number: str) -> Session:
    """The number of the bon de commande, without which no bonus is asked."""
    with acting(actor, "session.record_order") as act:
        session = lock_bound(act, Session, session_id)
        if not order_number.strip():
            raise Invalid.field("order_number", _("Indiquez le numéro du bon de commande."))
        return act.change(session, order_number=order_number.strip())


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody at a meeting: for an organisation, or for themself (a trainee)."""

    quality: Presence.As
    organisation_id: int | None = None
    person_id: int | None = None
    state: Presence.State = Presence.State.PRESENT


def plan_meeting(
    actor: Actor, operation_id: int, kind: Meeting.Kind, planned_on: date, place: str = "", agenda: str = ""
) -> Meeting:
    """Fix the date of a meeting; planning it again moves the one not yet held. Raises `Invalid` for a past day."""
    with acting(actor, "meeting.plan") as act:
        if planned_on < act.today:
            raise Invalid.field(
                "planned_on", _("Cette date est passée : choisissez-en une à venir, ou notez la réunion comme tenue.")
            )
        operation = lock_operation(act, operation_id)
        waiting = Meeting.objects.filter(operation=operation, kind=kind, held_on=None).first()
        if waiting:
            said = {"agenda": agenda.strip()} if agenda.strip() else {}
            return act.change(waiting, planned_on=planned_on, place=place, **said)
        fields = {"kind": kind, "planned_on": planned_on, "place": place, "agenda": agenda.strip()}
        return act.create(Meeting, operation=operation, **fields)


def record_meeting(
    act: Action, operation: Operation, kind: Meeting.Kind, held_on: date, attendees: Iterable[Attendee], minutes: str
) -> Meeting:
    """Within an action: a meeting was held, with these people. Raises `Invalid` for a date to come."""
    if held_on > act.today:
        raise Invalid.field("held_on", _("Cette date est à venir : une réunion se note une fois tenue."))
    meeting = Meeting.objects.filter(operation=operation, kind=kind, held_on=None).first()
    if meeting:
        act.change(meeting, held_on=held_on, minutes=minutes)
    else:
        meeting = act.create(Meeting, operation=operation, kind=kind, held_on=held_on, minutes=minutes)
    for attendee in attendees:
        act.create(
            Presence,
            operation=operation,
            meeting=meeting,
            organisation_id=attendee.organisation_id,
            person_id=attendee.person_id,
            quality=attendee.quality,
            state=attendee.state,
        )
    return meeting


def abandon_operation(actor: Actor, operation_id: int, *, reason: str) -> Operation:
    """The operation will not take place; its file stays readable."""
    with acting(actor, "operation.abandon", reason=reason) as act:
        operation = lock_operation(act, operation_id)
        if Session.objects.filter(Q(operation=operation) & ~Q(started_on=None)).exists():
            raise WrongState(_("La session a démarré : elle se mène à son terme, puis se clôt."))
        return act.move(OPERATION, operation, closed_on=act.today)


def date_faults(starts_on: date, ends_on: date, operation: Operation, today: date) -> dict[str, str]:
    """What is wrong, by field, with the dates of a session that has not started, seen from `today`.

    It cannot be over already. It cannot begin before the file was opened either, save when a provider proposed a
    session of its own, which may be under way (process.md, step 0 bis)."""
    if ends_on < today:
        return {"ends_on": _("Le %(day)s est passé : vérifiez l'année.") % {"day": long_date(ends_on)}}
    if starts_on < operation.opened_on and operation.origin != Operation.Origin.PROPOSAL:
        return {
            "starts_on": _(
                "L'opération est ouverte depuis le %(day)s : sa session ne commence pas avant. Vérifiez l'année. Une "
                "session déjà commencée devient un DEFI par la proposition de l'organisme qui la tient."
            )
            % {"day": long_date(operation.opened_on)}
        }
    return {}


def check_plan(plan: SessionPlan) -> None:
    """Raises `Invalid` naming each field that cannot be."""
    faults: dict[str, str] = {}
    if plan.ends_on <= plan.starts_on:
        faults["ends_on"] = _("La fin de la session vient après son début.")
    if not 1 <= plan.seats <= 40:
        faults["seats"] = _("Une session compte de 1 à 40 places.")
    if plan.hours_centre <= 0:
        faults["hours_centre"] = _("Indiquez les heures en centre.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
