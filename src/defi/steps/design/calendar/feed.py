"""The calendar as mail programs and telephones follow it. A half-day keeps its identifier however often it is laid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from defi.kernel.clock import PARIS
from defi.steps.design.calendar.rules import Place
from defi.steps.design.calendar.weeks import Shown
from defi.steps.design.calendar_models import CalendarGroup

REFRESHED_EVERY = "PT12H"


def feed(
    group: CalendarGroup,
    half_days: Iterable[Shown],
    *,
    title: str,
    place: str,
    edition: int,
    now: datetime,
    besides: Iterable[Event] = (),
) -> bytes:
    """The .ics file of a group, at the hours of Paris. `edition` grows with each change of the calendar; `besides`:
    what its readers attend and no calendar of a plan tells.

    A half-day is told by its module and room; no trainer's name goes out by an address that needs no account.

    An identifier names a group and a slot: laid again elsewhere, a half-day leaves one and takes another."""
    calendar = Calendar()
    calendar.add("prodid", "-//DEFI//calendrier//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-published-ttl", REFRESHED_EVERY)
    for half in half_days:
        starts_at = datetime.combine(half.on, half.starts_at, tzinfo=PARIS)
        event = Event()
        event.add("uid", f"calendrier-{group.pk}-{half.on:%Y%m%d}-{half.half}@defi")
        event.add("dtstamp", now)
        event.add("sequence", edition)
        event.add("summary", half.summary)
        event.add("description", title)
        if place and half.place is Place.CENTRE:
            event.add("location", place)
        event.add("dtstart", starts_at)
        event.add("dtend", starts_at + timedelta(minutes=half.minutes))
        calendar.add_component(event)
    for event in besides:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
