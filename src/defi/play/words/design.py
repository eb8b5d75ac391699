"""Words on the training plan."""

from __future__ import annotations

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, word
from defi.reference.queries import blocks_of, certification_numbered
from defi.steps.design import actions, contributing, covering, mandates, paper, remarks, turns
from defi.steps.design.calendar.describing import calendar_rows
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes import asking, deciding
from defi.steps.design.changes.lines import ModuleState, module_state
from defi.steps.design.changes.reading import calendar_of
from defi.steps.design.changing import content_of
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import Contribution, Module, PlanCompetence, Remark, TrainingPlan
from defi.steps.design.reuse import actions as reusing
from defi.steps.design.reuse.queries import reusable


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
    """All optional: `rhythm`, `platform`, `specific` (what differs, for whom), `public_need`,
    `entry_level`, `entry_conditions`, `cost_per_place` (euros)."""
    actions.describe_plan(
        actor,
        _plan(world).pk,
        actions.Description(
            rhythm=args.text("rhythm", ""),
            platform=args.text("platform", ""),
            specific=args.text("specific", ""),
            public_need=args.text("public_need", ""),
            entry_level=args.text("entry_level", ""),
            entry_conditions=args.text("entry_conditions", ""),
            cost_per_place=args.optional_decimal("cost_per_place"),
        ),
    )


