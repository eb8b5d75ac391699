"""Places at a meeting: booked by a prescriber or by the person, waiting, given up, given to the next who waits.

Who waits is served in the order of asking: a place at a meeting chooses nobody for the training."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Session
from defi.people.names import search_key
from defi.schemes.rulebook import current, rulebook
from defi.steps.sourcing import event_mails
from defi.steps.sourcing.event_rules import crowd_fault, places_left, reminder_due
from defi.steps.sourcing.locks import must_still_take_part
from defi.steps.sourcing.models import Booking, Candidacy, SourcingLine
from defi.steps.sourcing.orientation import PersonFacts, check_person, orient_person
from defi.steps.sourcing.states import BEFORE_ENTRY, BOOKING

LIVING = ("to_confirm", "booked", "waiting")
MOST_LINKS = 20
"""Mails with a link that leave for one address within the hour, whoever asks: the public page must not fill anybody's
mailbox. Each network is held to fewer (`kernel.limits`), so that a stranger does not use up those of the owner."""


def held(event: SourcingLine) -> int:
    """Places taken, whoever the actor sees."""
    return Booking.objects.filter(event=event, state="booked").count()


def lock_event(act: Action, event_id: int) -> SourcingLine:
    """A published meeting with its operation locked first. Raises `Unknown`, `WrongState` (operation closed)."""
    seen = SourcingLine.objects.visible_to(act.actor).filter(pk=event_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return _lock(act, seen.operation_id, seen.pk)


def _lock(act: Action, operation_id: int, event_id: int) -> SourcingLine:
    if act.actor.who in {Who.LINK, Who.TASK, Who.PUBLIC}:
        # They reach one row and not the operation: the file is locked in their stead.
        operation = Operation.objects.select_for_update(of=("self",)).get(pk=operation_id)
        if operation.state != "running":
            raise WrongState(_("Cette opération est close : on ne s'inscrit plus à ses rencontres."))
    else:
        lock_operation(act, operation_id)
        must_still_take_part(act, operation_id)
    rows = SourcingLine.objects.select_for_update(of=("self",)).select_related("operation__provider", "owner")
    return rows.get(pk=event_id)


def lock_booking(act: Action, booking_id: int, version: int | None = None) -> Booking:
    """A booking of this actor with its operation and its meeting locked first. Raises `Unknown`, `Stale`."""
    seen = Booking.objects.visible_to(act.actor).filter(pk=booking_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    event = _lock(act, seen.operation_id, seen.event_id)
    rows = Booking.objects.select_for_update(of=("self",)).select_related("candidacy__person", "prescriber")
    booking = rows.get(pk=seen.pk)
    booking.event = event
    check_version(booking, version)
    return booking


def book_people(
    actor: Actor, event_id: int, candidacy_ids: Iterable[int] = (), newcomer: PersonFacts | None = None
) -> list[Booking]:
    """Book candidates of this actor's and, if wished, somebody new: oriented at once by a prescriber, noted by the
    provider with the way to reach them (a phone call counts as much as a page). Full: the others wait.

    Raises `WrongState` when the meeting takes no booking or somebody is booked already, `Invalid` for nobody, and for
    more people than the places left."""
    with acting(actor, "booking.make") as act:
        event = lock_event(act, event_id)
        _must_take_bookings(act, event)
        wanted = list(dict.fromkeys(candidacy_ids))
        if not wanted and newcomer is None:
            raise Invalid.field("candidacies", _("Choisissez au moins une personne, ou notez-en une nouvelle."))
        _refuse_crowd(act, event, len(wanted) + (newcomer is not None))
        bookings = [_book_candidate(act, event, candidacy) for candidacy in _candidates(act, event, wanted)]
        if newcomer is not None:
            bookings.append(_book_newcomer(act, event, newcomer))
        return bookings


def _refuse_crowd(act: Action, event: SourcingLine, wanted: int) -> None:
    # On the day itself nobody is turned away on paper.
    late = event.planned_on <= act.today
    fault = "" if late else crowd_fault(places_left(event.places, held(event)), wanted)
    if fault:
        raise Invalid.field("candidacies", fault)


def _candidates(act: Action, event: SourcingLine, ids: list[int]) -> list[Candidacy]:
    seen = Candidacy.objects.visible_to(act.actor).filter(operation_id=event.operation_id, pk__in=ids)
    rows = {row.pk: row for row in seen.select_related("person", "prescriber")}
    if set(rows) != set(ids):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    ended = next((row for row in rows.values() if row.state not in BEFORE_ENTRY), None)
    if ended is not None:
        raise WrongState(
            _("%(name)s : %(state)s. On n'inscrit que des candidatures en cours.")
            % {"name": ended.person, "state": ended.get_state_display()}
        )
    return [rows[pk] for pk in ids]


def _book_candidate(act: Action, event: SourcingLine, candidacy: Candidacy) -> Booking:
    if Booking.objects.filter(event=event, candidacy=candidacy, state__in=LIVING).exists():
        raise WrongState(_("%(name)s est déjà inscrit à cette rencontre.") % {"name": candidacy.person})
    return _seated(act, event, candidacy=candidacy, prescriber_id=_house(act) or candidacy.prescriber_id)


def _book_newcomer(act: Action, event: SourcingLine, facts: PersonFacts) -> Booking:
    session = Session.objects.filter(operation_id=event.operation_id, ended_on=None).order_by("number").first()
    if act.actor.in_prescriber and session is not None:
        return _book_candidate(act, event, orient_person(act.actor, session.pk, facts))
    check_person(act, facts)
    if not facts.email.strip() and not facts.phone.strip():
        raise Invalid.field("phone", _("Indiquez un téléphone ou une adresse électronique, pour pouvoir la prévenir."))
    if _twin(event, facts):
        raise WrongState(
            _("%(name)s est déjà inscrit à cette rencontre.") % {"name": f"{facts.first_name} {facts.last_name}"}
        )
    return _seated(act, event, prescriber_id=_house(act), **_names(facts))


def _seated(act: Action, event: SourcingLine, **fields: object) -> Booking:
    """Booked when a place is left, waiting otherwise; who comes on the day itself is never turned away on paper."""
    late = event.planned_on <= act.today
    full = not late and places_left(event.places, held(event)) == 0
    step = BOOKING.take("booking.wait" if full else "booking.make", act.actor, "")
    booking = act.create(
        Booking, operation_id=event.operation_id, event=event, state=step.target, asked_on=act.today, **fields
    )
    if not late:
        event_mails.seated(act, booking)
    return booking


def _house(act: Action) -> int | None:
    return act.actor.organisation_id if act.actor.in_prescriber else None


def _names(facts: PersonFacts) -> dict[str, str]:
    return {
        "first_name": facts.first_name.strip(),
        "last_name": facts.last_name.strip(),
        "email": facts.email.strip().lower(),
        "phone": facts.phone.strip(),
    }


def _twin(event: SourcingLine, facts: PersonFacts) -> Booking | None:
    """The living booking of the same name and the same way to be reached."""
    names = _names(facts)
    rows = Booking.objects.filter(event=event, candidacy=None, state__in=LIVING).order_by("pk")
    for row in rows:
        if search_key(row.name) != facts.key:
            continue
        if (row.email and row.email == names["email"]) or (row.phone and row.phone == names["phone"]):
            return row
    return None


def ask_place(actor: Actor, event_id: int, facts: PersonFacts) -> Booking:
    """Somebody asks for a place from the public page. The mailed link confirms; until then no place is taken.

    The same request twice sends the link again. Raises `Invalid` without address, `WrongState` when links left just
    before or the meeting is over."""
    with acting(actor, "booking.ask") as act:
        event = lock_event(act, event_id)
        _must_take_bookings(act, event)
        check_person(act, facts)
        address = facts.email.strip().lower()
        if not address:
            raise Invalid.field("email", _("Indiquez votre adresse électronique : un message permettra de confirmer."))
        since = act.now - timedelta(hours=1)
        sent = Mail.objects.filter(address=address, purpose=event_mails.ASKED, queued_at__gt=since)
        if sent.count() >= MOST_LINKS:
            raise WrongState(
                _("Plusieurs messages viennent de partir vers cette adresse : regardez aussi dans les indésirables.")
            )
        booking = _twin(event, facts)
        if booking is None:
            step = BOOKING.take("booking.ask", actor, "")
            booking = act.create(
                Booking,
                operation_id=event.operation_id,
                event=event,
                state=step.target,
                asked_on=act.today,
                **_names(facts),
            )
        else:
            act.note(booking, link_sent=True)
        event_mails.asked(act, booking)
        return booking


def confirm_booking(actor: Actor, booking_id: int, *, version: int | None = None) -> Booking:
    """The person says yes from the mailed link, or by phone. Full: they wait, and are told when a place frees."""
    with acting(actor, "booking.confirm") as act:
        booking = lock_booking(act, booking_id, version)
        _must_take_bookings(act, booking.event)
        full = places_left(booking.event.places, held(booking.event)) == 0
        step = BOOKING.take("booking.wait" if full else "booking.confirm", actor, booking.state)
        act.change(booking, state=step.target)
        event_mails.seated(act, booking)
        return booking


def cancel_booking(actor: Actor, booking_id: int, *, version: int | None = None) -> Booking:
    """The place is given up, and goes to the first who waits."""
    with acting(actor, "booking.cancel") as act:
        booking = lock_booking(act, booking_id, version)
        if booking.event.done_on:
            raise WrongState(_("Cette rencontre a eu lieu : notez plutôt si la personne est venue."))
        act.move(BOOKING, booking)
        event_mails.given_up(act, booking)
        fill_places(act, booking.event)
        return booking


def fill_places(act: Action, event: SourcingLine) -> list[Booking]:
    """Within an action: the places left go to those who wait, in the order of asking. Each is told."""
    if not event.is_open or event.has_begun:
        return []
    left = places_left(event.places, held(event))
    waiting = Booking.objects.filter(event=event, state="waiting").select_related("candidacy__person", "prescriber")
    served = list(waiting.select_for_update(of=("self",)).order_by("pk")[:left])
    for booking in served:
        with acting(TASK, "booking.give_place") as giving:
            booking.event = event
            giving.move(BOOKING, booking)
            event_mails.seated(giving, booking, freed=True)
    return served


def apply_after(actor: Actor, booking_id: int) -> Candidacy:
    """Somebody who came by themself becomes a candidate: their names move to the candidacy, and are kept once."""
    with acting(actor, "candidacy.orient") as act:
        booking = lock_booking(act, booking_id)
        if booking.candidacy_id:
            raise WrongState(_("%(name)s est déjà dans les candidatures.") % {"name": booking.name})
        if act.actor.in_prescriber and booking.prescriber_id != act.actor.organisation_id:
            raise NotAllowed(_("Cette personne n'a pas été inscrite par votre structure."))
        session = Session.objects.filter(operation_id=booking.operation_id).order_by("number").first()
        if session is None:
            raise WrongState(_("La session n'est pas encore fixée : les candidatures commencent avec elle."))
        facts = PersonFacts(booking.first_name, booking.last_name, booking.email, booking.phone)
        candidacy = orient_person(actor, session.pk, facts, prescriber=None if _house(act) else booking.prescriber)
        act.change(booking, candidacy=candidacy, first_name="", last_name="", email="", phone="")
        return candidacy


def remind_booked() -> int:
    """Those who are booked soon are reminded, once per date of their meeting; who gave up since is left alone.

    Returns how many mails were written."""
    with scope(TASK):
        today = clock.today()
        farthest = today + timedelta(days=max(7, current().sourcing.reminder_days))
        events = SourcingLine.objects.filter(
            published_on__isnull=False, cancelled_on=None, done_on=None, planned_on__range=(today, farthest)
        )
        ids = list(events.order_by("pk").values_list("pk", flat=True))
    return sum(_remind(pk) for pk in ids)


def _remind(event_id: int) -> int:
    with acting(TASK, "booking.remind") as act:
        event = _lock_if_running(act, event_id)
        if event is None or not event.is_open:
            return 0
        operation = event.operation
        days = rulebook(operation.scheme, operation.rulebook_version).sourcing.reminder_days
        rows = Booking.objects.filter(event=event, state="booked").select_related("candidacy__person")
        sent = 0
        for booking in rows.order_by("pk"):
            if reminder_due(event.planned_on, booking.asked_on, booking.reminded_for, act.today, days):
                booking.event = event
                sent += event_mails.reminded(act, booking)
                act.change(booking, reminded_for=event.planned_on)
        return sent


def _lock_if_running(act: Action, event_id: int) -> SourcingLine | None:
    try:
        return lock_event(act, event_id)
    except WrongState:
        return None


def forget_requests() -> int:
    """Requests made from the public page and never confirmed go, with their names. Returns how many went."""
    with acting(TASK, "booking.forget") as act:
        before = act.today - timedelta(days=current().sourcing.request_days)
        rows = list(Booking.objects.filter(state="to_confirm", asked_on__lt=before).order_by("pk"))
        for row in rows:
            act.remove(row)
        return len(rows)


def _must_take_bookings(act: Action, event: SourcingLine) -> None:
    if event.rule.service:
        raise WrongState(_("Cette période se demande sur le service public : %(url)s") % {"url": event.rule.service})
    if event.cancelled_on:
        raise WrongState(_("Cette rencontre est annulée."))
    if not event.published_on:
        raise WrongState(_("Cette rencontre n'est pas encore publiée."))
    leads = act.actor.in_provider
    if event.has_begun and not leads:
        raise WrongState(_("Cette rencontre a commencé, ou elle a eu lieu : on ne s'y inscrit plus."))


def resend_link(booking_id: int) -> None:
    """A new link to whoever held a dead one. Raises `WrongState` when the booking is over."""
    with acting(TASK, "booking.remind") as act:
        booking = lock_booking(act, booking_id)
        if booking.state not in LIVING or not booking.event.is_open:
            raise WrongState(_("Cette inscription n'est plus en cours : demandez une nouvelle place."))
        if booking.state == "to_confirm":
            event_mails.asked(act, booking)
        else:
            event_mails.seated(act, booking)
        act.note(booking, link_sent=True)
