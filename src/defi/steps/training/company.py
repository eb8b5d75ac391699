"""The half-days of a period in company: which are expected, of how long, which may be signed now. Pure.

Source: process.md, step 6 (periods in company agreed, done); law.md 4.3 (the burden of proof, per half-day)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.clock import PARIS
from defi.kernel.refusals import Invalid
from defi.steps.training.half_days import holiday_name
from defi.steps.training.rules import Text, day_words

HALVES = ("morning", "afternoon")
NOON = time(12)
STEP = 5
"""Minutes: hours are whole, so that they are always shared out exactly."""
SIGNED_WITHIN = 7
"""Days: past them an inspector asks why (as for a sheet, `half_days.LOCKED_WITHIN`)."""

Half = tuple[date, str]

DAYS: dict[str, Text] = {
    "1": gettext_lazy("lundi"),
    "2": gettext_lazy("mardi"),
    "3": gettext_lazy("mercredi"),
    "4": gettext_lazy("jeudi"),
    "5": gettext_lazy("vendredi"),
    "6": gettext_lazy("samedi"),
    "7": gettext_lazy("dimanche"),
}

ANSWERS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "full": (gettext_lazy("présent toute la journée"), ("present", "present")),
    "morning": (gettext_lazy("présent le matin seulement"), ("present", "absent")),
    "afternoon": (gettext_lazy("présent l'après-midi seulement"), ("absent", "present")),
    "absent": (gettext_lazy("absent"), ("absent", "absent")),
}
"""One answer settles a day; what it says of the morning, then of the afternoon."""


@dataclass(frozen=True, slots=True)
class Due:
    """A half-day expected in the firm."""

    on: date
    half: str
    minutes: int

    @property
    def key(self) -> Half:
        return self.on, self.half


def week_words(weekdays: str) -> str:
    """`lundi, mardi, jeudi`."""
    return ", ".join(str(label) for day, label in DAYS.items() if day in weekdays)


def days_of(first: date, last: date, weekdays: str) -> list[date]:
    """The days worked in the firm from `first` to `last`: those days of the week, public holidays left out, unless the
    firm works on Sundays too: then it works on holidays."""
    all_days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    worked = [day for day in all_days if str(day.isoweekday()) in weekdays]
    return worked if "7" in weekdays else [day for day in worked if not holiday_name(day)]


FULL_DAY = 5 * 60
"""Minutes a day from which a period leaves no time for the centre that day."""


def away_days(first: date, last: date, weekdays: str, hours: int) -> frozenset[date]:
    """The days of a period that leave no time for the centre: those worked in the firm, when they are full ones."""
    days = days_of(first, last, weekdays)
    return frozenset(days) if hours * 60 >= FULL_DAY * len(days) else frozenset()


def in_both(centre: Collection[Half], firm: Collection[Half]) -> list[Half]:
    """The half-days said present in the centre and in the firm, the first of them first: nobody is in two places."""
    return sorted(set(centre) & set(firm), key=lambda half: (half[0], half[1] == "afternoon"))


def half_days(first: date, last: date, weekdays: str, hours: int) -> list[Due]:
    """The half-days of a period, its hours shared out equally, to five minutes; their sum is always the whole."""
    slots = [(day, half) for day in days_of(first, last, weekdays) for half in HALVES]
    if not slots:
        return []
    share, over = divmod(hours * 60 // STEP, len(slots))
    shared = [Due(day, half, STEP * (share + (n < over))) for n, (day, half) in enumerate(slots)]
    return [due for due in shared if due.minutes]


def is_begun(half: Half, now: datetime) -> bool:
    """Whether a half-day may be signed: its day has come, and noon for an afternoon."""
    on, part = half
    here = now.astimezone(PARIS)
    return on < here.date() or (on == here.date() and (part == "morning" or here.time() >= NOON))


def unsigned(due: Iterable[Due], kept: Collection[Half], now: datetime) -> list[Due]:
    """What waits for the tutor: half-days begun and not signed."""
    return [one for one in due if one.key not in kept and is_begun(one.key, now)]


@dataclass(frozen=True, slots=True)
class Day:
    """A day to sign, and the answers that may be given of it: one half-day left leaves two."""

    on: date
    halves: tuple[str, ...]

    @property
    def name(self) -> str:
        """Of its field: it says which half-days the page asked, so that an answer never covers another."""
        day = f"day_{self.on:%Y%m%d}"
        return day if len(self.halves) > 1 else f"{day}_{self.halves[0]}"

    @property
    def label(self) -> str:
        """`Jeudi 4 juin 2026`."""
        words = date_format(self.on, "l j F Y")
        return words[:1].upper() + words[1:]

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """Each answer with its words."""
        if len(self.halves) > 1:
            return [(key, label) for key, (label, _states) in ANSWERS.items()]
        part = _("matin") if self.halves[0] == "morning" else _("après-midi")
        return [("full", _("présent (%(part)s)") % {"part": part}), ("absent", _("absent (%(part)s)") % {"part": part})]

    def states(self, answer: str) -> dict[Half, str]:
        """What an answer says of each half-day that is left."""
        said = dict(zip(HALVES, ANSWERS[answer][1], strict=True))
        return {(self.on, half): said[half] for half in self.halves}


def as_shown(days: Sequence[Day], sent: Collection[str]) -> list[Day]:
    """These days as a page that is older asked them, by the names of the fields it sends: a half-day that began since
    is not among what it showed."""
    return [
        next((Day(day.on, (half,)) for half in day.halves if Day(day.on, (half,)).name in sent), day) for day in days
    ]


def halves_begun_since(days: Sequence[Day], signed: Collection[Half]) -> list[Half]:
    """Of the days of which something was just signed, the half-days that the page did not ask yet."""
    touched = {on for on, _half in signed}
    return [(day.on, half) for day in days if day.on in touched for half in day.halves if (day.on, half) not in signed]


def days_to_sign(waiting: Sequence[Due]) -> list[Day]:
    """The half-days that wait, day by day."""
    by_day: dict[date, list[str]] = {}
    for due in waiting:
        by_day.setdefault(due.on, []).append(due.half)
    return [Day(on, tuple(halves)) for on, halves in by_day.items()]


def check_weekdays(weekdays: str, first: date, last: date) -> None:
    """Raises `Invalid` when no day of the period falls on these days of the week."""
    if not weekdays or not set(weekdays) <= set(DAYS):
        raise Invalid.field("weekdays", _("Cochez au moins un jour de la semaine."))
    if first <= last and not days_of(first, last, weekdays):
        raise Invalid.field(
            "weekdays", _("Entre ces dates, aucun de ces jours n'est travaillé : changez les jours ou les dates.")
        )


def half_words(half: Half) -> str:
    """`le 4 juin 2026 au matin`."""
    on, part = half
    words = _("le %(day)s au matin") if part == "morning" else _("le %(day)s après-midi")
    return words % {"day": day_words(on)}
