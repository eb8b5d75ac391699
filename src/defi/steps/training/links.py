"""The pages behind personal links, without an account: the agreement of a period to sign, a report to read.

Opening a link changes nothing, since mail programs open links by themselves: only a click acts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from defi.kernel.access import TASK
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.steps.training import actions
from defi.steps.training.models import Placement, ReportPart
from defi.steps.training.views.agreements import sign_from_link
from defi.steps.training.views.common import see
from defi.steps.training.views.company import evaluate_answer, presence_answer
from defi.steps.training.views.reports import PART, part_context
from defi.steps.training.views.timetable import followed

AROUND = ("operation__provider", "candidacy__person", "employer", "agreement")
OPINION = "avis/"


def sign(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The agreement to read and sign with a code, for the trainee or for the firm, whoever the link was made for."""
    return sign_from_link(request, load(Placement, request.actor, link.object_id, *AROUND), page)


def attend(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The tutor's page, on a phone: presence day by day; at the end, an opinion."""
    placement = load(Placement, request.actor, link.object_id, *AROUND)
    home = request.path.removesuffix(OPINION)
    if page == OPINION:
        return evaluate_answer(request, placement, frame_page="slim.html", back_url=home, done_url=home)
    if page:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return presence_answer(
        request, placement, frame_page="slim.html", back_url="", evaluate_url=f"{home}{OPINION}", done_url=home
    )


def evaluate(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The opinion alone, from the mail that asks for it."""
    if page:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    placement = load(Placement, request.actor, link.object_id, *AROUND)
    return evaluate_answer(request, placement, frame_page="slim.html", back_url="", done_url=request.path)


def send_again(link: Link) -> None:
    """A new link for the holder of a dead one: the trainee theirs, else the firm."""
    if link.organisation_id is None:
        actions.send_own_agreement(TASK, link.object_id)
    else:
        actions.send_agreement(TASK, link.object_id)


def send_tutor_again(link: Link) -> None:
    """The same for the tutor."""
    actions.send_tutor_link(TASK, link.object_id)


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
    "placement.attend": attend,
    "placement.evaluate": evaluate,
    "calendar.follow_own": followed,
    "report.acknowledge": read_report,
}
RENEWALS: dict[str, Callable[[Link], None]] = {
    "placement.sign": send_again,
    "placement.attend": send_tutor_again,
    "placement.evaluate": send_tutor_again,
    "report.acknowledge": send_report_again,
}
