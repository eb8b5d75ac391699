"""Reads the meetings of a sourcing plan and who comes. Numbers of queries do not depend on the number of rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import PRESCRIBER, TASK, Actor, scope
from defi.operations.models import Operation
from defi.steps.sourcing.bookings import LIVING
from defi.steps.sourcing.event_rules import frame_gaps, gaps_sentence, places_left
from defi.steps.sourcing.events import frame_of
from defi.steps.sourcing.models import Booking, Candidacy, SourcingLine
from defi.steps.sourcing.reach import Reach, reach_of
from defi.steps.sourcing.states import BEFORE_ENTRY, UNMET


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting and how many come: everybody is counted, whoever the reader may name."""

    event: SourcingLine
    booked: int
    waiting: int
    requests: int

    @property
    def left(self) -> int | None:
        """Places still free; None when they are not counted."""
        return places_left(self.event.places, self.booked)

    @property
    def gaps(self) -> str:
        """What is missing before it may be published, in a sentence."""
        return gaps_sentence(frame_gaps(frame_of(self.event)))

    @property
    def pill(self) -> tuple[str, str]:
        """Its state: the colour and the word."""
        event, today = self.event, clock.today()
        if event.cancelled_on:
            return "plain", _("annulée")
        if event.done_on:
            return "ok", _("faite")
        if event.planned_on < today:
            return "late", _("à noter faite")
        if event.has_begun:
            return "wait", _("commencée")
        if not event.published_on:
            return "due", _("à publier")
        if event.rule.service:
            return "ok", _("publiée")
        if self.left == 0:
            return "wait", _("complète")
        return "ok", _("ouverte")

    @property
    def takes_bookings(self) -> bool:
        """Whether one may still book now."""
        return self.event.is_open and not self.event.has_begun


def _counted(state: str) -> Count:
    return Count("bookings", filter=Q(bookings__state=state))


def shown_events(actor: Actor, **filters: object) -> list[Shown]:
    """The meetings of the plans that this actor may see, by date, with their counts."""
    rows = SourcingLine.objects.visible_to(actor).filter(**filters).select_related("operation__provider", "owner")
    counted = rows.annotate(n_booked=_counted("booked"), n_waiting=_counted("waiting"), n_asked=_counted("to_confirm"))
    return [Shown(row, row.n_booked, row.n_waiting, row.n_asked) for row in counted.order_by("planned_on", "at", "pk")]


def open_to_public() -> list[Shown]:
    """Meetings that anybody may ask to come to, by date."""
    with scope(TASK):
        rows = shown_events(
            TASK,
            published_on__isnull=False,
            cancelled_on=None,
            done_on=None,
            planned_on__gte=clock.today(),
            operation__state="running",
        )
        return [row for row in rows if row.takes_bookings]


def public_event(event_id: int) -> Shown | None:
    """A published meeting, for anybody."""
    with scope(TASK):
        return next(iter(shown_events(TASK, pk=event_id, published_on__isnull=False)), None)


@dataclass(frozen=True, slots=True)
class EventPage:
    """One meeting: what is said of it, who comes as far as this actor may know, whom to call."""

    shown: Shown
    bookings: list[Booking]
    hidden: int
    shows_contact: bool

    @property
    def came(self) -> list[tuple[str, int]]:
        """How many came, were excused, did not come; then what came out of it. Counts of what the actor may see."""
        seen = Counter(row.attendance for row in self.bookings if row.attendance)
        out = Counter(row.outcome for row in self.bookings if row.outcome)
        return [
            *((str(label), seen[code]) for code, label in Booking.Attendance.choices if seen[code]),
            *((str(label), out[code]) for code, label in Booking.Outcome.choices if out[code]),
        ]

    @property
    def unmet(self) -> list[Booking]:
        """Those who came, and whose candidacy does not say yet that they were met."""
        return self._still_to_meet(Booking.Attendance.CAME)

    @property
    def missed(self) -> list[Booking]:
        """Those who did not come, and whose candidacy still waits for a meeting."""
        return self._still_to_meet(Booking.Attendance.ABSENT)

    def _still_to_meet(self, attendance: str) -> list[Booking]:
        rows = [row for row in self.bookings if row.attendance == attendance and row.candidacy]
        return sorted(
            (row for row in rows if row.candidacy and row.candidacy.state in UNMET),
            key=lambda row: (row.who.last_name.casefold(), row.who.first_name.casefold(), row.pk),
        )

    @property
    def to_call(self) -> list[Booking]:
        """Those who have a place, or wait for one, and no address: a phone call tells them what changes."""
        return [row for row in self.bookings if row.state in {"booked", "waiting"} and not row.who.email]


def reach_of_event(event: SourcingLine) -> Reach:
    """How those who asked for a place, hold one or wait for one are told of a change: all of them, whoever asks."""
    with scope(TASK):
        rows = Booking.objects.filter(event=event, state__in=LIVING).select_related("candidacy__person")
        return reach_of(row.who for row in rows.order_by("pk"))


def event_page(actor: Actor, event_id: int) -> EventPage | None:
    """The page of a meeting, or nothing when the actor may not know of it."""
    shown = next(iter(shown_events(actor, pk=event_id)), None)
    if shown is None:
        return None
    rows = Booking.objects.visible_to(actor).filter(event=shown.event).exclude(state="cancelled")
    bookings = list(rows.select_related("candidacy__person", "prescriber"))
    bookings.sort(key=lambda row: (row.state != "booked", row.state != "waiting", row.pk))
    living = shown.booked + shown.waiting + shown.requests
    return EventPage(
        shown,
        bookings,
        hidden=max(0, living - len(bookings)),
        shows_contact=actor.in_provider or actor.in_prescriber,
    )


def to_book(actor: Actor, event: SourcingLine) -> list[Candidacy]:
    """Candidates of this actor's who are not booked yet, by name."""
    there = Booking.objects.filter(event=event, candidacy__isnull=False).exclude(state="cancelled")
    rows = Candidacy.objects.visible_to(actor).filter(operation_id=event.operation_id, state__in=BEFORE_ENTRY)
    free = rows.exclude(pk__in=there.values("candidacy_id")).select_related("person")
    return list(free.order_by("person__last_name", "person__first_name", "pk"))


def to_attend(event: SourcingLine) -> list[Booking]:
    """Those expected, by name: booked or waiting, since who waits may come all the same."""
    rows = Booking.objects.filter(event=event, state__in=["booked", "waiting"])
    found = list(rows.select_related("candidacy__person"))
    return sorted(found, key=lambda row: (row.who.last_name.casefold(), row.who.first_name.casefold(), row.pk))


def books_here(actor: Actor, operation: Operation) -> bool:
    """Whether this actor books people for the meetings of this operation at all."""
    return operation.state == "running" and (
        actor.who in PRESCRIBER or (actor.in_provider and actor.organisation_id == operation.provider_id)
    )
