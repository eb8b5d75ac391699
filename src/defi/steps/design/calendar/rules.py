"""From a rhythm to half-days: pure. Source: process.md, step 2 (hours in centre and in company, rhythm).

A rhythm is a cycle of weeks in centre, in company or shared between the two, hours a week, mornings and afternoons
worked, closed periods. The hours of the plan are laid out from the first day on until none is left. Minutes are whole,
and so are the hours of the plan; those of a week may have a half."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache

import holidays
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.steps.design.calendar.durations import duration_words

# Minutes of a half-day: the database holds the same bounds, and so does the attendance sheet it becomes.
SHORTEST, LONGEST = 30, 330
STEP = 5
# Past this many weeks a rhythm is taken to lead nowhere (decision: no training of the programme lasts three years).
MOST_WEEKS = 156
LONGEST_CYCLE = 52
DAY = 24 * 60


class Place(TextChoices):
    """Where a half-day is spent."""

    CENTRE = "centre", gettext_lazy("en centre")
    COMPANY = "company", gettext_lazy("en entreprise")


class Half(TextChoices):
    """The two halves of a day."""

    MORNING = "morning", gettext_lazy("matin")
    AFTERNOON = "afternoon", gettext_lazy("après-midi")


# A week of the cycle, as the letter that stands for it; a shared week has days in both.
LETTERS = {"c": Place.CENTRE, "e": Place.COMPANY}
SHARED = "p"
OTHER = {Place.CENTRE: Place.COMPANY, Place.COMPANY: Place.CENTRE}

Slot = tuple[date, str]
"""A half-day of the calendar: its day, morning or afternoon."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A period without training, both ends included."""

    first: date
    last: date
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How the weeks go. `cycle` has a letter per week (c in centre, e in company, p shared); weekly hours may have a
    half; days are numbers from Monday, 0; the usual lengths are minutes, and say how the hours of a week share out.

    In a shared week `company_days` are spent in company, the others in centre; a day lasts there what it lasts in a
    whole week of that place."""

    cycle: str
    hours_centre: int | Decimal
    hours_company: int | Decimal
    mornings: frozenset[int]
    afternoons: frozenset[int]
    morning_at: time = time(9)
    morning_minutes: int = 210
    afternoon_at: time = time(13, 30)
    afternoon_minutes: int = 210
    closed: tuple[Closed, ...] = ()
    company_days: frozenset[int] = frozenset()

    def weekly_minutes(self, place: Place) -> int:
        """Minutes of a whole week spent there."""
        return round((self.hours_centre if place is Place.CENTRE else self.hours_company) * 60)

    @property
    def worked(self) -> frozenset[int]:
        """The days of the week with training."""
        return self.mornings | self.afternoons

    def place(self, turn: int, day: int) -> Place:
        """Where a day of the week is spent, in the week of the cycle that this turn makes."""
        letter = self.cycle[turn % len(self.cycle)]
        if letter == SHARED:
            return Place.COMPANY if day in self.company_days else Place.CENTRE
        return LETTERS[letter]

    def goes_to(self, place: Place) -> bool:
        """Whether some day of the cycle is spent there."""
        return any(self.place(turn, day) is place for turn in range(len(self.cycle)) for day in self.worked)

    def starts_at(self, half: str) -> time:
        """When a half-day usually begins."""
        return self.morning_at if half == Half.MORNING else self.afternoon_at


@dataclass(frozen=True, slots=True, order=True)
class HalfDay:
    """A half-day of the calendar."""

    on: date
    starts_at: time
    half: str
    minutes: int
    place: Place

    @property
    def slot(self) -> Slot:
        return self.on, self.half


@dataclass(frozen=True, slots=True)
class Layout:
    """The half-days in their order, or the sentences that say why there are none."""

    half_days: tuple[HalfDay, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def ends_on(self) -> date | None:
        return self.half_days[-1].on if self.half_days else None


@cache
def public_holidays(year: int) -> Mapping[date, str]:
    """The public holidays of metropolitan France, with their French names."""
    return dict(holidays.country_holidays("FR", years=year, language="fr"))


def holiday(day: date) -> str:
    """The name of a public holiday, else nothing."""
    return public_holidays(day.year).get(day, "")


def closure(day: date, closed: Iterable[Closed]) -> Closed | None:
    """The closed period that holds this day."""
    return next((period for period in closed if period.first <= day <= period.last), None)


def week_minutes(rhythm: Rhythm, place: Place) -> dict[tuple[int, str], int]:
    """The minutes of each half-day of a whole week: the weekly hours shared out as the usual lengths are.

    Lengths are multiples of five minutes, and their sum is exactly the hours of the week."""
    worked = [
        (day, half, usual)
        for day in range(7)
        for half, days, usual in (
            (Half.MORNING, rhythm.mornings, rhythm.morning_minutes),
            (Half.AFTERNOON, rhythm.afternoons, rhythm.afternoon_minutes),
        )
        if day in days
    ]
    whole, wanted = sum(usual for _day, _half, usual in worked), rhythm.weekly_minutes(place)
    shared: dict[tuple[int, str], int] = {}
    before = done = 0
    for day, half, usual in worked:
        done += usual
        until = round(wanted * done / whole / STEP) * STEP
        shared[day, half] = until - before
        before = until
    return shared


def lay_out(
    rhythm: Rhythm,
    starts_on: date,
    centre: int,
    company: int,
    *,
    offset: int = 0,
    kept: Sequence[HalfDay] = (),
    removed: Iterable[Slot] = (),
) -> Layout:
    """The half-days that make exactly `centre` and `company` hours, from `starts_on` on, or the reason why not.

    `offset` is the week of the cycle the group begins with. `kept` half-days were set by hand: they count and stay;
    nothing is laid on `removed` slots. A week without a single open half-day is no week of the cycle. When the hours
    of one place are done, the days that follow go to the other: nobody is left at home while hours remain. The last
    half-day of each place is shortened, so that minutes are exact; none is shorter than half an hour."""
    left = {
        place: hours * 60 - sum(half.minutes for half in kept if half.place == place)
        for place, hours in ((Place.CENTRE, centre), (Place.COMPANY, company))
    }
    if faults := impossible(rhythm, left, {Place.CENTRE: centre, Place.COMPANY: company}):
        return Layout(faults=tuple(faults))
    laid = list(_laid(rhythm, starts_on, offset, left, {half.slot: half for half in kept}, set(removed)))
    if late := [_too_long(place, minutes) for place, minutes in left.items() if minutes >= SHORTEST]:
        return Layout(faults=tuple(late))
    return Layout(tuple(sorted([*kept, *laid])))


def _laid(
    rhythm: Rhythm,
    starts_on: date,
    offset: int,
    left: dict[Place, int],
    kept: Mapping[Slot, HalfDay],
    removed: set[Slot],
) -> Iterator[HalfDay]:
    """The half-days laid one after the other; what each takes is taken from `left`."""
    lengths = {place: week_minutes(rhythm, place) for place in Place}
    monday, turn = starts_on - timedelta(days=starts_on.weekday()), offset
    for _week in range(MOST_WEEKS):
        days = open_days(rhythm, monday, starts_on)
        monday += timedelta(days=7)
        if not days:
            continue
        for day in days:
            place = rhythm.place(turn, day.weekday())
            here = place if left[place] >= SHORTEST else OTHER[place]
            morning = kept.get((day, Half.MORNING.value))
            for half in Half:
                usual = lengths[here].get((day.weekday(), half), 0)
                if not usual or (day, half.value) in kept or (day, half.value) in removed or left[here] < SHORTEST:
                    continue
                minutes = _fitted(usual, left[here], _room(rhythm, day, half, morning, kept))
                if not minutes:
                    continue
                left[here] -= minutes
                laid = HalfDay(day, rhythm.starts_at(half), half.value, minutes, here)
                morning = laid if half is Half.MORNING else morning
                yield laid
        turn += 1
        if max(left.values()) < SHORTEST:
            return


def _room(rhythm: Rhythm, day: date, half: Half, morning: HalfDay | None, kept: Mapping[Slot, HalfDay]) -> int:
    """The minutes a half-day may last from its usual time on, so that it leaves the other half of its day alone."""
    start = minutes_since_midnight(rhythm.starts_at(half))
    if half is Half.AFTERNOON:
        return 0 if morning and _end(morning.starts_at, morning.minutes) > start else DAY - 1 - start
    after = kept.get((day, Half.AFTERNOON.value))
    if after:
        return minutes_since_midnight(after.starts_at) - start
    return (minutes_since_midnight(rhythm.afternoon_at) if day.weekday() in rhythm.afternoons else DAY - 1) - start


def _fitted(usual: int, left: int, room: int) -> int:
    """The last half-day is shortened; what would leave less than half an hour is made longer, or a little shorter.

    Nothing where there is no room for it: its hours come later."""
    if min(usual, left) > room:
        return 0
    if left <= usual:
        return left
    if left - usual >= SHORTEST:
        return usual
    if left <= min(LONGEST, room):
        return left
    return usual - SHORTEST if usual >= 2 * SHORTEST else 0


def minutes_since_midnight(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def _end(starts_at: time, minutes: int) -> int:
    return minutes_since_midnight(starts_at) + minutes


def overlap_fault(morning_at: time, minutes: int, afternoon_at: time) -> str:
    """The sentence when a morning is not over as its afternoon begins, else nothing: nobody is in two places."""
    late = _end(morning_at, minutes) - minutes_since_midnight(afternoon_at)
    if late <= 0:
        return ""
    return _(
        "Le matin finirait %(late)s après le début de l'après-midi : changez l'heure de début ou la durée de l'un des "
        "deux."
    ) % {"late": duration_words(late)}


def open_days(rhythm: Rhythm, monday: date, starts_on: date) -> list[date]:
    """The days of a week on which there is training: worked, neither holiday nor closed, not before the start."""
    return [
        day
        for day in (monday + timedelta(days=n) for n in sorted(rhythm.worked))
        if day >= starts_on and not holiday(day) and closure(day, rhythm.closed) is None
    ]


def impossible(rhythm: Rhythm, left: Mapping[Place, int], wanted: Mapping[Place, int]) -> list[str]:
    """What this rhythm can never reach, a sentence each with the number of hours."""
    if not any(wanted.values()):
        return [_("Le plan n'a encore aucune heure : donnez d'abord ses heures à chaque module.")]
    faults = []
    for place, minutes in left.items():
        where = {"hours": wanted[place], "where": Place(place).label}
        if minutes < 0:
            faults.append(
                _(
                    "Les demi-journées changées à la main font %(extra)s de plus %(where)s que les %(hours)d h du "
                    "plan : raccourcissez-en, ou remplacez-les."
                )
                % (where | {"extra": duration_words(-minutes)})
            )
        elif minutes >= SHORTEST and not rhythm.goes_to(Place(place)):
            faults.append(
                _(
                    "Le plan compte %(hours)d h %(where)s et le rythme n'a aucune semaine %(where)s : ajoutez-en au "
                    "rythme, ou changez les heures des modules."
                )
                % where
            )
        elif minutes >= SHORTEST and not rhythm.weekly_minutes(Place(place)):
            faults.append(
                _("Le plan compte %(hours)d h %(where)s et le rythme 0 h par semaine %(where)s : changez l'un.") % where
            )
    return faults


def _too_long(place: Place, minutes: int) -> str:
    return _(
        "À ce rythme, il resterait %(left)s à faire %(where)s après trois ans : donnez plus d'heures par semaine, ou "
        "moins de fermetures."
    ) % {"left": duration_words(minutes), "where": place.label}
