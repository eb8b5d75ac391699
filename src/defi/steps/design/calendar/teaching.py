"""What the half-days in centre are used for: which module, whose hours do not add up: pure.

Source: feature 55 (trainers, rooms); process.md, step 2 (hours checked against the plan).

This use is no part of what is approved (decision 0011: an approval is of what is seen). A party approves the rhythm,
the dates, the hours of the modules and when its trainees are in company; which of the half-days in centre is about
hygiene, who teaches it and in which room is how the provider keeps its word. So modules, trainers and rooms move as
long as the operation runs, whoever holds the plan, and no approval falls with them: they enter neither
`content.Content` nor `describing.calendar_words`. A half-day that goes from the centre to the company is another
calendar: approvals fall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.steps.design.calendar.durations import duration_words


@dataclass(frozen=True, slots=True)
class Wanted:
    """A module of the plan and its minutes in centre, those at a distance included."""

    pk: int
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Given:
    """A half-day in centre and the module (id) it is about, if any. Minutes are whole."""

    on: date
    minutes: int
    module: int | None = None


@dataclass(frozen=True, slots=True)
class ModuleHours:
    """A module: minutes of the plan, minutes its half-days give it, from when to when."""

    module: Wanted
    given: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def gap(self) -> int:
        """Minutes too many; below zero, missing."""
        return self.given - self.module.minutes

    @property
    def given_words(self) -> str:
        return duration_words(self.given)

    @property
    def wanted_words(self) -> str:
        return duration_words(self.module.minutes)


def spread(lengths: Sequence[int], wanted: Iterable[tuple[int, int]]) -> list[int | None]:
    """The modules (id, minutes) laid in order over half-days (their minutes): a module for each, none once all is laid.

    A half-day goes to the module that holds its middle: a module gets its hours to less than a half-day."""
    ends: list[tuple[int, int]] = []
    total = 0
    for module, minutes in wanted:
        total += max(0, minutes)
        ends.append((total, module))
    laid: list[int | None] = []
    done, position = 0, 0
    for length in lengths:
        middle = done + length / 2
        while position < len(ends) and ends[position][0] <= middle:
            position += 1
        laid.append(ends[position][1] if position < len(ends) else None)
        done += length
    return laid


def hours_given(modules: Iterable[Wanted], half_days: Iterable[Given]) -> list[ModuleHours]:
    """Each module with hours in centre, in the order of the plan, and what its half-days give it."""
    days: dict[int, list[Given]] = {}
    for half in half_days:
        if half.module is not None:
            days.setdefault(half.module, []).append(half)
    found = []
    for module in modules:
        its = days.get(module.pk, [])
        if module.minutes or its:
            on = [half.on for half in its]
            minutes = sum(half.minutes for half in its)
            found.append(ModuleHours(module, minutes, min(on, default=None), max(on, default=None)))
    return found


def gap_sentences(lines: Sequence[ModuleHours]) -> list[str]:
    """« Hygiène : 10 h 30 au calendrier, 14 h au plan : il manque 3 h 30. » Nothing before any module is laid."""
    if not any(line.given for line in lines):
        return []
    return [_gap(line) for line in lines if line.gap]


def _gap(line: ModuleHours) -> str:
    words: Mapping[str, str] = {
        "title": line.module.title,
        "given": line.given_words,
        "wanted": line.wanted_words,
        "gap": duration_words(abs(line.gap)),
    }
    if line.gap > 0:
        return _("« %(title)s » : %(given)s au calendrier, %(wanted)s au plan : il y a %(gap)s de trop.") % words
    return _("« %(title)s » : %(given)s au calendrier, %(wanted)s au plan : il manque %(gap)s.") % words
