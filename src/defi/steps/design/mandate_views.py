"""Pages on which it is noted that an employer lets the provider answer for it, or no longer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.people.models import Organisation
from defi.steps.design import mandates
from defi.steps.design.common_views import employers_of, form_page, press
from defi.steps.design.forms import MandateForm
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import TrainingPlan


@require_http_methods(["GET", "POST"])
def let_answer(request: ActorRequest, plan_id: int, organisation_id: int) -> HttpResponse:
    """Who let the provider answer for this employer, when, how and why."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    if organisation_id not in employers_of(request.actor, shown.operation):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    employer = Organisation.objects.get(pk=organisation_id)
    form = MandateForm(request.POST or None, initial={"let_on": clock.today(), "version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        let = mandates.Let(values["let_by"], values["way"], values["let_on"])
        done = attempt(
            form,
            lambda: mandates.let_answer(
                request.actor, shown.pk, employer, let, reason=values["reason"], version=values["version"]
            ),
        )
        if done is not None:
            return redirect("design:plan", operation_id=shown.operation_id)
    return form_page(
        request,
        shown.operation,
        form,
        _("%(name)s vous laisse répondre") % {"name": employer},
        _("Noter"),
        told=_("Toutes les parties le lisent à côté de l'accord, et l'employeur en est prévenu."),
    )


@require_POST
def stop_answering(request: ActorRequest, mandate_id: int) -> HttpResponse:
    """The employer answers by itself from now on."""
    shown = load(Mandate, request.actor, mandate_id)
    return press(
        request,
        shown.operation_id,
        lambda: mandates.stop_answering(request.actor, shown.pk),
        _("L'organisme ne répond plus pour cet employeur. Les accords déjà notés restent."),
    )