@word("plan.aim_at")
def aim_at(world: World, actor: Actor, args: Args) -> None:
    """The certification aimed at: its `number` with, optional, the codes of its `blocks`; or `label`, its name when no
    register holds it."""
    number = args.text("number", "")
    certification = certification_numbered(number) if number else None
    if number and certification is None:
        raise PlayError(f"certification inconnue : {number}")
    codes = args.texts("blocks", [])
    blocks = [block for block in blocks_of(certification) if block.code in codes] if certification else []
    if len(blocks) != len(codes):
        raise PlayError(f"bloc inconnu : {', '.join(codes)}")
    actions.aim_at(actor, _plan(world).pk, certification, blocks=blocks, label=args.text("label", ""))


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
    """`title`; optional `kind` (kept, adapted, added), `hours_centre`, `hours_company`, `hours_remote`,
    `hours_situation`, `on_platform`, `lender` (employer), `trainer`, `place`, `reason`, `block`, `uncertified`,
    `for_employers`, and `covers`: the labels of the competences it teaches, or "all"."""
    lender = args.text("lender", "")
    module = actions.add_module(
        actor,
        _plan(world).pk,
        actions.ModuleFacts(
            title=args.text("title"),
            kind=args.text("kind", Module.Kind.KEPT.value),
            hours_centre=args.whole("hours_centre", 0),
            hours_company=args.whole("hours_company", 0),
            hours_remote=args.whole("hours_remote", 0),
            hours_situation=args.whole("hours_situation", 0),
            on_platform=args.flag("on_platform"),
            lender=world.organisation(lender) if lender else None,
            trainer=args.text("trainer", ""),
            place=args.text("place", ""),
            reason=args.text("reason", ""),
            block=args.text("block", ""),
            uncertified=args.flag("uncertified"),
            for_employers=[world.organisation(name) for name in args.texts("for_employers", [])],
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


@word("plan.change_module")
def change_module(world: World, actor: Actor, args: Args) -> None:
    """`title` (of the module); optional: what changes among `kind`, `hours_centre`, `hours_company`, `hours_remote`,
    `hours_situation`, `reason`, `place`, `trainer`, and `asker`, on whose demand."""
    module = _module(world, args.text("title"))
    asker = args.text("asker", "")
    with scope(TASK):
        firms = list(module.for_employers.all())
    actions.change_module(
        actor,
        module.pk,
        actions.ModuleFacts(
            title=module.title,
            kind=args.text("kind", module.kind),
            hours_centre=args.whole("hours_centre", module.hours_centre),
            hours_company=args.whole("hours_company", module.hours_company),
            hours_remote=args.whole("hours_remote", module.hours_remote),
            hours_situation=args.whole("hours_situation", module.hours_situation),
            on_platform=module.on_platform,
            lender=module.lender,
            trainer=args.text("trainer", module.trainer),
            place=args.text("place", module.place),
            reason=args.text("reason", module.reason),
            block=module.block,
            uncertified=module.uncertified,
            for_employers=firms,
        ),
        asker=world.organisation(asker) if asker else None,
    )


@word("plan.take_from")
def take_from(world: World, actor: Actor, args: Args) -> None:
    """`plan`: the title of the operation whose plan is taken up again; optional `modules` (titles; all by default),
    `renamed` (tables of a `module` and its `title` here), `competences` (labels, that nobody asked for here),
    `certification` (true to aim at its certification)."""
    title = args.text("plan")
    with scope(TASK):
        past = TrainingPlan.objects.filter(operation__title=title, state="approved").order_by("-pk").first()
        modules = list(Module.objects.filter(plan=past)) if past else []
        labels = dict(PlanCompetence.objects.filter(plan=past).values_list("label", "pk")) if past else {}
    if past is None:
        raise PlayError(f"aucun plan approuvé ne porte ce titre : {title}")
    added = args.texts("competences", [])
    if unknown := sorted(set(added) - set(labels)):
        raise PlayError(f"compétence absente du plan repris : {', '.join(unknown)}")
    reusing.take_from(
        actor,
        _plan(world).pk,
        past.pk,
        _picks(args, modules),
        competences=[labels[label] for label in added],
        certification=args.flag("certification"),
    )


@word("plan.take_modules")
def take_modules(world: World, actor: Actor, args: Args) -> None:
    """`modules`: titles out of the library, the latest of that title; optional `renamed` (tables of a `module` and its
    `title` here)."""
    with scope(actor):
        known = Module.objects.filter(plan__in=reusable(actor, _plan(world))).order_by("plan__approved_on", "pk")
        latest = {module.title: module for module in known}
    args.texts("modules")
    reusing.take_modules(actor, _plan(world).pk, _picks(args, list(latest.values())))


def _picks(args: Args, modules: list[Module]) -> list[reusing.Pick]:
    """The modules named in `modules`, or all, each under the title that `renamed` gives it."""
    known = {module.title: module.pk for module in modules}
    wanted, renamed = args.texts("modules", list(known)), {}
    for row in args.tables("renamed", []):
        renamed[row.text("module")] = row.text("title")
        row.done()
    if unknown := sorted({*wanted, *renamed} - set(known)):
        raise PlayError(f"module absent des plans repris : {', '.join(unknown)}")
    return [reusing.Pick(known[title], renamed.get(title, "")) for title in wanted]


@word("plan.cover_all")
def cover_all(world: World, actor: Actor, args: Args) -> None:
    """`rows`: tables of a `competence` (its label) and the `modules` (their titles) that teach it."""
    plan = _plan(world)
    with scope(TASK):
        competences = dict(PlanCompetence.objects.filter(plan=plan).values_list("label", "pk"))
        modules = dict(Module.objects.filter(plan=plan).values_list("title", "pk"))
    grid = {}
    for row in args.tables("rows"):
        label, titles = row.text("competence"), row.texts("modules")
        row.done()
        if label not in competences or set(titles) - set(modules):
            raise PlayError(f"ligne de la grille inconnue : {label}, {', '.join(titles)}")
        grid[competences[label]] = frozenset(modules[title] for title in titles)
    covering.cover_all(actor, plan.pk, grid)


@word("plan.add_contribution")
def add_contribution(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `kind` (visit, equipment, tutor, jury, teaching); optional `module` (its title), `detail`."""
    title = args.text("module", "")
    contributing.add_contribution(
        actor,
        _plan(world).pk,
        world.organisation(args.text("employer")),
        args.text("kind"),
        module_id=_module(world, title).pk if title else None,
        detail=args.text("detail", ""),
    )


@word("plan.remove_contribution")
def remove_contribution(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `kind`: the contribution that is not brought after all."""
    employer, kind = world.organisation(args.text("employer")), args.text("kind")
    with scope(TASK):
        row = Contribution.objects.filter(plan=_plan(world), employer=employer, kind=kind).first()
    if row is None:
        raise PlayError(f"apport absent du plan : {kind}")
    contributing.remove_contribution(actor, row.pk)


@word("plan.tailor")
def tailor(world: World, actor: Actor, args: Args) -> None:
    """`text`: what differs from the standard programme; `employer` (optional): for whom."""
    employer = args.text("employer", "")
    contributing.tailor(
        actor, _plan(world).pk, args.text("text"), employer=world.organisation(employer) if employer else None
    )


@word("plan.link_linguistic")
def link_linguistic(world: World, actor: Actor, args: Args) -> None:
    """DEFI linguistique: `provider`, `hours`; optional `eos_number`, `aim`."""
    contributing.link_linguistic(
        actor,
        _plan(world).pk,
        contributing.LinguisticFacts(
            provider_name=args.text("provider"),
            hours=args.whole("hours"),
            eos_number=args.text("eos_number", ""),
            aim=args.text("aim", ""),
        ),
    )


@word("plan.submit")
def submit_plan(world: World, actor: Actor, args: Args) -> None:
    """Asks at once the approval of all those who have not given it. `text` (optional): a word with it."""
    turns.submit_plan(actor, _plan(world).pk, text=args.text("text", ""))


@word("plan.ask_one")
def ask_one(world: World, actor: Actor, args: Args) -> None:
    """Asks the approval of one party, `to`; once given, the plan goes to the next. `text` (optional)."""
    turns.ask_one(actor, _plan(world).pk, world.organisation(args.text("to")), text=args.text("text", ""))


@word("plan.pass_on")
def pass_on(world: World, actor: Actor, args: Args) -> None:
    """Passes the plan to another party, `to`: for advice while it is in preparation. `text` (optional)."""
    turns.pass_on(actor, _plan(world).pk, world.organisation(args.text("to")), text=args.text("text", ""))


@word("plan.give_back")
def give_back(world: World, actor: Actor, args: Args) -> None:
    """Gives the plan back to its provider: `reason`, what must change."""
    turns.give_back(actor, _plan(world).pk, reason=args.text("reason"))


@word("plan.let_answer")
def let_answer(world: World, actor: Actor, args: Args) -> None:
    """The provider notes that these `organisations` let it answer for them: `let_by` (who, by function), `way`
    (meeting, phone, mail, paper), `reason`; `let_on` (optional): that day by default."""
    let = mandates.Let(args.text("let_by"), args.text("way"), args.day("let_on", clock.today()))
    for name in args.texts("organisations"):
        mandates.let_answer(actor, _plan(world).pk, world.organisation(name), let, reason=args.text("reason"))


@word("plan.stop_answering")
def stop_answering(world: World, actor: Actor, args: Args) -> None:
    """The provider no longer answers for this `organisation`."""
    with scope(TASK):
        given = Mandate.objects.filter(plan=_plan(world), ended_on=None)
        mandate = given.filter(organisation=world.organisation(args.text("organisation"))).first()
    if mandate is None:
        raise PlayError("cet employeur ne laisse pas l'organisme répondre")
    mandates.stop_answering(actor, mandate.pk)


@word("plan.approve")
def approve_plan(world: World, actor: Actor, args: Args) -> None:
    """`organisations` (optional): the employers that let the provider answer and whose approval it notes; by default
    one's own. `edition` (optional): the one that was read; a former one is refused."""
    plan = _plan(world)
    names, edition = args.texts("organisations", []), args.optional_whole("edition")
    if not names:
        turns.approve_plan(actor, plan.pk, edition=edition)
    for name in names:
        turns.approve_plan(actor, plan.pk, organisation=world.organisation(name), edition=edition)


@word("plan.reopen")
def reopen_plan(world: World, actor: Actor, args: Args) -> None:
    """The provider takes the plan back: `reason`."""
    turns.reopen_plan(actor, _plan(world).pk, reason=args.text("reason"))


@word("plan.ask_change")
def ask_change(world: World, actor: Actor, args: Args) -> None:
    """During the training. `reason`, `effective_on`; optional: `modules`, tables of the `title` of a module and what
    changes among `rename`, `kind`, `hours_centre`, `hours_company`, `hours_remote`, `hours_situation`, `why`,
    `teaches` (labels of all the competences it teaches), or `remove` = true; a title that the plan has not is a module
    added; `rhythm` (words); `lay_again`: the calendar is laid again from that day on, at the same rhythm; `asker`, on
    whose demand. A request to mend is taken up again: what is said now replaces what it said of the same modules."""
    plan = _plan(world)
    asker = args.text("asker", "")
    motive = asking.Motive(args.text("reason"), args.day("effective_on"), world.organisation(asker) if asker else None)
    with scope(TASK):
        open_one = ChangeRequest.objects.filter(plan=plan, state="to_mend").first()
    if open_one is None:
        request = asking.prepare_change(actor, plan.pk, motive)
    else:
        request = asking.describe_change(actor, open_one.pk, motive)
    for row in args.tables("modules", []):
        _write_module(plan, actor, request.pk, row)
    with scope(TASK):
        rhythm = calendar_of(calendar_rows(plan.pk)).rhythm if args.flag("lay_again") else None
    if args.has("rhythm") or rhythm:
        asking.write_rhythm(actor, request.pk, args.text("rhythm", plan.rhythm), rhythm)
    asking.ask_change(actor, request.pk)


def _write_module(plan: TrainingPlan, actor: Actor, request_id: int, row: Args) -> None:
    title = row.text("title")
    with scope(TASK):
        module = Module.objects.filter(plan=plan, title=title).first()
        known = module_state(content_of(plan), module.pk) if module else None
        labels = dict(PlanCompetence.objects.filter(plan=plan).values_list("label", "pk"))
    was = known or ModuleState(title, "added")
    if unknown := set(row.texts("teaches", [])) - set(labels):
        raise PlayError(f"compétence absente du plan : {', '.join(sorted(unknown))}")
    taught = tuple(sorted(labels[label] for label in row.texts("teaches", [])))
    wanted = ModuleState(
        title=row.text("rename", was.title),
        kind=row.text("kind", was.kind),
        centre=row.whole("hours_centre", was.centre),
        company=row.whole("hours_company", was.company),
        remote=row.whole("hours_remote", was.remote),
        situation=row.whole("hours_situation", was.situation),
        reason=row.text("why", was.reason),
        for_employers=was.for_employers,
        competences=taught if row.has("teaches") else was.competences,
    )
    gone = row.flag("remove")
    row.done()
    asking.write_module(actor, request_id, module.pk if module else 0, None if gone else wanted)


def _asked_change(world: World) -> int:
    """The request that waits for the Region."""
    with scope(TASK):
        request = ChangeRequest.objects.filter(plan=_plan(world), state="asked").first()
    if request is None:
        raise PlayError("aucune modification du plan n'est demandée")
    return request.pk


@word("plan.approve_change")
def approve_change(world: World, actor: Actor, args: Args) -> None:
    """Approves the change that is asked: the plan is changed at once. No argument."""
    deciding.approve_change(actor, _asked_change(world))


@word("plan.refuse_change")
def refuse_change(world: World, actor: Actor, args: Args) -> None:
    """Refuses the change that is asked: `reason`."""
    deciding.refuse_change(actor, _asked_change(world), reason=args.text("reason"))


@word("plan.mend_change")
def mend_change(world: World, actor: Actor, args: Args) -> None:
    """Sends the change that is asked back to its provider: `reason`, what must be mended."""
    deciding.mend_change(actor, _asked_change(world), reason=args.text("reason"))


@word("plan.withdraw_change")
def withdraw_change(world: World, actor: Actor, args: Args) -> None:
    """The provider takes back the change it asked. No argument."""
    asking.withdraw_change(actor, _asked_change(world))


@word("plan.print")
def print_plan(world: World, actor: Actor, args: Args) -> None:
    """Prints the plan as it stands. No argument."""
    paper.print_plan(actor, _plan(world).pk)


@word("plan.print_grid")
def print_grid(world: World, actor: Actor, args: Args) -> None:
    """Prints the matrix of competences and modules. No argument."""
    paper.print_grid(actor, _plan(world).pk)


@word("plan.print_asked")
def print_asked(world: World, actor: Actor, args: Args) -> None:
    """Prints what an employer asked for, and where it is taught. `employer` (optional: one's own)."""
    name = args.text("employer", "")
    employer = world.organisation(name).pk if name else actor.organisation_id
    paper.print_asked(actor, _plan(world).pk, employer)


@word("remark.make")
def make_remark(world: World, actor: Actor, args: Args) -> None:
    """`text`; optional `module` (its title) or `competence` (its label): what it is about."""
    title, label = args.text("module", ""), args.text("competence", "")
    with scope(TASK):
        competence = PlanCompetence.objects.filter(plan=_plan(world), label=label).first() if label else None
    if label and competence is None:
        raise PlayError(f"compétence absente du plan : {label}")
    remarks.make_remark(
        actor,
        _plan(world).pk,
        args.text("text"),
        module_id=_module(world, title).pk if title else None,
        competence_id=competence.pk if competence else None,
    )


@word("remark.answer")
def answer_remark(world: World, actor: Actor, args: Args) -> None:
    """`about` (the module or the competence of the remark), `text`; `close` (optional): closes it once answered."""
    remark = _remark(world, args.text("about"))
    remarks.answer_remark(actor, remark.pk, args.text("text"))
    if args.flag("close"):
        remarks.close_remark(actor, remark.pk)


@word("remark.close")
def close_remark(world: World, actor: Actor, args: Args) -> None:
    """`about`: the module or the competence of the remark."""
    remarks.close_remark(actor, _remark(world, args.text("about")).pk)


def _module(world: World, title: str) -> Module:
    with scope(TASK):
        module = Module.objects.filter(plan=_plan(world), title=title).select_related("lender").first()
    if module is None:
        raise PlayError(f"module absent du plan : {title}")
    return module


def _remark(world: World, about: str) -> Remark:
    with scope(TASK):
        rows = Remark.objects.filter(plan=_plan(world), about=about).exclude(state="closed")
        remark = rows.order_by("-pk").first()
    if remark is None:
        raise PlayError(f"aucune remarque ouverte sur : {about}")
    return remark
