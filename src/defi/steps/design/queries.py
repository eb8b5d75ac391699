"""Reads the plan: competences against modules, approvals, whose turn."""

from __future__ import annotations

from dataclasses import dataclass, field

from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.operations.models import Operation, Part, Partner, Session
from defi.people.models import Organisation
from defi.steps.design.models import Approval, Module, PlanCompetence, TrainingPlan
from defi.steps.design.rules import PlanFacts, WantedCompetence, same, submission_faults
from defi.steps.needs import publics
from defi.steps.needs.models import NeedCompetence


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A competence, who asked for it, and which modules teach it (in the order of the columns)."""

    competence: PlanCompetence
    asked_by: list[str]
    taught: list[bool]

    @property
    def is_answered(self) -> bool:
        return any(self.taught) or bool(self.competence.gap_reason)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whose approval is required, and whether they gave it for this edition."""

    organisation: Organisation
    quality: str
    approval: Approval | None


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

    @property
    def hours_centre(self) -> int:
        return sum(module.hours_centre for module in self.modules)

    @property
    def hours_company(self) -> int:
        return sum(module.hours_company for module in self.modules)

    @property
    def approved(self) -> int:
        return sum(party.approval is not None for party in self.parties)

    @property
    def answered(self) -> int:
        return sum(row.is_answered for row in self.rows)

    @property
    def waiting(self) -> list[Party]:
        return [party for party in self.parties if party.approval is None]


def sheet(actor: Actor, operation: Operation) -> Sheet:
    """The plan of an operation, as this actor may see it, in a fixed number of queries."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    plan = TrainingPlan.objects.visible_to(actor).filter(operation=operation).select_related("certification").first()
    if plan is None:
        return Sheet(operation, None, session)
    modules = list(Module.objects.visible_to(actor).filter(plan=plan))
    competences = list(
        PlanCompetence.objects.visible_to(actor)
        .filter(plan=plan)
        .prefetch_related("asked_by", "modules")
        .order_by("id")
    )
    rows = [_row(competence, modules) for competence in competences]
    profiles = publics.answered(operation.pk)
    return Sheet(
        operation,
        plan,
        session,
        modules,
        rows,
        _parties(actor, operation, plan),
        submission_faults(facts(plan, session, modules, competences, profiles)) if plan.state == "draft" else [],
        list(Document.objects.filter(file_id=operation.pk, kind="plan").defer("content").order_by("-id")[:5]),
        missing_in(plan, rows) if plan.state == "draft" else 0,
    )


def _row(competence: PlanCompetence, modules: list[Module]) -> MatrixRow:
    taught = {module.pk for module in competence.modules.all()}
    return MatrixRow(
        competence,
        [organisation.name for organisation in competence.asked_by.all()],
        [module.pk in taught for module in modules],
    )


def facts(
    plan: TrainingPlan,
    session: Session | None,
    modules: list[Module],
    competences: list[PlanCompetence],
    profiles: int,
) -> PlanFacts:
    """What the rules look at."""
    return PlanFacts(
        competences=[WantedCompetence(c.label, len(c.modules.all()), c.gap_reason) for c in competences],
        modules=len(modules),
        hours_centre=sum(module.hours_centre for module in modules),
        hours_company=sum(module.hours_company for module in modules),
        session_centre=session.hours_centre if session else None,
        session_company=session.hours_company if session else None,
        specific=plan.specific,
        public_need=plan.public_need,
        profiles=profiles,
    )


def required_parties(operation: Operation) -> list[tuple[int, str]]:
    """Who must approve: the provider, each employer that takes part, the Region (id of organisation, quality)."""
    partners = Partner._base_manager.filter(
        operation=operation, left_on=None, part__in=[Part.PROVIDER, Part.EMPLOYER]
    ).order_by("part", "id")
    return [(p.organisation_id, p.part) for p in partners] + [(operation.region_id, "region")]


def _parties(actor: Actor, operation: Operation, plan: TrainingPlan) -> list[Party]:
    required = required_parties(operation)
    organisations = Organisation.objects.in_bulk([pk for pk, _quality in required])
    approvals = {
        a.organisation_id: a for a in Approval.objects.visible_to(actor).filter(plan=plan, edition=plan.edition)
    }
    return [Party(organisations[pk], quality, approvals.get(pk)) for pk, quality in required]


@dataclass(slots=True)
class Asked:
    """A competence that needs ask for, under its first wording, and the employers who do (ids)."""

    label: str
    competence_id: int | None
    employers: set[int]


def wanted_in(operation_id: int) -> dict[str, Asked]:
    """What the needs of an operation really ask for, each competence once whatever its spelling."""
    rows = NeedCompetence.objects.filter(
        need__collective__operation=operation_id, really_needed=True, need__state__in=["grouped", "answered"]
    ).select_related("need")
    wanted: dict[str, Asked] = {}
    for row in rows.order_by("need_id", "pk"):
        asked = wanted.setdefault(same(row.label), Asked(" ".join(row.label.split()), row.competence_id, set()))
        asked.employers.add(row.need.employer_id)
        asked.competence_id = asked.competence_id or row.competence_id
    return wanted


def missing_in(plan: TrainingPlan, rows: list[MatrixRow]) -> int:
    """How many competences employers asked for since, that the plan does not follow yet."""
    known = {same(row.competence.label): {firm.pk for firm in row.competence.asked_by.all()} for row in rows}
    return sum(bool(asked.employers - known.get(key, set())) for key, asked in wanted_in(plan.operation_id).items())


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    sheet: Sheet


def card(actor: Actor, operation: Operation) -> Card:
    """Approvals, hours and coverage, in one look."""
    return Card(sheet(actor, operation))
