"""The EOS page: what to copy, field by field, and what EOS answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation
from defi.steps.training import actions, queries
from defi.steps.training.forms import EosForm
from defi.steps.training.views.common import may, see, session_of, typed


@require_http_methods(["GET", "POST"])
def eos(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Copy on one side, type back on the other."""
    operation = load(Operation, request.actor, operation_id)
    page = queries.eos_page(request.actor, operation)
    version = page.session.version if page.session else None
    form = EosForm(typed(request), initial={"version": version})
    if request.method == "POST" and page.session and form.is_valid():
        session_id, values, was = page.session.pk, form.cleaned_data, page.session.eos_number
        kept = attempt(
            form,
            lambda: actions.record_eos(
                request.actor,
                session_id,
                number=values["number"],
                answered=form.answered(),
                explanations=form.explanations(),
                renumbered=values["renumbered"],
                version=values["version"],
            ),
        )
        if kept is not None:
            said = _("Le numéro EOS est noté : la convention et les feuilles le porteront.")
            if was and was != kept.number:
                said = _("Le numéro EOS était %(was)s, il est %(number)s : la convention et les feuilles le porteront.")
                said %= {"was": was, "number": kept.number}
            messages.success(request, said)
            return see("training:eos", operation_id=operation.pk)
    context = {
        "operation": operation,
        "page": page,
        "form": form,
        "can_record": may(request.actor, "eos.record", operation),
    }
    return render(request, "training/eos.html", context, status=422 if form.is_bound else 200)


@require_POST
def print_eos(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The same sheet, on paper."""
    operation = load(Operation, request.actor, operation_id)
    document = actions.print_eos(request.actor, session_of(request.actor, operation).pk)
    return see("document", code=document.code)
