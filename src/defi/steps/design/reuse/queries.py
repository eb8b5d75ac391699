"""Reads what a provider may take up again: its own approved plans, and the modules they are made of.

A provider has some tens of approved plans, so what its words look for is looked at in Python: no search key is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.pages import load
from defi.operations.models import Operation, Session
from defi.reference.queries import certification_fault, near_jobs
from defi.reference.words import search_key, words_of
from defi.steps.design.models import Module, PlanCompetence, Tailoring, TrainingPlan
from defi.steps.design.reuse.rules import (
    NEAREST_FIRST,
    Certified,
    Gathered,
    PastModule,
    Skill,
    answers,
    asked_here,
    counted_words,
    free_title,
    gathered,
    nearness,
)
from defi.steps.design.rules import same

MOST_SHOWN = 60
"""Past this many lines one narrows the search rather than read on (decision)."""


def reusable(actor: Actor, plan: TrainingPlan) -> QuerySet[TrainingPlan]:
    """The approved plans of the actor's own organisation, of any other operation, that it may still read."""
    if not actor.in_provider or actor.organisation_id is None:
        return TrainingPlan.objects.none()
    own = TrainingPlan.objects.visible_to(actor).filter(operation__provider_id=actor.organisation_id)
    return own.filter(state="approved").exclude(operation_id=plan.operation_id)


@dataclass(frozen=True, slots=True)
class PastPlan:
    """A past plan as the list tells it. `nearness` is of its job to the one here; hours are whole hours per trainee."""

    plan: TrainingPlan
    session: Session | None
    modules: int
    hours_centre: int
    hours_company: int
    nearness: str

    @property
    def operation(self) -> Operation:
        return self.plan.operation


def past_plans(actor: Actor, plan: TrainingPlan, typed: str = "") -> list[PastPlan]:
    """The plans to start from that hold all the words typed: same job first, then near ones by the ROME, then others,
    the latest first. Four queries."""
    rows = list(
        reusable(actor, plan)
        .select_related("operation__job", "operation__basin", "certification")
        .order_by("-approved_on", "-pk")
    )
    modules: dict[int, list[Module]] = defaultdict(list)
    for module in Module.objects.visible_to(actor).filter(plan__in=rows).order_by("order", "pk"):
        modules[module.plan_id].append(module)
    sessions = {
        session.operation_id: session
        for session in Session.objects.visible_to(actor)
        .filter(operation__in=[row.operation_id for row in rows])
        .order_by("-number")
    }
    near = {row.near_id for row in near_jobs(plan.operation.job)}
    words = words_of(typed)
    found = [
        PastPlan(
            row,
            sessions.get(row.operation_id),
            len(modules[row.pk]),
            sum(module.counted_centre for module in modules[row.pk]),
            sum(module.counted_company for module in modules[row.pk]),
            nearness(row.operation.job_id, plan.operation.job_id, near),
        )
        for row in rows
        if answers(words, _key(row, modules[row.pk]))
    ]
    return sorted(found, key=lambda line: NEAREST_FIRST.index(line.nearness))


def _key(plan: TrainingPlan, modules: Iterable[Module]) -> str:
    """The words a past plan is found by."""
    operation = plan.operation
    named = [operation.title, operation.job.label, operation.job.code_rome, operation.basin.name]
    aimed = str(plan.certification or plan.certification_label)
    return search_key(*named, aimed, *(module.title for module in modules))


