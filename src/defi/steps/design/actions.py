"""What changes the training plan: competences, modules, coverage; submission and approvals, bound to an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.models import Session
from defi.people.models import Organisation
from defi.reference.models import Certification, Competence
from defi.steps.design import mails
from defi.steps.design.models import Approval, Module, PlanCompetence, TrainingPlan
from defi.steps.design.printing import print_plan
from defi.steps.design.queries import facts, required_parties, wanted_in
from defi.steps.design.rules import is_approved, public_fault, same, submission_faults
from defi.steps.design.states import PLAN
from defi.steps.needs import publics
from defi.steps.needs.rules import nir_faults

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
        _gather(act, plan)
        return plan


def gather_competences(actor: Actor, plan_id: int, *, version: int | None = None) -> TrainingPlan:
    """Take in what employers asked since the plan was started: the fiches may come after (process.md, step 0 bis)."""
    with acting(actor, "plan.gather") as act:
        plan = _draft(act, plan_id, version)
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


def describe_plan(actor: Actor, plan_id: int, description: Description, *, version: int | None = None) -> TrainingPlan:
    """Certification, rhythm, plateau technique, what is specific, the need of the public."""
    with acting(actor, "plan.describe") as act:
        plan = _draft(act, plan_id, version)
        _refuse_nir(
            {
                name: getattr(description, name)
                for name in ("certification_label", "rhythm", "platform", "specific", "public_need")
            }
        )
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
        words = " ".join(label.split())[:255]
        if not words:
            raise Invalid.field("label", _("Nommez la compétence."))
        _refuse_nir({"label": words})
        if same(words) in {same(known.label) for known in PlanCompetence.objects.filter(plan=plan)}:
            raise Invalid.field("label", _("Cette compétence est déjà dans le plan."))
        _check_askers(plan, asked_by)
        added = act.create(
            PlanCompetence, operation_id=plan.operation_id, plan=plan, label=words, competence=competence
        )
        added.asked_by.set(asked_by)
        return added


def _check_askers(plan: TrainingPlan, asked_by: Sequence[Organisation]) -> None:
    employers = {pk for pk, quality in required_parties(plan.operation) if quality == "employer"}
    for organisation in asked_by:
        if organisation.pk not in employers:
            raise Invalid.field(
                "asked_by", _("%(name)s n'est pas un employeur de cette opération.") % {"name": organisation.name}
            )


def _refuse_nir(texts: Mapping[str, str]) -> None:
    if faults := nir_faults(texts):
        raise Invalid(" ".join(dict.fromkeys(faults.values())), faults)


def remove_competence(actor: Actor, competence_id: int) -> None:
    """A competence nobody asks for; one that an employer asks for stays, with a module or a reason."""
    with acting(actor, "plan.remove_competence") as act:
        competence = _of_draft(act, PlanCompetence, competence_id)
        askers = [organisation.name for organisation in competence.asked_by.all()]
        if askers:
            raise WrongState(
                _("Cette compétence est demandée par %(names)s : dites plutôt pourquoi elle n'est pas enseignée.")
                % {"names": ", ".join(askers)}
            )
        act.remove(competence)


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
        module = _of_draft(act, Module, module_id, version)
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
    faults |= nir_faults({"title": wanted.title, "reason": wanted.reason})
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def cover_competence(
    actor: Actor, competence_id: int, module_ids: Sequence[int], *, version: int | None = None
) -> PlanCompetence:
    """The modules that teach a competence; naming some forgets the reason why none did."""
    with acting(actor, "plan.cover") as act:
        competence = _of_draft(act, PlanCompetence, competence_id, version)
        modules = list(Module.objects.filter(plan_id=competence.plan_id, pk__in=module_ids))
        if len(modules) != len(set(module_ids)):
            raise Invalid.field("modules", _("Un de ces modules n'est pas dans ce plan."))
        competence.modules.set(modules)
        act.note(competence, modules=len(modules))
        _touch(competence)
        return act.change(competence, gap_reason="" if modules else competence.gap_reason)


def explain_gap(
    actor: Actor, competence_id: int, *, reason: str, uncertified: bool = False, version: int | None = None
) -> PlanCompetence:
    """Why a competence is not taught; `uncertified` carries it to capitalisation."""
    with acting(actor, "plan.explain_gap", reason=reason) as act:
        competence = _of_draft(act, PlanCompetence, competence_id, version)
        _refuse_nir({"reason": reason})
        competence.modules.clear()
        act.note(competence, modules=0)
        _touch(competence)
        return act.change(competence, gap_reason=reason.strip()[:255], uncertified=uncertified)


def _touch(competence: PlanCompetence) -> None:
    """Its modules are no column of it: a page drawn before is stale all the same."""
    competence.version += 1
    competence.save(update_fields=["version"])


def submit_plan(actor: Actor, plan_id: int, *, version: int | None = None) -> TrainingPlan:
    """Ask everybody's approval for a new edition. The provider approves by submitting.

    Raises `Invalid` with all that is missing."""
    with acting(actor, "plan.submit") as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
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
    faults = submission_faults(facts(plan, session, modules, competences, publics.answered(plan.operation_id)))
    if faults:
        raise Invalid(" ".join(faults))


def approve_plan(
    actor: Actor,
    plan_id: int,
    *,
    organisation: Organisation | None = None,
    edition: int | None = None,
    version: int | None = None,
) -> Approval:
    """A party approves the edition it has read. The provider may record an employer's approval, visibly.

    When all have approved, the plan is approved in the same transaction."""
    with acting(actor, "plan.approve") as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        _check_link(actor, plan)
        PLAN.take("plan.approve", actor, plan.state)
        if edition is not None and edition != plan.edition:
            raise Stale(
                _("Une nouvelle édition du plan a été soumise depuis : relisez-la ci-dessous, puis approuvez-la.")
            )
        if fault := public_fault(plan.public_need, publics.answered(plan.operation_id)):
            raise WrongState(fault)
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
        settle_if_complete(plan)
        return approval


def _check_link(actor: Actor, plan: TrainingPlan) -> None:
    if actor.link is not None and actor.link.object_id != plan.pk:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


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


def settle_if_complete(plan: TrainingPlan) -> None:
    """Within an action: when nobody is missing for this edition, the plan is approved and kept as a document."""
    approved = Approval.objects.filter(plan=plan, edition=plan.edition).values_list("organisation_id", flat=True)
    if plan.state != "submitted":
        return
    if not is_approved((pk for pk, _quality in required_parties(plan.operation)), approved):
        return
    with acting(TASK, "plan.settle") as act:
        settled = act.lock(TrainingPlan, plan.pk)
        act.move(PLAN, settled, approved_on=act.today)
        print_plan(settled, act.now)
        mails.plan_approved(act, settled)


def resend_link(plan_id: int, organisation_id: int | None) -> None:
    """A new link for an employer whose link died. Raises `WrongState` when its approval is no longer awaited."""
    with acting(TASK, "plan.resend_link") as act:
        plan = act.lock(TrainingPlan, plan_id)
        given = Approval.objects.filter(plan=plan, edition=plan.edition, organisation_id=organisation_id or 0)
        if plan.state != "submitted" or given.exists():
            raise WrongState(_("Votre accord n'est plus attendu pour ce plan : il n'y a rien à faire."))
        act.note(plan, link_sent=True)
        mails.ask_employers(act, plan, only=organisation_id)


def reopen_plan(actor: Actor, plan_id: int, *, reason: str, version: int | None = None) -> TrainingPlan:
    """Back to the drawing board: the next edition asks everybody's approval again."""
    with acting(actor, "plan.reopen", reason=reason) as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        act.move(PLAN, plan, approved_on=None)
        mails.plan_reopened(act, plan)
        return plan


def _draft(act: Action, plan_id: int, version: int | None = None) -> TrainingPlan:
    plan = lock_bound(act, TrainingPlan, plan_id, version)
    if plan.state != "draft":
        raise WrongState(_("Ce plan est soumis ou approuvé : rouvrez-le d'abord, avec un motif."))
    return plan


def _of_draft(act: Action, model: type[P], pk: int, version: int | None = None) -> P:
    seen = model.objects.visible_to(act.actor).filter(pk=pk).values_list("plan_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    _draft(act, seen)
    return act.lock(model, pk, version)
