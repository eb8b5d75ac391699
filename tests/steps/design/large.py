"""A plan of any size, come back once from a second employer: for what its pages cost, in queries and in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.actions import SessionPlan, add_partner, plan_session
from defi.operations.models import Operation
from defi.people.models import Account, Organisation
from defi.steps.design import actions, contributing, remarks, turns
from defi.steps.design.calendar import actions as calendar
from defi.steps.design.calendar.rules import Closed, Rhythm
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan

START = date(2025, 9, 1)
WEEK = frozenset(range(5))
CHRISTMAS = Closed(date(2025, 12, 22), date(2026, 1, 2), "Noël")
A_MONTH_IN_CENTRE, A_MONTH_IN_COMPANY = 105, 35
"""Whole hours: three weeks and one, of 35 h."""


@dataclass(frozen=True)
class LargePlan:
    """The plan, who takes part, and the accounts that read it."""

    plan: TrainingPlan
    operation: Operation
    firms: list[Organisation]
    coordinator: Actor
    lead: Account
    officer: Account


def a_large_plan(competences: int, modules: int, months: int) -> LargePlan:
    """In preparation at its second edition: each competence taught by three modules, a remark and its answer for each
    four of them. The first employer has approved; the second has given it back, and a change cancelled nothing."""
    with clock.at(date(2025, 6, 10)):
        operation, firms = _operation(months)
        person = make.a_person("Alex", email="alex@mesure.invalid")
        coordinator = make.actor(Who.COORDINATOR, operation.provider, person)
        plan = actions.start_plan(coordinator, operation.pk)
        with scope(TASK):
            _fill(plan, firms, competences, modules, months)
        _say(plan, firms, coordinator, competences)
        _lay(plan, coordinator)
        turns.ask_one(coordinator, plan.pk, firms[0], text="Relisez les modules faits pour vous.")
        turns.approve_plan(make.actor(Who.SIGNATORY, firms[0]), plan.pk)
        turns.give_back(make.actor(Who.SIGNATORY, firms[1]), plan.pk, reason="Dites qui vient au jury.")
        contributing.add_contribution(coordinator, plan.pk, firms[1], "jury")
        reader = make.a_person("Camille", email="camille@mesure.invalid")
        make.an_officer(reader)
    accounts = [Account.objects.get(person=somebody) for somebody in (person, reader)]
    return LargePlan(plan, operation, firms, coordinator, *accounts)


def _operation(months: int) -> tuple[Operation, list[Organisation]]:
    operation = make.an_operation()
    firms = [make.an_employer(name, email=f"{name[-1]}@mesure.invalid") for name in ("Firme A", "Firme B")]
    for firm in firms:
        add_partner(make.an_officer(), operation.pk, firm)
    hours = (A_MONTH_IN_CENTRE * months, A_MONTH_IN_COMPANY * months)
    session = SessionPlan(START, START + timedelta(days=90 + 31 * months), 12, *hours)
    plan_session(make.a_coordinator(operation), operation.pk, session)
    return operation, firms


def _fill(plan: TrainingPlan, firms: list[Organisation], competences: int, modules: int, months: int) -> None:
    """The rows at once: by actions two hundred modules would take a minute."""
    common = {"operation_id": plan.operation_id, "plan": plan}
    each, rest = divmod(A_MONTH_IN_CENTRE * months, modules)
    taught = Module.objects.bulk_create(
        Module(
            **common,
            title=f"Module {n + 1} : gestes, méthodes et sécurité",
            order=n + 1,
            kind=("kept", "adapted", "added")[n % 3],
            reason="" if n % 3 == 0 else "Demandé à la visite de l'atelier",
            hours_centre=each + (rest if n == 0 else 0),
            hours_company=A_MONTH_IN_COMPANY * months if n == 0 else 0,
            lender=firms[0] if n % 7 == 3 else None,
            on_platform=n % 7 == 3,
            trainer="Formatrice d'essai",
            place="12 rue des Essais",
            uncertified=n % 5 == 4,
        )
        for n in range(modules)
    )
    wanted = PlanCompetence.objects.bulk_create(
        PlanCompetence(**common, label=f"Compétence {n + 1} : faire, vérifier et rendre compte")
        for n in range(competences)
    )
    Module.for_employers.through.objects.bulk_create(
        Module.for_employers.through(module=module, organisation=firms[n % 2])
        for n, module in enumerate(taught)
        if n % 3
    )
    PlanCompetence.asked_by.through.objects.bulk_create(
        PlanCompetence.asked_by.through(plancompetence=row, organisation=firm)
        for n, row in enumerate(wanted)
        for firm in (firms if n % 3 == 0 else firms[n % 2 : n % 2 + 1])
    )
    PlanCompetence.modules.through.objects.bulk_create(
        PlanCompetence.modules.through(plancompetence=row, module=taught[position])
        for n, row in enumerate(wanted)
        for position in {n % modules, (n + 1) % modules, (n + 7) % modules}
    )


def _say(plan: TrainingPlan, firms: list[Organisation], coordinator: Actor, competences: int) -> None:
    described = actions.Description(specific="Cousu main", public_need="profils à venir", rhythm="3 et 1")
    actions.describe_plan(coordinator, plan.pk, described)
    signatory = make.actor(Who.SIGNATORY, firms[0])
    for n in range(1 + competences // 4):
        remark = remarks.make_remark(signatory, plan.pk, f"Et le cas {n + 1} ?")
        remarks.answer_remark(coordinator, remark.pk, "C'est prévu.")
        contributing.add_contribution(coordinator, plan.pk, firms[n % 2], "visit", detail=f"atelier {n + 1}")
        contributing.tailor(coordinator, plan.pk, f"Le cas {n + 1} est ajouté.", employer=firms[n % 2])


def _lay(plan: TrainingPlan, coordinator: Actor) -> None:
    laid = calendar.set_rhythm(coordinator, plan.pk, Rhythm("ccce", 35, 35, WEEK, WEEK))
    calendar.close_period(coordinator, laid.pk, CHRISTMAS)
    calendar.lay_calendar(coordinator, laid.pk)
    calendar.add_group(coordinator, laid.pk, "Groupe B", 3)
