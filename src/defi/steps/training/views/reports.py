"""A report as it was sent: whole for those inside, its own part for each other reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.kernel.transitions import VERBS
from defi.steps.design.calendar.durations import duration_words
from defi.steps.training import actions
from defi.steps.training.counted import counted
from defi.steps.training.models import Report, ReportPart
from defi.steps.training.queries.reports import document_of, people_of
from defi.steps.training.views.common import press, session_url


@require_safe
def read_report(request: ActorRequest, report_id: int) -> HttpResponse:
    """The whole of a report, as it was on its day, with who read their part."""
    report = load(Report, request.actor, report_id, "operation__provider", "written_by")
    parts = ReportPart.objects.visible_to(request.actor).filter(report=report).select_related("organisation")
    context = {
        "report": report,
        "operation": report.operation,
        "counts": counted(report.facts),
        "hours": (duration_words(report.facts["minutes_centre"]), duration_words(report.facts["minutes_company"])),
        "parts": list(parts.order_by("organisation__search_key", "pk")),
        "document": document_of(report),
        "back_url": session_url(report.operation_id),
    }
    return render(request, "training/report_read.html", context)


@require_safe
def read_part(request: ActorRequest, part_id: int) -> HttpResponse:
    """What a report says to one organisation, by its members or by those who sent it."""
    part = load(ReportPart, request.actor, part_id, *PART)
    return render(request, "training/report_part.html", part_context(request.actor, part))


@require_POST
def acknowledge(request: ActorRequest, part_id: int) -> HttpResponse:
    """« Je l'ai lu »."""
    part = load(ReportPart, request.actor, part_id)
    url = f"/points/parts/{part.pk}/"
    return press(request, url, lambda: actions.acknowledge_report(request.actor, part.pk), _("C'est noté, merci."))


PART = ("report", "organisation", "operation__provider")


def part_context(actor: Actor, part: ReportPart) -> dict[str, Any]:
    """What both doors show: the account of a member, the link of anybody."""
    return {
        "part": part,
        "facts": part.facts,
        "report": part.report,
        "operation": part.operation,
        "people": people_of(part),
        "inside": actor.in_region or actor.in_provider,
        "can_acknowledge": part.acknowledged_on is None and VERBS["report.acknowledge"].allows(actor),
    }
