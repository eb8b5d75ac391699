"""Pages of the design room: the plan, its modules, its competences, its approvals."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import LEAD, Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Organisation
from defi.steps.design import actions, queries
from defi.steps.design.forms import CompetenceForm, CoverForm, DescriptionForm, ModuleForm, ReasonForm
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan


def _leads(actor: Actor, operation: Operation) -> bool:
    return actor.who in LEAD and leads(actor, operation) and operation.state == "running"


@require_safe
def plan(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The plan: coverage at a glance, modules, approvals and whose turn it is."""
    operation = load(Operation, request.actor, operation_id)
    shown = queries.sheet(request.actor, operation)
    can_lead = _leads(request.actor, operation)
    context = {
        "operation": operation,
        "sheet": shown,
        "can_lead": can_lead,
        "can_edit": can_lead and shown.plan is not None and shown.plan.state == "draft",
        "approvable": _approvable(request.actor, shown, can_lead=can_lead),
    }
    return render(request, "design/plan.html", context)


def _approvable(actor: Actor, shown: queries.Sheet, *, can_lead: bool) -> list[queries.Party]:
    """The approvals this actor may give now: its own; for the provider also those it records for employers."""
    if shown.plan is None or shown.plan.state != "submitted":
        return []
    if actor.who is Who.OFFICER and not pilots(actor, shown.operation):
        return []
    return [
        party
        for party in shown.waiting
        if party.organisation.pk == actor.organisation_id or (can_lead and party.quality == "employer")
    ]


