"""What changes the training plan: competences, modules, coverage; submission and approvals, bound to an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.reference.models import Certification, Competence
from defi.steps.design import mails
from defi.steps.design.models import Approval, Module, PlanCompetence, TrainingPlan
from defi.steps.design.printing import print_plan
from defi.steps.design.queries import facts, required_parties
from defi.steps.design.rules import is_approved, submission_faults
from defi.steps.design.states import PLAN
from defi.steps.needs.models import NeedCompetence, PublicProfile

P = TypeVar("P", Module, PlanCompetence)


@dataclass(frozen=True, slots=True)
class Description:
    """What the plan says besides its modules."""

    certification_label: str = ""
    certification: Certification | None = None
    rhythm: str = ""
    platform: str = ""
    specific: str = ""
    public_need: str = ""


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A module. Whole hours per trainee."""

    title: str
    kind: str = Module.Kind.KEPT
    hours_centre: int = 0
    hours_company: int = 0
    on_platform: bool = False
    reason: str = ""


def start_plan(actor: Actor, operation_id: int) -> TrainingPlan:
    """Begin the plan with the competences of the grouped needs, and who asked for each."""
    with acting(actor, "plan.start") as act:
        operation = lock_operation(act, operation_id)
        if TrainingPlan.objects.filter(operation=operation).exists():
            raise WrongState(_("Le plan de cette opération est déjà commencé."))
        plan = act.create(TrainingPlan, operation=operation, state=PLAN.take("plan.start", actor, "").target)
        for label, asked in _wanted(operation).items():
            competence = act.create(
                PlanCompetence, operation=operation, plan=plan, label=label, competence_id=asked.competence_id
            )
            competence.asked_by.set(asked.employers)
        return plan


@dataclass(slots=True)
class _Asked:
    competence_id: int | None
    employers: set[int]


def _wanted(operation: Operation) -> dict[str, _Asked]:
    rows = NeedCompetence.objects.filter(
        need__collective__operation=operation, really_needed=True, need__state__in=["grouped", "answered"]
    ).select_related("need")
    wanted: dict[str, _Asked] = {}
    for row in rows:
        asked = wanted.setdefault(row.label, _Asked(row.competence_id, set()))
        asked.employers.add(row.need.employer_id)
    return wanted


