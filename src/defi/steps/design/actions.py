"""What changes the content of the plan: its description, its competences, its modules, what teaches what.

Only the provider changes it, while it holds it (`turns` tells who does). Every change goes through `content_change`:
the approvals of those it touches are cancelled with it. Source: process.md, step 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.models import OperationBound
from defi.people.models import Organisation
from defi.reference.models import Certification, CertificationBlock, Competence
from defi.steps.design.changing import content_change
from defi.steps.design.content import EMPLOYER
from defi.steps.design.models import Contribution, Module, PlanCompetence, PlanTurn, Remark, TrainingPlan
from defi.steps.design.parties import changes_by_request, current_turn, is_away, required_parties
from defi.steps.design.queries import wanted_in
from defi.steps.design.reuse.checks import check_taken
from defi.steps.design.rules import MOST_MODULES, by_request_only, held_elsewhere, same, too_many
from defi.steps.design.states import PLAN
from defi.steps.needs.rules import nir_faults

P = TypeVar("P", bound=OperationBound)


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


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A module. Whole hours per trainee. `lender` lends the plateau technique; `for_employers` are those it is for."""

    title: str
    kind: str = Module.Kind.KEPT
    hours_centre: int = 0
    hours_company: int = 0
    hours_remote: int = 0
    hours_situation: int = 0
    on_platform: bool = False
    lender: Organisation | None = None
    trainer: str = ""
    place: str = ""
    reason: str = ""
    block: str = ""
    uncertified: bool = False
    for_employers: Sequence[Organisation] = field(default=())

    @property
    def hours(self) -> tuple[int, int, int, int]:
        """In centre, at a distance, in company, in work situation."""
        return self.hours_centre, self.hours_remote, self.hours_company, self.hours_situation


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
        askers = [organisation.name for organisation in competence.asked_by.all()]
        if askers:
            raise WrongState(
                _("Cette compétence est demandée par %(names)s : dites plutôt pourquoi elle n'est pas enseignée.")
                % {"names": ", ".join(askers)}
            )
        with content_change(act, plan):
            _keep_what_was_said(act, "competence", competence.pk, competence.label)
            act.remove(competence)


def add_module(actor: Actor, plan_id: int, wanted: ModuleFacts, *, asker: Organisation | None = None) -> Module:
    """A module kept, adapted or added; an adapted or added one says why and for whom."""
    with acting(actor, "plan.add_module") as act:
        plan = draft(act, plan_id)
        check_module(plan, wanted)
        check_party(plan, asker)
        with content_change(act, plan):
            module = make_module(act, plan, wanted)
        if asker is not None:
            with content_change(act, plan, f"module:{module.pk}", asker):
                pass
        return module


def make_module(act: Action, plan: TrainingPlan, wanted: ModuleFacts) -> Module:
    """Within an action and a `content_change`: one more module. Raises `WrongState` past the most a plan may have."""
    count = Module.objects.filter(plan=plan).count()
    if count >= MOST_MODULES:
        raise WrongState(too_many())
    module = act.create(Module, operation_id=plan.operation_id, plan=plan, order=count + 1, **_columns(wanted))
    module.for_employers.set(wanted.for_employers)
    return module


def change_module(
    actor: Actor,
    module_id: int,
    wanted: ModuleFacts,
    *,
    asker: Organisation | None = None,
    version: int | None = None,
) -> Module:
    """Hours, kind, place or reason of a module."""
    with acting(actor, "plan.change_module") as act:
        plan, module = of_draft(act, Module, module_id, version)
        check_module(plan, wanted, but=module.pk)
        check_taken(module, wanted.kind, wanted.hours)
        check_party(plan, asker)
        with content_change(act, plan, f"module:{module.pk}", asker):
            return put_module(act, module, wanted)


def put_module(act: Action, module: Module, wanted: ModuleFacts) -> Module:
    """Within an action and a `content_change`: the module as it is wanted."""
    former = set(module.for_employers.values_list("pk", flat=True))
    if former != {firm.pk for firm in wanted.for_employers}:
        module.for_employers.set(wanted.for_employers)
        act.note(module, for_employers=len(wanted.for_employers))
        touch(module)
    return act.change(module, **_columns(wanted))


def remove_module(actor: Actor, module_id: int) -> None:
    """A module that is not taught after all; what it covered has to be answered otherwise."""
    with acting(actor, "plan.remove_module") as act:
        plan, module = of_draft(act, Module, module_id)
        with content_change(act, plan):
            take_out_module(act, module)


