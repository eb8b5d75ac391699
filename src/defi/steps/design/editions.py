"""The editions of the plan, and what changed from one to another, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Subquery
from django.utils.translation import gettext as _

from defi.people.models import Organisation
from defi.steps.design.changing import content_of, names_in
from defi.steps.design.content import EMPLOYER, Content, Difference, differences, from_json
from defi.steps.design.models import Approval, Asked, Edition, PlanTurn, TrainingPlan
from defi.steps.design.seeing import own_calendar, read_by


@dataclass(frozen=True, slots=True)
class Told:
    """A difference, and on whose demand it was made."""

    difference: Difference
    asked_by: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """« Hygiène : 14 h en centre → 21 h en centre, demandé par vous »."""
        asked = ", ".join(self.asked_by)
        return self.difference.sentence + (_(", demandé par %(names)s") % {"names": asked} if asked else "")

    def read_by(self, name: str) -> Told:
        """As the organisation of this name reads it: « vous » where it asked."""
        return replace(self, asked_by=tuple(_("vous") if asker == name else asker for asker in self.asked_by))


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


def since_last_answer(plan: TrainingPlan, party: Organisation, quality: str) -> Comparison | None:
    """What changed since the edition that this party last answered, by an approval that fell or by passing the plan on
    or back, in words for it. None when it never answered, or when nothing changed. Must run inside a scope."""
    answered = _last_answered(plan, party.pk)
    # A plan that is submitted is its last edition: what it says is not read again.
    later = plan.edition if plan.state == "submitted" else None
    if not answered or answered == later:
        return None
    found = compare(plan, answered, later, party.pk if quality == EMPLOYER else None)
    if found is None or not found.told:
        return None
    return replace(found, told=tuple(line.read_by(party.name) for line in found.told))


def _last_answered(plan: TrainingPlan, organisation_id: int) -> int:
    """The number of the edition, 0 without any."""
    approval = Approval._base_manager.filter(plan=plan, organisation=organisation_id).order_by("-edition").first()
    turns = PlanTurn._base_manager.filter(plan=plan, given_by=organisation_id).order_by("-pk")
    kept = Edition._base_manager.filter(plan=plan, made_at__lte=Subquery(turns.values("given_at")[:1]))
    read = kept.defer("content").order_by("-number").first()
    return max(approval.edition if approval else 0, read.number if read else 0)


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
