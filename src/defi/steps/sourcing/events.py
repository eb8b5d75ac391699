"""A line of the sourcing plan becomes a meeting: framed, published, moved or cancelled, and everybody is told once.

Source: employers.md 2.1 (R03: « an event cannot be published without objective, frame, what happens next, and who
accompanies the persons »)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound
from defi.steps.sourcing import event_mails
from defi.steps.sourcing.actions.candidacies import meet_candidate
from defi.steps.sourcing.actions.checks import last_step
from defi.steps.sourcing.bookings import fill_places, held
from defi.steps.sourcing.event_rules import (
    Frame,
    fewer_places_fault,
    frame_faults,
    frame_gaps,
    gaps_sentence,
    has_begun,
)
from defi.steps.sourcing.locks import refuse_nir, refuse_private
from defi.steps.sourcing.models import Booking, Candidacy, SourcingLine
from defi.steps.sourcing.states import UNMET

FARTHEST_YEARS = 2
MOST_OTHERS = 1000


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What is said of a meeting; `minutes` is its length."""

    aim: str = ""
    place: str = ""
    at: time | None = None
    minutes: int | None = None
    led_by: str = ""
    follows: str = ""
    accompanied_by: str = ""
    places: int | None = None


def frame_of(event: SourcingLine) -> Frame:
    """The facts of a meeting as the rules read them."""
    return Frame(
        aim=event.aim,
        place=event.place,
        at=event.at,
        minutes=event.minutes,
        led_by=event.led_by,
        follows=event.follows,
        accompanied_by=event.accompanied_by,
        places=event.places,
        books=not event.rule.service,
    )


def describe_event(actor: Actor, event_id: int, facts: EventFacts, *, version: int | None = None) -> SourcingLine:
    """Say more of a meeting. Once it is published its hour and place change by moving it, since people were told.

    Raises `Invalid` beside the field at fault."""
    with acting(actor, "event.describe") as act:
        event = lock_bound(act, SourcingLine, event_id, version)
        _must_be_to_come(event)
        texts = {name: getattr(facts, name).strip() for name in ("aim", "place", "led_by", "follows", "accompanied_by")}
        refuse_nir(**texts)
        if event.published_on:
            texts["place"], at = event.place, event.at
        else:
            at = facts.at
        act.change(event, at=at, minutes=facts.minutes, places=facts.places, **texts)
        faults = frame_faults(frame_of(event))
        if event.published_on:
            faults |= {name: _("Une rencontre publiée garde ce champ rempli.") for name in frame_gaps(frame_of(event))}
        crowded = fewer_places_fault(event.places, held(event))
        if crowded:
            faults["places"] = crowded
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        fill_places(act, event)
        return event


def publish_event(actor: Actor, event_id: int, *, version: int | None = None) -> SourcingLine:
    """Open a meeting to booking; prescribers of the operation and its owner are told. Raises `WrongState` naming what
    is still missing."""
    with acting(actor, "event.publish") as act:
        event = lock_bound(act, SourcingLine, event_id, version)
        _must_be_to_come(event)
        if event.published_on:
            raise WrongState(_("Cette rencontre est déjà publiée."))
        if event.has_begun:
            raise WrongState(_("Cette date est passée : changez-la avant de publier."))
        gaps = gaps_sentence(frame_gaps(frame_of(event)))
        if gaps:
            raise WrongState(gaps)
        act.change(event, published_on=act.today)
        event_mails.published(act, event)
        return event


def reschedule_event(
    actor: Actor,
    event_id: int,
    *,
    planned_on: date,
    at: time | None = None,
    place: str = "",
    version: int | None = None,
) -> SourcingLine:
    """Another day, hour or place. Everybody booked or waiting is told once; before publication, nobody."""
    with acting(actor, "event.reschedule") as act:
        event = lock_bound(act, SourcingLine, event_id, version)
        _must_be_to_come(event)
        refuse_nir(place=place)
        _check_move(act, event, planned_on, at, place)
        changed = {"planned_on": planned_on, "at": at, "place": place.strip()}
        if all(getattr(event, name) == value for name, value in changed.items()):
            raise WrongState(_("Rien ne change : ni le jour, ni l'heure, ni le lieu."))
        act.change(event, **changed)
        if event.published_on:
            event_mails.moved(act, event)
        return event