def take_out_module(act: Action, module: Module) -> None:
    """Within an action and a `content_change`: the module is no longer taught. Raises `WrongState` when it was."""
    _keep_what_was_said(act, "module", module.pk, module.title)
    for contribution in Contribution.objects.filter(module=module):
        act.change(contribution, module=None)
    try:
        act.remove(module)
    except ProtectedError:
        raise WrongState(
            _("Ce module a déjà été enseigné : des feuilles d'émargement le nomment. Changez-le plutôt.")
        ) from None


def _keep_what_was_said(act: Action, of: str, pk: int, title: str) -> None:
    """Remarks outlive what they are about: they keep its name."""
    for remark in Remark._base_manager.filter(**{f"{of}_id": pk}):
        act.change(remark, **{of: None, "about": title})


def _columns(wanted: ModuleFacts) -> dict[str, object]:
    return {
        "title": wanted.title.strip(),
        "kind": wanted.kind,
        "hours_centre": wanted.hours_centre,
        "hours_company": wanted.hours_company,
        "hours_remote": wanted.hours_remote,
        "hours_situation": wanted.hours_situation,
        "on_platform": wanted.on_platform or wanted.lender is not None,
        "lender": wanted.lender,
        "trainer": wanted.trainer.strip(),
        "place": wanted.place.strip(),
        "reason": wanted.reason.strip(),
        "block": wanted.block.strip(),
        "uncertified": wanted.uncertified,
    }


def check_module(plan: TrainingPlan, wanted: ModuleFacts, but: int = 0) -> None:
    """Raises `Invalid` naming each field of a module that cannot be; `but` is the module itself (id)."""
    faults: dict[str, str] = {}
    if not wanted.title.strip():
        faults["title"] = _("Nommez le module.")
    elif Module.objects.filter(plan=plan, title=wanted.title.strip()).exclude(pk=but).exists():
        faults["title"] = _("Un module porte déjà ce nom.")
    if wanted.kind not in Module.Kind.values:
        faults["kind"] = _("Choisissez : repris, adapté ou ajouté.")
    elif wanted.kind != Module.Kind.KEPT and not wanted.reason.strip():
        faults["reason"] = _("Dites pourquoi ce module est adapté ou ajouté, et pour quelles entreprises.")
    if min(wanted.hours) < 0 or not sum(wanted.hours):
        faults["hours_centre"] = _("Un module a des heures, en centre ou en entreprise.")
    elif max(wanted.hours) > 2000:
        faults["hours_centre"] = _("Un module compte 2 000 heures au plus : vérifiez le nombre.")
    if wanted.block.strip() and wanted.uncertified:
        faults["block"] = _("Un bloc de certification, ou « aucune certification ne le couvre » : pas les deux.")
    texts = {"title": wanted.title, "reason": wanted.reason, "place": wanted.place, "trainer": wanted.trainer}
    faults |= nir_faults(texts)
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    check_employers(plan, wanted.for_employers, "for_employers")
    if wanted.lender:
        check_employers(plan, [wanted.lender], "lender")


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


def draft(act: Action, plan_id: int, version: int | None = None) -> TrainingPlan:
    """Lock the plan for a change: it is in preparation and its provider holds it. Raises `WrongState`."""
    plan = lock_bound(act, TrainingPlan, plan_id, version)
    if sentence := why_not_now(plan):
        raise WrongState(sentence)
    return plan


def why_not_now(plan: TrainingPlan) -> str:
    """The sentence when the plan is not in preparation with its provider, or nothing."""
    if changes_by_request(plan):
        return by_request_only()
    if plan.state != "draft":
        return _("Ce plan est soumis ou approuvé : reprenez-le d'abord, avec un motif.")
    turn = current_turn(plan)
    if turn is not None and is_away(plan.operation, turn):
        return held_elsewhere(str(turn.to), turn.given_at)
    return ""


def of_draft(act: Action, model: type[P], pk: int, version: int | None = None) -> tuple[TrainingPlan, P]:
    """The plan, locked first, and a row of it. Raises `Unknown`, `Stale`, `WrongState`."""
    seen = model.objects.visible_to(act.actor).filter(pk=pk).values_list("plan_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    plan = draft(act, seen)
    return plan, act.lock(model, pk, version)
