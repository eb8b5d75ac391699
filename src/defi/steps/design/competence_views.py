"""Pages on the competences of the plan: added, removed, taught in modules, or why not."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.steps.design import actions
from defi.steps.design.common_views import (
    change,
    employers_of,
    party_ids,
    remove,
)
from defi.steps.design.forms import (
    CompetenceForm,
    CoverForm,
)
from defi.steps.design.models import (
    Module,
    PlanCompetence,
    TrainingPlan,
)


@require_http_methods(["GET", "POST"])
def add_competence(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A competence asked for since."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    form = CompetenceForm(request.POST or None, employers=employers_of(request.actor, shown.operation))

    def do() -> object:
        values = form.cleaned_data
        return actions.add_competence(request.actor, shown.pk, values["label"], asked_by=list(values["asked_by"]))

    return change(
        request,
        shown,
        form,
        do,
        title=_("Ajouter une compétence"),
        label=_("Ajouter"),
        said=_("La compétence est ajoutée."),
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
            [_("La compétence sort du plan et de sa grille. Ce qui en a été dit reste dans les remarques.")],
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
        said=_("La réponse à « %(label)s » est enregistrée.") % {"label": competence.label},
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
