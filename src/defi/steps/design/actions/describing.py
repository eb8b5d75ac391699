"""What changes the plan as a whole: begun, described, aimed at a certification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.people.models import Organisation
from defi.reference.models import Certification, CertificationBlock
from defi.steps.design.actions.drafting import check_party, draft, refuse_nir, touch
from defi.steps.design.changing import content_change
from defi.steps.design.models import PlanCompetence, PlanTurn, TrainingPlan
from defi.steps.design.rules import (
    same,
)
from defi.steps.design.states import PLAN
from defi.steps.design.wanted import wanted_in


@dataclass(frozen=True, slots=True)
class Description:
    """What the plan says besides its modules and its certification. `cost_per_place` in euros."""

    rhythm: str = ""
    platform: str = ""
    specific: str = ""
    public_need: str = ""
    entry_level: str = ""
    entry_conditions: str = ""
    cost_per_place: Decimal | None = None


def start_plan(actor: Actor, operation_id: int) -> TrainingPlan:
    """Begin the plan with the competences of the grouped needs, and who asked for each. The provider holds it."""
    with acting(actor, "plan.start") as act:
        operation = lock_operation(act, operation_id)
        if TrainingPlan.objects.filter(operation=operation).exists():
            raise WrongState(_("Le plan de cette opération est déjà commencé."))
        plan = act.create(TrainingPlan, operation=operation, state=PLAN.take("plan.start", actor, "").target)
        act.create(
            PlanTurn,
            operation=operation,
            plan=plan,
            to_id=operation.provider_id or actor.organisation_id,
            given_by_id=actor.organisation_id,
            given_at=act.now,
        )
        _gather(act, plan)
        return plan


def gather_competences(actor: Actor, plan_id: int, *, version: int | None = None) -> TrainingPlan:
    """Take in what employers asked since the plan was started: the fiches may come after (process.md, step 0 bis)."""
    with acting(actor, "plan.gather") as act:
        plan = draft(act, plan_id, version)
        with content_change(act, plan):
            if not _gather(act, plan):
                raise WrongState(_("Toutes les compétences demandées sont déjà dans le plan : rien n'a été changé."))
        return plan


def _gather(act: Action, plan: TrainingPlan) -> int:
    """Within an action: how many competences are new to the plan, or asked by one employer more."""
    known = {same(c.label): c for c in PlanCompetence.objects.filter(plan=plan).prefetch_related("asked_by")}
    changed = 0
    for key, asked in wanted_in(plan.operation_id).items():
        competence = known.get(key)
        if competence is None:
            competence = act.create(
                PlanCompetence,
                operation_id=plan.operation_id,
                plan=plan,
                label=asked.label,
                competence_id=asked.competence_id,
            )
        former = {organisation.pk for organisation in competence.asked_by.all()}
        if asked.employers - former:
            competence.asked_by.add(*asked.employers)
            act.note(competence, asked_by=len(former | asked.employers))
            changed += 1
    return changed


def describe_plan(
    actor: Actor,
    plan_id: int,
    description: Description,
    *,
    asker: Organisation | None = None,
    version: int | None = None,
) -> TrainingPlan:
    """Rhythm, plateau technique, entry, cost, what is specific, the need of the public."""
    with acting(actor, "plan.describe") as act:
        plan = draft(act, plan_id, version)
        texts = {
            name: getattr(description, name).strip()
            for name in (
                "rhythm",
                "platform",
                "specific",
                "public_need",
                "entry_level",
                "entry_conditions",
            )
        }
        refuse_nir(texts)
        if description.cost_per_place is not None and not 0 <= description.cost_per_place < 10_000_000:
            raise Invalid.field("cost_per_place", _("Le coût par place est un montant en euros, zéro compris."))
        check_party(plan, asker)
        with content_change(act, plan, "plan", asker):
            return act.change(plan, cost_per_place=description.cost_per_place, **texts)


def aim_at(
    actor: Actor,
    plan_id: int,
    certification: Certification | None,
    *,
    blocks: Sequence[CertificationBlock] = (),
    label: str = "",
    asker: Organisation | None = None,
    version: int | None = None,
) -> TrainingPlan:
    """The certification aimed at and its blocks (none: all of it); `label` names one that the register does not hold.

    Without any of them, the training leads to no certification. Raises `Invalid` for a block of another one; one that
    is no longer in force is said on the plan and keeps it from being submitted."""
    with acting(actor, "plan.aim_at") as act:
        plan = draft(act, plan_id, version)
        refuse_nir({"label": label})
        if any(block.certification_id != (certification.pk if certification else None) for block in blocks):
            raise Invalid.field("blocks", _("Ce bloc n'est pas de la certification choisie : cochez de nouveau."))
        check_party(plan, asker)
        with content_change(act, plan, "plan", asker):
            if {block.pk for block in blocks} != set(plan.blocks.values_list("pk", flat=True)):
                plan.blocks.set(blocks)
                act.note(plan, blocks=len(blocks))
                touch(plan)
            return act.change(
                plan, certification=certification, certification_label="" if certification else label.strip()[:255]
            )
