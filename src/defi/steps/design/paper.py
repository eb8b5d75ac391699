"""Printing on demand: the plan as it stands, its matrix, an employer's page. Each is kept, with its number.

Whoever takes part prints the plan and the matrix; an employer's page is for that employer, the provider, the Region."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document
from defi.kernel.refusals import Unknown, WrongState
from defi.operations.access import lock_bound
from defi.operations.models import Part, Partner
from defi.steps.design.models import TrainingPlan
from defi.steps.design.printing import print_asked as keep_asked
from defi.steps.design.printing import print_grid as keep_grid
from defi.steps.design.printing import print_plan as keep_plan


def print_plan(actor: Actor, plan_id: int) -> Document:
    """The plan as it stands, approved or not: the paper says which."""
    with acting(actor, "plan.print") as act:
        plan = lock_bound(act, TrainingPlan, plan_id)
        return _noted(act, plan, keep_plan(plan, act.now))


def print_grid(actor: Actor, plan_id: int) -> Document:
    """The matrix of competences and modules. Raises `WrongState` when there is nothing to cross."""
    with acting(actor, "plan.print_grid") as act:
        plan = lock_bound(act, TrainingPlan, plan_id)
        if not plan.competences.exists() or not plan.modules.exists():
            raise WrongState(_("La grille s'imprime quand le plan a des compétences et des modules."))
        return _noted(act, plan, keep_grid(plan, act.now))


def print_asked(actor: Actor, plan_id: int, employer_id: int | None) -> Document:
    """What an employer (id of the organisation) asked for and where it is taught; an employer prints its own only.

    Raises `Unknown` for an employer that takes no part in this plan, or is not the actor's."""
    with acting(actor, "plan.print_asked") as act:
        plan = lock_bound(act, TrainingPlan, plan_id)
        is_inside = actor.in_region or actor.in_provider
        partner = (
            Partner.objects.visible_to(actor)
            .filter(operation=plan.operation_id, part=Part.EMPLOYER, organisation=employer_id, left_on=None)
            .select_related("organisation")
            .first()
        )
        if partner is None or not (is_inside or employer_id == actor.organisation_id):
            raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
        return _noted(act, plan, keep_asked(plan, partner, act.now))


def _noted(act: Action, plan: TrainingPlan, document: Document) -> Document:
    act.note(plan, document=document.number)
    return document
