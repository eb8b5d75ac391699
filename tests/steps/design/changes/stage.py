"""A plan approved by all, its session begun: two firms, each with its competence and module, and a work placement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Session
from defi.people.models import Organisation, Person
from defi.steps.design import actions, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.calendar import actions as calendar_actions
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes import asking
from defi.steps.design.changes.asking import Motive
from defi.steps.design.changes.lines import ModuleState, module_state
from defi.steps.design.changing import content_of
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan
from design.calendar.stage import RHYTHM

JUNE, START, DAY, LATER = date(2025, 6, 10), date(2025, 11, 3), date(2026, 1, 5), date(2026, 1, 12)


@dataclass
class Stage:
    """Those who have a part in a change, and what they change."""

    operation: Operation
    session: Session
    plan: TrainingPlan
    lead: Actor
    officer: Actor
    firms: list[Organisation]

    def fresh(self) -> TrainingPlan:
        with scope(TASK):
            return TrainingPlan.objects.select_related("operation").get(pk=self.plan.pk)

    def module(self, title: str) -> Module:
        with scope(TASK):
            return Module.objects.get(plan=self.plan, title=title)

    def competence(self, label: str) -> PlanCompetence:
        with scope(TASK):
            return PlanCompetence.objects.get(plan=self.plan, label=label)

    def state(self, title: str) -> ModuleState:
        with scope(TASK):
            found = module_state(content_of(self.fresh()), self.module(title).pk)
        assert found is not None
        return found

    def request(self) -> ChangeRequest:
        with scope(TASK):
            return ChangeRequest.objects.order_by("-pk").select_related("plan", "operation")[0]

    def prepare(self, reason: str = "Un contrôle d'hygiène l'exige", on: date = LATER) -> ChangeRequest:
        return asking.prepare_change(self.lead, self.plan.pk, Motive(reason, on))

    def write(self, request: ChangeRequest, module: str, **changes: object) -> ChangeRequest:
        wanted = replace(self.state(module), **changes)  # type: ignore[arg-type]
        return asking.write_module(self.lead, request.pk, self.module(module).pk, wanted)

    def asked(self, **changes: object) -> ChangeRequest:
        """A request sent: « Hygiène » with these changes (7 h more in centre by default)."""
        request = self.prepare()
        self.write(request, "Hygiène", **(changes or {"centre": 21}))
        return asking.ask_change(self.lead, request.pk)


def a_stage() -> Stage:
    """Everything that a request needs."""
    with clock.at(JUNE):
        operation = make.an_operation()
        officer = make.an_officer(make.a_person("Claire", email="claire@region.example"))
        session = make.a_session(operation, START, days=158)
        firms = [make.an_employer(name, f"{name[:3].lower()}@exemple.invalid") for name in ("Les Tilleuls", "Bel-Air")]
        for firm in firms:
            add_partner(officer, operation.pk, firm)
        lead = make.a_coordinator(operation)
        plan = actions.start_plan(lead, operation.pk)
        modules = [("Hygiène", 14, 0), ("Cuisine", 60, 0), ("Accueil", 346, 0), ("Stage", 0, 140)]
        rows = {t: actions.add_module(lead, plan.pk, ModuleFacts(t, "kept", c, e)) for t, c, e in modules}
        for label, firm, title in (("Nettoyer", firms[0], "Hygiène"), ("Préparer un repas", firms[1], "Cuisine")):
            competence = actions.add_competence(lead, plan.pk, label, asked_by=[firm])
            actions.cover_competence(lead, competence.pk, [rows[title].pk])
        said = Description(specific="Nuits", public_need="profils à venir", rhythm="3 semaines, puis 1")
        actions.describe_plan(lead, plan.pk, said)
        made = calendar_actions.set_rhythm(lead, plan.pk, RHYTHM)
        calendar_actions.lay_calendar(lead, made.pk)
        turns.submit_plan(lead, plan.pk)
        for firm in firms:
            turns.approve_plan(make.actor(Who.SIGNATORY, firm), plan.pk)
        turns.approve_plan(officer, plan.pk)
    with scope(TASK):
        Person.objects.filter(pk=lead.person_id).update(email="lead@of.example")
        Session.objects.filter(pk=session.pk).update(started_on=START)
    return Stage(operation, session, plan, lead, officer, firms)
