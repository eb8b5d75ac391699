"""What the actions on the content of a plan share: it is in preparation, its provider holds it, who may be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.journal import Action
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_bound
from defi.operations.models import OperationBound
from defi.people.models import Organisation
from defi.steps.design.content import EMPLOYER
from defi.steps.design.holding import whose_turn
from defi.steps.design.models import Remark, TrainingPlan
from defi.steps.design.parties import required_parties
from defi.steps.needs.rules import nir_faults

P = TypeVar("P", bound=OperationBound)


def draft(act: Action, plan_id: int, version: int | None = None) -> TrainingPlan:
    """Lock the plan for a change: it is in preparation and its provider holds it. Raises `WrongState`, saying
    whose turn it is and since when."""
    plan = lock_bound(act, TrainingPlan, plan_id, version)
    if sentence := whose_turn(plan):
        raise WrongState(sentence)
    return plan


def of_draft(act: Action, model: type[P], pk: int, version: int | None = None) -> tuple[TrainingPlan, P]:
    """The plan, locked first, and a row of it. Raises `Unknown`, `Stale`, `WrongState`."""
    seen = model.objects.visible_to(act.actor).filter(pk=pk).values_list("plan_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    plan = draft(act, seen)
    return plan, act.lock(model, pk, version)


def touch(row: OperationBound) -> None:
    """What hangs on it is no column of it: a page drawn before is stale all the same."""
    row.version += 1
    row.save(update_fields=["version"])


def check_employers(plan: TrainingPlan, named: Sequence[Organisation], name: str) -> None:
    """Raises `Invalid` beside the field `name` for an organisation that is no employer of the operation."""
    employers = {pk for pk, quality in required_parties(plan.operation) if quality == EMPLOYER}
    for organisation in named:
        if organisation.pk not in employers:
            raise Invalid.field(
                name, _("%(name)s n'est pas un employeur de cette opération.") % {"name": organisation.name}
            )


def check_party(plan: TrainingPlan, asker: Organisation | None) -> None:
    """Raises `Invalid` for an organisation that does not design this plan."""
    if asker is not None and asker.pk not in {pk for pk, _quality in required_parties(plan.operation)}:
        raise Invalid.field("asker", _("%(name)s ne prend pas part à ce plan.") % {"name": asker.name})


def refuse_nir(texts: Mapping[str, str]) -> None:
    """Raises `Invalid` where a text holds a social security number."""
    if faults := nir_faults(texts):
        raise Invalid(" ".join(dict.fromkeys(faults.values())), faults)


def keep_what_was_said(act: Action, of: str, pk: int, title: str) -> None:
    """Remarks outlive what they are about: they keep its name."""
    for remark in Remark._base_manager.filter(**{f"{of}_id": pk}):
        act.change(remark, **{of: None, "about": title})
