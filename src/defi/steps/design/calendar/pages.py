"""The calendar as it is read: by month, by week, on paper, in a telephone."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import LEAD, TASK, Actor, scope
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.kernel.transitions import VERBS
from defi.operations.access import leads
from defi.operations.models import Session
from defi.steps.design.calendar import actions, queries
from defi.steps.design.calendar.feed import feed
from defi.steps.design.calendar.gate import may_change
from defi.steps.design.calendar.printing import printed_calendar
from defi.steps.design.calendar.queries import CalendarView, GroupRow
from defi.steps.design.calendar.teaching import gap_sentences
from defi.steps.design.calendar_models import CalendarGroup
from defi.steps.design.holding import told_to
from defi.steps.design.models import TrainingPlan

ICS = "text/calendar; charset=utf-8"


def can_change(actor: Actor, plan: TrainingPlan) -> bool:
    """Whether this actor changes the calendar now: the provider that leads, while the plan may be changed."""
    operation = plan.operation
    return actor.who in LEAD and leads(actor, operation) and operation.state == "running" and may_change(plan)


def can_organise(actor: Actor, plan: TrainingPlan) -> bool:
    """Whether this actor says now how the half-days are used: whoever holds the plan, while the operation runs."""
    operation = plan.operation
    return actor.who in LEAD and leads(actor, operation) and operation.state == "running"


def can_tie(actor: Actor, view: CalendarView) -> bool:
    """Whether this actor says now which groups an employer follows: as the calendar is changed, or once the training
    runs."""
    runs = view.plan.state == "approved" and bool(view.session and view.session.started_on)
    return can_organise(actor, view.plan) and (runs or may_change(view.plan))


@require_safe
def calendar(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The whole calendar by month: what does not add up first, then the rhythm, then the months."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    shown = queries.calendar_of(request.actor, plan)
    row = shown.row(_group_asked(request))
    taught = queries.teaching(request.actor, shown, row) if row else []
    context = {
        "plan": plan,
        "operation": plan.operation,
        "view": shown,
        "row": row,
        "taught": taught,
        "taught_gaps": gap_sentences(taught),
        "is_taught": any(line.given for line in taught),
        "can_organise": can_organise(request.actor, plan),
        "months": shown.months(row),
        "can_change": (changes := can_change(request.actor, plan)),
        "told": "" if changes else told_to(request.actor, plan),
        "can_tie": can_tie(request.actor, shown),
        "following": queries.followed_groups(request.actor, shown),
        "can_follow": VERBS["calendar.follow"].allows(request.actor),
    }
    return render(request, "design/calendar/calendar.html", context)


@require_safe
def week(request: ActorRequest, plan_id: int, key: str) -> HttpResponse:
    """One week of a group: each half-day with its hours, and what changes it."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    shown = queries.calendar_of(request.actor, plan)
    row = shown.row(_group_asked(request))
    monday = _monday(key)
    if row is None or monday is None:
        raise Unknown(_("Cette semaine n'est pas au calendrier : revenez au calendrier entier."))
    days = shown.days(row)
    context = {
        "plan": plan,
        "operation": plan.operation,
        "view": shown,
        "row": row,
        "week": days.week(monday),
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "can_change": (changes := can_change(request.actor, plan)),
        "told": "" if changes else told_to(request.actor, plan),
        "can_organise": can_organise(request.actor, plan),
    }
    return render(request, "design/calendar/week.html", context)


def _monday(key: str) -> date | None:
    try:
        day = date.fromisoformat(key)
    except ValueError:
        return None
    # The first and last years of all have no week around them.
    return day - timedelta(days=day.weekday()) if 1990 < day.year < 2200 else None


@require_safe
def printed(request: ActorRequest, plan_id: int) -> HttpResponse:
    """One page of paper: the months in columns."""
    plan, shown, row = _laid(request, plan_id)
    made = printed_calendar(shown, row, queries.teaching(request.actor, shown, row), clock.now())
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="calendrier-{plan.pk}.pdf"'
    return response


@require_safe
def file(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The half-days, to put into one's own calendar once."""
    _plan, shown, row = _laid(request, plan_id)
    return _ics(row.group, row, shown.session.place if shown.session else "")


@require_POST
def follow(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A secret address of one's own, shown once."""
    plan, _shown, row = _laid(request, plan_id)
    address = actions.follow_calendar(request.actor, row.group.pk)
    context = {"plan": plan, "operation": plan.operation, "row": row, "address": address}
    return render(request, "design/calendar/follow.html", context)


@require_safe
def followed(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """What a secret address answers: the calendar of its group, as it is now."""
    with scope(TASK):
        group = CalendarGroup.objects.filter(pk=link.object_id).select_related("calendar", "operation").first()
        if group is None or queries.follows_others(link.organisation_id, group):
            raise Unknown(_("Ce groupe n'est plus au calendrier : reprenez l'adresse depuis la page du calendrier."))
        session = Session.objects.filter(operation=group.operation_id).first()
        return _ics(group, GroupRow(group, queries.group_half_days(group.pk)), session.place if session else "")


def _ics(group: CalendarGroup, row: GroupRow, place: str) -> HttpResponse:
    content = feed(
        group,
        row.half_days,
        title=group.operation.title,
        place=place,
        edition=group.calendar.edition,
        now=clock.now(),
    )
    response = HttpResponse(content, content_type=ICS)
    response["Content-Disposition"] = 'attachment; filename="calendrier.ics"'
    return response


def _laid(request: ActorRequest, plan_id: int) -> tuple[TrainingPlan, CalendarView, GroupRow]:
    plan = load(TrainingPlan, request.actor, plan_id, "operation__provider")
    shown = queries.calendar_of(request.actor, plan)
    row = shown.row(_group_asked(request))
    if row is None or not row.half_days:
        raise Unknown(_("Le calendrier n'est pas encore posé : il n'y a rien à montrer."))
    return plan, shown, row


def _group_asked(request: ActorRequest) -> int | None:
    asked = request.POST.get("groupe") or request.GET.get("groupe") or ""
    return int(asked) if asked.isdigit() else None