@dataclass(frozen=True, slots=True)
class Taught:
    """A competence of a past plan: the one it is here (None: nobody asked for it), and the reason not to teach it that
    goes when it is linked."""

    skill: Skill
    here: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A module that may be taken. `clash`: a module here has its title, `free` is one that none has; `block` is "" when
    it is of another certification than the one aimed at here."""

    module: Module
    taught: tuple[Taught, ...]
    clash: bool
    free: str
    block: str
    block_lost: str

    @property
    def pk(self) -> int:
        return self.module.pk

    @property
    def title(self) -> str:
        return self.module.title

    @property
    def hours_words(self) -> str:
        """`10 h en centre, 4 h en entreprise`: as they count."""
        return counted_words(self.module.hours)


@dataclass(frozen=True, slots=True)
class AimOffered:
    """The certification of a past plan, beside the one aimed at here (`here`, in words). `fault`: why one cannot train
    for it any more. `offered`: it may be taken with the modules."""

    label: str
    blocks: tuple[str, ...]
    here: str
    fault: str
    offered: bool
    alike: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A past plan, module by module, as it would come into this one."""

    plan: TrainingPlan
    source: TrainingPlan
    session: Session | None
    offered: tuple[Offered, ...]
    aim: AimOffered
    tailorings: tuple[str, ...]

    @property
    def hours_centre(self) -> int:
        return sum(line.module.counted_centre for line in self.offered)

    @property
    def hours_company(self) -> int:
        return sum(line.module.counted_company for line in self.offered)

    @property
    def clashes(self) -> frozenset[int]:
        """The modules (ids) whose title is already here."""
        return frozenset(line.module.pk for line in self.offered if line.clash)

    @property
    def unsaid(self) -> list[Taught]:
        """The competences here whose reason not to be taught would go, each once."""
        found = {one.here: one for line in self.offered for one in line.taught if one.reason}
        return list(found.values())

    @property
    def not_asked(self) -> list[Skill]:
        """What is taught there that nobody asked for here, each once."""
        found: dict[int, Skill] = {}
        for line in self.offered:
            found |= {one.skill.pk: one.skill for one in line.taught if one.here is None}
        return list(found.values())


def preview(actor: Actor, plan: TrainingPlan, source_id: int) -> Preview:
    """A past plan beside this one, in a fixed number of queries. Raises `Unknown` for a plan that may not be reused."""
    source = load_reusable(actor, plan, source_id)
    modules = list(
        Module.objects.visible_to(actor).filter(plan=source).order_by("order", "pk").prefetch_related("for_employers")
    )
    taught = skills_of([module.pk for module in modules])
    asked = competences_of(plan)
    here = asked_here(
        {skill.pk: skill for skills in taught.values() for skill in skills}.values(), [_skill(row) for row in asked]
    )
    reasons = {row.pk: row.gap_reason for row in asked}
    titles = titles_of(plan)
    known = {same(title) for title in titles}
    aim = aim_offered(plan, source)
    offered = []
    for module in modules:
        told = [_taught(skill, here.get(skill.pk), reasons) for skill in taught.get(module.pk, ())]
        kept = module.block if aim.alike or aim.offered else ""
        offered.append(
            Offered(
                module,
                tuple(told),
                same(module.title) in known,
                free_title(module.title, source.year, titles),
                kept,
                module.block if module.block != kept else "",
            )
        )
    session = Session.objects.visible_to(actor).filter(operation=source.operation_id).order_by("number").first()
    differs = Tailoring.objects.visible_to(actor).filter(plan=source).order_by("pk").values_list("text", flat=True)
    return Preview(plan, source, session, tuple(offered), aim, tuple(differs))


def load_reusable(actor: Actor, plan: TrainingPlan, source_id: int) -> TrainingPlan:
    """A plan that may be reused here. Raises `Unknown`."""
    known = reusable(actor, plan).filter(pk=source_id).exists()
    related = ("operation__job", "operation__basin", "certification")
    return load(TrainingPlan, actor, source_id if known else 0, *related)


def _taught(skill: Skill, here: Skill | None, reasons: dict[int, str]) -> Taught:
    return Taught(skill, here.label if here else None, reasons.get(here.pk, "") if here else "")


def titles_of(plan: TrainingPlan) -> list[str]:
    """The titles of the modules already in a plan."""
    return list(Module._base_manager.filter(plan=plan).values_list("title", flat=True))


def competences_of(plan: TrainingPlan) -> list[PlanCompetence]:
    """The competences of a plan, in its order."""
    return list(PlanCompetence._base_manager.filter(plan=plan).order_by("pk"))


def _skill(row: PlanCompetence) -> Skill:
    return Skill(row.pk, row.label, row.competence_id)


def skills_of(modules: Collection[int]) -> dict[int, tuple[Skill, ...]]:
    """What each of these modules (ids) teaches. One query."""
    found: dict[int, list[Skill]] = defaultdict(list)
    rows = PlanCompetence.modules.through._base_manager.filter(module__in=list(modules))
    named = rows.order_by("plancompetence_id").values_list(
        "module_id", "plancompetence_id", "plancompetence__label", "plancompetence__competence_id"
    )
    for module_id, pk, label, rome in named:
        found[module_id].append(Skill(pk, label, rome))
    return {pk: tuple(skills) for pk, skills in found.items()}


