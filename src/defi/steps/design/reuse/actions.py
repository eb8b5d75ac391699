"""Fills a plan in preparation from a past one, or from the modules of all past ones, as they were approved there.

What a module teaches is linked where this plan asks for the same competence; nothing is added that nobody asked for,
unless it is said. Trainer, place, technical platform and employers are those of the other operation: they are left out.
Source: process.md, step 2; issue of the plan designed in turns, "Reuse"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.steps.design.actions import draft, refuse_nir, set_modules, touch
from defi.steps.design.changing import content_change
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan
from defi.steps.design.reuse.queries import (
    aim_offered,
    aimed,
    competences_of,
    load_reusable,
    reusable,
    skills_of,
    titles_of,
)
from defi.steps.design.reuse.rules import Skill, asked_here, title_faults
from defi.steps.design.rules import MOST_MODULES, same, too_many


@dataclass(frozen=True, slots=True)
class Pick:
    """A module (id) of a past plan, and the title it takes here; by default its own."""

    module_id: int
    title: str = ""


def take_from(
    actor: Actor,
    plan_id: int,
    source_id: int,
    picks: Sequence[Pick],
    *,
    competences: Collection[int] = (),
    certification: bool = False,
    version: int | None = None,
) -> list[Module]:
    """Modules of one past plan; `competences` are those of it (ids) that nobody asked for here and that come all the
    same; `certification` takes what it aims at, with its blocks.

    Raises `Unknown` for a plan that is not the organisation's own and approved, `Invalid` beside `modules`,
    `title_<id>`, `competences` or `certification`."""
    with acting(actor, "plan.take_from") as act:
        plan = draft(act, plan_id, version)
        source = load_reusable(actor, plan, source_id)
        modules = _picked(Module.objects.visible_to(actor).filter(plan=source), picks)
        with content_change(act, plan):
            if certification:
                _aim_too(act, plan, source)
            taken = _take(act, plan, picks, modules)
            _link(act, plan, taken, competences)
            touch(plan)
        return list(taken.values())


def take_modules(actor: Actor, plan_id: int, picks: Sequence[Pick], *, version: int | None = None) -> list[Module]:
    """Modules of any past plans of the organisation, in one go. Raises what `take_from` raises."""
    with acting(actor, "plan.take_modules") as act:
        plan = draft(act, plan_id, version)
        known = Module.objects.visible_to(actor).filter(plan__in=reusable(actor, plan))
        modules = _picked(known, picks)
        with content_change(act, plan):
            taken = _take(act, plan, picks, modules)
            _link(act, plan, taken, ())
            touch(plan)
        return list(taken.values())


def _picked(known: QuerySet[Module], picks: Sequence[Pick]) -> dict[int, Module]:
    """The modules picked, by id. Raises `Invalid` when there is none, or one that may not be taken."""
    if not picks:
        raise Invalid.field("modules", _("Cochez au moins un module."))
    modules = {row.pk: row for row in known.filter(pk__in=[pick.module_id for pick in picks]).select_related("plan")}
    if len(modules) != len(picks):
        raise Invalid.field("modules", _("Un de ces modules ne peut plus être repris : relisez la liste."))
    return modules


def _take(act: Action, plan: TrainingPlan, picks: Sequence[Pick], modules: Mapping[int, Module]) -> dict[int, Module]:
    """New modules of this plan, by the id of the one each repeats."""
    titles = titles_of(plan)
    if len(titles) + len(picks) > MOST_MODULES:
        raise WrongState(too_many())
    wanted = {pick.module_id: " ".join((pick.title or modules[pick.module_id].title).split()) for pick in picks}
    if faults := title_faults(wanted, titles):
        raise Invalid(" ".join(faults.values()), {f"title_{pk}": sentence for pk, sentence in faults.items()})
    refuse_nir({f"title_{pk}": title for pk, title in wanted.items()})
    last = Module._base_manager.filter(plan=plan).aggregate(last=Max("order"))["last"] or 0
    return {
        pk: act.create(
            Module,
            operation_id=plan.operation_id,
            plan=plan,
            order=last + rank,
            title=title,
            **_repeated(plan, modules[pk]),
        )
        for rank, (pk, title) in enumerate(wanted.items(), 1)
    }


def _repeated(plan: TrainingPlan, module: Module) -> dict[str, object]:
    """What a module keeps of the one it repeats; its block only where the certification is the same."""
    return {
        "kind": Module.Kind.KEPT,
        "hours_centre": module.hours_centre,
        "hours_company": module.hours_company,
        "hours_remote": module.hours_remote,
        "hours_situation": module.hours_situation,
        "block": module.block if aimed(plan).is_that_of(aimed(module.plan)) else "",
        "uncertified": module.uncertified,
        "taken_from": module,
    }


def _link(act: Action, plan: TrainingPlan, taken: Mapping[int, Module], added: Collection[int]) -> None:
    """Each competence that the modules taught: linked where it is asked for here; those of `added` (ids) made first."""
    rows = competences_of(plan)
    here = {row.pk: row for row in rows}
    taught = skills_of(taken)
    once = {skill.pk: skill for skills in taught.values() for skill in skills}
    if set(added) - set(once):
        raise Invalid.field(
            "competences", _("Une de ces compétences n'est enseignée par aucun des modules cochés : décochez-la.")
        )
    known = asked_here(once.values(), [Skill(row.pk, row.label, row.competence_id) for row in rows])
    new: dict[str, PlanCompetence] = {}
    teaching: dict[int, list[Module]] = {}
    for source, module in taken.items():
        for skill in taught.get(source, ()):
            if skill.pk in known:
                row = here[known[skill.pk].pk]
            elif skill.pk in added:
                row = new.setdefault(same(skill.label), _added(act, plan, skill, new))
            else:
                continue
            here[row.pk] = row
            teaching.setdefault(row.pk, []).append(module)
    for pk, modules in teaching.items():
        set_modules(act, here[pk], [*here[pk].modules.all(), *modules])


def _added(act: Action, plan: TrainingPlan, skill: Skill, new: Mapping[str, PlanCompetence]) -> PlanCompetence:
    """A competence nobody asked for here, made once."""
    return new.get(same(skill.label)) or act.create(
        PlanCompetence, operation_id=plan.operation_id, plan=plan, label=skill.label, competence_id=skill.rome
    )


def _aim_too(act: Action, plan: TrainingPlan, source: TrainingPlan) -> None:
    """What the past plan aims at. Raises `Invalid` when this one aims at something, or when it is over."""
    aim = aim_offered(plan, source)
    if not aim.offered:
        why = aim.fault or (
            _("Le plan vise déjà « %(label)s » : elle reste.") % {"label": aim.here}
            if aim.here
            else _("Ce plan passé ne vise aucune certification.")
        )
        raise Invalid.field("certification", why)
    blocks = list(source.blocks.filter(removed=False))
    if blocks:
        plan.blocks.set(blocks)
        act.note(plan, blocks=len(blocks))
    act.change(plan, certification=source.certification, certification_label=source.certification_label)
