"""When somebody is in training: until they leave, but for the interruptions of their path; the periods within those.

Source: process.md, step 6 (suspension and return; periods in company agreed: none is forgotten)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject

from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import Attendance, Placement, Suspension

if TYPE_CHECKING:
    from django.db.models import QuerySet

DAYS = ("from_on", "expected_on", "ended_on")


def overlaps(starts_on: date, ends_on: date, *, away_from: date, back_on: date | None, today: date) -> bool:
    """Whether a period from `starts_on` to `ends_on` falls within an interruption. Pure.

    A return that is past, not known or not noted is awaited still: until then the person may be away on any day."""
    if ends_on < away_from:
        return False
    return back_on is None or back_on <= today or starts_on < back_on


@dataclass(frozen=True, slots=True)
class Stay:
    """When somebody is in training. `left_on`: their last day, once it is known; `away`: each interruption of their
    path, under way or over. Nothing is asked of them, nor counted as missed, on a day that is not of it."""

    left_on: date | None = None
    away: Collection[Suspension] = ()

    @property
    def under_way(self) -> Suspension | None:
        """The interruption whose return is not noted."""
        return next((one for one in self.away if one.ended_on is None), None)

    def interrupted(self, day: date) -> Suspension | None:
        """The interruption that covers that day."""
        return next((one for one in self.away if one.holds(day)), None)

    def has(self, day: date) -> bool:
        """Whether that day is of their training."""
        return (self.left_on is None or day <= self.left_on) and self.interrupted(day) is None

    def counts(self, day: date, state: str) -> bool:
        """Whether a half-day in that state counts: what was signed present proves itself, whatever the day."""
        return state == "present" or self.has(day)


def all_of(candidacies: Iterable[int]) -> dict[int, list[Suspension]]:
    """The interruptions of each of these people (candidacy ids), over or not. One query, guarded by who calls it."""
    found: dict[int, list[Suspension]] = defaultdict(list)
    for row in Suspension._base_manager.filter(candidacy__in=set(candidacies)):
        found[row.candidacy_id].append(row)
    return found


def stays_of(people: Iterable[Candidacy]) -> dict[int, Stay]:
    """When each of these people is in training, by candidacy id. One query, guarded by who calls it."""
    known = {person.pk: person for person in people}
    away = all_of(known)
    return {pk: Stay(person.left_on, away.get(pk, ())) for pk, person in known.items()}


def stay_of(person: Candidacy) -> Stay:
    """The same of one person."""
    return stays_of([person])[person.pk]


def in_training(lines: QuerySet[Attendance]) -> QuerySet[Attendance]:
    """Of these lines, those of the days on which their person was in training: `Stay.has`, asked of the database."""
    day = OuterRef("sheet__on")
    away = Suspension._base_manager.filter(candidacy=OuterRef("candidacy"), from_on__lte=day)
    still_there = Q(candidacy__left_on=None) | Q(sheet__on__lte=F("candidacy__left_on"))
    return lines.filter(still_there).exclude(Exists(away.filter(Q(ended_on=None) | Q(ended_on__gt=day))))


def living(candidacies: Iterable[int]) -> dict[int, Suspension]:
    """The interruption under way of each of these people (candidacy ids). One query, guarded by who calls it."""
    rows = Suspension._base_manager.filter(candidacy__in=list(candidacies), ended_on=None)
    return {row.candidacy_id: row for row in rows}


def with_interruptions(people: QuerySet[Candidacy]) -> QuerySet[Candidacy]:
    """These people, each with the interruptions of their path, for `stays_read`."""
    rows = Suspension._base_manager.filter(candidacy=OuterRef("pk")).order_by("pk")
    days = JSONObject(**{name: F(name) for name in DAYS})
    return people.annotate(interruptions=ArraySubquery(rows.values(days=days)))


def stays_read(people: Iterable[Candidacy]) -> dict[int, Stay]:
    """What `with_interruptions` read, as `stays_of` gives it: no query, nothing to save."""
    return {person.pk: Stay(person.left_on, _read(person)) for person in people}


def _read(person: Candidacy) -> tuple[Suspension, ...]:
    kept: list[dict[str, str | None]] = getattr(person, "interruptions", [])
    return tuple(
        Suspension(
            candidacy_id=person.pk, **{name: date.fromisoformat(day) if day else None for name, day in days.items()}
        )
        for days in kept
    )


def over(placement: Placement, suspension: Suspension | None, today: date) -> Suspension | None:
    """The interruption within which this period falls; None when it does not, is over or cancelled."""
    if suspension is None or placement.state not in {"planned", "begun"}:
        return None
    here = overlaps(
        placement.starts_on,
        placement.ends_on,
        away_from=suspension.from_on,
        back_on=suspension.expected_on,
        today=today,
    )
    return suspension if here else None


def periods_within(suspension: Suspension, today: date) -> list[Placement]:
    """The periods of this person that fall within it."""
    rows = Placement._base_manager.filter(candidacy=suspension.candidacy_id, state__in=["planned", "begun"])
    found = rows.select_related("candidacy__person", "employer", "tutor", "operation__provider")
    return [row for row in found.order_by("starts_on", "pk") if over(row, suspension, today)]
