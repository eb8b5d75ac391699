"""What changes the calendar of a plan: rhythm, closed periods, groups, half-days by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.models import Session
from defi.steps.design.calendar.checks import day_off
from defi.steps.design.calendar.durations import day_words
from defi.steps.design.calendar.gate import changing, plan_of
from defi.steps.design.calendar.laying import lay
from defi.steps.design.calendar.lessons import NO_LESSON, lesson_of
from defi.steps.design.calendar.possible import rhythm_faults, time_faults
from defi.steps.design.calendar.reading import columns_of, kept_rhythm, rhythm_of
from defi.steps.design.calendar.rules import Closed, Half, Place, Rhythm, overlap_fault, week_minutes
from defi.steps.design.calendar.ties import leave_group
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, PlanCalendar
from defi.steps.needs.rules import nir_faults

Origin = CalendarHalfDay.Origin
LONGEST_CLOSURE = 120


@dataclass(frozen=True, slots=True)
class HalfDayFacts:
    """A half-day by hand. Minutes are whole; without a time it begins as the rhythm says; `confirmed` means that a day
    off is meant."""

    on: date
    half: str
    minutes: int
    place: str = Place.CENTRE.value
    starts_at: time | None = None
    confirmed: bool = False


def set_rhythm(actor: Actor, plan_id: int, rhythm: Rhythm, *, version: int | None = None) -> PlanCalendar:
    """Say the rhythm of a plan; its closed periods are said apart. The half-days follow when the calendar is laid.

    Raises `Invalid` with a sentence per field."""
    with acting(actor, "calendar.set_rhythm") as act, changing(act, plan_id) as plan:
        if faults := rhythm_faults(rhythm):
            raise Invalid(" ".join(faults.values()), faults)
        known = PlanCalendar.objects.filter(plan=plan).values_list("pk", flat=True).first()
        if known is not None:
            calendar = act.lock(PlanCalendar, known, version)
            return _changed(act, calendar, **_as_laid(calendar), **columns_of(rhythm))
        calendar = act.create(PlanCalendar, operation_id=plan.operation_id, plan=plan, **columns_of(rhythm))
        act.create(CalendarGroup, operation_id=plan.operation_id, calendar=calendar, name=_("Tout le groupe"))
        return calendar


def close_period(actor: Actor, calendar_id: int, wanted: Closed) -> ClosedPeriod:
    """A period without training. Raises `Invalid`: wrong order, too long, over another one, beside the session."""
    with acting(actor, "calendar.close_period") as act, changing(act, plan_of(actor, PlanCalendar, calendar_id)):
        calendar = act.lock(PlanCalendar, calendar_id)
        label = " ".join(wanted.label.split())[:80]
        if wanted.last < wanted.first:
            raise Invalid.field("last", _("Le dernier jour ne vient pas avant le premier."))
        if (wanted.last - wanted.first).days >= LONGEST_CLOSURE:
            raise Invalid.field("last", _("Une fermeture dure au plus quatre mois : vérifiez les dates."))
        others = ClosedPeriod.objects.filter(calendar=calendar, first__lte=wanted.last, last__gte=wanted.first)
        if other := others.first():
            raise Invalid.field(
                "first",
                _("Ces jours sont déjà fermés (du %(first)s au %(last)s) : retirez d'abord cette fermeture.")
                % {"first": day_words(other.first), "last": day_words(other.last)},
            )
        _refuse_nir(label=label)
        _check_within(Session.objects.filter(operation=calendar.operation_id).first(), wanted)
        _changed(act, calendar, **_as_laid(calendar))
        return act.create(
            ClosedPeriod,
            operation_id=calendar.operation_id,
            calendar=calendar,
            first=wanted.first,
            last=wanted.last,
            label=label,
        )


def _check_within(session: Session | None, wanted: Closed) -> None:
    """Raises `Invalid` for a period that closes no day of the session; before its dates are fixed, any is possible."""
    if session is None or (wanted.first <= session.ends_on and wanted.last >= session.starts_on):
        return
    raise Invalid.field(
        "first",
        _("La session va du %(first)s au %(last)s : cette fermeture n'y ferme aucun jour, vérifiez ses dates.")
        % {"first": day_words(session.starts_on), "last": day_words(session.ends_on)},
    )


def open_period(actor: Actor, period_id: int) -> None:
    """There is training again on these days; they fill when the calendar is laid again."""
    with acting(actor, "calendar.open_period") as act, changing(act, plan_of(actor, ClosedPeriod, period_id)):
        period = act.lock(ClosedPeriod, period_id)
        calendar = act.lock(PlanCalendar, period.calendar_id)
        _changed(act, calendar, **_as_laid(calendar))
        act.remove(period)


def lay_calendar(actor: Actor, calendar_id: int, *, keep: bool = True, version: int | None = None) -> PlanCalendar:
    """Lay the half-days of all groups out of the rhythm; `keep` what was changed by hand, or replace it.

    Raises what `lay` raises: then the calendar stays as it was."""
    with acting(actor, "calendar.lay") as act, changing(act, plan_of(actor, PlanCalendar, calendar_id)):
        calendar = act.lock(PlanCalendar, calendar_id, version)
        lay(act, calendar, list(CalendarGroup.objects.filter(calendar=calendar)), keep=keep)
        return _changed(act, calendar, laid_on=act.today, laid_rhythm=kept_rhythm(_rhythm(calendar)))


def add_half_day(actor: Actor, group_id: int, facts: HalfDayFacts) -> CalendarHalfDay:
    """A half-day more. Raises `Invalid`: day off not confirmed, outside the session, twice, an impossible length."""
    with acting(actor, "calendar.add_half_day") as act, changing(act, plan_of(actor, CalendarGroup, group_id)):
        group = act.lock(CalendarGroup, group_id)
        calendar = act.lock(PlanCalendar, group.calendar_id)
        columns = _columns(calendar, facts)
        _check_free(group, facts)
        _check_apart(group, facts, columns["starts_at"])
        _changed(act, calendar)
        return _put(act, group, facts, columns)


def change_half_day(
    actor: Actor, half_day_id: int, facts: HalfDayFacts, *, version: int | None = None
) -> CalendarHalfDay:
    """Move a half-day, shorten it, or spend it elsewhere. Where it was, nothing is laid again."""
    with acting(actor, "calendar.change_half_day") as act, changing(act, plan_of(actor, CalendarHalfDay, half_day_id)):
        row = _present(act, half_day_id, version)
        calendar = act.lock(PlanCalendar, row.group.calendar_id)
        columns = _columns(calendar, facts)
        moved = (row.on, row.half) != (facts.on, facts.half)
        if moved:
            _check_free(row.group, facts)
        _check_apart(row.group, facts, columns["starts_at"], but=row.pk)
        _changed(act, calendar)
        columns |= lesson_of(row) if facts.place == Place.CENTRE else NO_LESSON
        if not moved:
            return act.change(row, **columns)
        act.change(row, origin=Origin.REMOVED, **NO_LESSON)
        return _put(act, row.group, facts, columns)


def remove_half_day(actor: Actor, half_day_id: int, *, version: int | None = None) -> CalendarHalfDay:
    """Take a half-day out: its hours are missing until the calendar is laid again."""
    with acting(actor, "calendar.remove_half_day") as act, changing(act, plan_of(actor, CalendarHalfDay, half_day_id)):
        row = _present(act, half_day_id, version)
        _changed(act, act.lock(PlanCalendar, row.group.calendar_id))
        return act.change(row, origin=Origin.REMOVED, **NO_LESSON)


def place_period(actor: Actor, group_id: int, first: date, last: date, place: str) -> int:
    """Spend the half-days of a period in centre, or in company: how many were changed. They are kept as set by hand,
    and last what half-days last there.

    Raises `Invalid` when the dates are in the wrong order, `WrongState` when nothing changes."""
    with acting(actor, "calendar.place_period") as act, changing(act, plan_of(actor, CalendarGroup, group_id)):
        group = act.lock(CalendarGroup, group_id)
        if last < first:
            raise Invalid.field("last", _("Le dernier jour ne vient pas avant le premier."))
        if place not in Place.values:
            raise Invalid.field("place", _("Choisissez : en centre ou en entreprise."))
        rows = CalendarHalfDay.objects.filter(group=group, on__gte=first, on__lte=last).exclude(origin=Origin.REMOVED)
        listed = list(rows.select_for_update())
        changed = sum(row.place != place for row in listed)
        if not changed:
            raise WrongState(_("Aucune demi-journée de ces dates n'est à changer : tout y est déjà ainsi."))
        calendar = act.lock(PlanCalendar, group.calendar_id)
        lengths = week_minutes(rhythm_of(calendar, []), Place(place))
        for row in listed:
            if row.place != place:
                row.place, row.minutes = place, lengths.get((row.on.weekday(), row.half), row.minutes)
                row.module, row.trainer, row.room = None, "", ""
            # What stands there already is meant to stay: laying out again keeps the whole period.
            row.origin, row.version = Origin.HAND, row.version + 1
        _check_days(listed)
        CalendarHalfDay.objects.bulk_update(
            listed, ["place", "minutes", "origin", "version", "module", "trainer", "room"]
        )
        act.note(group, first=first.isoformat(), last=last.isoformat(), place=place, half_days=changed)
        _changed(act, calendar)
        return changed


# Groups


def add_group(actor: Actor, calendar_id: int, name: str, offset: int) -> CalendarGroup:
    """Trainees whose weeks in company differ; their half-days are laid at once when those of the others are."""
    with acting(actor, "calendar.add_group") as act, changing(act, plan_of(actor, PlanCalendar, calendar_id)):
        calendar = act.lock(PlanCalendar, calendar_id)
        group = act.create(
            CalendarGroup, operation_id=calendar.operation_id, calendar=calendar, **_group(calendar, name, offset)
        )
        if calendar.laid_on:
            lay(act, calendar, [group], keep=False)
        _changed(act, calendar)
        return group


def change_group(actor: Actor, group_id: int, name: str, offset: int, *, version: int | None = None) -> CalendarGroup:
    """Its name, or the week of the rhythm it begins with: then its half-days are laid again, those by hand kept."""
    with acting(actor, "calendar.change_group") as act, changing(act, plan_of(actor, CalendarGroup, group_id)):
        group = act.lock(CalendarGroup, group_id, version)
        calendar = act.lock(PlanCalendar, group.calendar_id)
        wanted = _group(calendar, name, offset, but=group.pk)
        starts_elsewhere = wanted["offset"] != group.offset
        act.change(group, **wanted)
        if starts_elsewhere and calendar.laid_on:
            lay(act, calendar, [group], keep=True)
        _changed(act, calendar)
        return group


def remove_group(actor: Actor, group_id: int) -> None:
    """A group without trainees nor employers, not the last one. Raises `WrongState`."""
    with acting(actor, "calendar.remove_group") as act, changing(act, plan_of(actor, CalendarGroup, group_id)):
        group = act.lock(CalendarGroup, group_id)
        if CalendarGroup.objects.filter(calendar=group.calendar_id).count() == 1:
            raise WrongState(_("Un calendrier a au moins un groupe : celui-ci reste."))
        leave_group(act, group)
        half_days = CalendarHalfDay.objects.filter(group=group)
        act.note(group, half_days=half_days.count())
        half_days.delete()
        _changed(act, act.lock(PlanCalendar, group.calendar_id))
        try:
            act.remove(group)
        except ProtectedError as held:
            raise WrongState(
                _("Des stagiaires sont dans le groupe « %(name)s » : placez-les d'abord dans un autre.")
                % {"name": group.name}
            ) from held


def _group(calendar: PlanCalendar, name: str, offset: int, but: int = 0) -> dict[str, object]:
    words = " ".join(name.split())[:40]
    if not words:
        raise Invalid.field("name", _("Nommez le groupe, par exemple : Groupe B."))
    _refuse_nir(name=words)
    if CalendarGroup.objects.filter(calendar=calendar, name__iexact=words).exclude(pk=but).exists():
        raise Invalid.field("name", _("Un groupe porte déjà ce nom."))
    if not 0 <= offset < len(calendar.cycle):
        raise Invalid.field("offset", _("Choisissez une des semaines du rythme."))
    return {"name": words, "offset": offset}


# Following


def follow_calendar(actor: Actor, group_id: int) -> str:
    """A secret address of one's own, that a telephone or a mail program reads. A former one of the same hand dies.

    Returns the whole address; it is shown once, and lives until two months after the session."""
    with acting(actor, "calendar.follow") as act:
        group = act.lock(CalendarGroup, group_id)
        session = Session.objects.filter(operation=group.operation_id).first()
        act.note(group, address_made=True)
        return links.issue(
            group,
            "calendar.follow",
            address="",
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
            days=days_followed(session.ends_on if session else act.today, act.today),
        )


def days_followed(ends_on: date, today: date) -> int:
    """How long an address lives: until sixty days after the end of the session."""
    return max(0, (ends_on - today).days) + 60


# Shared


def _changed(act: Action, calendar: PlanCalendar, **columns: object) -> PlanCalendar:
    """Another edition for those who follow the calendar, unless nothing of it changed."""
    return act.change(calendar, edition=calendar.edition + 1, **columns)


def _rhythm(calendar: PlanCalendar) -> Rhythm:
    return rhythm_of(calendar, ClosedPeriod.objects.filter(calendar=calendar))


def _as_laid(calendar: PlanCalendar) -> dict[str, Any]:
    """Before its rhythm changes, a calendar that was laid keeps the one it was laid out of."""
    if not calendar.laid_on or calendar.laid_rhythm:
        return {}
    return {"laid_rhythm": kept_rhythm(_rhythm(calendar))}


def _present(act: Action, half_day_id: int, version: int | None) -> CalendarHalfDay:
    row = act.lock(CalendarHalfDay, half_day_id, version)
    if row.origin == Origin.REMOVED:
        raise WrongState(_("Cette demi-journée a été retirée depuis : rien n'a été changé."))
    return row


def _columns(calendar: PlanCalendar, facts: HalfDayFacts) -> dict[str, Any]:
    """What the row will say. Raises `Invalid` naming each field that cannot be."""
    faults: dict[str, str] = {}
    rhythm = _rhythm(calendar)
    if facts.half not in Half.values:
        raise Invalid.field("half", _("Choisissez le matin ou l'après-midi."))
    if facts.place not in Place.values:
        faults["place"] = _("Choisissez : en centre ou en entreprise.")
    starts_at = facts.starts_at or rhythm.starts_at(facts.half)
    faults |= time_faults(facts.half, starts_at, facts.minutes)
    session = Session.objects.filter(operation=calendar.operation_id).first()
    if session and not session.starts_on <= facts.on <= session.ends_on:
        faults["on"] = _("La session va du %(first)s au %(last)s : choisissez un jour de la session.") % {
            "first": day_words(session.starts_on),
            "last": day_words(session.ends_on),
        }
    elif (off := _off(facts.on, rhythm)) and not facts.confirmed:
        faults["on"] = _("Pas de formation ce jour-là (%(name)s) : changez de date, ou confirmez ce jour.") % {
            "name": off
        }
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    return {
        "on": facts.on,
        "half": facts.half,
        "starts_at": starts_at,
        "minutes": facts.minutes,
        "place": facts.place,
        "origin": Origin.HAND,
        "unusual_day": bool(_off(facts.on, rhythm)),
    }


def _off(day: date, rhythm: Rhythm) -> str:
    """Why a day is unusual: holiday, closed, or a Sunday the rhythm does not work."""
    sunday = day.weekday() == 6 and 6 not in rhythm.mornings | rhythm.afternoons
    return day_off(day, rhythm.closed) or (_("dimanche") if sunday else "")


def _check_free(group: CalendarGroup, facts: HalfDayFacts) -> None:
    there = CalendarHalfDay.objects.filter(group=group, on=facts.on, half=facts.half).exclude(origin=Origin.REMOVED)
    if there.exists():
        raise Invalid.field(
            "on",
            _("Le %(day)s, %(half)s, est déjà au calendrier : modifiez plutôt cette demi-journée.")
            % {"day": day_words(facts.on), "half": Half(facts.half).label},
        )


def _check_apart(group: CalendarGroup, facts: HalfDayFacts, starts_at: time, but: int = 0) -> None:
    """Raises `Invalid` when this half-day would overlap the other one of its day; `but` is the one that moves (id)."""
    rows = CalendarHalfDay.objects.filter(group=group, on=facts.on).exclude(half=facts.half).exclude(pk=but)
    other = rows.exclude(origin=Origin.REMOVED).first()
    if other is None:
        return
    if facts.half == Half.MORNING:
        fault = overlap_fault(starts_at, facts.minutes, other.starts_at)
    else:
        fault = overlap_fault(other.starts_at, other.minutes, starts_at)
    if fault:
        raise Invalid.field("starts_at", fault)


def _check_days(rows: Iterable[CalendarHalfDay]) -> None:
    """Raises `Invalid` naming the first day whose morning would not be over as its afternoon begins."""
    days: dict[date, dict[str, CalendarHalfDay]] = {}
    for row in rows:
        days.setdefault(row.on, {})[row.half] = row
    for day, halves in days.items():
        if len(halves) == 2:
            morning, afternoon = halves[Half.MORNING], halves[Half.AFTERNOON]
            if fault := overlap_fault(morning.starts_at, morning.minutes, afternoon.starts_at):
                raise Invalid.field("first", _("Le %(day)s : %(fault)s") % {"day": day_words(day), "fault": fault})


def _put(act: Action, group: CalendarGroup, facts: HalfDayFacts, columns: dict[str, object]) -> CalendarHalfDay:
    """The half-day where it was asked for: on a slot taken out before, its row comes back."""
    former = CalendarHalfDay.objects.filter(group=group, on=facts.on, half=facts.half).first()
    if former is not None:
        return act.change(former, **columns)
    return act.create(CalendarHalfDay, operation_id=group.operation_id, group=group, **columns)


def _refuse_nir(**texts: str) -> None:
    if faults := nir_faults(texts):
        raise Invalid(" ".join(faults.values()), faults)
