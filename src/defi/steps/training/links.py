"""The pages behind personal links, without an account: the agreement of a period to sign, a report to read.

Opening a link changes nothing, since mail programs open links by themselves: only a click acts."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from defi.kernel.access import TASK
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.steps.training import actions, queries
from defi.steps.training.models import Placement, ReportPart
from defi.steps.training.views.common import see
from defi.steps.training.views.reports import PART, part_context
from defi.steps.training.views.timetable import followed


def sign(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The agreement, and one button."""
    if page:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    placement = load(Placement, request.actor, link.object_id)
    form = Form(request.POST if request.method == "POST" else None)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: actions.sign_placement(request.actor, placement.pk)) is not None:
        return see(request.path)
    row = queries.placement_page(request.actor, placement)
    context = {
        "row": row,
        "operation": placement.operation,
        "form": form,
        "has_signed": any(side.party == row.my_party and side.signature for side in row.sides),
    }
    return render(request, "training/link_placement.html", context, status=422 if form.is_bound else 200)


def send_again(link: Link) -> None:
    """A new link for the holder of a dead one."""
    actions.send_agreement(TASK, link.object_id)


def read_report(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """One reader's own part of a report, and « Je l'ai lu »."""
    if page:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    part = load(ReportPart, request.actor, link.object_id, *PART)
    if request.method == "POST":
        actions.acknowledge_report(request.actor, part.pk)
        return see(request.path)
    return render(request, "training/report_part.html", {**part_context(request.actor, part), "by_link": True})


def send_report_again(link: Link) -> None:
    """A new link for the holder of a dead one."""
    actions.send_report_again(link.object_id)


VIEWS: dict[str, Callable[[ActorRequest, Link, str], HttpResponse]] = {
    "placement.sign": sign,
    "calendar.follow_own": followed,
    "report.acknowledge": read_report,
}
RENEWALS: dict[str, Callable[[Link], None]] = {"placement.sign": send_again, "report.acknowledge": send_report_again}
