"""Pages of the design room: the plan, its modules, its competences, what employers bring."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.people.models import Organisation
from defi.reference.choosing import chosen
from defi.reference.queries import blocks_of
from defi.steps.design import actions, contributing, queries
from defi.steps.design.changes.queries import open_request
from defi.steps.design.common_views import (
    change,
    employers_of,
    form_page,
    is_lead,
    only_reads,
    party_ids,
    press,
    remove,
)
from defi.steps.design.editions import listed
from defi.steps.design.forms import (
    AimForm,
    CompetenceForm,
    ContributionForm,
    CoverForm,
    DescriptionForm,
    LinguisticForm,
    ModuleForm,
    TailoringForm,
)
from defi.steps.design.models import (
    Contribution,
    LinguisticTraining,
    Module,
    PlanCompetence,
    Tailoring,
    TrainingPlan,
)
from defi.steps.design.parties import Party


@require_safe
def plan(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The plan: whose turn it is, coverage at a glance, modules, approvals, what was said."""
    operation = load(Operation, request.actor, operation_id)
    shown = queries.sheet(request.actor, operation, with_calendar=True)
    can_lead = is_lead(request.actor, operation)
    mine = next((p for p in shown.parties if p.organisation.pk == request.actor.organisation_id), None)
    acts = mine is not None and operation.state == "running" and not only_reads(request.actor, operation)
    context = {
        "operation": operation,
        "sheet": shown,
        "can_lead": can_lead,
        "can_edit": can_lead and shown.plan is not None and shown.plan.state == "draft" and not shown.is_away,
        "mine": mine if acts else None,
        "my_turn": bool(acts and mine and mine.holds and shown.plan and shown.plan.state != "approved"),
        "approvable": _approvable(request.actor, shown, can_lead=can_lead),
        "editions": listed(shown.plan) if shown.plan else [],
        "aimed": list(shown.plan.blocks.order_by("rank", "code")) if shown.plan and shown.plan.certification else [],
        "calendar": shown.calendar,
        "has_employers": any(party.quality == "employer" for party in shown.parties),
        "by_request": bool(
            shown.session and shown.session.started_on and shown.plan and shown.plan.state == "approved"
        ),
        "open_change": open_request(request.actor, shown.plan) if shown.plan else None,
        "can_remark": acts and shown.plan is not None and shown.plan.state != "approved",
    }
    return render(request, "design/plan.html", context)


def _approvable(actor: Actor, shown: queries.Sheet, *, can_lead: bool) -> list[Party]:
    """The approvals this actor may give beside the list of parties: the provider's for employers that let it answer,
    its own when it is asked again. Its own in its turn stands with the turn: one act, one button."""
    if shown.plan is None or shown.plan.state == "draft" or only_reads(actor, shown.operation):
        return []
    return [
        party
        for party in (shown.waiting if shown.plan.state == "submitted" else shown.asked_again)
        if (party.organisation.pk == actor.organisation_id and shown.plan.state == "approved")
        or (can_lead and party.mandate is not None)
    ]


