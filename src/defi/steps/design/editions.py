"""The editions of the plan, and what changed from one to another, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from defi.steps.design.changing import content_of, names_in
from defi.steps.design.content import Content, Difference, differences, from_json
from defi.steps.design.models import Asked, Edition, TrainingPlan
from defi.steps.design.seeing import own_calendar, read_by


@dataclass(frozen=True, slots=True)
class Told:
    """A difference, and on whose demand it was made."""

    difference: Difference
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an edition to another; `later` is None for the plan as it stands now."""

    earlier: Edition
    later: Edition | None
    told: tuple[Told, ...]


def listed(plan: TrainingPlan) -> list[Edition]:
    """The editions, the latest first, without their content."""
    return list(Edition._base_manager.filter(plan=plan).defer("content").order_by("-number"))


def compare(plan: TrainingPlan, earlier: int, later: int | None, employer: int | None = None) -> Comparison | None:
    """From an edition (its number) to another, or to the plan as it stands. None when there is no such edition.

    An `employer` (id) reads nothing of the groups of the calendar that it does not follow."""
    kept = {e.number: e for e in Edition._base_manager.filter(plan=plan, number__in=[earlier, later or 0])}
    first, last = kept.get(earlier), kept.get(later or 0)
    if first is None or (later is not None and last is None):
        return None
    before = from_json(first.content)
    after = from_json(last.content) if last else content_of(plan)
    own: list[Told] = []
    if employer is not None:
        own = [Told(difference) for difference in own_calendar(before, after, employer)]
        before, after = read_by(before, after, employer)
    return Comparison(first, last, (*own, *told(plan, before, after, earlier, later)))


def told(plan: TrainingPlan, before: Content, after: Content, earlier: int, later: int | None) -> Iterable[Told]:
    """The differences between two contents, each with who asked for it between the two editions.

    Who asked for something that was undone or changed again since is not named: the plan does not say it any more."""
    asks: dict[str, list[Asked]] = {}
    rows = Asked._base_manager.filter(plan=plan, after_edition__gte=earlier).select_related("organisation")
    for row in rows.filter(after_edition__lt=later) if later else rows:
        asks.setdefault(row.subject, []).append(row)
    for difference in differences(before, after, names_in(before, after)):
        names = {row.organisation.name for row in asks.get(difference.subject, ()) if _still_so(row, difference)}
        yield Told(difference, tuple(sorted(names)))


def _still_so(row: Asked, difference: Difference) -> bool:
    """Whether what is told is what was asked; a demand kept without marks stands for all its subject."""
    return not row.made or row.made.get(difference.fact) == difference.mark