def _check_move(act: Action, event: SourcingLine, planned_on: date, at: time | None, place: str) -> None:
    faults: dict[str, str] = {}
    if planned_on < act.today:
        faults["planned_on"] = _("Cette date est passée : choisissez-en une à venir.")
    elif planned_on.year - act.today.year > FARTHEST_YEARS:
        faults["planned_on"] = _("Cette date est bien loin : vérifiez l'année.")
    elif planned_on == act.today and has_begun(planned_on, at, clock.now()):
        faults["at"] = _("Cette heure est passée : choisissez-en une à venir.")
    if event.published_on and at is None:
        faults["at"] = _("Une rencontre publiée a une heure.")
    if event.published_on and not place.strip():
        faults["place"] = _("Une rencontre publiée a un lieu.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def cancel_event(actor: Actor, event_id: int, *, reason: str, version: int | None = None) -> SourcingLine:
    """The meeting will not take place: everybody booked or waiting is told once, with the reason."""
    with acting(actor, "event.cancel", reason=reason) as act:
        event = lock_bound(act, SourcingLine, event_id, version)
        _must_be_to_come(event)
        refuse_private(reason=reason)
        if not event.published_on:
            raise WrongState(_("Cette rencontre n'est pas publiée : retirez-la du plan, personne n'est à prévenir."))
        act.change(event, cancelled_on=act.today)
        event_mails.cancelled(act, event, reason.strip())
        return event


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether somebody came, and what comes next for them."""

    attendance: str
    outcome: str = ""


def note_attendance(
    actor: Actor,
    event_id: int,
    seen: Mapping[int, Seen],
    *,
    others: int = 0,
    meet: bool = False,
    version: int | None = None,
) -> SourcingLine:
    """Who came, was excused or did not come, and what came out of it for each; `seen` by booking. May be corrected.

    `others`: how many came besides, counted without being named. The count of the plan follows. `meet`: whoever came
    and was not met yet is noted met on that day, when their candidacy was there by then. Nobody's candidacy changes
    otherwise: what becomes of who did not come is said by somebody. Raises `WrongState` before the day, `Invalid` for
    what cannot be."""
    with acting(actor, "event.attend") as act:
        event = lock_bound(act, SourcingLine, event_id, version)
        if event.cancelled_on:
            raise WrongState(_("Cette rencontre est annulée."))
        if act.today < event.planned_on:
            raise WrongState(_("Cette rencontre n'a pas encore eu lieu : notez les présences le jour même."))
        if not 0 <= others <= MOST_OTHERS:
            raise Invalid.field("others", _("Indiquez un nombre de 0 à %(n)d.") % {"n": MOST_OTHERS})
        rows = {row.pk: row for row in event.bookings.select_for_update().filter(state__in=["booked", "waiting"])}
        for pk, said in seen.items():
            row = rows.get(pk)
            if row is None:
                raise WrongState(_("Une des inscriptions a changé : rechargez la page."))
            _check_seen(event, said)
            act.change(row, attendance=said.attendance, outcome=said.outcome)
        came = sum(row.attendance == Booking.Attendance.CAME for row in rows.values())
        act.change(event, done_on=event.done_on or event.planned_on, came=came + others)
        if meet:
            _meet_who_came(actor, event, rows.values())
        return event


def _meet_who_came(actor: Actor, event: SourcingLine, rows: Iterable[Booking]) -> None:
    came = [row.candidacy_id for row in rows if row.candidacy_id and row.attendance == Booking.Attendance.CAME]
    for candidacy in Candidacy.objects.filter(pk__in=came, state__in=UNMET).order_by("pk"):
        # Who became a candidate afterwards was met as one another day.
        if last_step(candidacy) <= event.planned_on:
            meet_candidate(actor, candidacy.pk, on=event.planned_on)


def _check_seen(event: SourcingLine, said: Seen) -> None:
    if said.attendance not in {"", *Booking.Attendance.values}:
        raise Invalid.field("attendance", _("Choisissez : venu, excusé ou pas venu."))
    if said.outcome and said.outcome not in outcomes_of(event):
        raise Invalid.field("outcome", _("Choisissez une suite dans la liste."))
    if said.outcome and said.attendance != Booking.Attendance.CAME:
        raise Invalid.field("outcome", _("La suite ne se note que pour une personne venue."))


def outcomes_of(event: SourcingLine) -> dict[str, str]:
    """What may come out of this meeting, by code: results of exercises only where there are some."""
    own = {code for code in Booking.Outcome.values if code.startswith("simulation")} - set(event.rule.outcomes)
    return {code: str(label) for code, label in Booking.Outcome.choices if code not in own}


def _must_be_to_come(event: SourcingLine) -> None:
    if event.cancelled_on:
        raise WrongState(_("Cette rencontre est annulée : prévoyez-en une autre."))
    if event.done_on:
        raise WrongState(_("Cette rencontre a eu lieu : elle ne change plus."))
