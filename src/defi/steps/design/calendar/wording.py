"""A rhythm in words, and the weeks of its cycle read back from words: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.steps.design.calendar.durations import day_words, duration_words, ends_at, hour_words, plain_hours
from defi.steps.design.calendar.rules import LETTERS, SHARED, Closed, Half, Place, Rhythm

_WEEKS = re.compile(
    r"(\d{1,2})?\s*(?:semaines?\s+)?(?:en\s+)?(centre|c|entreprise|e|partagées?|partagees?|p)\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,;.+/-]|puis|et|alternance")


def read_cycle(text: str) -> str:
    """`ccce` from « 3 centre, 1 entreprise », `p` from « partagée »; empty when it cannot be read."""
    if _BETWEEN.sub("", _WEEKS.sub("", text.lower())):
        return ""
    return "".join(int(number or 1) * word[0].lower() for number, word in _WEEKS.findall(text))


def cycle_text(cycle: str) -> str:
    """« 3 centre, 1 entreprise »: how the cycle is typed."""
    words = {"c": "centre", "e": "entreprise", SHARED: "partagée"}
    return ", ".join(f"{len(list(weeks))} {words[letter]}" for letter, weeks in groupby(cycle))


def week_words(letter: str) -> str:
    """« en centre », « en entreprise », « partagée »: what a week of the cycle is."""
    return _("partagée") if letter == SHARED else str(LETTERS[letter].label)


def cycle_words(cycle: str) -> str:
    """« 3 semaines en centre, puis 1 semaine en entreprise »; one place alone is said « toujours »."""
    if cycle and set(cycle) <= {SHARED}:
        return _("chaque semaine partagée entre le centre et l'entreprise")
    if len(set(cycle)) == 1:
        return _("toujours %(where)s") % {"where": week_words(cycle[0])}
    runs = [(letter, len(list(weeks))) for letter, weeks in groupby(cycle)]
    return _(", puis ").join(_weeks(letter, n) for letter, n in runs)


def _weeks(letter: str, n: int) -> str:
    if letter == SHARED:
        return ngettext("%(n)d semaine partagée", "%(n)d semaines partagées", n) % {"n": n}
    said = ngettext("%(n)d semaine %(where)s", "%(n)d semaines %(where)s", n)
    return said % {"n": n, "where": week_words(letter)}


def shared_words(rhythm: Rhythm) -> str:
    """« 2 jours en centre (les lundi et mardi), 3 jours en entreprise (du mercredi au vendredi) »: how the days of a
    shared week are spent; nothing without such a week."""
    if SHARED not in rhythm.cycle:
        return ""
    company = rhythm.worked & rhythm.company_days
    said = [
        ngettext("%(n)d jour %(where)s (%(days)s)", "%(n)d jours %(where)s (%(days)s)", len(days))
        % {"n": len(days), "where": place.label, "days": _list_of_days(days)}
        for place, days in ((Place.CENTRE, rhythm.worked - company), (Place.COMPANY, company))
        if days
    ]
    return ", ".join(said)


def weekly_words(rhythm: Rhythm) -> str:
    """« 35 h par semaine », or the hours of each place when they differ: those of a whole week spent there."""
    minutes = {rhythm.weekly_minutes(place) for place in Place if rhythm.goes_to(place)}
    if len(minutes) == 1:
        return _("%(hours)s par semaine") % {"hours": plain_hours(minutes.pop())}
    return _("%(centre)s par semaine en centre, %(company)s en entreprise") % {
        "centre": plain_hours(rhythm.weekly_minutes(Place.CENTRE)),
        "company": plain_hours(rhythm.weekly_minutes(Place.COMPANY)),
    }


def days_words(rhythm: Rhythm) -> str:
    """« du lundi au vendredi », with the half-days that are free."""
    both = rhythm.mornings & rhythm.afternoons
    said = [_list_of_days(both)] if both else []
    if only := rhythm.mornings - both:
        said.append(_("%(days)s matin") % {"days": _list_of_days(only)})
    if only := rhythm.afternoons - both:
        said.append(_("%(days)s après-midi") % {"days": _list_of_days(only)})
    return _(" et ").join(said)


def _list_of_days(days: Iterable[int]) -> str:
    ordered = sorted(days)
    names = [str(WEEKDAYS[day]).lower() for day in ordered]
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return _("du %(first)s au %(last)s") % {"first": names[0], "last": names[-1]}
    if len(names) == 1:
        return _("le %(day)s") % {"day": names[0]}
    return _("les %(days)s et %(last)s") % {"days": ", ".join(names[:-1]), "last": names[-1]}


def hours_words(rhythm: Rhythm) -> str:
    """« 9 h – 12 h 30 et 13 h 30 – 17 h »."""
    said = [
        f"{hour_words(at)} – {hour_words(ends_at(at, minutes))}"
        for at, minutes, days in (
            (rhythm.morning_at, rhythm.morning_minutes, rhythm.mornings),
            (rhythm.afternoon_at, rhythm.afternoon_minutes, rhythm.afternoons),
        )
        if days
    ]
    return _(" et ").join(said)


def stretch_words(first: date, last: date) -> str:
    """« le 3 novembre 2025 », « du 3 novembre 2025 au 7 novembre 2025 »."""
    if first == last:
        return _("le %(day)s") % {"day": day_words(first)}
    return _("du %(first)s au %(last)s") % {"first": day_words(first), "last": day_words(last)}


def closed_words(period: Closed) -> str:
    """« du 22 décembre 2025 au 2 janvier 2026 (Noël) »."""
    days = stretch_words(period.first, period.last)
    return f"{days} ({period.label})" if period.label else days


def rhythm_words(rhythm: Rhythm) -> str:
    """The whole rhythm in one sentence, for a page, a paper and the comparison of two editions."""
    said = [cycle_words(rhythm.cycle), shared_words(rhythm), weekly_words(rhythm), days_words(rhythm)]
    if rhythm.closed:
        said.append(_("fermé %(periods)s") % {"periods": ", ".join(map(closed_words, rhythm.closed))})
    return " ; ".join(filter(None, said))


def moved_on_words() -> str:
    """The sentence for a calendar whose half-days another rhythm laid."""
    return _("Le rythme a changé depuis que ce calendrier a été posé : reposez-le.")


def half_words(half: str) -> str:
    """« matin », « après-midi »."""
    return str(Half(half).label)


def place_hours(centre: int, company: int) -> str:
    """« 420 h en centre, 140 h en entreprise »: minutes in, words out."""
    return ", ".join(
        f"{duration_words(minutes)} {place.label}"
        for place, minutes in ((Place.CENTRE, centre), (Place.COMPANY, company))
    )


def own_words(own: Sequence[str], shown: int) -> str:
    """For an employer: which groups it is shown and why. `own` names those it is tied to; without any it is `shown` all
    there are."""
    if own:
        said = ngettext(
            "Vous lisez le calendrier du groupe fait pour vous : %(names)s.",
            "Vous lisez le calendrier des groupes faits pour vous : %(names)s.",
            len(own),
        )
        return said % {"names": ", ".join(own)}
    if shown < 2:
        return ""
    said = _(
        "Le calendrier a %(n)d groupes et l'organisme n'a pas encore dit lequel est celui de vos stagiaires : "
        "tous sont montrés."
    )
    return said % {"n": shown}
