"""A period in company that falls within an interruption of the path: to be moved, cancelled or ended by the provider.

Source: process.md, step 6 (suspension and return; periods in company agreed: none is forgotten)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from defi.steps.training.models import Placement, Suspension


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
