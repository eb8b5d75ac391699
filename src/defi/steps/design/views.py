"""Pages of the design room: the plan, begun, described, aimed at a certification."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.operations.models import Operation
from defi.reference.choosing import chosen
from defi.steps.design import actions, queries
from defi.steps.design.calendar_models import PlanCalendar
from defi.steps.design.changes.queries import open_request
from defi.steps.design.common_views import (
    change,
    form_page,
    is_lead,
    must_be_theirs,
    only_reads,
    party_ids,
    press,
)
from defi.steps.design.content import EMPLOYER, PROVIDER
from defi.steps.design.editions import Comparison, listed, since_last_answer
from defi.steps.design.forms import (
    AimForm,
    DescriptionForm,
)
from defi.steps.design.models import (
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
    my_turn = bool(acts and mine and mine.holds and shown.plan and shown.plan.state != "approved")
    context = {
        "operation": operation,
        "sheet": shown,
        "can_lead": can_lead,
        "can_edit": can_lead and shown.plan is not None and shown.plan.state == "draft" and not shown.is_away,
        "mine": mine if acts else None,
        "my_turn": my_turn,
        "word": shown.word_for(request.actor.organisation_id),
        "own_modules": shown.modules_of(mine.organisation.pk) if mine and mine.quality == EMPLOYER else [],
        "changed": _changed(shown, mine) if my_turn and mine and mine.quality != PROVIDER else None,
        "approvable": _approvable(request.actor, shown, can_lead=can_lead),
        "editions": listed(shown.plan) if shown.plan else [],
        "aimed": queries.aimed_blocks(shown.plan),
        "calendar": shown.calendar,
        "has_employers": any(party.quality == "employer" for party in shown.parties),
        "by_request": bool(
            shown.session and shown.session.started_on and shown.plan and shown.plan.state == "approved"
        ),
        "open_change": open_request(request.actor, shown.plan) if shown.plan else None,
        "can_remark": acts and shown.plan is not None and shown.plan.state != "approved",
    }
    return render(request, "design/plan.html", context)


def _changed(shown: queries.Sheet, mine: Party) -> Comparison | None:
    """What changed since the last answer of the party whose turn it is."""
    return since_last_answer(shown.plan, mine.organisation, mine.quality) if shown.plan else None


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

    if PlanCalendar.objects.visible_to(request.actor).filter(plan=shown, laid_on__isnull=False).exists():
        form.fields["rhythm"].help_text = _(
            "Le calendrier est posé : c'est son rythme qui est montré. N'écrivez ici que ce qu'il ne dit pas."
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
    title, label, fields = _("Certification visée"), _("Enregistrer"), "reference/_certification.html"
    if form.is_searching:
        must_be_theirs(request.actor, shown)
        return form_page(
            request,
            shown.operation,
            AimForm(initial=form.found(), job=shown.operation.job),
            title,
            label,
            fields=fields,
            seen=request.POST.get("seen", ""),
            told=_("Voici ce qui répond à votre recherche : choisissez, puis enregistrez."),
        )

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

    def now() -> dict[str, Any]:
        fresh = load(TrainingPlan, request.actor, plan_id, "certification")
        nothing: dict[str, Any] = {"sought": "", "certification": "", "blocks": []}
        kept = chosen(fresh.certification, fresh.blocks.all())
        return nothing | kept | {"certification_label": fresh.certification_label}

    said = _("La certification visée est enregistrée.")
    return change(request, shown, form, do, title=title, label=label, now=now, said=said, fields=fields)
