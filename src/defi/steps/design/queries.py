"""Reads the plan: competences against modules, approvals, whose turn, what was said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.reference.models import CertificationBlock
from defi.reference.queries import blocks_of, certification_fault
from defi.steps.design.calendar.queries import CalendarView, Known, calendar_of
from defi.steps.design.calendar.reading import laid_faults
from defi.steps.design.calendar.teaching import Wanted, gap_sentences, hours_given
from defi.steps.design.content import PROVIDER
from defi.steps.design.departures import askers_left, lenders_left
from defi.steps.design.models import (
    Contribution,
    LinguisticTraining,
    Module,
    PlanCompetence,
    PlanTurn,
    Remark,
    Reply,
    Tailoring,
    TrainingPlan,
)
from defi.steps.design.parties import Party, current_turn, parties
from defi.steps.design.rhythm import RhythmTold, rhythm_told
from defi.steps.design.rules import PlanFacts, WantedCompetence, block_fault, same, submission_faults
from defi.steps.design.session_hours import apart_of, hours_of
from defi.steps.design.wanted import missing_in
from defi.steps.needs import publics

SHOWN_REMARKS = 3
"""Past this many, what is said of a plan is folded: the page stays readable on a telephone (decision)."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A competence, who asked for it (names, and ids), and which modules teach it (in the order of the columns)."""

    competence: PlanCompetence
    asked_by: list[str]
    askers: set[int]
    modules: list[Module]
    taught: list[bool]

    @property
    def is_taught(self) -> bool:
        return bool(self.modules)

    @property
    def is_answered(self) -> bool:
        return self.is_taught or bool(self.competence.gap_reason)


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module, and the remarks on it that are not closed, the latest first."""

    module: Module
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plan as a page shows it."""

    operation: Operation
    plan: TrainingPlan | None
    session: Session | None
    modules: list[Module] = field(default_factory=list)
    rows: list[MatrixRow] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    asked_since: int = 0
    turn: PlanTurn | None = None
    remarks: list[Remark] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    tailorings: list[Tailoring] = field(default_factory=list)
    linguistic: LinguisticTraining | None = None
    calendar: CalendarView | None = None
    askers_left: list[str] = field(default_factory=list)

    @property
    def rhythm(self) -> RhythmTold:
        """The rhythm: the calendar's once it is laid. The calendar must have been asked for."""
        typed = self.plan.rhythm if self.plan else ""
        view = self.calendar
        if view is None or view.calendar is None or not view.is_laid:
            return rhythm_told(typed)
        return rhythm_told(typed, laid=view.sentence, cycle=view.calendar.cycle)

    @property
    def is_carried_further(self) -> bool:
        """Whether a module is covered by no certification: the Region carries what it teaches further."""
        return any(module.uncertified for module in self.modules)

    @property
    def hours_centre(self) -> int:
        return sum(module.counted_centre for module in self.modules)

    @property
    def hours_company(self) -> int:
        return sum(module.counted_company for module in self.modules)

    @property
    def is_away(self) -> bool:
        """Whether somebody else than the provider holds it."""
        others = {party.organisation.pk for party in self.parties if party.quality != PROVIDER}
        return self.turn is not None and self.turn.to_id in others

    @property
    def calendar_gaps(self) -> list[str]:
        """The modules whose half-days, in the calendar, are not the hours of the plan; those of all groups."""
        if self.calendar is None:
            return []
        wanted = [Wanted(module.pk, module.title, module.counted_centre * 60) for module in self.modules]
        return [sentence for row in self.calendar.groups for sentence in gap_sentences(hours_given(wanted, row.given))]

    def word_for(self, organisation_id: int | None) -> str:
        """The word that goes with the plan, as this organisation (id) may read it: it holds the plan, or wrote it. What
        must change, said when the plan goes back to its provider, is for all the parties."""
        if self.turn is None:
            return ""
        readers = {party.organisation.pk for party in self.holders} | {self.turn.given_by_id}
        is_back = self.turn.to_id is not None and not self.is_away
        return self.turn.text if is_back or organisation_id in readers else ""

    def modules_of(self, firm: int) -> list[Module]:
        """Those that an employer (id) approves, as `seeing.modules_of` has it; the others are for its information."""
        taught = {module.pk for row in self.rows if firm in row.askers for module in row.modules}
        taught |= {brought.module_id or 0 for brought in self.contributions if brought.employer_id == firm}
        return [
            module
            for module in self.modules
            if module.pk in taught
            or module.lender_id == firm
            or firm in {wanting.pk for wanting in module.for_employers.all()}
        ]

    @property
    def is_draft(self) -> bool:
        """Whether its provider may be changing it: what is shown is no edition, it comes after the last one."""
        return self.plan is not None and self.plan.state == "draft" and not self.is_away

    @property
    def holders(self) -> list[Party]:
        """Whose turn it is: one party, or all those whose approval is missing."""
        return [party for party in self.parties if party.holds]

    @property
    def remarks_shown(self) -> list[Remark]:
        """The latest of those that are not closed; the others are folded."""
        return self.open_remarks[:SHOWN_REMARKS]

    @property
    def remarks_folded(self) -> list[Remark]:
        """The older ones, then those that are closed."""
        return [*self.open_remarks[SHOWN_REMARKS:], *(r for r in self.remarks if r.state == "closed")]

    @property
    def open_remarks(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.state != "closed"]

    @property
    def module_rows(self) -> list[ModuleRow]:
        """The modules, each with what is said of it and not closed."""
        said: dict[int, list[Remark]] = defaultdict(list)
        for remark in self.open_remarks:
            said[remark.module_id or 0].append(remark)
        return [ModuleRow(module, said[module.pk]) for module in self.modules]

    @property
    def approved(self) -> int:
        return sum(party.approval is not None for party in self.parties)

    @property
    def answered(self) -> int:
        return sum(row.is_answered for row in self.rows)

    @property
    def asked_again(self) -> list[Party]:
        """Whose approval a change made during the training cancelled: the plan stays approved meanwhile."""
        if self.plan is None or self.plan.state != "approved":
            return []
        return [party for party in self.parties if party.fallen is not None]

    @property
    def joined_since(self) -> list[Party]:
        """Who takes part since the plan was approved, and was never asked."""
        if self.plan is None or self.plan.state != "approved":
            return []
        return [party for party in self.parties if party.approval is None and party.fallen is None]

    @property
    def session_apart(self) -> list[str]:
        """Where the session is no longer what the plan, submitted or approved, says."""
        if self.plan is None:
            return []
        return apart_of(self.plan, (self.hours_centre, self.hours_company), self.session)

    @property
    def waiting(self) -> list[Party]:
        return [party for party in self.parties if party.approval is None]


