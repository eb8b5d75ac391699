"""A provider with an approved plan behind it and a young one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.operations.actions import add_partner, open_operation
from defi.operations.models import Operation
from defi.people.models import Organisation
from defi.reference.models import Certification, CertificationBlock
from defi.steps.design import actions
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan


@dataclass
class Stage:
    """`past` is approved; `plan` is in preparation. Both are of the provider `lead` coordinates."""

    lead: Actor
    firm: Organisation
    past: TrainingPlan
    plan: TrainingPlan
    certification: Certification

    @property
    def operation(self) -> Operation:
        return self.plan.operation

    def module(self, title: str, plan: TrainingPlan | None = None) -> Module:
        """A module of the past plan, or of the one named."""
        with scope(TASK):
            return Module.objects.get(plan=plan or self.past, title=title)

    def titles(self) -> list[str]:
        """The modules of the young plan."""
        with scope(TASK):
            return list(Module.objects.filter(plan=self.plan).values_list("title", flat=True))

    def taught(self) -> dict[str, list[str]]:
        """The competences of the young plan, and the modules that teach them."""
        with scope(TASK):
            rows = PlanCompetence.objects.filter(plan=self.plan).prefetch_related("modules")
            return {row.label: [module.title for module in row.modules.all()] for row in rows}


def approved(plan: TrainingPlan, on: date | None = None) -> TrainingPlan:
    """As if all had approved it: the turns have their own tests."""
    TrainingPlan._base_manager.filter(pk=plan.pk).update(state="approved", approved_on=on or clock.today())
    plan.refresh_from_db()
    return plan


def an_operation_of(provider: Organisation, title: str) -> Operation:
    """Another operation of the same provider."""
    return open_operation(
        make.an_officer(),
        title=title,
        region=make.a_region(),
        basin=make.a_basin(),
        job=make.a_job(),
        provider=provider,
    )


def a_past_plan(operation: Operation, certification: Certification, on: date | None = None) -> TrainingPlan:
    """Approved, with three modules; « Tracer un débit » is taught and nobody asks for it elsewhere."""
    block = certification.blocks.order_by("rank")[0]
    plan = TrainingPlan._base_manager.create(
        operation=operation, state="approved", approved_on=on or clock.today(), certification=certification
    )
    plan.blocks.set([block])
    of_it = {"operation": operation, "plan": plan}
    gestures, hygiene, _law = Module._base_manager.bulk_create(
        [
            Module(
                title="Gestes",
                hours_centre=60,
                hours_company=20,
                block=f"{block.code} {block.label}",
                trainer="Une personne",
                order=1,
                **of_it,
            ),
            Module(title="Hygiène", hours_centre=21, place="Salle 2", order=2, **of_it),
            Module(title="Droit", kind="added", reason="Demandé", hours_remote=7, order=3, **of_it),
        ]
    )
    lifting, tracing = PlanCompetence._base_manager.bulk_create(
        PlanCompetence(label=label, **of_it) for label in ("Aider au lever", "Tracer un débit")
    )
    with scope(TASK):
        lifting.modules.set([gestures, hygiene])
        tracing.modules.set([hygiene])
    return plan


def a_certification(number: str = "RNCP90001", ends_on: date | None = None) -> Certification:
    """A certification of two blocks."""
    sheet = Certification.objects.create(number=number, title="Titre d'essai", ends_on=ends_on)
    for n in (1, 2):
        CertificationBlock.objects.create(certification=sheet, code=f"{number}BC0{n}", label=f"Bloc {n}", rank=n)
    return sheet


def a_stage() -> Stage:
    """Both plans; the young one asks for « Aider au lever »."""
    past_operation = make.an_operation()
    certification = a_certification()
    past = a_past_plan(past_operation, certification, date(2025, 3, 10))
    operation = an_operation_of(past_operation.provider, "Aide à domicile, Dreux")
    firm = make.an_employer("Les Tilleuls")
    add_partner(make.an_officer(), operation.pk, firm)
    lead = make.a_coordinator(operation)
    plan = actions.start_plan(lead, operation.pk)
    actions.add_competence(lead, plan.pk, "Aider  au LEVER", asked_by=[firm])
    return Stage(lead, firm, past, plan, certification)
