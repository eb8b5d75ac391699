"""The space of a trainee."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest
from defi.steps.training import queries
from defi.steps.training.hooks import announced_elsewhere, asked_elsewhere


@require_safe
def my_space(request: ActorRequest) -> HttpResponse:
    """My dates, my employer, my papers, what I must do, whom to call."""
    if request.actor.who is not Who.TRAINEE:
        return redirect("todo")
    context = {
        "space": queries.my_space(request.actor),
        "asked": asked_elsewhere(request.actor),
        "announced": announced_elsewhere(request.actor),
        "today": clock.today(),
    }
    return render(request, "training/my_space.html", context)
