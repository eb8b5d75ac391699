"""The calendar entry that a mail carries, as RFC 5546 wants it: asked, asked again under the same identity, taken off.

Nobody is asked to answer to their calendar program: what is awaited is in « À faire »."""

from __future__ import annotations

import re
from email.utils import parseaddr

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

_METHOD = re.compile(r"(?m)^METHOD:([A-Z]+)\s*$")


def invitation(event: Event, to: str, *, about: str, cancelled: bool = False) -> str:
    """The .ics text of an event for one address. `event` has its UID, and a SEQUENCE that only grows: with the same UID
    and a greater SEQUENCE a program moves what it shows, or takes it off when it is cancelled.

    `about`: a word for the maker of the file (« signature »)."""
    if cancelled:
        event["status"] = "CANCELLED"
    name, address = parseaddr(settings.MAIL_REPLY or settings.MAIL_FROM)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["cn"] = name or "DEFI"
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params["role"], attendee.params["rsvp"] = "REQ-PARTICIPANT", "FALSE"
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", f"-//DEFI//{about}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def method_of(calendar: str) -> str:
    """What an entry asks of calendars; mail programs want it in the header too (RFC 6047, 2.4)."""
    found = _METHOD.search(calendar)
    return found[1] if found else "PUBLISH"