def aimed(plan: TrainingPlan) -> Certified:
    """What a plan aims at."""
    return Certified(plan.certification_id, plan.certification_label)


def aim_offered(plan: TrainingPlan, source: TrainingPlan) -> AimOffered:
    """Whether the certification of a past plan may be taken: this one aims at none, and one may still train for it on
    the day the session starts (today without one)."""
    there, here = aimed(source), aimed(plan)
    session = Session._base_manager.filter(operation=plan.operation_id).order_by("number").first()
    fault = ""
    if source.certification is not None and not here:
        fault = certification_fault(source.certification, session.starts_on if session else clock.today())
    return AimOffered(
        label=str(source.certification or source.certification_label),
        blocks=tuple(
            f"{block.code} {block.label}" for block in source.blocks.filter(removed=False).order_by("rank", "code")
        ),
        here=str(plan.certification or plan.certification_label),
        fault=fault,
        offered=bool(there) and not here and not fault,
        alike=here.is_that_of(there),
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """A line of the library: a module gathered, what it teaches and whether it is asked for here, its title here."""

    gathered: Gathered
    taught: tuple[Taught, ...]
    clash: bool
    free: str

    @property
    def pk(self) -> int:
        return self.gathered.latest.pk

    @property
    def title(self) -> str:
        return self.gathered.latest.title

    @property
    def hours_words(self) -> str:
        """`10 h en centre, 4 h en entreprise`: as they count."""
        return counted_words(self.gathered.latest.hours)

    @property
    def last(self) -> date:
        return self.gathered.latest.on


@dataclass(frozen=True, slots=True)
class Library:
    """Modules of past plans, out of `whole`; `blocks` are all those one may filter by."""

    lines: list[Shelf]
    blocks: list[str]
    whole: int

    def narrowed(self, typed: str, block: str) -> Library:
        """The lines that hold all the words typed, and are of this block if one is named."""
        words = words_of(typed)
        kept = [
            line
            for line in self.lines
            if (not block or block in line.gathered.blocks) and answers(words, _shelf_key(line.gathered))
        ]
        return replace(self, lines=kept)

    @property
    def shown(self) -> list[Shelf]:
        return self.lines[:MOST_SHOWN]

    @property
    def left(self) -> int:
        """How many lines are not shown."""
        return max(0, len(self.lines) - MOST_SHOWN)

    @property
    def clashes(self) -> frozenset[int]:
        return frozenset(line.pk for line in self.lines if line.clash)


def library(actor: Actor, plan: TrainingPlan) -> Library:
    """The modules of the provider's past plans, gathered. A fixed number of queries."""
    everything = gathered(past_modules(actor, plan))
    asked = [_skill(row) for row in competences_of(plan)]
    titles = titles_of(plan)
    blocks = sorted({block for one in everything for block in one.blocks})
    return Library([_shelf(one, asked, titles) for one in everything], blocks, len(everything))


def past_modules(actor: Actor, plan: TrainingPlan) -> Iterable[PastModule]:
    """Each module of each plan that may be reused. Two queries."""
    plans = reusable(actor, plan)
    rows = Module.objects.visible_to(actor).filter(plan__in=plans).select_related("plan").order_by("pk")
    modules = list(rows)
    taught = skills_of([module.pk for module in modules])
    for module in modules:
        approved = module.plan.approved_on
        assert approved is not None  # the database sees to it
        skills = taught.get(module.pk, ())
        said = module.title, module.hours, module.operation_id, approved, module.block, skills
        yield PastModule(module.pk, *said, module.plan_id)


def _shelf_key(one: Gathered) -> str:
    return search_key(one.latest.title, *one.blocks, *(skill.label for skill in one.skills.values()))


def _shelf(one: Gathered, asked: list[Skill], titles: list[str]) -> Shelf:
    here = asked_here(one.skills.values(), asked)
    told = [Taught(skill, here[skill.pk].label if skill.pk in here else None) for skill in one.skills.values()]
    clash = same(one.latest.title) in map(same, titles)
    return Shelf(one, tuple(told), clash, free_title(one.latest.title, one.latest.on.year, titles))
