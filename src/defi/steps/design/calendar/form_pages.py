"""What the forms of the calendar do the same way: may it be changed now, what falls, what somebody else changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from defi.kernel.pages import ActorRequest, put_refusal
from defi.kernel.refusals import Refused, Stale, Unknown
from defi.kernel.transitions import VERBS
from defi.operations.access import must_take_part
from defi.operations.models import Operation
from defi.steps.design.calendar.forms import CalendarForm
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay
from defi.steps.design.changing import would_fall
from defi.steps.design.common_views import catch_up, seen
from defi.steps.design.holding import must_be_here
from defi.steps.design.models import TrainingPlan

T = TypeVar("T")


def must(request: ActorRequest, verb: str, plan: TrainingPlan) -> None:
    """Raise before a form is shown to somebody who could not send it, or while nothing can be changed. What is sent
    meets the refusal of its action instead, and comes back with what was typed."""
    must_use(request, verb, plan)
    if request.method != "POST":
        must_be_here(plan)


def must_use(request: ActorRequest, verb: str, plan: TrainingPlan) -> None:
    """Raise before a form is shown to somebody who could not send it, whoever holds the plan."""
    VERBS[verb].check(request.actor)
    must_take_part(request.actor, plan.operation)


def attempt(
    request: ActorRequest,
    plan: TrainingPlan,
    form: CalendarForm,
    do: Callable[[], T],
    now: Callable[[], Mapping[str, Any]] | None = None,
) -> T | None:
    """What `do` answers; None when it was refused, or when approvals would fall: both are then said on the form.

    `now` gives the fields as they stand, for whoever finds the page outdated: it is told what changed meanwhile."""
    try:
        form.fallen = [] if "fall" in request.POST else would_fall(plan, do)
        return None if form.fallen else do()
    except Unknown:
        raise
    except Refused as refusal:
        if isinstance(refusal, Stale) and now is not None:
            fresh = now()
            form.meanwhile, form.seen = catch_up(form, fresh, request.POST.get("seen", "")), seen(form, fresh)
        put_refusal(form, refusal)
        return None


def take_out(
    request: ActorRequest, plan: TrainingPlan, do: Callable[[], object], said: str, title: str, back: HttpResponse
) -> HttpResponse:
    """A button that takes something out: at once, unless approvals fall with it, which is said first."""
    try:
        fallen = [] if "fall" in request.POST else would_fall(plan, do)
        if fallen:
            context = {"operation": plan.operation, "plan": plan, "title": title, "fallen": fallen}
            return render(request, "design/calendar/confirm.html", context)
        do()
        messages.success(request, said)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return back


def typed(request: ActorRequest) -> QueryDict | None:
    """What was sent, if this is a form that was."""
    return request.POST if request.method == "POST" else None


def see(plan_id: int, group_id: int | None = None) -> HttpResponse:
    """Go and read the calendar (303): sending the form again by reloading does nothing."""
    asked = f"?groupe={group_id}" if group_id else ""
    return HttpResponseRedirect(reverse("design:calendar", args=[plan_id]) + asked, status=303)


def see_week(plan_id: int, row: CalendarHalfDay) -> HttpResponse:
    """Go and read the week of a half-day."""
    address = reverse("design:calendar_week", args=[plan_id, row.on.isoformat()])
    return HttpResponseRedirect(f"{address}?groupe={row.group_id}", status=303)


def form_page(
    request: ActorRequest,
    plan: TrainingPlan,
    form: CalendarForm,
    title: str,
    label: str,
    *,
    lead: str = "",
    remove: str = "",
    group: CalendarGroup | None = None,
) -> HttpResponse:
    """A form on a page of its own; 422 when it comes back with faults."""
    operation: Operation = plan.operation
    back = reverse("design:calendar", args=[plan.pk]) + (f"?groupe={group.pk}" if group else "")
    context = {
        "operation": operation,
        "form": form,
        "seen": form.seen or request.POST.get("seen") or seen(form, form.initial),
        "meanwhile": form.meanwhile,
        "title": title,
        "lead": lead,
        "action_label": label,
        "remove": remove,
        "back_url": back,
    }
    refused = form.is_bound and not form.fallen
    return render(request, "design/calendar/form.html", context, status=422 if refused else 200)
