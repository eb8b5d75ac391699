"""The editions of the plan, and what changed from one to another, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from defi.people.models import Organisation
from defi.steps.design.changing import content_of
from defi.steps.design.content import Content, Difference, differences, from_json
from defi.steps.design.models import Asked, Edition, TrainingPlan


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


def compare(plan: TrainingPlan, earlier: int, later: int | None) -> Comparison | None:
    """From an edition (its number) to another, or to the plan as it stands. None when there is no such edition."""
    kept = {e.number: e for e in Edition._base_manager.filter(plan=plan, number__in=[earlier, later or 0])}
    first, last = kept.get(earlier), kept.get(later or 0)
    if first is None or (later is not None and last is None):
        return None
    before = from_json(first.content)
    after = from_json(last.content) if last else content_of(plan)
    return Comparison(first, last, tuple(told(plan, before, after, earlier, later)))


def told(plan: TrainingPlan, before: Content, after: Content, earlier: int, later: int | None) -> Iterable[Told]:
    """The differences between two contents, each with who asked for it between the two editions."""
    askers: dict[str, set[str]] = {}
    rows = Asked._base_manager.filter(plan=plan, after_edition__gte=earlier).select_related("organisation")
    for row in rows.filter(after_edition__lt=later) if later else rows:
        askers.setdefault(row.subject, set()).add(row.organisation.name)
    for difference in differences(before, after, _names(before, after)):
        yield Told(difference, tuple(sorted(askers.get(difference.subject, ()))))


def _names(*contents: Content) -> dict[int, str]:
    """The organisations that the contents speak of."""
    ids: set[int] = set()
    for content in contents:
        ids |= {pk for competence in content.competences for pk in competence.asked_by}
        ids |= {pk for module in content.modules for pk in (*module.for_employers, module.lender or 0)}
        ids |= {row.employer for row in content.contributions}
        ids |= {row.employer or 0 for row in content.tailorings}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
