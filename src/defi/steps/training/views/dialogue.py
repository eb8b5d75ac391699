"""Exchanges with employers, periodic reports."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel import clock
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation, Part, Partner
from defi.steps.training import actions
from defi.steps.training.counted import counted
from defi.steps.training.forms import ExchangeForm, ReportForm
from defi.steps.training.progress import progress
from defi.steps.training.views.common import form_page, must, see, session_url, typed


@require_http_methods(["GET", "POST"])
def exchange(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What was said with an employer, and when."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "exchange.record", operation)
    partners = Partner.objects.visible_to(request.actor).filter(operation=operation, part=Part.EMPLOYER)
    choices = partners.order_by("organisation__name", "pk").values_list("organisation_id", "organisation__name")
    asked = request.GET.get("employeur", "")
    form = ExchangeForm(typed(request), employers=list(choices), initial={"organisation": asked})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        organisation_id = values.pop("organisation")
        noted = attempt(form, lambda: actions.record_exchange(request.actor, operation.pk, organisation_id, **values))
        if noted is not None:
            messages.success(request, _("L'échange est noté."))
            return see("training:session", operation_id=operation.pk)
    lead = _("Un échange daté au moins avant, pendant et après la formation, avec chaque employeur signataire.")
    return form_page(request, operation, form, _("Noter un échange"), _("Noter l'échange"), lead=lead)


@require_http_methods(["GET", "POST"])
def report(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The facts as they are now, a word beside them, and it is sent to each."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "report.send", operation)
    form = ReportForm(typed(request))
    if request.method == "POST" and form.is_valid():
        comment = form.cleaned_data["comment"]
        if attempt(form, lambda: actions.send_report(request.actor, operation.pk, comment=comment)) is not None:
            messages.success(
                request, with_hour(_("Le point est envoyé à la Région, aux employeurs et aux prescripteurs."))
            )
            return see("training:session", operation_id=operation.pk)
    facts = progress(operation, clock.today())
    context = {
        "operation": operation,
        "form": form,
        "facts": facts,
        "counts": counted(asdict(facts)),
        "hours": facts.hours,
        "back_url": session_url(operation.pk),
    }
    return render(request, "training/report.html", context, status=422 if form.is_bound else 200)
