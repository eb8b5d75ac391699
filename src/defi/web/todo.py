"""« À faire »: what I do now, first due first, each line one click from being done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from defi.journey.queries import PARTIES, my_turns
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest
from defi.steps.training.queries.reports import parts_for
from defi.web.arrivals import arrivals
from defi.web.firm_space import firm_space
from defi.web.turn_pages import shown


@require_safe
def todo(request: ActorRequest) -> HttpResponse:
    """The page of the person who is signed in, as the organisation they act for."""
    if request.actor.who is Who.PUBLIC:
        return redirect("home")
    if request.actor.who is Who.TRAINEE:
        return redirect("training:my_space")
    page = Paginator(my_turns(request.actor), 40).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "items": [shown(turn, request.actor) for turn in page],
        "arrivals": arrivals(request.actor),
        "has_turns": request.actor.who in PARTIES,
        "space": firm_space(request.actor),
        "reports": parts_for(request.actor) if request.actor.in_prescriber else [],
        "today": clock.today(),
    }
    return render(request, "web/todo.html", context)
