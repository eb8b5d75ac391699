"""Buttons that print: the plan, its matrix, an employer's page; what is printed is kept, then read."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Refused, Unknown
from defi.steps.design import paper
from defi.steps.design.calendar.printing import printed_calendar
from defi.steps.design.calendar.queries import CalendarView, teaching
from defi.steps.design.common_views import whole
from defi.steps.design.models import TrainingPlan


@require_POST
def print_plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The plan as it stands."""
    return _printed(request, plan_id, lambda: paper.print_plan(request.actor, plan_id))


@require_POST
def print_grid(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The matrix."""
    return _printed(request, plan_id, lambda: paper.print_grid(request.actor, plan_id))


@require_POST
def print_asked(request: ActorRequest, plan_id: int) -> HttpResponse:
    """What an employer (`employer`) asked for; for an employer, its own."""
    employer = whole(request.POST.get("employer", "")) or request.actor.organisation_id
    return _printed(request, plan_id, lambda: paper.print_asked(request.actor, plan_id, employer))


def _printed(request: ActorRequest, plan_id: int, act: Callable[[], Document]) -> HttpResponse:
    shown = load(TrainingPlan, request.actor, plan_id)
    try:
        document = act()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("design:plan", operation_id=shown.operation_id)
    return redirect("document", code=document.code)


def asked_by_link(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The employer's own page for who came by a link: the bytes themselves, for a link opens no other address."""
    document = paper.print_asked(request.actor, plan_id, request.actor.organisation_id)
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return response


def calendar_by_link(actor: Actor, view: CalendarView | None, group_id: int) -> HttpResponse:
    """One page of paper of the calendar, for who came by a link. Raises `Unknown` while nothing is laid."""
    row = view.row(group_id) if view else None
    if view is None or row is None or not row.half_days:
        raise Unknown(_("Le calendrier n'est pas encore posé : il n'y a rien à montrer."))
    response = HttpResponse(
        printed_calendar(view, row, teaching(actor, view, row), clock.now()).pdf, content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="calendrier-{view.plan.pk}.pdf"'
    return response