def sheet(actor: Actor, operation: Operation, *, with_calendar: bool = False) -> Sheet:
    """The plan of an operation, as this actor may see it, in a fixed number of queries; its calendar if asked for.

    Where a module was taken from is told to who may read that operation (`origin_is_known`): an employer does not learn
    what else its provider trains for."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    plans = TrainingPlan.objects.visible_to(actor).filter(operation=operation)
    plan = plans.select_related("certification", "linguistic").first()
    if plan is None:
        return Sheet(operation, None, session)
    modules: list[Module] = list(
        Module.objects.visible_to(actor)
        .filter(plan=plan)
        .select_related("lender", "taken_from__plan__operation")
        .prefetch_related("for_employers")
        .annotate(
            origin_is_known=Exists(Operation.objects.visible_to(actor).filter(pk=OuterRef("taken_from__operation")))
        )
    )
    rows = _matrix(list(PlanCompetence.objects.visible_to(actor).filter(plan=plan).order_by("id")), plan, modules)
    tailorings = list(Tailoring.objects.visible_to(actor).filter(plan=plan).select_related("employer").order_by("pk"))
    turn = current_turn(plan)
    faults: list[str] = []
    left: list[str] = []
    designing = parties(plan, operation, turn)
    present = {party.organisation.pk for party in designing}
    contributions = list(
        Contribution.objects.visible_to(actor)
        .filter(plan=plan)
        .select_related("employer", "module")
        .order_by("employer__name", "pk")
    )
    calendar = None
    if with_calendar:
        calendar = calendar_of(actor, plan, Known(session, *hours_of(modules)))
    if plan.state == "draft":
        profiles = publics.answered(operation.pk)
        wanted = [WantedCompetence(r.competence.label, len(r.modules), r.competence.gap_reason) for r in rows]
        unsound = calendar.checked.faults if calendar else None
        gone = lenders_left(present, modules, contributions)
        faults = submission_faults(facts(plan, session, modules, wanted, profiles, len(tailorings), unsound, gone))
        left = _askers_left(present, rows)
    return Sheet(
        operation,
        plan,
        session,
        modules,
        rows,
        designing,
        faults,
        list(
            Document.objects.filter(file_id=operation.pk, kind__in=["plan", "plan-grid"])
            .defer("content")
            .order_by("-id")[:5]
        ),
        missing_in(plan, {same(row.competence.label): row.askers for row in rows}) if plan.state == "draft" else 0,
        turn,
        _remarks(actor, plan),
        contributions,
        tailorings,
        getattr(plan, "linguistic", None),
        calendar,
        left,
    )


def _askers_left(present: set[int], rows: list[MatrixRow]) -> list[str]:
    """Who had asked for a competence and left, in sentences; nothing more is read while everybody is here."""
    asked = {row.competence.label: row.askers for row in rows}
    gone = {pk for askers in asked.values() for pk in askers} - present
    if not gone:
        return []
    return askers_left(present, asked, dict(Organisation.objects.filter(pk__in=gone).values_list("pk", "name")))


def _remarks(actor: Actor, plan: TrainingPlan) -> list[Remark]:
    """What was said, the latest first, with its answers."""
    remarks = Remark.objects.visible_to(actor).filter(plan=plan).select_related("organisation")
    replies = Prefetch("replies", Reply.objects.visible_to(actor).select_related("organisation"))
    return list(remarks.prefetch_related(replies).order_by("-pk"))


def _matrix(competences: list[PlanCompetence], plan: TrainingPlan, modules: list[Module]) -> list[MatrixRow]:
    """The rows in two queries. The links are read by their ids: a prefetch would build each module as many times as it
    teaches something, and a query for each competence that is never sent."""
    taught: dict[int, set[int]] = defaultdict(set)
    teaching = PlanCompetence.modules.through._base_manager.filter(plancompetence__plan=plan)
    for competence_id, module_id in teaching.values_list("plancompetence_id", "module_id"):
        taught[competence_id].add(module_id)
    askers: dict[int, dict[int, str]] = defaultdict(dict)
    asking = PlanCompetence.asked_by.through._base_manager.filter(plancompetence__plan=plan)
    named = asking.order_by("organisation__name", "organisation_id")
    for competence_id, firm, name in named.values_list("plancompetence_id", "organisation_id", "organisation__name"):
        askers[competence_id][firm] = name
    return [
        MatrixRow(
            competence,
            list(askers[competence.pk].values()),
            set(askers[competence.pk]),
            [module for module in modules if module.pk in taught[competence.pk]],
            [module.pk in taught[competence.pk] for module in modules],
        )
        for competence in competences
    ]


def facts(
    plan: TrainingPlan,
    session: Session | None,
    modules: list[Module],
    competences: list[WantedCompetence],
    profiles: int,
    tailorings: int = 0,
    calendar_faults: Sequence[str] | None = None,
    gone: Sequence[str] = (),
) -> PlanFacts:
    """What the rules look at; the faults of the calendar are read unless they are known; `gone` tells what those who
    left were to lend."""
    centre, company = hours_of(modules)
    if calendar_faults is None:
        calendar_faults = laid_faults(plan.pk, centre, company, session)
    return PlanFacts(
        competences=competences,
        modules=len(modules),
        hours_centre=centre,
        hours_company=company,
        session_centre=session.hours_centre if session else None,
        session_company=session.hours_company if session else None,
        specific=plan.specific,
        public_need=plan.public_need,
        profiles=profiles,
        tailorings=tailorings,
        certification_fault=_certification_fault(plan, session),
        calendar_faults=calendar_faults,
        block_faults=_block_faults(plan, modules),
        lenders_left=gone,
    )


def _block_faults(plan: TrainingPlan, modules: Iterable[Module]) -> list[str]:
    """The modules that lead to a block which the certification aimed at does not have."""
    named = [module for module in modules if module.block.strip()]
    if not named:
        return []
    aimed = plan.certification
    known = list(blocks_of(aimed).values_list("code", "label")) if aimed else []
    number = aimed.number if aimed else ""
    told = [block_fault(module.title, module.block.strip(), number, known) for module in named]
    return [sentence for sentence in told if sentence]


def aimed_blocks(plan: TrainingPlan | None) -> list[CertificationBlock]:
    """The blocks aimed at, none for the whole certification."""
    return list(plan.blocks.order_by("rank", "code")) if plan and plan.certification else []


def _certification_fault(plan: TrainingPlan, session: Session | None) -> str:
    """Why one cannot train for the certification aimed at on the day the session starts, or today without one."""
    if plan.certification is None:
        return ""
    return certification_fault(plan.certification, session.starts_on if session else clock.today())


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    sheet: Sheet


def card(actor: Actor, operation: Operation) -> Card:
    """Approvals, hours and coverage, in one look."""
    return Card(sheet(actor, operation))