@require_POST
def start(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Begin the plan; `then` leads to the past plans it may be filled from."""
    begun: list[TrainingPlan] = []
    back = press(
        request,
        operation_id,
        lambda: begun.append(actions.start_plan(request.actor, operation_id)),
        _("Le plan est commencé."),
    )
    if begun and request.POST.get("then") == "past_plans":
        return redirect("design:past_plans", plan_id=begun[0].pk)
    return back


@require_POST
def gather(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Take in what employers asked for since."""
    shown = load(TrainingPlan, request.actor, plan_id)
    return press(
        request,
        shown.operation_id,
        lambda: actions.gather_competences(request.actor, shown.pk),
        _("Les compétences demandées depuis sont dans le plan."),
    )


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Rhythm, entry, cost, what is specific."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    fields = [name for name in DescriptionForm.base_fields if name != "asker"]
    form = DescriptionForm(
        request.POST or None,
        initial={name: getattr(shown, name) for name in fields},
        parties=party_ids(shown.operation),
    )

    def do() -> object:
        values = dict(form.cleaned_data)
        version, asker = values.pop("version"), values.pop("asker")
        description = actions.Description(**values)
        return actions.describe_plan(request.actor, shown.pk, description, asker=asker, version=version)

    def now() -> dict[str, Any]:
        fresh = load(TrainingPlan, request.actor, plan_id)
        return {name: getattr(fresh, name) for name in fields}

    return change(request, shown, form, do, title=_("Décrire le plan"), label=_("Enregistrer"), now=now)


@require_http_methods(["GET", "POST"])
def aim_at(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The certification aimed at and its blocks."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation__job", "certification")
    initial = chosen(shown.certification, shown.blocks.all()) | {
        "certification_label": shown.certification_label,
        "version": shown.version,
    }
    form = AimForm(request.POST or None, initial=initial, job=shown.operation.job)

    def do() -> object:
        values = form.cleaned_data
        return actions.aim_at(
            request.actor,
            shown.pk,
            values["certification"],
            blocks=values["blocks"],
            label=values["certification_label"],
            version=values["version"],
        )

    return change(
        request,
        shown,
        form,
        do,
        title=_("Certification visée"),
        label=_("Enregistrer"),
        fields="reference/_certification.html",
    )


@require_http_methods(["GET", "POST"])
def add_competence(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A competence asked for since."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    form = CompetenceForm(request.POST or None, employers=employers_of(request.actor, shown.operation))

    def do() -> object:
        values = form.cleaned_data
        return actions.add_competence(request.actor, shown.pk, values["label"], asked_by=list(values["asked_by"]))

    return change(request, shown, form, do, title=_("Ajouter une compétence"), label=_("Ajouter"))


def _module_form(request: ActorRequest, plan: TrainingPlan, initial: dict[str, Any] | None = None) -> ModuleForm:
    operation = plan.operation
    blocks = blocks_of(plan.certification) if plan.certification else ()
    return ModuleForm(
        request.POST or None,
        initial=initial,
        blocks=[f"{block.code} {block.label}"[:255] for block in blocks],
        employers=employers_of(request.actor, operation),
        parties=party_ids(operation),
    )


def _facts(form: ModuleForm) -> tuple[actions.ModuleFacts, Organisation | None, int | None]:
    values = dict(form.cleaned_data)
    asker, version = values.pop("asker"), values.pop("version")
    values["for_employers"] = list(values["for_employers"])
    return actions.ModuleFacts(**values), asker, version


@require_http_methods(["GET", "POST"])
def add_module(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A new module."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    form = _module_form(request, shown)

    def do() -> object:
        wanted, asker, _version = _facts(form)
        return actions.add_module(request.actor, shown.pk, wanted, asker=asker)

    return change(request, shown, form, do, title=_("Ajouter un module"), label=_("Ajouter"))


@require_http_methods(["GET", "POST"])
def change_module(request: ActorRequest, module_id: int) -> HttpResponse:
    """Change a module, or remove it. When it was removed meanwhile, what was typed may be added again."""
    try:
        return _change_module(request, module_id)
    except Unknown:
        gone = queries.removed_module(request.actor, module_id)
        if request.method != "POST" or "remove" in request.POST or gone is None:
            raise
        return _gone(request, gone)


def _gone(request: ActorRequest, removed: queries.Removed) -> HttpResponse:
    """What was typed for a module that is no longer there, in the form that adds one."""
    sentence = (
        _("Ce module a été retiré par %(name)s : votre saisie est ci-dessous, ajoutez-le de nouveau si besoin.")
        if removed.by
        else _("Ce module a été retiré : votre saisie est ci-dessous, ajoutez-le de nouveau si besoin.")
    )
    return form_page(
        request,
        removed.plan.operation,
        _module_form(request, removed.plan),
        _("Ajouter un module"),
        _("Ajouter"),
        gone=sentence % {"name": removed.by},
        gone_to=reverse("design:add_module", args=[removed.plan.pk]),
    )


def _change_module(request: ActorRequest, module_id: int) -> HttpResponse:
    module = load(Module, request.actor, module_id, "plan__operation", "plan__certification", "taken_from")
    if request.method == "POST" and "remove" in request.POST:
        return remove(
            request,
            module.plan,
            lambda: actions.remove_module(request.actor, module.pk),
            _("Le module est retiré du plan."),
            _("Retirer « %(title)s »") % {"title": module.title},
        )

    def now() -> dict[str, Any]:
        fresh = load(Module, request.actor, module_id, "lender")
        fields = [name for name in ModuleForm.base_fields if name not in {"asker", "for_employers"}]
        return {name: getattr(fresh, name) for name in fields} | {"for_employers": list(fresh.for_employers.all())}

    form = _module_form(request, module.plan, now())
    if module.taken_from:
        form.fields["kind"].help_text = _("Repris d'un plan passé : avec d'autres heures, il est adapté.")

    def do() -> object:
        wanted, asker, version = _facts(form)
        return actions.change_module(request.actor, module.pk, wanted, asker=asker, version=version)

    return change(
        request,
        module.plan,
        form,
        do,
        title=module.title,
        label=_("Enregistrer"),
        now=now,
        remove=_("Retirer ce module"),
    )


@require_http_methods(["GET", "POST"])
def cover(request: ActorRequest, competence_id: int) -> HttpResponse:
    """Where a competence is taught, or why it is not."""
    competence = load(PlanCompetence, request.actor, competence_id, "plan__operation")
    if request.method == "POST" and "remove" in request.POST:
        return remove(
            request,
            competence.plan,
            lambda: actions.remove_competence(request.actor, competence.pk),
            _("La compétence est retirée du plan."),
            _("Retirer « %(label)s »") % {"label": competence.label},
        )
    modules = Module.objects.visible_to(request.actor).filter(plan=competence.plan_id)
    titles = {m.pk: m.title for m in modules}
    initial = {
        "modules": list(competence.modules.values_list("pk", flat=True)),
        "reason": competence.gap_reason,
        "uncertified": competence.uncertified,
        "version": competence.version,
    }
    form = CoverForm(
        request.POST or None,
        choices=list(titles.items()),
        parties=party_ids(competence.operation),
        initial=initial,
    )

    def now() -> dict[str, Any]:
        fresh = load(PlanCompetence, request.actor, competence_id)
        return {
            "modules": list(fresh.modules.values_list("pk", flat=True)),
            "reason": fresh.gap_reason,
            "uncertified": fresh.uncertified,
        }

    return change(
        request,
        competence.plan,
        form,
        lambda: _cover(request.actor, competence, form),
        title=competence.label,
        label=_("Enregistrer"),
        now=now,
        remove=_("Retirer du plan"),
    )


def _cover(actor: Actor, competence: PlanCompetence, form: CoverForm) -> PlanCompetence:
    values = form.cleaned_data
    if values["modules"] or not values["reason"].strip():
        return actions.cover_competence(
            actor,
            competence.pk,
            values["modules"],
            uncertified=values["uncertified"],
            asker=values["asker"],
            version=values["version"],
        )
    return actions.explain_gap(
        actor,
        competence.pk,
        reason=values["reason"],
        uncertified=values["uncertified"],
        asker=values["asker"],
        version=values["version"],
    )


@require_http_methods(["GET", "POST"])
def add_contribution(request: ActorRequest, plan_id: int) -> HttpResponse:
    """What an employer brings."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    modules = Module.objects.visible_to(request.actor).filter(plan=shown)
    form = ContributionForm(
        request.POST or None,
        employers=employers_of(request.actor, shown.operation),
        modules=[(m.pk, m.title) for m in modules],
    )

    def do() -> object:
        values = form.cleaned_data
        return contributing.add_contribution(
            request.actor,
            shown.pk,
            values["employer"],
            values["kind"],
            module_id=values["module"],
            detail=values["detail"],
        )

    return change(request, shown, form, do, title=_("Ce qu'un employeur apporte"), label=_("Ajouter"))


@require_POST
def remove_contribution(request: ActorRequest, contribution_id: int) -> HttpResponse:
    """It is not brought after all."""
    row = load(Contribution, request.actor, contribution_id, "plan__operation")
    return remove(
        request,
        row.plan,
        lambda: contributing.remove_contribution(request.actor, row.pk),
        _("L'apport est retiré du plan."),
        _("Retirer cet apport"),
    )


@require_http_methods(["GET", "POST"])
def add_tailoring(request: ActorRequest, plan_id: int) -> HttpResponse:
    """What differs from the standard programme, and for whom."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    form = TailoringForm(request.POST or None, employers=employers_of(request.actor, shown.operation))

    def do() -> object:
        values = form.cleaned_data
        return contributing.tailor(request.actor, shown.pk, values["text"], employer=values["employer"])

    return change(request, shown, form, do, title=_("Ce qui diffère du programme habituel"), label=_("Ajouter"))


@require_POST
def remove_tailoring(request: ActorRequest, tailoring_id: int) -> HttpResponse:
    """It does not differ after all."""
    row = load(Tailoring, request.actor, tailoring_id, "plan__operation")
    return remove(
        request,
        row.plan,
        lambda: contributing.untailor(request.actor, row.pk),
        _("La différence est retirée du plan."),
        _("Retirer cette différence"),
    )


@require_http_methods(["GET", "POST"])
def linguistic(request: ActorRequest, plan_id: int) -> HttpResponse:
    """DEFI linguistique beside this training, or detached from it."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    known = LinguisticTraining.objects.visible_to(request.actor).filter(plan=shown).first()
    if request.method == "POST" and "remove" in request.POST and known is not None:
        return remove(
            request,
            shown,
            lambda: contributing.unlink_linguistic(request.actor, known.pk),
            _("La formation linguistique est détachée du plan."),
            _("Détacher la formation linguistique"),
        )
    initial = {name: getattr(known, name) for name in LinguisticForm.base_fields} if known else None
    form = LinguisticForm(request.POST or None, initial=initial)

    def do() -> object:
        values = dict(form.cleaned_data)
        version = values.pop("version")
        facts = contributing.LinguisticFacts(**values)
        return contributing.link_linguistic(request.actor, shown.pk, facts, version=version)

    return change(
        request,
        shown,
        form,
        do,
        title=_("DEFI linguistique"),
        label=_("Enregistrer"),
        remove=_("Détacher cette formation") if known else "",
    )
