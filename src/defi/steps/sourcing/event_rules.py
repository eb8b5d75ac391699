"""Pure rules of the meetings of a sourcing plan. Source: employers.md 2.1 (R03, R04), seed 001, step 3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.clock import PARIS

SHORTEST, LONGEST = 15, 600
"""Minutes a meeting lasts: below it is a phone call, above it is several days, each with its own line."""
MOST_PLACES = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """What is said of a meeting before people are asked to come. `minutes`: its length; `places` None: unknown;
    `books`: whether one books here rather than on a public service."""

    aim: str = ""
    place: str = ""
    at: time | None = None
    minutes: int | None = None
    led_by: str = ""
    follows: str = ""
    accompanied_by: str = ""
    places: int | None = None
    books: bool = True


def frame_gaps(frame: Frame) -> dict[str, str]:
    """What is missing, by field, before a meeting may be published (employers.md, R03: « objective, frame, what happens
    next, and who accompanies the persons »); empty when it may."""
    words = {
        "aim": _("le but de la rencontre"),
        "place": _("le lieu"),
        "at": _("l'heure"),
        "minutes": _("la durée"),
        "led_by": _("qui l'anime"),
        "follows": _("ce qui se passe ensuite"),
        "accompanied_by": _("qui accompagne les personnes"),
    }
    gaps = {name: said for name, said in words.items() if getattr(frame, name) in ("", None)}
    if frame.books and frame.places is None:
        gaps["places"] = _("le nombre de places")
    return gaps


def gaps_sentence(gaps: dict[str, str]) -> str:
    """« Il manque le lieu et l'heure. », or nothing."""
    words = list(gaps.values())
    if not words:
        return ""
    listed = (
        words[0]
        if len(words) == 1
        else _("%(first)s et %(last)s")
        % {
            "first": ", ".join(words[:-1]),
            "last": words[-1],
        }
    )
    return _("Avant de publier, il manque : %(listed)s.") % {"listed": listed}


def frame_faults(frame: Frame) -> dict[str, str]:
    """What is absurd in what was typed, by field; what is not yet known is no fault."""
    faults: dict[str, str] = {}
    if frame.minutes is not None and not SHORTEST <= frame.minutes <= LONGEST:
        faults["minutes"] = _("Indiquez une durée de %(short)d minutes à %(long)d heures.") % {
            "short": SHORTEST,
            "long": LONGEST // 60,
        }
    if frame.places is not None and not 1 <= frame.places <= MOST_PLACES:
        faults["places"] = _("Indiquez de 1 à %(n)d places.") % {"n": MOST_PLACES}
    return faults


def places_left(places: int | None, booked: int) -> int | None:
    """Places still free, never below zero; None when the meeting does not count them."""
    return None if places is None else max(0, places - booked)


def crowd_fault(left: int | None, wanted: int) -> str:
    """The sentence when more people are booked at once than places are left, or nothing: nobody but a person says who
    of them comes and who waits. Full, they all wait (principle « people choose people »)."""
    if not left or wanted <= left:
        return ""
    return ngettext(
        "Il reste %(n)d place pour %(wanted)d personnes : choisissez qui vient, puis inscrivez les autres, qui "
        "attendront.",
        "Il reste %(n)d places pour %(wanted)d personnes : choisissez qui vient, puis inscrivez les autres, qui "
        "attendront.",
        left,
    ) % {"n": left, "wanted": wanted}


def fewer_places_fault(places: int | None, booked: int) -> str:
    """The sentence when places are taken away from people who hold one, or nothing."""
    if places is None or places >= booked:
        return ""
    return ngettext(
        "%(n)d personne est déjà inscrite : annulez d'abord son inscription.",
        "%(n)d personnes sont déjà inscrites : gardez au moins autant de places, ou annulez d'abord des inscriptions.",
        booked,
    ) % {"n": booked}


def starts_at(on: date, at: time | None) -> datetime:
    """The instant a meeting begins, at the hour of Paris; without hour, that of the day's beginning."""
    return datetime.combine(on, at or time(0), tzinfo=PARIS)


def has_begun(on: date, at: time | None, now: datetime) -> bool:
    """Whether it is too late to ask for a place: from its hour, or once its day is over when the hour is not known."""
    return now >= (starts_at(on, at) if at else starts_at(on + timedelta(days=1), None))


def reminder_due(event_on: date, asked_on: date, reminded_for: date | None, today: date, days: int) -> bool:
    """Whether somebody booked is reminded today: from `days` before until the eve, once per date of the meeting, unless
    they booked since. A reminder missed while the worker slept leaves the next morning."""
    first = event_on - timedelta(days=days)
    return first <= today < event_on and asked_on < first and reminded_for != event_on
