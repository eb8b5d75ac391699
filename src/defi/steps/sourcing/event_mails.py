"""Who is told what about a meeting. Without an address a person is told by phone: the page lists whom to call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, Who
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.models import Part, Partner
from defi.people.mailing import to_organisation
from defi.steps.sourcing import event_calendar
from defi.steps.sourcing.models import Booking, SourcingLine

ASKED = "sourcing/mail/booking_asked"
LINK_DAYS = 15
"""Days a link lives beyond the meeting: whoever opens it late reads what became of it."""


def published(act: Action, event: SourcingLine) -> None:
    """Prescribers of the operation learn that people may be booked; the owner, if it is another, that it is open."""
    rows = Partner.objects.filter(operation_id=event.operation_id, part=Part.PRESCRIBER, left_on=None)
    houses = {row.organisation_id: row.organisation for row in rows.select_related("organisation").order_by("pk")}
    houses[event.owner_id] = event.owner
    houses.pop(act.actor.organisation_id or 0, None)
    for house in houses.values():
        _send(act, to_organisation(house, {*PRESCRIBER, *EMPLOYER, *LEAD}), "event_published", event, {})


def asked(act: Action, booking: Booking) -> None:
    """The link that confirms a request made from the public page."""
    _to_the_person(act, booking, "booking_asked")


def seated(act: Action, booking: Booking, *, freed: bool = False) -> None:
    """The person has a place, with its calendar entry, or waits for one."""
    template = "booking_waiting" if booking.state == "waiting" else "booking_made"
    _to_the_person(act, booking, template, calendar=booking.state == "booked", more={"freed": freed})


def given_up(act: Action, booking: Booking) -> None:
    """A prescriber learns that its person will not come when somebody else says it; so does the provider."""
    if booking.state != "cancelled":
        return
    if booking.prescriber and act.actor.organisation_id != booking.prescriber_id:
        recipients = to_organisation(booking.prescriber, PRESCRIBER)
        _send(act, recipients, "booking_given_up", booking.event, {"name": booking.name})
    provider = booking.event.operation.provider
    if provider and act.actor.organisation_id != provider.pk:
        _send(act, to_organisation(provider, LEAD), "booking_given_up", booking.event, {"name": booking.name})


def moved(act: Action, event: SourcingLine) -> None:
    """Everybody booked or waiting learns the new day, hour or place, once; so do their prescribers."""
    _tell_everybody(act, event, "event_moved", {})


def cancelled(act: Action, event: SourcingLine, reason: str) -> None:
    """Everybody booked or waiting learns that the meeting will not take place, once, and their calendar too."""
    _tell_everybody(act, event, "event_cancelled", {"reason": reason})


def reminded(act: Action, booking: Booking) -> bool:
    """The reminder before the meeting. Whether one was written."""
    return _to_the_person(act, booking, "event_reminder")


def _tell_everybody(act: Action, event: SourcingLine, template: str, more: dict[str, Any]) -> None:
    rows = event.bookings.filter(state__in=["to_confirm", "booked", "waiting"])
    houses = {}
    for booking in rows.select_related("candidacy__person", "prescriber").order_by("pk"):
        booking.event = event
        _to_the_person(act, booking, template, calendar=booking.state == "booked", more=more)
        if booking.prescriber and booking.prescriber_id != act.actor.organisation_id:
            houses[booking.prescriber_id] = booking.prescriber
    for house in houses.values():
        _send(act, to_organisation(house, PRESCRIBER), template, event, more)


def _to_the_person(
    act: Action,
    booking: Booking,
    template: str,
    *,
    calendar: bool = False,
    more: dict[str, Any] | None = None,
) -> bool:
    """Whether a mail was written: the person has an address."""
    who, event = booking.who, booking.event
    if not who.email:
        return False
    person_id = booking.candidacy.person_id if booking.candidacy else None
    context = {"first_name": who.first_name, "link": _link(act, booking, person_id), **(more or {})}
    recipient = Recipient(who.email, person_id=person_id)
    return _send(act, [recipient], template, event, context, calendar=calendar)


def _link(act: Action, booking: Booking, person_id: int | None) -> str:
    if act.actor.who is Who.LINK:
        # A new link would kill the one in hand, on which the page that follows hangs: it serves on.
        return ""
    days = max(0, (booking.event.planned_on - act.today).days) + LINK_DAYS
    return links.issue(booking, "booking.confirm", address=booking.who.email, person_id=person_id, days=days)


def _send(
    act: Action,
    recipients: Iterable[Recipient],
    template: str,
    event: SourcingLine,
    context: dict[str, Any],
    *,
    calendar: bool = False,
) -> bool:
    operation = event.operation
    whole = {
        "event": event,
        "operation": operation,
        "training": operation.title,
        "provider": operation.provider,
        "url": f"{settings.PUBLIC_URL}/rencontres/{event.pk}/",
        **context,
    }
    sent = [
        queue(
            act,
            recipient,
            f"sourcing/mail/{template}.txt",
            whole,
            file_id=event.operation_id,
            calendar=event_calendar.entry(event, act.now, recipient.address) if calendar else "",
        )
        for recipient in recipients
    ]
    return any(sent)
