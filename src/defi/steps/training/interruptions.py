"""A period in company that falls within an interruption of the path: to be moved, cancelled or ended by the provider.

Source: process.md, step 6 (suspension and return; periods in company agreed: none is forgotten)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery

from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import Placement, Suspension

if TYPE_CHECKING:
    from django.db.models import QuerySet


def overlaps(starts_on: date, ends_on: date, *, away_from: date, back_on: date | None, today: date) -> bool:
    """Whether a period from `starts_on` to `ends_on` falls within an interruption. Pure.

    A return that is past, not known or not noted is awaited still: until then the person may be away on any day."""
    if ends_on < away_from:
        return False
    return back_on is None or back_on <= today or starts_on < back_on


def living(candidacies: Iterable[int]) -> dict[int, Suspension]:
    """The interruption under way of each of these people (candidacy ids). One query, guarded by who calls it."""
    rows = Suspension._base_manager.filter(candidacy__in=list(candidacies), ended_on=None)
    return {row.candidacy_id: row for row in rows}


def with_interruption(people: QuerySet[Candidacy]) -> QuerySet[Candidacy]:
    """These people, each with first day (`away_from`) and return (`away_until`) of the interruption under way."""
    rows = Suspension._base_manager.filter(candidacy=OuterRef("pk"), ended_on=None)
    return people.annotate(
        away_from=Subquery(rows.values("from_on")[:1]), away_until=Subquery(rows.values("expected_on")[:1])
    )


def read_with(people: Iterable[Candidacy]) -> dict[int, Suspension]:
    """What `with_interruption` read, as `living` gives it: no query, nothing to save."""
    return {
        person.pk: Suspension(candidacy_id=person.pk, from_on=from_on, expected_on=getattr(person, "away_until", None))
        for person in people
        if (from_on := getattr(person, "away_from", None))
    }


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
