"""What changes the competences of the plan: added, removed, taught in modules, or why not."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.people.models import Organisation
from defi.reference.models import Competence
from defi.steps.design.actions.drafting import (
    check_employers,
    check_party,
    draft,
    keep_what_was_said,
    of_draft,
    refuse_nir,
    touch,
)
from defi.steps.design.changing import content_change
from defi.steps.design.models import Module, PlanCompetence
from defi.steps.design.parties import required_parties
from defi.steps.design.rules import (
    same,
)


def add_competence(
    actor: Actor,
    plan_id: int,
    label: str,
    *,
    asked_by: Sequence[Organisation] = (),
    competence: Competence | None = None,
) -> PlanCompetence:
    """A competence an employer asked for after the needs were typed."""
    with acting(actor, "plan.add_competence") as act:
        plan = draft(act, plan_id)
        words = " ".join(label.split())[:255]
        if not words:
            raise Invalid.field("label", _("Nommez la compétence."))
        refuse_nir({"label": words})
        if same(words) in {same(known.label) for known in PlanCompetence.objects.filter(plan=plan)}:
            raise Invalid.field("label", _("Cette compétence est déjà dans le plan."))
        check_employers(plan, asked_by, "asked_by")
        with content_change(act, plan):
            added = act.create(
                PlanCompetence, operation_id=plan.operation_id, plan=plan, label=words, competence=competence
            )
            added.asked_by.set(asked_by)
        return added


def remove_competence(actor: Actor, competence_id: int) -> None:
    """A competence nobody asks for; one that an employer asks for stays, with a module or a reason."""
    with acting(actor, "plan.remove_competence") as act:
        plan, competence = of_draft(act, PlanCompetence, competence_id)
        here = {pk for pk, _quality in required_parties(plan.operation)}
        # Who left asks for nothing any more.
        askers = [organisation.name for organisation in competence.asked_by.filter(pk__in=here)]
        if askers:
            raise WrongState(
                _("Cette compétence est demandée par %(names)s : dites plutôt pourquoi elle n'est pas enseignée.")
                % {"names": ", ".join(askers)}
            )
        with content_change(act, plan):
            keep_what_was_said(act, "competence", competence.pk, competence.label)
            act.remove(competence)


def cover_competence(
    actor: Actor,
    competence_id: int,
    module_ids: Sequence[int],
    *,
    uncertified: bool | None = None,
    asker: Organisation | None = None,
    version: int | None = None,
) -> PlanCompetence:
    """The modules that teach a competence; naming some forgets the reason why none did. What is said of its
    certification stays, unless `uncertified` says it."""
    with acting(actor, "plan.cover") as act:
        plan, competence = of_draft(act, PlanCompetence, competence_id, version)
        modules = list(Module.objects.filter(plan_id=competence.plan_id, pk__in=module_ids))
        if len(modules) != len(set(module_ids)):
            raise Invalid.field("modules", _("Un de ces modules n'est pas dans ce plan."))
        check_party(plan, asker)
        with content_change(act, plan, f"competence:{competence.pk}", asker):
            set_modules(act, competence, modules)
            return competence if uncertified is None else act.change(competence, uncertified=uncertified)


def set_modules(act: Action, competence: PlanCompetence, modules: Sequence[Module]) -> PlanCompetence:
    """Within an action and a `content_change`: these modules teach it."""
    competence.modules.set(modules)
    act.note(competence, modules=len(modules))
    touch(competence)
    return act.change(competence, gap_reason="" if modules else competence.gap_reason)


def explain_gap(
    actor: Actor,
    competence_id: int,
    *,
    reason: str,
    uncertified: bool = False,
    asker: Organisation | None = None,
    version: int | None = None,
) -> PlanCompetence:
    """Why a competence is not taught; `uncertified` carries it to capitalisation."""
    with acting(actor, "plan.explain_gap", reason=reason) as act:
        plan, competence = of_draft(act, PlanCompetence, competence_id, version)
        refuse_nir({"reason": reason})
        check_party(plan, asker)
        with content_change(act, plan, f"competence:{competence.pk}", asker):
            competence.modules.clear()
            act.note(competence, modules=0)
            touch(competence)
            return act.change(competence, gap_reason=reason.strip()[:255], uncertified=uncertified)
