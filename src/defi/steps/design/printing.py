"""What the plan prints: the whole of it, its matrix, the page of one employer.

No name of a person stands on them, save those of the trainers on the whole of it: it is what the parties who design it
agree on, and who teaches is part of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.access import TASK, scope
from defi.kernel.clock import PARIS
from defi.kernel.documents.french import amount_words, long_date
from defi.kernel.documents.keeping import keep
from defi.kernel.models import Document
from defi.operations.models import Partner
from defi.steps.design.calendar.printing import weeks_of
from defi.steps.design.content import hours
from defi.steps.design.documents import (
    ASKED_AND_TAUGHT,
    PLAN,
    PLAN_GRID,
    AskedData,
    AskedLine,
    Brought,
    Change,
    Coverage,
    GridData,
    GridModule,
    GridRow,
    Linguistic,
    MadeFor,
    PlanData,
    Tailored,
    TaughtIn,
)
from defi.steps.design.documents import Approval as PrintedApproval
from defi.steps.design.documents import Module as PrintedModule
from defi.steps.design.models import Approval, Contribution, LinguisticTraining, Module, TrainingPlan
from defi.steps.design.parties import Party
from defi.steps.design.queries import MatrixRow, Sheet, sheet

QUALITIES = {"provider": lazy("organisme de formation"), "employer": lazy("employeur"), "region": lazy("Région")}


def print_plan(plan: TrainingPlan, now: datetime) -> Document:
    """The plan of an operation, kept as a document. Must run inside an action."""
    with scope(TASK):
        return keep(PLAN, plan_data(sheet(TASK, plan.operation, with_calendar=True)), plan, now)


def print_grid(plan: TrainingPlan, now: datetime) -> Document:
    """The matrix of competences and modules, kept as a document. Must run inside an action."""
    with scope(TASK):
        return keep(PLAN_GRID, grid_data(sheet(TASK, plan.operation)), plan, now)


def print_asked(plan: TrainingPlan, employer: Partner, now: datetime) -> Document:
    """The page of one employer, kept as a document about its part in the operation. Must run inside an action."""
    with scope(TASK):
        shown = sheet(TASK, plan.operation, with_calendar=True)
        data = asked_data(shown, employer.organisation_id, employer.organisation.name)
        return keep(ASKED_AND_TAUGHT, data, employer, now)


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
        edition=plan.edition,
        state=state_words(plan),
        held=held_words(shown),
        hours_centre=shown.hours_centre,
        hours_company=shown.hours_company,
        rhythm=shown.rhythm.line,
        certification=str(plan.certification or plan.certification_label),
        platform=plan.platform,
        entry_level=plan.entry_level,
        entry_conditions=plan.entry_conditions,
        cost_per_place="" if plan.cost_per_place is None else amount_words(plan.cost_per_place),
        public_need=plan.public_need,
        specific=plan.specific,
        linguistic=_linguistic(shown.linguistic) if shown.linguistic else None,
        coverage=tuple(_coverage(row, shown.modules) for row in shown.rows),
        modules=tuple(_module(module) for module in shown.modules),
        tailorings=tuple(Tailored(str(row.employer or _("Tous")), row.text) for row in shown.tailorings),
        brought=tuple(
            Brought(row.employer.name, _brought(row), row.module.title if row.module else "")
            for row in shown.contributions
        ),
        approvals=tuple(_approval(party) for party in shown.parties),
        starts_on=shown.session.starts_on if shown.session else None,
        ends_on=shown.session.ends_on if shown.session else None,
        calendar=weeks_of(shown.calendar),
    )


def state_words(plan: TrainingPlan) -> str:
    """The edition and how far it is agreed on: what a reader of the paper must know first."""
    if plan.state == "approved":
        return _("édition %(n)d, approuvée par tous") % {"n": plan.edition}
    if plan.state == "submitted":
        return _("édition %(n)d, soumise à approbation") % {"n": plan.edition}
    if plan.edition:
        return _("en préparation, après l'édition %(n)d") % {"n": plan.edition}
    return _("en préparation")


def held_words(shown: Sheet) -> str:
    """`Les Tilleuls, depuis le 9 mars 2026`: who holds the plan that is printed; nothing once all have approved it."""
    if shown.plan is None or shown.plan.state == "approved" or shown.turn is None:
        return ""
    names = ", ".join(party.organisation.name for party in shown.holders) or shown.operation.provider
    day = shown.turn.given_at.astimezone(PARIS).date()
    return _("%(names)s, depuis le %(day)s") % {"names": names, "day": long_date(day)}


def where_words(module: Module) -> str:
    """`126 h en centre, 14 h à distance`: the hours of a module, place by place."""
    spent = (
        (module.hours_centre, _("en centre")),
        (module.hours_remote, _("à distance")),
        (module.hours_company, _("en entreprise")),
        (module.hours_situation, _("en situation de travail")),
    )
    return ", ".join(f"{hours(count)} {place}" for count, place in spent if count)


def _linguistic(training: LinguisticTraining) -> Linguistic:
    return Linguistic(training.provider_name, training.hours, training.eos_number, training.aim)


def _coverage(row: MatrixRow, modules: list[Module]) -> Coverage:
    return Coverage(
        competence=row.competence.label,
        wanted_by=", ".join(row.asked_by),
        modules=tuple(module.title for module, taught in zip(modules, row.taught, strict=True) if taught),
        reason=row.competence.gap_reason,
        uncertified=row.competence.uncertified,
    )


def _module(module: Module) -> PrintedModule:
    where = where_words(module)
    if module.place:
        where = f"{where} ({module.place})"
    if module.on_platform and not module.lender:
        where = _("%(where)s, sur un plateau technique") % {"where": where}
    return PrintedModule(
        label=module.title,
        hours=module.counted_centre + module.counted_company,
        place=where,
        change=Change[module.kind.upper()],
        difference=module.reason,
        made_for=", ".join(firm.name for firm in module.for_employers.all()),
        block=_("bloc %(name)s") % {"name": module.block}
        if module.block
        else (_("hors certification") if module.uncertified else ""),
        lender=module.lender.name if module.lender else "",
        trainer=module.trainer,
    )


def _brought(row: Contribution) -> str:
    what = row.get_kind_display()
    return f"{what}, {row.detail}" if row.detail else what


def _approval(party: Party) -> PrintedApproval:
    given = party.approval
    return PrintedApproval(
        party.organisation.name,
        str(QUALITIES[party.quality]),
        given.approved_on if given else None,
        given.edition if given else None,
        recorded_for=bool(given and given.recorded_for),
        let=let_words(given),
        fell=party.fallen.edition if party.fallen else None,
    )


def let_words(given: Approval | None) -> str:
    """Who let the provider note this approval, when, how and why; nothing for who approved by itself."""
    return given.mandate.words if given and given.mandate else ""


def grid_data(shown: Sheet) -> GridData:
    """The matrix, as the document wants it."""
    assert shown.plan is not None
    return GridData(
        training=shown.operation.title,
        provider=str(shown.operation.provider or ""),
        state=state_words(shown.plan),
        held=held_words(shown),
        modules=tuple(GridModule(m.title, m.counted_centre + m.counted_company) for m in shown.modules),
        rows=tuple(
            GridRow(
                row.competence.label,
                ", ".join(row.asked_by),
                tuple(position for position, taught in enumerate(row.taught) if taught),
                row.competence.gap_reason,
            )
            for row in shown.rows
        ),
    )


def asked_data(shown: Sheet, firm: int, name: str) -> AskedData:
    """What one employer (id, name) asked for and where it is taught: nothing of what another asks or brings."""
    plan, session = shown.plan, shown.session
    assert plan is not None
    own = next((party for party in shown.parties if party.organisation.pk == firm), None)
    given = own.approval if own else None
    return AskedData(
        employer=name,
        training=shown.operation.title,
        provider=str(shown.operation.provider or ""),
        state=state_words(plan),
        hours_centre=shown.hours_centre,
        hours_company=shown.hours_company,
        rhythm=shown.rhythm.line,
        certification=str(plan.certification or plan.certification_label),
        entry_level=plan.entry_level,
        starts_on=session.starts_on if session else None,
        ends_on=session.ends_on if session else None,
        approved_on=given.approved_on if given else None,
        edition=given.edition if given else None,
        recorded_for=bool(given and given.recorded_for),
        let=let_words(given),
        specific=plan.specific,
        asked=tuple(_asked(row, shown.modules) for row in shown.rows if firm in row.askers),
        made_for=tuple(
            MadeFor(module.title, Change[module.kind.upper()].value, module.reason)
            for module in shown.modules
            if firm in {organisation.pk for organisation in module.for_employers.all()}
        ),
        differs=tuple(row.text for row in shown.tailorings if row.employer_id in (None, firm)),
        brings=tuple(brings(shown, firm)),
    )


def _asked(row: MatrixRow, modules: list[Module]) -> AskedLine:
    taught = [module for module, is_taught in zip(modules, row.taught, strict=True) if is_taught]
    return AskedLine(
        row.competence.label,
        tuple(TaughtIn(module.title, where_words(module)) for module in taught),
        row.competence.gap_reason,
    )


def brings(shown: Sheet, firm: int) -> list[str]:
    """What an employer (id) brings, a line each, the plateau technique it lends included."""
    lines = [
        f"{_brought(row)} ({row.module.title})" if row.module else _brought(row)
        for row in shown.contributions
        if row.employer_id == firm
    ]
    return lines + [
        _("plateau technique prêté (%(module)s)") % {"module": module.title}
        for module in shown.modules
        if module.lender_id == firm
    ]
