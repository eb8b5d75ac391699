"""What the employers of an operation ask for in their needs, and what of it a plan does not follow yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from defi.steps.design.models import TrainingPlan
from defi.steps.design.rules import same
from defi.steps.needs.models import NeedCompetence


@dataclass(slots=True)
class Asked:
    """A competence that needs ask for, under its first wording, and the employers who do (ids)."""

    label: str
    competence_id: int | None
    employers: set[int]


def wanted_in(operation_id: int) -> dict[str, Asked]:
    """What the needs of an operation really ask for, each competence once whatever its spelling."""
    rows = NeedCompetence.objects.filter(
        need__collective__operation=operation_id, really_needed=True, need__state__in=["grouped", "answered"]
    ).select_related("need")
    wanted: dict[str, Asked] = {}
    for row in rows.order_by("need_id", "pk"):
        asked = wanted.setdefault(same(row.label), Asked(" ".join(row.label.split()), row.competence_id, set()))
        asked.employers.add(row.need.employer_id)
        asked.competence_id = asked.competence_id or row.competence_id
    return wanted


def missing_in(plan: TrainingPlan, known: Mapping[str, set[int]]) -> int:
    """How many competences employers asked for since, that the plan does not follow yet; `known` has who asks (ids) for
    those it does, by what makes their wordings the same."""
    return sum(bool(asked.employers - known.get(key, set())) for key, asked in wanted_in(plan.operation_id).items())
