"""What a rhythm and a half-day may be, a sentence per field otherwise: pure. Source: process.md, step 2."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _

from defi.steps.design.calendar.durations import plain_hours
from defi.steps.design.calendar.rules import (
    DAY,
    LETTERS,
    LONGEST,
    LONGEST_CYCLE,
    SHARED,
    SHORTEST,
    Half,
    Place,
    Rhythm,
    minutes_since_midnight,
    overlap_fault,
    week_minutes,
)

# Half-days are multiples of five minutes: a week told to the half-hour always shares out exactly.
PART_OF_AN_HOUR = 30


def rhythm_faults(rhythm: Rhythm) -> dict[str, str]:
    """What cannot be in a rhythm itself, a sentence per field."""
    faults: dict[str, str] = {}
    if not rhythm.cycle or len(rhythm.cycle) > LONGEST_CYCLE or set(rhythm.cycle) - {*LETTERS, SHARED}:
        faults["cycle"] = _("Écrivez les semaines dans l'ordre, par exemple : 3 centre, 1 entreprise ; ou : partagée.")
    if not rhythm.worked:
        faults["mornings"] = _("Cochez au moins une demi-journée de la semaine.")
    elif SHARED in rhythm.cycle and not frozenset() < rhythm.company_days < rhythm.worked:
        faults["company_days"] = _(
            "Dans une semaine partagée, cochez les jours en entreprise : au moins un jour travaillé, et pas tous."
        )
    for name, half, at, minutes in (
        ("morning", Half.MORNING, rhythm.morning_at, rhythm.morning_minutes),
        ("afternoon", Half.AFTERNOON, rhythm.afternoon_at, rhythm.afternoon_minutes),
    ):
        faults |= time_faults(half, at, minutes, f"{name}_at", f"{name}_minutes")
    if faults:
        return faults
    late = overlap_fault(rhythm.morning_at, rhythm.morning_minutes, rhythm.afternoon_at)
    if late and rhythm.mornings & rhythm.afternoons:
        return {"afternoon_at": late}
    for field_name, place in (("hours_centre", Place.CENTRE), ("hours_company", Place.COMPANY)):
        if rhythm.goes_to(place) and (fault := _week_fault(rhythm, place)):
            faults[field_name] = fault
    return faults


def _week_fault(rhythm: Rhythm, place: Place) -> str:
    if rhythm.weekly_minutes(place) % PART_OF_AN_HOUR:
        return _("Les heures d'une semaine se comptent à la demi-heure : 31 h 30, ou 31,5.")
    if not rhythm.weekly_minutes(place):
        return _("Dites combien d'heures fait une semaine %(where)s.") % {"where": place.label}
    shared = week_minutes(rhythm, place)
    lengths = shared.values()
    facts = {"hours": plain_hours(rhythm.weekly_minutes(place)), "where": place.label, "n": len(lengths)}
    if max(lengths) > LONGEST:
        return (
            _(
                "%(hours)s par semaine %(where)s sur %(n)d demi-journées font des demi-journées de plus de 5 h 30 : "
                "cochez d'autres demi-journées, ou baissez les heures."
            )
            % facts
        )
    if min(lengths) < SHORTEST:
        return (
            _(
                "%(hours)s par semaine %(where)s sur %(n)d demi-journées font des demi-journées de moins de "
                "30 minutes : décochez-en, ou augmentez les heures."
            )
            % facts
        )
    mornings = [shared[day, Half.MORNING] for day in rhythm.mornings & rhythm.afternoons]
    if mornings and overlap_fault(rhythm.morning_at, max(mornings), rhythm.afternoon_at):
        return (
            _(
                "%(hours)s par semaine %(where)s font des matins qui finissent après le début de l'après-midi : "
                "baissez les heures, ou faites commencer l'après-midi plus tard."
            )
            % facts
        )
    return ""


def time_faults(
    half: str, at: time, minutes: int, at_name: str = "starts_at", minutes_name: str = "minutes"
) -> dict[str, str]:
    """When a half-day may begin and how long it may last, a sentence per field."""
    faults = {}
    if (half == Half.MORNING) != (at < time(12)):
        faults[at_name] = _("Un matin commence avant midi, un après-midi à partir de midi.")
    if not SHORTEST <= minutes <= LONGEST:
        faults[minutes_name] = _("Une demi-journée dure de 30 minutes à 5 h 30.")
    elif minutes_since_midnight(at) + minutes >= DAY:
        faults[minutes_name] = _("Cette demi-journée finirait le lendemain : vérifiez l'heure de début et la durée.")
    return faults
