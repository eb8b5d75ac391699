"""Two half-days of one day never meet for the same people: their hours would count for more than were spent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid
from defi.steps.design.calendar.durations import ends_at, hour_words
from defi.steps.training.half_days import overlap
from defi.steps.training.models import Attendance, AttendanceSheet
from defi.steps.training.rules import day_words


def refuse_overlap(sheet: AttendanceSheet) -> None:
    """Raise `Invalid` when the other half-day of that day has a time in common with this one, for the same people.
    Groups that share nobody may; while nobody has a line, everybody comes."""
    others = AttendanceSheet._base_manager.filter(session=sheet.session_id, on=sheet.on).exclude(state="cancelled")
    for other in others.exclude(pk=sheet.pk):
        if overlap((sheet.starts_at, sheet.minutes), (other.starts_at, other.minutes)) and _shared(sheet, other):
            first, second = sorted([sheet, other], key=lambda one: one.starts_at)
            sentence = _(
                "Le %(day)s, une demi-journée finit à %(end)s et l'autre commence à %(start)s, pour les mêmes "
                "personnes : changez une heure de début ou une durée."
            )
            end = ends_at(first.starts_at, first.minutes)
            hours = {"end": hour_words(end), "start": hour_words(second.starts_at)}
            raise Invalid.field("starts_at", sentence % {"day": day_words(sheet.on), **hours})


def _shared(one: AttendanceSheet, other: AttendanceSheet) -> bool:
    here, there = (
        set(Attendance._base_manager.filter(sheet=sheet).values_list("candidacy_id", flat=True))
        for sheet in (one, other)
    )
    return bool(here & there) or not (here and there)