def describe_plan(actor: Actor, plan_id: int, description: Description, *, version: int | None = None) -> TrainingPlan:
    """Certification, rhythm, plateau technique, what is specific, the need of the public."""
    with acting(actor, "plan.describe") as act:
        plan = _draft(act, plan_id, version)
        return act.change(
            plan,
            certification=description.certification,
            certification_label=description.certification_label.strip(),
            rhythm=description.rhythm.strip(),
            platform=description.platform.strip(),
            specific=description.specific.strip(),
            public_need=description.public_need.strip(),
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
        plan = _draft(act, plan_id)
        if not label.strip():
            raise Invalid.field("label", _("Nommez la compétence."))
        if PlanCompetence.objects.filter(plan=plan, label=label.strip()).exists():
            raise Invalid.field("label", _("Cette compétence est déjà dans le plan."))
        added = act.create(
            PlanCompetence, operation_id=plan.operation_id, plan=plan, label=label.strip(), competence=competence
        )
        added.asked_by.set(asked_by)
        return added


def remove_competence(actor: Actor, competence_id: int) -> None:
    """A competence nobody asks for any more."""
    with acting(actor, "plan.remove_competence") as act:
        act.remove(_of_draft(act, PlanCompetence, competence_id))


def add_module(actor: Actor, plan_id: int, wanted: ModuleFacts) -> Module:
    """A module kept, adapted or added; an adapted or added one says why and for whom."""
    with acting(actor, "plan.add_module") as act:
        plan = _draft(act, plan_id)
        _check_module(plan, wanted)
        return act.create(
            Module,
            operation_id=plan.operation_id,
            plan=plan,
            order=Module.objects.filter(plan=plan).count() + 1,
            **_columns(wanted),
        )


def change_module(actor: Actor, module_id: int, wanted: ModuleFacts, *, version: int | None = None) -> Module:
    """Hours, kind or reason of a module."""
    with acting(actor, "plan.change_module") as act:
        module = _of_draft(act, Module, module_id)
        check_version(module, version)
        _check_module(module.plan, wanted, but=module.pk)
        return act.change(module, **_columns(wanted))


def remove_module(actor: Actor, module_id: int) -> None:
    """A module that is not taught after all; what it covered has to be answered otherwise."""
    with acting(actor, "plan.remove_module") as act:
        act.remove(_of_draft(act, Module, module_id))


def _columns(wanted: ModuleFacts) -> dict[str, object]:
    return {
        "title": wanted.title.strip(),
        "kind": wanted.kind,
        "hours_centre": wanted.hours_centre,
        "hours_company": wanted.hours_company,
        "on_platform": wanted.on_platform,
        "reason": wanted.reason.strip(),
    }


def _check_module(plan: TrainingPlan, wanted: ModuleFacts, but: int = 0) -> None:
    faults: dict[str, str] = {}
    if not wanted.title.strip():
        faults["title"] = _("Nommez le module.")
    elif Module.objects.filter(plan=plan, title=wanted.title.strip()).exclude(pk=but).exists():
        faults["title"] = _("Un module porte déjà ce nom.")
    if wanted.kind not in Module.Kind.values:
        faults["kind"] = _("Choisissez : repris, adapté ou ajouté.")
    elif wanted.kind != Module.Kind.KEPT and not wanted.reason.strip():
        faults["reason"] = _("Dites pourquoi ce module est adapté ou ajouté, et pour quelles entreprises.")
    if wanted.hours_centre < 0 or wanted.hours_company < 0 or wanted.hours_centre + wanted.hours_company == 0:
        faults["hours_centre"] = _("Un module a des heures, en centre ou en entreprise.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def cover_competence(actor: Actor, competence_id: int, module_ids: Sequence[int]) -> PlanCompetence:
    """The modules that teach a competence; naming some forgets the reason why none did."""
    with acting(actor, "plan.cover") as act:
        competence = _of_draft(act, PlanCompetence, competence_id)
        modules = list(Module.objects.filter(plan_id=competence.plan_id, pk__in=module_ids))
        if len(modules) != len(set(module_ids)):
            raise Invalid.field("modules", _("Un de ces modules n'est pas dans ce plan."))
        competence.modules.set(modules)
        act.note(competence, modules=len(modules))
        return act.change(competence, gap_reason="" if modules else competence.gap_reason)


def explain_gap(actor: Actor, competence_id: int, *, reason: str, uncertified: bool = False) -> PlanCompetence:
    """Why a competence is not taught; `uncertified` carries it to capitalisation."""
    with acting(actor, "plan.explain_gap", reason=reason) as act:
        competence = _of_draft(act, PlanCompetence, competence_id)
        return act.change(competence, gap_reason=reason.strip()[:255], uncertified=uncertified)


def submit_plan(actor: Actor, plan_id: int, *, version: int | None = None) -> TrainingPlan:
    """Ask everybody's approval for a new edition. The provider approves by submitting.

    Raises `Invalid` with all that is missing."""
    with acting(actor, "plan.submit") as act:
        plan = _lock(act, plan_id, version)
        if plan.state == "draft":
            _check_complete(plan)
        act.move(PLAN, plan, edition=plan.edition + 1)
        _approve(act, plan, plan.operation.provider_id or 0)
        mails.plan_submitted(act, plan)
        return plan


def _check_complete(plan: TrainingPlan) -> None:
    session = Session.objects.filter(operation=plan.operation_id).first()
    modules = list(Module.objects.filter(plan=plan))
    competences = list(PlanCompetence.objects.filter(plan=plan).prefetch_related("modules"))
    profiles = PublicProfile._base_manager.filter(operation=plan.operation_id).count()
    faults = submission_faults(facts(plan, session, modules, competences, profiles))
    if faults:
        raise Invalid(" ".join(faults))


def approve_plan(
    actor: Actor, plan_id: int, *, organisation: Organisation | None = None, version: int | None = None
) -> Approval:
    """A party approves the edition submitted. The provider may record an employer's approval, visibly.

    When all have approved, the plan is approved in the same transaction."""
    with acting(actor, "plan.approve") as act:
        plan = _lock(act, plan_id, version)
        PLAN.take("plan.approve", actor, plan.state)
        party = organisation.pk if organisation else actor.organisation_id
        required = required_parties(plan.operation)
        if party not in {pk for pk, _quality in required}:
            raise NotAllowed(_("L'approbation de cette organisation n'est pas attendue."))
        recorded_for = party != actor.organisation_id
        if recorded_for and not (actor.in_provider and (party, "employer") in required):
            raise NotAllowed(_("Vous ne pouvez pas approuver à sa place."))
        if Approval.objects.filter(plan=plan, organisation_id=party, edition=plan.edition).exists():
            raise WrongState(_("Cette édition du plan est déjà approuvée par cette organisation."))
        approval = _approve(act, plan, party or 0, recorded_for=recorded_for)
        _settle(plan)
        return approval


def _approve(act: Action, plan: TrainingPlan, organisation_id: int, *, recorded_for: bool = False) -> Approval:
    return act.create(
        Approval,
        operation_id=plan.operation_id,
        plan=plan,
        organisation_id=organisation_id,
        edition=plan.edition,
        approved_on=act.today,
        approved_by_id=act.actor.person_id,
        recorded_for=recorded_for,
    )


def _settle(plan: TrainingPlan) -> None:
    approved = Approval.objects.filter(plan=plan, edition=plan.edition).values_list("organisation_id", flat=True)
    if not is_approved((pk for pk, _quality in required_parties(plan.operation)), approved):
        return
    with acting(TASK, "plan.settle") as act:
        settled = act.lock(TrainingPlan, plan.pk)
        act.move(PLAN, settled, approved_on=act.today)
        print_plan(settled, act.now)


def reopen_plan(actor: Actor, plan_id: int, *, reason: str, version: int | None = None) -> TrainingPlan:
    """Back to the drawing board: the next edition asks everybody's approval again."""
    with acting(actor, "plan.reopen", reason=reason) as act:
        plan = _lock(act, plan_id, version)
        return act.move(PLAN, plan, approved_on=None)


def _lock(act: Action, plan_id: int, version: int | None = None) -> TrainingPlan:
    plan = act.lock(TrainingPlan, plan_id, version)
    lock_operation(act, plan.operation_id)
    return plan


def _draft(act: Action, plan_id: int, version: int | None = None) -> TrainingPlan:
    plan = _lock(act, plan_id, version)
    if plan.state != "draft":
        raise WrongState(_("Ce plan est soumis ou approuvé : rouvrez-le d'abord, avec un motif."))
    return plan


def _of_draft(act: Action, model: type[P], pk: int) -> P:
    row = act.lock(model, pk)
    _draft(act, row.plan_id)
    return row
