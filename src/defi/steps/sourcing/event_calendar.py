"""The calendar entry of a meeting, as mail programs read it. Moved or cancelled, it keeps its identifier."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Event

from defi.kernel.mail.invitations import invitation
from defi.steps.sourcing.event_rules import starts_at
from defi.steps.sourcing.models import SourcingLine


def entry(event: SourcingLine, now: datetime, to: str) -> str:
    """The .ics text of a meeting for one address; cancelled, it asks calendars to take it off."""
    begins = starts_at(event.planned_on, event.at)
    shown = Event()
    shown.add("uid", f"rencontre-{event.pk}@defi")
    shown.add("dtstamp", now)
    # The version only grows: a calendar keeps the latest it was given.
    shown.add("sequence", event.version)
    shown.add("status", "CANCELLED" if event.cancelled_on else "CONFIRMED")
    shown.add("summary", f"{event.label[:1].upper()}{event.label[1:]} : {event.operation.title}")
    shown.add("description", event.aim)
    shown.add("location", event.place)
    shown.add("dtstart", begins)
    shown.add("dtend", begins + timedelta(minutes=event.minutes or 0))
    return invitation(shown, to, about="rencontre", cancelled=event.cancelled_on is not None)
