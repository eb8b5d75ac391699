"""The calendar entry of the ceremony, as mail programs read it. A moved or cancelled ceremony keeps its identifier."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Sum
from icalendar import Event

from defi.kernel.clock import PARIS
from defi.kernel.mail.invitations import invitation
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


def entry(option: SigningOption, status: Status, now: datetime, to: str, edition: int) -> str:
    """The .ics text of a ceremony for one address, at the hour of Paris; cancelled, it asks calendars to take it off.

    `edition`: `edition_of` this ceremony as the mail is written."""
    event = ceremony(option, status, now, edition)
    return invitation(event, to, about="signature", cancelled=status is Status.CANCELLED)


def ceremony(option: SigningOption, status: Status, now: datetime, edition: int) -> Event:
    """The ceremony as one event of a calendar."""
    event = Event()
    event.add("uid", identity(option))
    event.add("dtstamp", now)
    event.add("sequence", edition)
    event.add("status", status.value)
    event.add("summary", f"Signature : {option.title}")
    event.add("location", option.place)
    event.add("dtstart", starts_at(option))
    event.add("dtend", starts_at(option) + LENGTH)
    return event


def edition_of(option: SigningOption) -> int:
    """What only grows while the dates of an operation are offered, held, moved and dropped: all their changes."""
    rows = SigningOption._base_manager.filter(operation=option.operation_id)
    return int(rows.aggregate(changes=Sum("version"))["changes"] or 0)


def starts_at(option: SigningOption) -> datetime:
    """The instant of the ceremony."""
    return datetime.combine(option.on, option.at, tzinfo=PARIS)