@require_POST
def start(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Begin the plan."""
    return _do(
        request, operation_id, lambda: actions.start_plan(request.actor, operation_id), _("Le plan est commencé.")
    )


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Certification, rhythm, what is specific."""
    shown = load(TrainingPlan, request.actor, plan_id)
    initial = {name: getattr(shown, name) for name in DescriptionForm.base_fields}
    form = DescriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        description = actions.Description(**values, certification=shown.certification)
        if attempt(form, lambda: actions.describe_plan(request.actor, shown.pk, description, version=version)):
            return redirect("design:plan", operation_id=shown.operation_id)
    return _form(request, shown.operation, form, _("Décrire le plan"), _("Enregistrer"))


@require_http_methods(["GET", "POST"])
def add_competence(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A competence asked for since."""
    shown = load(TrainingPlan, request.actor, plan_id)
    form = CompetenceForm(request.POST or None, employers=_employers(request.actor, shown.operation))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        added = attempt(
            form,
            lambda: actions.add_competence(request.actor, shown.pk, values["label"], asked_by=list(values["asked_by"])),
        )
        if added is not None:
            return redirect("design:plan", operation_id=shown.operation_id)
    return _form(request, shown.operation, form, _("Ajouter une compétence"), _("Ajouter"))


def _employers(actor: Actor, operation: Operation) -> list[int]:
    partners = Partner.objects.visible_to(actor).filter(operation=operation, part=Part.EMPLOYER, left_on=None)
    return list(partners.values_list("organisation_id", flat=True))


@require_http_methods(["GET", "POST"])
def add_module(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A new module."""
    shown = load(TrainingPlan, request.actor, plan_id)
    form = ModuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("version")
        wanted = actions.ModuleFacts(**values)
        if attempt(form, lambda: actions.add_module(request.actor, shown.pk, wanted)) is not None:
            return redirect("design:plan", operation_id=shown.operation_id)
    return _form(request, shown.operation, form, _("Ajouter un module"), _("Ajouter"))


@require_http_methods(["GET", "POST"])
def change_module(request: ActorRequest, module_id: int) -> HttpResponse:
    """Change a module, or remove it."""
    module = load(Module, request.actor, module_id)
    if request.method == "POST" and "remove" in request.POST:
        return _do(
            request,
            module.operation_id,
            lambda: actions.remove_module(request.actor, module.pk),
            _("Le module est retiré du plan."),
        )
    form = ModuleForm(request.POST or None, initial={name: getattr(module, name) for name in ModuleForm.base_fields})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        wanted = actions.ModuleFacts(**values)
        if attempt(form, lambda: actions.change_module(request.actor, module.pk, wanted, version=version)) is not None:
            return redirect("design:plan", operation_id=module.operation_id)
    return _form(request, module.operation, form, module.title, _("Enregistrer"), remove=_("Retirer ce module"))


@require_http_methods(["GET", "POST"])
def cover(request: ActorRequest, competence_id: int) -> HttpResponse:
    """Where a competence is taught, or why it is not."""
    competence = load(PlanCompetence, request.actor, competence_id)
    if request.method == "POST" and "remove" in request.POST:
        return _do(
            request,
            competence.operation_id,
            lambda: actions.remove_competence(request.actor, competence.pk),
            _("La compétence est retirée du plan."),
        )
    modules = Module.objects.visible_to(request.actor).filter(plan=competence.plan_id)
    initial = {
        "modules": list(competence.modules.values_list("pk", flat=True)),
        "reason": competence.gap_reason,
        "uncertified": competence.uncertified,
        "version": competence.version,
    }
    form = CoverForm(request.POST or None, choices=[(m.pk, m.title) for m in modules], initial=initial)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: _cover(request.actor, competence, form)) is not None:
        return redirect("design:plan", operation_id=competence.operation_id)
    return _form(request, competence.operation, form, competence.label, _("Enregistrer"), remove=_("Retirer du plan"))


def _cover(actor: Actor, competence: PlanCompetence, form: CoverForm) -> PlanCompetence:
    values = form.cleaned_data
    if values["modules"] or not values["reason"].strip():
        return actions.cover_competence(actor, competence.pk, values["modules"], version=values["version"])
    return actions.explain_gap(
        actor,
        competence.pk,
        reason=values["reason"],
        uncertified=values["uncertified"],
        version=values["version"],
    )


@require_POST
def submit(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Ask for the approvals."""
    shown = load(TrainingPlan, request.actor, plan_id)
    return _do(
        request,
        shown.operation_id,
        lambda: actions.submit_plan(request.actor, shown.pk),
        _("Le plan est soumis. Les employeurs et la Région sont prévenus."),
    )


@require_POST
def approve(request: ActorRequest, plan_id: int) -> HttpResponse:
    """One click to approve, for oneself or, visibly, for an employer."""
    shown = load(TrainingPlan, request.actor, plan_id)
    party = Organisation.objects.filter(pk=_whole(request.POST.get("organisation", ""))).first()
    version = _whole(request.POST.get("version", "")) or None
    return _do(
        request,
        shown.operation_id,
        lambda: actions.approve_plan(request.actor, shown.pk, organisation=party, version=version),
        _("L'approbation est enregistrée."),
    )


@require_http_methods(["GET", "POST"])
def approve_by_link(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The page an employer's link opens: what it asked for and where it is taught, then one button.

    The edition read travels with the button: a newer one is never approved unread."""
    shown = queries.sheet(request.actor, load(TrainingPlan, request.actor, plan_id).operation)
    sentence = ""
    if request.method == "POST":
        edition = _whole(request.POST.get("edition", ""))
        try:
            actions.approve_plan(request.actor, plan_id, edition=edition)
        except Refused as refusal:
            if refusal.status in {403, 404}:
                raise
            sentence = refusal.sentence
        shown = queries.sheet(request.actor, shown.operation)
    own = next((p for p in shown.parties if p.organisation.pk == request.actor.organisation_id), None)
    context = {"sheet": shown, "own": own, "sentence": sentence}
    return render(request, "design/approve.html", context, status=409 if sentence else 200)


@require_POST
def gather(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Take in what employers asked for since."""
    shown = load(TrainingPlan, request.actor, plan_id)
    return _do(
        request,
        shown.operation_id,
        lambda: actions.gather_competences(request.actor, shown.pk),
        _("Les compétences demandées depuis sont dans le plan."),
    )


@require_http_methods(["GET", "POST"])
def reopen(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Change a plan already submitted: the approvals given fall, and the page says so before."""
    shown = load(TrainingPlan, request.actor, plan_id)
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.reopen_plan(request.actor, shown.pk, reason=values["reason"], version=values["version"]),
        )
        if done is not None:
            return redirect("design:plan", operation_id=shown.operation_id)
    context = {
        "title": _("Rouvrir le plan"),
        "consequences": [_("Les approbations déjà données tombent : la prochaine édition les redemande à tous.")],
        "form": form,
        "action_label": _("Rouvrir le plan"),
        "back_url": reverse("design:plan", args=[shown.operation_id]),
        "back_label": _("Plan de formation"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _do(request: ActorRequest, operation_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    """A button without a form: done, or the sentence of the refusal, back on the plan."""
    try:
        act()
        messages.success(request, said)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("design:plan", operation_id=operation_id)


def _form(
    request: ActorRequest, operation: Operation, form: Form, title: str, label: str, *, remove: str = ""
) -> HttpResponse:
    context = {"operation": operation, "form": form, "title": title, "action_label": label, "remove": remove}
    return render(request, "design/form.html", context, status=422 if form.is_bound else 200)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0
