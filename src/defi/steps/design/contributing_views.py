"""Pages on what makes the plan of its own: what employers bring, what differs, DEFI linguistique."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Stale
from defi.steps.design import contributing
from defi.steps.design.common_views import (
    change,
    employers_of,
    remove,
)
from defi.steps.design.forms import (
    ContributionForm,
    LinguisticForm,
    TailoringForm,
)
from defi.steps.design.models import (
    Contribution,
    LinguisticTraining,
    Module,
    Tailoring,
    TrainingPlan,
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

    return change(
        request,
        shown,
        form,
        do,
        title=_("Ce qu'un employeur apporte"),
        label=_("Ajouter"),
        said=_("L'apport est noté."),
    )


@require_POST
def remove_contribution(request: ActorRequest, contribution_id: int) -> HttpResponse:
    """It is not brought after all."""
    row = load(Contribution, request.actor, contribution_id, "plan__operation", "employer")
    return remove(
        request,
        row.plan,
        lambda: contributing.remove_contribution(request.actor, row.pk),
        _("L'apport est retiré du plan."),
        _("Retirer cet apport"),
        [_("%(name)s n'apporte plus : %(what)s.") % {"name": row.employer, "what": row.get_kind_display()}],
    )


@require_http_methods(["GET", "POST"])
def add_tailoring(request: ActorRequest, plan_id: int) -> HttpResponse:
    """What differs from the standard programme, and for whom."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    form = TailoringForm(request.POST or None, employers=employers_of(request.actor, shown.operation))

    def do() -> object:
        values = form.cleaned_data
        return contributing.tailor(request.actor, shown.pk, values["text"], employer=values["employer"])

    return change(
        request,
        shown,
        form,
        do,
        title=_("Ce qui diffère du programme habituel"),
        label=_("Ajouter"),
        said=_("La différence est notée."),
    )


@require_POST
def remove_tailoring(request: ActorRequest, tailoring_id: int) -> HttpResponse:
    """It does not differ after all."""
    row = load(Tailoring, request.actor, tailoring_id, "plan__operation", "employer")
    return remove(
        request,
        row.plan,
        lambda: contributing.untailor(request.actor, row.pk),
        _("La différence est retirée du plan."),
        _("Retirer cette différence"),
        [_("Le plan ne dit plus : « %(text)s »") % {"text": row.text}],
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
            [_("Le plan ne dit plus qu'une formation DEFI linguistique lui est liée.")],
        )
    initial = {name: getattr(known, name) for name in LinguisticForm.base_fields} if known else None
    form = LinguisticForm(request.POST or None, initial=initial)

    def now() -> dict[str, Any]:
        fresh = LinguisticTraining.objects.visible_to(request.actor).filter(plan=shown).first()
        return {name: getattr(fresh, name) for name in LinguisticForm.base_fields} if fresh else {}

    def do() -> object:
        values = dict(form.cleaned_data)
        version = values.pop("version")
        if known is not None and version is None:
            raise Stale(_("Une formation linguistique a été reliée pendant que vous écriviez."), version=known.version)
        facts = contributing.LinguisticFacts(**values)
        return contributing.link_linguistic(request.actor, shown.pk, facts, version=version)

    return change(
        request,
        shown,
        form,
        do,
        title=_("DEFI linguistique"),
        label=_("Enregistrer"),
        now=now,
        said=_("La formation linguistique est reliée au plan."),
        remove=_("Détacher cette formation") if known else "",
    )
