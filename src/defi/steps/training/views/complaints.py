"""The register of complaints of an operation, for its provider."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.training import actions
from defi.steps.training.forms import CloseComplaintForm, ComplaintForm
from defi.steps.training.models import Complaint
from defi.steps.training.views.common import form_page, may, must, see, typed


@require_safe
def complaints(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What was said and what was done of it, what waits for an answer first."""
    operation = load(Operation, request.actor, operation_id)
    if not request.actor.in_provider:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    rows = list(Complaint.objects.visible_to(request.actor).filter(operation=operation).select_related("noted_by"))
    context = {
        "operation": operation,
        "waiting": [row for row in rows if row.closed_on is None],
        "closed": [row for row in rows if row.closed_on],
        "can_note": may(request.actor, "complaint.note", operation),
        "can_close": may(request.actor, "complaint.close", operation),
    }
    return render(request, "training/complaints.html", context)


@require_http_methods(["GET", "POST"])
def note(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Write one in the register."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "complaint.note", operation)
    form = ComplaintForm(typed(request))
    if request.method == "POST" and form.is_valid():
        facts = actions.ComplaintFacts(**form.cleaned_data)
        if attempt(form, lambda: actions.note_complaint(request.actor, operation.pk, facts)) is not None:
            messages.success(request, _("C'est noté : il reste à répondre."))
            return see("training:complaints", operation_id=operation.pk)
    back = reverse("training:complaints", args=[operation.pk])
    return form_page(request, operation, form, _("Noter une réclamation ou un aléa"), _("Noter"), back=back)


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, complaint_id: int) -> HttpResponse:
    """What was done of one."""
    found = load(Complaint, request.actor, complaint_id, "operation")
    must(request.actor, "complaint.close", found.operation)
    form = CloseComplaintForm(typed(request), initial={"version": found.version})

    def closed() -> Complaint:
        return actions.close_complaint(request.actor, found.pk, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt(form, closed) is not None:
        messages.success(request, _("La réponse est notée."))
        return see("training:complaints", operation_id=found.operation_id)
    back = reverse("training:complaints", args=[found.operation_id])
    return form_page(request, found.operation, form, _("Répondre et clore"), _("Clore"), lead=found.what, back=back)
