"""Words on the training plan."""

from __future__ import annotations

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, word
from defi.steps.design import actions
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan


def _plan(world: World) -> TrainingPlan:
    with scope(TASK):
        plan = TrainingPlan.objects.filter(operation=world.operation).first()
    if plan is None:
        raise PlayError("le plan n'est pas commencé")
    return plan


@word("plan.start")
def start_plan(world: World, actor: Actor, args: Args) -> None:
    """Begins the plan with the competences of the grouped needs. No argument."""
    actions.start_plan(actor, world.operation.pk)


@word("plan.describe")
def describe_plan(world: World, actor: Actor, args: Args) -> None:
    """All optional: `certification`, `rhythm`, `platform`, `specific` (what differs, for whom), `public_need`."""
    actions.describe_plan(
        actor,
        _plan(world).pk,
        actions.Description(
            certification_label=args.text("certification", ""),
            rhythm=args.text("rhythm", ""),
            platform=args.text("platform", ""),
            specific=args.text("specific", ""),
            public_need=args.text("public_need", ""),
        ),
    )


@word("plan.add_competence")
def add_competence(world: World, actor: Actor, args: Args) -> None:
    """`label`, `asked_by` (employers, optional)."""
    actions.add_competence(
        actor,
        _plan(world).pk,
        args.text("label"),
        asked_by=[world.organisation(name) for name in args.texts("asked_by", [])],
    )


@word("plan.add_module")
def add_module(world: World, actor: Actor, args: Args) -> None:
    """`title`; optional `kind` (kept, adapted, added), `hours_centre`, `hours_company`, `on_platform`, `reason`, and
    `covers`: the labels of the competences it teaches, or "all"."""
    module = actions.add_module(
        actor,
        _plan(world).pk,
        actions.ModuleFacts(
            title=args.text("title"),
            kind=args.text("kind", Module.Kind.KEPT.value),
            hours_centre=args.whole("hours_centre", 0),
            hours_company=args.whole("hours_company", 0),
            on_platform=args.flag("on_platform"),
            reason=args.text("reason", ""),
        ),
    )
    wanted = args.texts("covers", [])
    with scope(TASK):
        rows = list(PlanCompetence.objects.filter(plan=module.plan_id).prefetch_related("modules"))
    labels = {row.label for row in rows}
    if wanted != ["all"] and set(wanted) - labels:
        raise PlayError(f"compétence absente du plan : {', '.join(sorted(set(wanted) - labels))}")
    for row in rows:
        if wanted == ["all"] or row.label in wanted:
            actions.cover_competence(actor, row.pk, [*(m.pk for m in row.modules.all()), module.pk])


@word("plan.gather")
def gather_competences(world: World, actor: Actor, args: Args) -> None:
    """Takes in the competences of the needs grouped since the plan was started. No argument."""
    actions.gather_competences(actor, _plan(world).pk)


@word("plan.cover")
def cover(world: World, actor: Actor, args: Args) -> None:
    """`label` (of the competence), `modules`: the titles of all the modules that teach it."""
    label, titles = args.text("label"), set(args.texts("modules"))
    with scope(TASK):
        row = PlanCompetence.objects.filter(plan=_plan(world), label=label).first()
        modules = dict(Module.objects.filter(plan=_plan(world)).values_list("title", "pk"))
    if row is None:
        raise PlayError(f"compétence absente du plan : {label}")
    if titles - set(modules):
        raise PlayError(f"module absent du plan : {', '.join(sorted(titles - set(modules)))}")
    actions.cover_competence(actor, row.pk, [modules[title] for title in titles])


@word("plan.explain_gap")
def explain_gap(world: World, actor: Actor, args: Args) -> None:
    """`label` (of the competence), `reason`, `uncertified` (optional)."""
    label = args.text("label")
    with scope(TASK):
        row = PlanCompetence.objects.filter(plan=_plan(world), label=label).first()
    if row is None:
        raise PlayError(f"compétence absente du plan : {label}")
    actions.explain_gap(actor, row.pk, reason=args.text("reason"), uncertified=args.flag("uncertified"))


@word("plan.submit")
def submit_plan(world: World, actor: Actor, args: Args) -> None:
    """Asks everybody's approval. No argument."""
    actions.submit_plan(actor, _plan(world).pk)


@word("plan.approve")
def approve_plan(world: World, actor: Actor, args: Args) -> None:
    """`organisations` (optional): the employers whose approval the provider records; by default one's own."""
    plan = _plan(world)
    names = args.texts("organisations", [])
    if not names:
        actions.approve_plan(actor, plan.pk)
    for name in names:
        actions.approve_plan(actor, plan.pk, organisation=world.organisation(name))


@word("plan.reopen")
def reopen_plan(world: World, actor: Actor, args: Args) -> None:
    """`reason`."""
    actions.reopen_plan(actor, _plan(world).pk, reason=args.text("reason"))
