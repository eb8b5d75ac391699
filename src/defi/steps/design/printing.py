"""Prints the plan as it was approved."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.access import TASK, scope
from defi.kernel.documents.keeping import keep
from defi.kernel.models import Document
from defi.steps.design.documents import PLAN, PlanData
from defi.steps.design.documents.plan import Approval, Change, Coverage
from defi.steps.design.documents.plan import Module as PrintedModule
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.design.queries import MatrixRow, Sheet, sheet

QUALITIES = {"provider": lazy("organisme de formation"), "employer": lazy("employeur"), "region": lazy("Région")}


def print_plan(plan: TrainingPlan, now: datetime) -> Document:
    """The plan of an operation, kept as a document. Must run inside an action."""
    with scope(TASK):
        return keep(PLAN, plan_data(sheet(TASK, plan.operation)), plan, now)


def plan_data(shown: Sheet) -> PlanData:
    """The facts of the page, as the document wants them."""
    plan, operation = shown.plan, shown.operation
    assert plan is not None
    return PlanData(
        training=operation.title,
        eos_number=shown.session.eos_number if shown.session else "",
        job=operation.job.label,
        rome=operation.job.code_rome,
        provider=str(operation.provider or ""),
        version=plan.edition,
        hours_centre=shown.hours_centre,
        hours_company=shown.hours_company,
        rhythm=plan.rhythm,
        certification=str(plan.certification or plan.certification_label),
        platform=plan.platform,
        coverage=tuple(_coverage(row, shown.modules) for row in shown.rows),
        modules=tuple(_module(module) for module in shown.modules),
        approvals=tuple(
            Approval(
                party.organisation.name,
                str(QUALITIES[party.quality]),
                party.approval.approved_on if party.approval else None,
            )
            for party in shown.parties
        ),
    )


def _coverage(row: MatrixRow, modules: list[Module]) -> Coverage:
    return Coverage(
        competence=row.competence.label,
        wanted_by=", ".join(row.asked_by),
        modules=tuple(module.title for module, taught in zip(modules, row.taught, strict=True) if taught),
        reason=row.competence.gap_reason,
    )


def _module(module: Module) -> PrintedModule:
    places = []
    if module.hours_centre:
        places.append(_("en centre %(n)d h") % {"n": module.hours_centre})
    if module.hours_company:
        places.append(_("en entreprise %(n)d h") % {"n": module.hours_company})
    if module.on_platform:
        places.append(_("plateau technique"))
    return PrintedModule(
        label=module.title,
        hours=module.hours_centre + module.hours_company,
        place=", ".join(places),
        change=Change[module.kind.upper()],
        difference=module.reason,
    )
