"""The calendar of a plan in words that are the same when, and only when, it is the same: what its parties approve.

The half-days that the rhythm lays follow from the rhythm, the hours and the first day; those set by hand are said.
Half-days that an older rhythm laid do not follow from the one that is said: that is said too, so that laying them
again is a change for whoever approved the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.steps.design.calendar.comparing import GroupDays, group_days
from defi.steps.design.calendar.durations import day_words, duration_words, ends_at, hour_words
from defi.steps.design.calendar.reading import has_moved_on, laid, rhythm_of
from defi.steps.design.calendar.rules import Half, Place, Rhythm, week_minutes
from defi.steps.design.calendar.wording import hours_words, moved_on_words, place_hours, rhythm_words
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, GroupEmployer, PlanCalendar

Origin = CalendarHalfDay.Origin


@dataclass(frozen=True, slots=True)
class CalendarRows:
    """All the rows of a calendar: half-days by group (id), those taken out by hand among them; `ties` are the employers
    (ids) that follow each group."""

    calendar: PlanCalendar
    rhythm: Rhythm
    groups: list[CalendarGroup]
    half_days: dict[int, list[CalendarHalfDay]]
    ties: dict[int, list[int]]


def calendar_rows(plan_id: int) -> CalendarRows | None:
    """The calendar of a plan, in at most five queries; None without rhythm."""
    calendar = PlanCalendar._base_manager.filter(plan=plan_id).first()
    if calendar is None:
        return None
    rhythm = rhythm_of(calendar, ClosedPeriod._base_manager.filter(calendar=calendar).order_by("first", "pk"))
    groups = list(CalendarGroup._base_manager.filter(calendar=calendar).order_by("pk"))
    rows: dict[int, list[CalendarHalfDay]] = {group.pk: [] for group in groups}
    for row in CalendarHalfDay._base_manager.filter(group__in=groups).order_by("on", "starts_at", "pk"):
        rows[row.group_id].append(row)
    ties: dict[int, list[int]] = {group.pk: [] for group in groups}
    followed = GroupEmployer._base_manager.filter(group__in=groups).order_by("employer_id")
    for group_id, employer_id in followed.values_list("group_id", "employer_id"):
        ties[group_id].append(employer_id)
    return CalendarRows(calendar, rhythm, groups, rows, ties)


def calendar_words(rows: CalendarRows | None) -> str:
    """Rhythm and hours of the day, then each group with its dates and what was changed by hand; nothing without
    rhythm."""
    if rows is None:
        return ""
    said = [whole_rhythm(rows)]
    if has_moved_on(rows.calendar, rows.rhythm):
        said.append(moved_on_words().rstrip("."))
    said += [_group_words(group, rows.half_days[group.pk], rows.rhythm) for group in rows.groups]
    return ". ".join(said)


def whole_rhythm(rows: CalendarRows | None) -> str:
    """The rhythm, closed periods and hours of the day; nothing without rhythm."""
    return f"{rhythm_words(rows.rhythm)} ; {hours_words(rows.rhythm)}" if rows else ""


def days_of_groups(rows: CalendarRows | None) -> tuple[GroupDays, ...]:
    """The half-days of each group as an edition keeps them, those taken out left aside."""
    if rows is None:
        return ()
    return tuple(
        group_days(
            group.pk,
            group.name,
            (laid(row) for row in rows.half_days[group.pk] if row.origin != Origin.REMOVED),
            rows.ties[group.pk],
            _group_words(group, rows.half_days[group.pk], rows.rhythm),
        )
        for group in rows.groups
    )


def _group_words(group: CalendarGroup, rows: list[CalendarHalfDay], rhythm: Rhythm) -> str:
    words = _("%(group)s, dès la semaine %(n)d du rythme") % {"group": group.name, "n": group.offset + 1}
    there = [row for row in rows if row.origin != Origin.REMOVED]
    if not there:
        return words
    minutes = {place: sum(row.minutes for row in there if row.place == place) for place in Place}
    words += _(" : du %(first)s au %(last)s, %(hours)s") % {
        "first": day_words(there[0].on),
        "last": day_words(there[-1].on),
        "hours": place_hours(minutes[Place.CENTRE], minutes[Place.COMPANY]),
    }
    by_hand = _by_hand(rows, rhythm)
    return words + (_(" ; à la main : %(changes)s") % {"changes": ", ".join(by_hand)} if by_hand else "")


def _by_hand(rows: Iterable[CalendarHalfDay], rhythm: Rhythm) -> list[str]:
    """What was set by hand, half-days of the usual length one after the other in one piece."""
    usual = {place: week_minutes(rhythm, place) for place in Place}

    def kind(row: CalendarHalfDay) -> str:
        if row.origin == Origin.RHYTHM:
            return ""
        length = usual[Place(row.place)].get((row.on.weekday(), row.half))
        as_usual = (row.minutes, row.starts_at) == (length, rhythm.starts_at(row.half)) and not row.unusual_day
        return row.place if row.origin == Origin.HAND and as_usual else f"one {row.pk}"

    said = []
    for what, stretch in groupby(rows, key=kind):
        listed = list(stretch)
        if what in Place.values and len(listed) > 1:
            said.append(_stretch(listed))
        elif what:
            said += [_one(row) for row in listed]
    return said


def _stretch(rows: list[CalendarHalfDay]) -> str:
    count = ngettext("%(n)d demi-journée", "%(n)d demi-journées", len(rows)) % {"n": len(rows)}
    return _("du %(first)s au %(last)s %(where)s (%(count)s, %(hours)s)") % {
        "first": f"{day_words(rows[0].on)} {Half(rows[0].half).label}",
        "last": f"{day_words(rows[-1].on)} {Half(rows[-1].half).label}",
        "where": Place(rows[0].place).label,
        "count": count,
        "hours": duration_words(sum(row.minutes for row in rows)),
    }


def _one(row: CalendarHalfDay) -> str:
    slot = f"{day_words(row.on)} {Half(row.half).label}"
    if row.origin == Origin.REMOVED:
        return _("%(slot)s retiré") % {"slot": slot}
    hours = f"{hour_words(row.starts_at)} – {hour_words(ends_at(row.starts_at, row.minutes))}"
    return f"{slot} {hours} {Place(row.place).label}"
