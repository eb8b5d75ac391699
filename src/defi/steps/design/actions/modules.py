"""What changes the modules of the plan: added, changed, removed, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.people.models import Organisation
from defi.reference.queries import blocks_of
from defi.steps.design.actions.drafting import check_employers, check_party, draft, keep_what_was_said, of_draft, touch
from defi.steps.design.changing import content_change
from defi.steps.design.models import Contribution, Module, TrainingPlan
from defi.steps.design.reuse.checks import check_taken
from defi.steps.design.rules import (
    MOST_MODULES,
    block_fault,
    too_many,
)
from defi.steps.needs.rules import nir_faults


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
    keep_what_was_said(act, "module", module.pk, module.title)
    for contribution in Contribution.objects.filter(module=module):
        act.change(contribution, module=None)
    try:
        act.remove(module)
    except ProtectedError:
        raise WrongState(
            _("Ce module a déjà été enseigné : des feuilles d'émargement le nomment. Changez-le plutôt.")
        ) from None


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
    elif fault := _block_fault(plan, wanted):
        faults["block"] = fault
    texts = {"title": wanted.title, "reason": wanted.reason, "place": wanted.place, "trainer": wanted.trainer}
    faults |= nir_faults(texts)
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    check_employers(plan, wanted.for_employers, "for_employers")
    if wanted.lender:
        check_employers(plan, [wanted.lender], "lender")


def _block_fault(plan: TrainingPlan, wanted: ModuleFacts) -> str:
    """The sentence when the module leads to a block that the certification aimed at does not have."""
    if not wanted.block.strip():
        return ""
    aimed = plan.certification
    known = list(blocks_of(aimed).values_list("code", "label")) if aimed else []
    return block_fault(wanted.title.strip(), wanted.block.strip(), aimed.number if aimed else "", known)
