"""Pages on the modules of the plan: added, changed, removed, and typed again when one was removed meanwhile."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.people.models import Organisation
from defi.reference.queries import blocks_of
from defi.steps.design import actions
from defi.steps.design.common_views import (
    change,
    employers_of,
    form_page,
    party_ids,
    remove,
)
from defi.steps.design.forms import (
    ModuleForm,
)
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan
from defi.steps.design.removed import Removed, removed_module


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

    return change(
        request, shown, form, do, title=_("Ajouter un module"), label=_("Ajouter"), said=_("Le module est ajouté.")
    )


@require_http_methods(["GET", "POST"])
def change_module(request: ActorRequest, module_id: int) -> HttpResponse:
    """Change a module, or remove it. When it was removed meanwhile, what was typed may be added again."""
    try:
        return _change_module(request, module_id)
    except Unknown:
        gone = removed_module(request.actor, module_id)
        if request.method != "POST" or "remove" in request.POST or gone is None:
            raise
        return _gone(request, gone)


def _gone(request: ActorRequest, removed: Removed) -> HttpResponse:
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


def _lost_with(module: Module) -> list[str]:
    """What goes with a module, in sentences: its hours, the competences that nothing teaches then."""
    said = [_("Le plan perd %(hours)s.") % {"hours": module.hours_words}]
    taught = PlanCompetence._base_manager.filter(modules=module).values("pk")
    alone = PlanCompetence._base_manager.filter(pk__in=taught).annotate(taught_in=Count("modules")).filter(taught_in=1)
    return said + [
        _("« %(label)s » n'aura plus de module : il faudra l'enseigner ailleurs, ou dire pourquoi elle ne l'est pas.")
        % {"label": row.label}
        for row in alone.order_by("pk")
    ]


def _change_module(request: ActorRequest, module_id: int) -> HttpResponse:
    module = load(Module, request.actor, module_id, "plan__operation", "plan__certification", "taken_from")
    if request.method == "POST" and "remove" in request.POST:
        return remove(
            request,
            module.plan,
            lambda: actions.remove_module(request.actor, module.pk),
            _("Le module est retiré du plan."),
            _("Retirer « %(title)s »") % {"title": module.title},
            _lost_with(module),
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
        said=_("« %(title)s » est enregistré.") % {"title": module.title},
        remove=_("Retirer ce module"),
    )
