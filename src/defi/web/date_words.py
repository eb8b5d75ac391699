"""Dates as people say them: "dans 6 jours", "hier", "8 jours de retard". Pure: today is always given."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from defi.kernel.clock import PARIS

MONTHS = (
    gettext_lazy("janv."),
    gettext_lazy("févr."),
    gettext_lazy("mars"),
    gettext_lazy("avr."),
    gettext_lazy("mai"),
    gettext_lazy("juin"),
    gettext_lazy("juil."),
    gettext_lazy("août"),
    gettext_lazy("sept."),
    gettext_lazy("oct."),
    gettext_lazy("nov."),
    gettext_lazy("déc."),
)
WEEKDAYS = (
    gettext_lazy("lundi"),
    gettext_lazy("mardi"),
    gettext_lazy("mercredi"),
    gettext_lazy("jeudi"),
    gettext_lazy("vendredi"),
    gettext_lazy("samedi"),
    gettext_lazy("dimanche"),
)
# Past these, a number of days says nothing to anybody.
DAYS_COUNTED = 45
DAYS_A_MONTH = 30.44


def day_of(value: date | datetime) -> date:
    """The day in Paris of a date or of an aware instant."""
    return value.astimezone(PARIS).date() if isinstance(value, datetime) else value


def _number(day: date) -> str:
    return _("1er") if day.day == 1 else str(day.day)


def long_date(day: date) -> str:
    """`3 nov. 2025`, `1er sept. 2025`."""
    return _("%(day)s %(month)s %(year)s") % {
        "day": _number(day),
        "month": MONTHS[day.month - 1],
        "year": day.year,
    }


def short_date(day: date, today: date) -> str:
    """`14 mai`; `14 mai 2027` when that is not this year."""
    if day.year != today.year:
        return long_date(day)
    return _("%(day)s %(month)s") % {"day": _number(day), "month": MONTHS[day.month - 1]}


def weekday_date(day: date, today: date) -> str:
    """`mardi 4 nov.`, for a meeting."""
    return f"{WEEKDAYS[day.weekday()]} {short_date(day, today)}"


def clock_words(moment: datetime | time) -> str:
    """`16 h 12`, `9 h`, at the clock of Paris; an hour of the day is already of Paris."""
    local = moment.astimezone(PARIS) if isinstance(moment, datetime) else moment
    if local.minute == 0:
        return _("%(hour)s h") % {"hour": local.hour}
    return _("%(hour)s h %(minute)02d") % {"hour": local.hour, "minute": local.minute}


def relative_words(day: date, today: date) -> str:
    """`aujourd'hui`, `demain`, `dans 6 jours`, `hier`, `il y a 4 jours`, then weeks rounded into months."""
    days = (day - today).days
    near = {0: _("aujourd'hui"), 1: _("demain"), -1: _("hier")}
    if days in near:
        return near[days]
    count, months = abs(days), round(abs(days) / DAYS_A_MONTH)
    if count <= DAYS_COUNTED:
        if days > 0:
            return ngettext("dans %(count)d jour", "dans %(count)d jours", count) % {"count": count}
        return ngettext("il y a %(count)d jour", "il y a %(count)d jours", count) % {"count": count}
    if months < 24:
        if days > 0:
            return _("dans %(count)d mois") % {"count": months}
        return _("il y a %(count)d mois") % {"count": months}
    years = round(count / 365.25)
    if days > 0:
        return ngettext("dans %(count)d an", "dans %(count)d ans", years) % {"count": years}
    return ngettext("il y a %(count)d an", "il y a %(count)d ans", years) % {"count": years}


def late_words(due: date, today: date) -> str:
    """`8 jours de retard`; empty while the date is not past."""
    days = (today - due).days
    if days <= 0:
        return ""
    return ngettext("%(count)d jour de retard", "%(count)d jours de retard", days) % {"count": days}


def since_words(day: date, today: date) -> str:
    """`depuis 4 jours`, `depuis hier`, `depuis aujourd'hui`: how long someone has been waiting."""
    days = (today - day).days
    if days <= 0:
        return _("depuis aujourd'hui")
    if days == 1:
        return _("depuis hier")
    if days <= DAYS_COUNTED:
        return ngettext("depuis %(count)d jour", "depuis %(count)d jours", days) % {"count": days}
    return _("depuis le %(date)s") % {"date": short_date(day, today)}


def moment_words(moment: datetime, today: date) -> str:
    """`aujourd'hui, 9 h 05`, `hier, 16 h 12`, then `20 oct., 9 h`."""
    day = day_of(moment)
    said = relative_words(day, today) if -1 <= (day - today).days <= 1 else short_date(day, today)
    return f"{said}, {clock_words(moment)}"


def span_words(start: date, end: date) -> str:
    """`3 nov. 2025 → 10 avr. 2026`: the dates of a session."""
    return f"{long_date(start)} → {long_date(end)}"
