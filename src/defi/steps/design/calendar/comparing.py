"""Two states of a calendar compared day by day, in words: which days changed, and into what. Pure.

Source: issue of the plan designed in turns (versions compared side by side in words)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.utils.translation import gettext as _

from defi.steps.design.calendar.durations import duration_words, ends_at, hour_words
from defi.steps.design.calendar.rules import LETTERS, Half, HalfDay, Place
from defi.steps.design.calendar.wording import stretch_words

MOST_RUNS = 8
"""Past this many stretches of days, they are named together rather than one by one."""
WEEK_END = timedelta(days=3)
_HALVES = {"m": Half.MORNING, "a": Half.AFTERNOON}
_SIGNS = {half: sign for sign, half in _HALVES.items()}
_PLACES = {place: letter for letter, place in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class GroupDays:
    """The half-days of a group (id) as an edition keeps them: « 2025-11-03 mc0900-210 ac1330-210 » for each day.

    `employers` (ids) are those tied to it, `words` what the words of the calendar say of it."""

    pk: int
    name: str
    days: tuple[str, ...] = ()
    employers: tuple[int, ...] = ()
    # They follow from the rest: editions kept before there were any are no other editions.
    words: str = field(default="", compare=False)


def group_days(
    pk: int, name: str, half_days: Iterable[HalfDay], employers: Iterable[int] = (), words: str = ""
) -> GroupDays:
    """The half-days of a group, in the order of time, as an edition keeps them."""
    days: dict[date, list[str]] = {}
    for half in half_days:
        sign = f"{_SIGNS[Half(half.half)]}{_PLACES[half.place]}{half.starts_at:%H%M}-{half.minutes}"
        days.setdefault(half.on, []).append(sign)
    return GroupDays(pk, name, tuple(f"{on} {' '.join(signs)}" for on, signs in days.items()), tuple(employers), words)


Row = tuple[str, str, str]
"""What changed, what it was, what it is: words, empty for nothing."""


def changed_days(before: Sequence[GroupDays], after: Sequence[GroupDays]) -> list[Row]:
    """The days that are no longer what they were, group by group; a group is named only when there are several."""
    was, now = {group.pk: group for group in before}, {group.pk: group for group in after}
    several = max(len(was), len(now)) > 1
    rows: list[Row] = []
    for pk in dict.fromkeys([*was, *now]):
        old, new = was.get(pk), now.get(pk)
        one = new or old
        assert one is not None
        head = _("Calendrier, %(group)s") % {"group": one.name} if several else _("Calendrier")
        if old is None or new is None:
            rows.append((head, _span(old), _span(new) if new else _("groupe retiré")))
            continue
        if old.name != new.name:
            rows.append((_("Groupe du calendrier"), old.name, new.name))
        rows += [(f"{head}, {what}", then, present) for what, then, present in _of_group(old, new)]
    return rows


def changed_ties(before: Sequence[GroupDays], after: Sequence[GroupDays], names: Mapping[int, str]) -> list[Row]:
    """The groups that other employers (ids, `names` says them) follow than before."""
    was, now = {group.pk: group for group in before}, {group.pk: group for group in after}
    rows: list[Row] = []
    for pk in dict.fromkeys([*was, *now]):
        then, present = (
            ", ".join(names.get(firm, "") for firm in group.employers) if group else ""
            for group in (was.get(pk), now.get(pk))
        )
        if then != present:
            what = _("Calendrier, %(group)s, suivi par") % {"group": (now.get(pk) or was[pk]).name}
            rows.append((what, then, present))
    return rows


@dataclass(frozen=True, slots=True)
class _Run:
    """Days that follow each other and changed alike."""

    first: date
    last: date
    was: str
    now: str

    @property
    def words(self) -> str:
        return stretch_words(self.first, self.last)


def _of_group(old: GroupDays, new: GroupDays) -> list[Row]:
    runs = _runs(_read(old), _read(new))
    if len(runs) <= MOST_RUNS:
        return [(run.words, run.was, run.now) for run in runs]
    return [(_("jours qui changent : %(days)s") % {"days": _together(runs)}, _span(old), _span(new))]


def _together(runs: Sequence[_Run]) -> str:
    """The days of all the runs, whatever they became."""
    joined = [runs[0]]
    for run in runs[1:]:
        last = joined[-1]
        if run.first - last.last <= WEEK_END:
            joined[-1] = _Run(last.first, run.last, "", "")
        else:
            joined.append(run)
    return ", ".join(run.words for run in joined)


def _runs(was: Mapping[date, str], now: Mapping[date, str]) -> list[_Run]:
    runs: list[_Run] = []
    alike = date.min
    for day in sorted({*was, *now}):
        then, present = was.get(day, ""), now.get(day, "")
        if then == present:
            alike = day
            continue
        words = (_words(then), _words(present)) if _words(then) != _words(present) else (_exact(then), _exact(present))
        last = runs[-1] if runs else None
        if last and (last.was, last.now) == words and alike < last.last and day - last.last <= WEEK_END:
            runs[-1] = _Run(last.first, day, *words)
        else:
            runs.append(_Run(day, day, *words))
    return runs


def _read(group: GroupDays) -> dict[date, str]:
    return {date.fromisoformat(day[:10]): day[11:] for day in group.days}


def _halves(signs: str) -> list[HalfDay]:
    """The half-days of a day, whichever it is."""
    found = []
    for sign in signs.split():
        at, _dash, minutes = sign[2:].partition("-")
        starts_at = time(int(at[:2]), int(at[2:]))
        found.append(HalfDay(date.min, starts_at, _HALVES[sign[0]].value, int(minutes), LETTERS[sign[1]]))
    return found


def _words(signs: str) -> str:
    """« en centre (7 h) », « matin en centre (3 h 30), après-midi en entreprise (3 h 30) », « pas de formation »."""
    halves = _halves(signs)
    if not halves:
        return _("pas de formation")
    if len(halves) > 1 and len({half.place for half in halves}) == 1:
        return f"{halves[0].place.label} ({duration_words(sum(half.minutes for half in halves))})"
    return ", ".join(f"{Half(h.half).label} {h.place.label} ({duration_words(h.minutes)})" for h in halves)


def _exact(signs: str) -> str:
    """The same with the hours of the day."""
    said = []
    for half in _halves(signs):
        hours = f"{hour_words(half.starts_at)} – {hour_words(ends_at(half.starts_at, half.minutes))}"
        said.append(f"{Half(half.half).label} {half.place.label}, {hours}")
    return ", ".join(said)


def _span(group: GroupDays | None) -> str:
    """« du 3 novembre 2025 au 3 avril 2026, 420 h en centre, 140 h en entreprise »."""
    if group is None or not group.days:
        return ""
    days = _read(group)
    halves = [half for signs in days.values() for half in _halves(signs)]
    hours = [
        f"{duration_words(sum(half.minutes for half in halves if half.place is place))} {place.label}"
        for place in Place
    ]
    return ", ".join([_Run(min(days), max(days), "", "").words, *hours])
