"""One past plan to start from, with what was learnt there beside it: two rooms on one page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from defi.kernel.pages import ActorRequest
from defi.steps.design.reuse.views import taking
from defi.steps.review.learnt import learnt


@require_http_methods(["GET", "POST"])
def past_plan(request: ActorRequest, plan_id: int, source_id: int) -> HttpResponse:
    """Modules, competences and certification to tick; the bilan of that operation beside them."""
    page = taking(request, plan_id, source_id)
    if page.done is not None:
        return page.done
    context = page.context | {"learnt": learnt(request.actor, page.source.operation)}
    return render(request, "web/past_plan.html", context, status=page.status)
