"""Pages of the preparation: the meeting, the team, the sourcing plan, the announcement, the aims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused
from defi.operations.actions import Attendee, plan_meeting
from defi.operations.models import Meeting, Operation, Part, Presence
from defi.steps.sourcing import actions, preparing
from defi.steps.sourcing.doors import leads_here, must_be_able, plans_here
from defi.steps.sourcing.forms import (
    AimsForm,
    AnnounceForm,
    DoneForm,
    LineForm,
    MeetingForm,
    ParticipantForm,
    PlanMeetingForm,
    TeamForm,
)
from defi.steps.sourcing.models import SourcingLine, TeamMember
from defi.steps.sourcing.preparation import kinds_of


@require_safe
def preparation(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Step 3 on one page: what is there, what is missing."""
    operation = load(Operation, request.actor, operation_id)
    context = {
        "operation": operation,
        "preparation": preparing.preparation(request.actor, operation),
        "can_lead": leads_here(request.actor, operation),
        "can_run": plans_here(request.actor, operation),
    }
    return render(request, "sourcing/preparation.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Fix the date of the meeting."""
    operation = load(Operation, request.actor, operation_id)
    form = PlanMeetingForm(request.POST or None)
    return _page(
        request,
        operation,
        form,
        lambda v: plan_meeting(request.actor, operation.pk, Meeting.Kind.PREPARATORY, v["planned_on"], v["place"]),
        verb="meeting.plan",
        title=_("Fixer la réunion préparatoire"),
        said=_("La date est fixée."),
    )


@require_http_methods(["GET", "POST"])
def hold(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Note the meeting that was held, and who came."""
    operation = load(Operation, request.actor, operation_id)
    participants = preparing.participants(request.actor, operation)
    form = MeetingForm(request.POST or None, participants=participants, initial={"held_on": clock.today()})
    return _page(
        request,
        operation,
        form,
        lambda v: actions.hold_preparatory(
            request.actor,
            operation.pk,
            held_on=v["held_on"],
            attendees=[
                Attendee(Presence.As(p.quality), organisation_id=p.organisation.pk, state=Presence.State(said))
                for p, said in form.attendance()
            ],
            minutes=v["minutes"],
        ),
        verb="meeting.hold_preparatory",
        title=_("Noter la réunion préparatoire"),
        said=_("La réunion est notée."),
        lead=_("Il y faut au moins un orienteur et une entreprise engagée, présents."),
    )


@require_http_methods(["GET", "POST"])
def team(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Name an organisation to the team, to the committee, or to both."""
    operation = load(Operation, request.actor, operation_id)
    form = TeamForm(request.POST or None, participants=preparing.participants(request.actor, operation))
    return _page(
        request,
        operation,
        form,
        lambda v: actions.name_to_team(request.actor, operation.pk, v["bodies"], v["organisation"]),
        verb="sourcing.name_team",
        title=_("Nommer l'équipe projet et le comité de pilotage"),
        said=_("C'est noté."),
    )


@require_POST
def leave_team(request: ActorRequest, member_id: int) -> HttpResponse:
    """Take an organisation off."""
    member = load(TeamMember, request.actor, member_id)
    return _click(request, member.operation_id, lambda: actions.leave_team(request.actor, member.pk))


@require_http_methods(["GET", "POST"])
def line(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Plan an action of the sourcing plan."""
    operation = load(Operation, request.actor, operation_id)
    form = LineForm(
        request.POST or None,
        participants=preparing.participants(request.actor, operation),
        kinds=kinds_of(operation),
    )
    return _page(
        request,
        operation,
        form,
        lambda v: actions.plan_line(
            request.actor,
            operation.pk,
            kind=v["kind"],
            planned_on=v["planned_on"],
            owner_id=v["owner"],
            place=v["place"],
            aim=v["aim"],
        ),
        verb="sourcing.plan_line",
        title=_("Prévoir une action de recrutement"),
        said=_("L'action est au plan."),
    )


@require_http_methods(["GET", "POST"])
def line_done(request: ActorRequest, line_id: int) -> HttpResponse:
    """An action took place."""
    row = load(SourcingLine, request.actor, line_id, "operation")
    initial = {"on": min(row.planned_on, clock.today()), "version": row.version}
    form = DoneForm(request.POST or None, initial=initial)
    return _page(
        request,
        row.operation,
        form,
        lambda v: actions.line_done(request.actor, row.pk, on=v["on"], came=v["came"], version=v["version"]),
        verb="sourcing.done_line",
        title=_("Faite : %(kind)s") % {"kind": row.label},
        said=_("L'action est notée faite."),
    )


@require_POST
def remove_line(request: ActorRequest, line_id: int) -> HttpResponse:
    """Take a planned action off."""
    row = load(SourcingLine, request.actor, line_id)
    return _click(request, row.operation_id, lambda: actions.remove_line(request.actor, row.pk))


@require_http_methods(["GET", "POST"])
def announce(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Note an announcement and the firms that agreed to it."""
    operation = load(Operation, request.actor, operation_id)
    firms = [p.organisation.pk for p in preparing.participants(request.actor, operation) if Part.EMPLOYER in p.parts]
    form = AnnounceForm(request.POST or None, employers=firms)
    return _page(
        request,
        operation,
        form,
        lambda v: actions.announce(
            request.actor,
            operation.pk,
            channel=v["channel"],
            published_on=v["published_on"],
            employer_ids=[firm.pk for firm in v["employers"]],
        ),
        verb="sourcing.announce",
        title=_("Noter une annonce"),
        said=_("L'annonce est notée."),
    )


@require_http_methods(["GET", "POST"])
def share_aims(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Note that partners received the aims of the convention."""
    operation = load(Operation, request.actor, operation_id)
    partners = [p for p in preparing.participants(request.actor, operation) if p.is_partner]
    waiting = [p for p in partners if p.aims_on is None]
    form = AimsForm(request.POST or None, participants=waiting, initial={"shared_on": clock.today()})
    return _page(
        request,
        operation,
        form,
        lambda v: actions.share_aims(
            request.actor,
            operation.pk,
            organisation_ids=v["organisations"],
            shared_on=v["shared_on"],
            how=v["how"],
        ),
        verb="sourcing.share_aims",
        title=_("Présenter les objectifs de la convention"),
        said=_("C'est noté."),
    )


def _page(
    request: ActorRequest,
    operation: Operation,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    verb: str,
    title: str,
    said: str,
    lead: str = "",
) -> HttpResponse:
    """One form, one action, back to the preparation; when it lists the partners, with the way to add one."""
    must_be_able(request.actor, verb, operation)
    lists_partners = isinstance(form, MeetingForm | ParticipantForm | AnnounceForm)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: act(form.cleaned_data)) is not None:
        messages.success(request, said)
        return redirect("sourcing:preparation", operation_id=operation.pk)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "back_url": reverse("sourcing:preparation", args=[operation.pk]),
        "back_label": _("Préparation"),
        "action_label": _("Enregistrer"),
        "partners_url": reverse("partners", args=[operation.pk]) if lists_partners else "",
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)


def _click(request: ActorRequest, operation_id: int, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
        messages.success(request, _("C'est retiré."))
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("sourcing:preparation", operation_id=operation_id)
