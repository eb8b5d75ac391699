"""Pages on which the half-days in centre are given a module, a trainer, a room, by hand or spread in order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from defi.kernel.pages import ActorRequest, load
from defi.steps.design.calendar import lessons
from defi.steps.design.calendar.form_pages import attempt, form_page, must_use, see, typed
from defi.steps.design.calendar.forms import SpreadForm, TeachForm
from defi.steps.design.calendar.rules import Half
from defi.steps.design.calendar_models import CalendarGroup
from defi.steps.design.models import Module


@require_http_methods(["GET", "POST"])
def teach(request: ActorRequest, group_id: int) -> HttpResponse:
    """Give a module, a trainer or a room to half-days in centre; `?jour=` and `?moitie=` name one of them."""
    group = load(CalendarGroup, request.actor, group_id, "calendar__plan__operation")
    plan = group.calendar.plan
    must_use(request, "calendar.teach", plan)
    modules = Module.objects.visible_to(request.actor).filter(plan=plan).order_by("order", "pk")
    day, half = request.GET.get("jour", ""), request.GET.get("moitie", "")
    initial = {"first": day, "last": day, "half": half if half in Half.values else ""}
    form = TeachForm(typed(request), initial=initial, modules=[(row.pk, row.title) for row in modules])
    if request.method == "POST" and form.is_valid():
        done = attempt(request, plan, form, lambda: lessons.teach(request.actor, group.pk, form.which(), form.lesson()))
        if done is not None:
            messages.success(request, _said(done))
            return see(plan.pk, group.pk)
    lead = _("Pour %(group)s. Les demi-journées en entreprise n'en ont pas. Aucun accord n'est touché.")
    return form_page(
        request,
        plan,
        form,
        _("Donner un module, un formateur ou une salle"),
        _("Donner"),
        lead=lead % {"group": group.name},
        group=group,
    )


@require_http_methods(["GET", "POST"])
def spread(request: ActorRequest, group_id: int) -> HttpResponse:
    """Lay the modules in their order over the half-days in centre."""
    group = load(CalendarGroup, request.actor, group_id, "calendar__plan__operation")
    plan = group.calendar.plan
    must_use(request, "calendar.spread_modules", plan)
    form = SpreadForm(typed(request))
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["given"] == SpreadForm.KEEP
        done = attempt(request, plan, form, lambda: lessons.spread_modules(request.actor, group.pk, keep=keep))
        if done is not None:
            messages.success(request, _said(done))
            return see(plan.pk, group.pk)
    lead = _("Pour %(group)s. Les modules se suivent dans l'ordre du plan ; chacun reçoit ses heures en centre.")
    return form_page(
        request,
        plan,
        form,
        _("Répartir les modules"),
        _("Répartir dans l'ordre"),
        lead=lead % {"group": group.name},
        group=group,
    )


def _said(count: int) -> str:
    said = ngettext("%(n)d demi-journée est changée.", "%(n)d demi-journées sont changées.", count)
    return said % {"n": count}
