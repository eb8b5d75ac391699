"""The half-days of a group laid again from a day on, what comes before it left as it is: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from defi.steps.design.calendar.checks import Placed, faults_of_end
from defi.steps.design.calendar.durations import day_words, duration_words
from defi.steps.design.calendar.rules import HalfDay, Layout, Place, Rhythm, Slot, lay_out, open_days


@dataclass(frozen=True, slots=True)
class GroupLaid:
    """The half-days of a group as they stand; `by_hand` and `removed` are those that laying out does not touch."""

    name: str
    offset: int = 0
    half_days: tuple[HalfDay, ...] = ()
    by_hand: frozenset[Slot] = frozenset()
    removed: frozenset[Slot] = frozenset()
    pk: int = 0

    def minutes(self, place: Place, *, before: date | None = None) -> int:
        """Minutes spent there, all of them or those of the days before."""
        return sum(h.minutes for h in self.half_days if h.place is place and (before is None or h.on < before))


def laid_again(
    group: GroupLaid, was: Rhythm, now: Rhythm, wanted: tuple[int, int], starts_on: date, from_on: date
) -> Layout:
    """The half-days of the group when those from `from_on` on are laid by `now`: `wanted` whole hours in centre and in
    company in all. Days before, and half-days set by hand, stay. The cycle goes on where it was unless it changes."""
    if faults := done_faults(group, wanted, from_on):
        return Layout(faults=tuple(faults))
    kept = [half for half in group.half_days if half.on < from_on or half.slot in group.by_hand]
    offset = group.offset % len(now.cycle)
    if now.cycle == was.cycle:
        offset += weeks_gone(was, starts_on, from_on)
    return lay_out(now, from_on, *wanted, offset=offset, kept=kept, removed=group.removed)


def weeks_gone(rhythm: Rhythm, starts_on: date, until: date) -> int:
    """How many weeks of the cycle are over on `until`: those whose days of training all come before it."""
    monday = starts_on - timedelta(days=starts_on.weekday())
    over = 0
    while monday <= until:
        days = open_days(rhythm, monday, starts_on)
        over += bool(days) and days[-1] < until
        monday += timedelta(days=7)
    return over


def done_faults(group: GroupLaid, wanted: tuple[int, int], from_on: date) -> list[str]:
    """Hours that the plan would no longer count and that the calendar has before the day of effect."""
    faults = []
    for place, hours in zip((Place.CENTRE, Place.COMPANY), wanted, strict=True):
        done = group.minutes(place, before=from_on)
        if done > hours * 60:
            faults.append(
                _(
                    "Le calendrier fait déjà %(done)s %(where)s avant le %(day)s, le plan n'en compterait "
                    "plus que %(n)s."
                )
                % {
                    "done": duration_words(done),
                    "where": place.label,
                    "day": day_words(from_on),
                    "n": duration_words(hours * 60),
                }
            )
    return faults


def gap_sentences(group: GroupLaid, wanted: tuple[int, int], from_on: date) -> list[str]:
    """« 7 h de trop en centre à partir du 12 janvier 2026 », « 7 h à ajouter… »: what the calendar left as it is would
    lack or have too much, each of its places."""
    said = []
    for place, hours in zip((Place.CENTRE, Place.COMPANY), wanted, strict=True):
        gap = group.minutes(place) - hours * 60
        if not gap:
            continue
        words = {"gap": duration_words(abs(gap)), "where": place.label, "day": day_words(from_on)}
        said.append(
            _("Au calendrier, %(gap)s de trop %(where)s à partir du %(day)s.") % words
            if gap > 0
            else _("Au calendrier, %(gap)s à ajouter %(where)s à partir du %(day)s.") % words
        )
    return said


def again_sentences(half_days: Sequence[HalfDay], from_on: date, session: tuple[date, date]) -> list[str]:
    """From when the calendar is laid again, when it would end, and what would go past the end of the session."""
    words = {"day": day_words(from_on), "end": day_words(half_days[-1].on) if half_days else day_words(from_on)}
    said = [_("Le calendrier est posé de nouveau à partir du %(day)s ; il finirait le %(end)s.") % words]
    placed = [Placed(half.on, half.half, half.minutes, half.place) for half in half_days]
    return said + faults_of_end(placed, session)


def prefixed(group: GroupLaid, sentences: Iterable[str], *, several: bool) -> list[str]:
    """The sentences, the group named first when there are several."""
    return [f"{group.name} : {sentence}" if several else sentence for sentence in sentences]
