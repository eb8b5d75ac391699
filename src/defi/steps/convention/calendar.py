"""The calendar entry of the ceremony, as mail programs read it. A moved or cancelled ceremony keeps its identifier."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event

from defi.kernel.clock import PARIS
from defi.steps.convention.models import SigningOption

LENGTH = timedelta(hours=1, minutes=30)
"""How long a ceremony is kept free in a calendar; only its beginning is known (decision)."""


def identity(option: SigningOption) -> str:
    """The ceremony in calendars: one per operation, so that another date takes the place of the former."""
    return f"signature-{option.operation_id}@defi"


class Status(StrEnum):
    """How sure the ceremony is."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


_RANK = {Status.TENTATIVE: 0, Status.CONFIRMED: 1, Status.CANCELLED: 2}


def entry(option: SigningOption, status: Status, now: datetime) -> str:
    """The .ics text of a ceremony, at the hour of Paris; cancelled, it asks calendars to take it off."""
    event = Event()
    event.add("uid", identity(option))
    event.add("dtstamp", now)
    event.add("sequence", _RANK[status])
    event.add("status", status.value)
    event.add("summary", f"Signature : {option.title}")
    event.add("location", option.place)
    event.add("dtstart", starts_at(option))
    event.add("dtend", starts_at(option) + LENGTH)
    calendar = Calendar()
    calendar.add("prodid", "-//DEFI//signature//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if status is Status.CANCELLED else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def starts_at(option: SigningOption) -> datetime:
    """The instant of the ceremony."""
    return datetime.combine(option.on, option.at, tzinfo=PARIS)
