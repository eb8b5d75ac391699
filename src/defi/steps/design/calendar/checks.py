"""What does not add up in a calendar, as sentences with the number of hours: pure. Source: process.md, step 2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.steps.design.calendar.durations import day_words, duration_words
from defi.steps.design.calendar.rules import Closed, Place, closure, holiday


@dataclass(frozen=True, slots=True)
class Placed:
    """A stored half-day, as the checks look at it. `confirmed` is the provider's word that a day off is meant."""

    on: date
    half: str
    minutes: int
    place: Place
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The faults to mend and what is good to know, a sentence each."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def check(
    groups: Mapping[str, Sequence[Placed]],
    *,
    centre: int,
    company: int,
    closed: Sequence[Closed],
    session: tuple[date, date] | None,
) -> Checked:
    """The half-days of each group against the hours of the plan, the days off and the dates of the session.

    Sentences name the group only when there are several."""
    found = Checked()
    for name, half_days in groups.items():
        faults = [
            *gap_faults(half_days, centre, company),
            *_day_faults(half_days, closed),
            *(_session_faults(half_days, session) if session else []),
        ]
        prefix = _("%(group)s : ") % {"group": name} if len(groups) > 1 else ""
        found.faults.extend(prefix + sentence for sentence in faults)
        if session and half_days and not faults_of_end(half_days, session):
            found.remarks.append(prefix + end_words(max(half.on for half in half_days), session[1]))
    return found


def gap_faults(half_days: Iterable[Placed], centre: int, company: int) -> list[str]:
    """« Le calendrier fait 413 h en centre, le plan 420 h : il manque 7 h. »"""
    done = dict.fromkeys(Place, 0)
    for half in half_days:
        done[half.place] += half.minutes
    faults = []
    for place, hours in ((Place.CENTRE, centre), (Place.COMPANY, company)):
        gap = done[place] - hours * 60
        if not gap:
            continue
        words = {
            "done": duration_words(done[place]),
            "where": place.label,
            "hours": duration_words(hours * 60),
            "gap": duration_words(abs(gap)),
        }
        faults.append(
            _("Le calendrier fait %(done)s %(where)s, le plan %(hours)s : il y a %(gap)s de trop.") % words
            if gap > 0
            else _("Le calendrier fait %(done)s %(where)s, le plan %(hours)s : il manque %(gap)s.") % words
        )
    return faults


def _day_faults(half_days: Iterable[Placed], closed: Sequence[Closed]) -> list[str]:
    """Days off that nobody confirmed, one sentence per day or period off."""
    hours: dict[str, int] = {}
    for half in half_days:
        if not half.confirmed and (name := day_off(half.on, closed)):
            hours[name] = hours.get(name, 0) + half.minutes
    return [
        _("%(hours)s tombent un jour sans formation (%(name)s) : reposez le calendrier, ou déplacez ces demi-journées.")
        % {"hours": duration_words(minutes), "name": name}
        for name, minutes in hours.items()
    ]


def day_off(day: date, closed: Iterable[Closed]) -> str:
    """Why there is no training that day: the holiday with its date, the closed period, else nothing."""
    if name := holiday(day):
        return f"{name}, {day_words(day)}"
    if period := closure(day, closed):
        return period.label or _("fermeture")
    return ""


def _session_faults(half_days: Sequence[Placed], session: tuple[date, date]) -> list[str]:
    first = session[0]
    faults = []
    if early := sum(half.minutes for half in half_days if half.on < first):
        faults.append(
            _("%(hours)s sont placées avant le début de la session (%(first)s) : reposez le calendrier.")
            % {"hours": duration_words(early), "first": day_words(first)}
        )
    return faults + faults_of_end(half_days, session)


def faults_of_end(half_days: Sequence[Placed], session: tuple[date, date]) -> list[str]:
    """The calendar may end before the session, not after."""
    late = sum(half.minutes for half in half_days if half.on > session[1])
    if not late:
        return []
    end = max(half.on for half in half_days)
    return [
        _(
            "Le calendrier finit le %(end)s, après la fin de la session (%(last)s) : %(hours)s dépassent. Resserrez le "
            "rythme, ou changez les dates de la session."
        )
        % {"end": day_words(end), "last": day_words(session[1]), "hours": duration_words(late)}
    ]


def end_words(end: date, session_end: date) -> str:
    """How the end that results stands to the end of the session."""
    days = (session_end - end).days
    words = {"end": day_words(end), "last": day_words(session_end), "days": days}
    if end == session_end:
        return _("Le calendrier finit le même jour que la session, le %(end)s.") % words
    said = ngettext(
        "Le calendrier finit le %(end)s ; la session finit le %(last)s (%(days)d jour plus tard).",
        "Le calendrier finit le %(end)s ; la session finit le %(last)s (%(days)d jours plus tard).",
        days,
    )
    return said % words
