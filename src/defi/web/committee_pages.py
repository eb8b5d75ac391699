"""The steering committee of an operation, and the end of an operation that will not take place."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.actions import Attendee, abandon_operation, hold_committee, plan_meeting
from defi.operations.models import Meeting, Operation, Presence
from defi.steps.pairing.models import Promise
from defi.steps.sourcing.doors import must_be_able, must_be_inside, plans_here
from defi.steps.sourcing.forms import MeetingForm, PlanMeetingForm
from defi.steps.sourcing.preparing import participants


@require_safe
def committee(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The committees planned and held, with who came."""
    operation = load(Operation, request.actor, operation_id)
    must_be_inside(request.actor)
    presences = Presence.objects.visible_to(request.actor).select_related("organisation").order_by("pk")
    meetings = (
        Meeting.objects.visible_to(request.actor)
        .filter(operation=operation, kind=Meeting.Kind.COMMITTEE)
        .prefetch_related(Prefetch("presences", queryset=presences))
        .order_by("-held_on", "-pk")
    )
    context = {"operation": operation, "meetings": list(meetings), "can_run": plans_here(request.actor, operation)}
    return render(request, "web/committee.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Fix the date of the next committee."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "meeting.plan", operation)
    form = PlanMeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        day, place = values["planned_on"], values["place"]
        if attempt(form, lambda: plan_meeting(request.actor, operation.pk, Meeting.Kind.COMMITTEE, day, place)):
            messages.success(request, _("La date est fixée."))
            return redirect("committee", operation_id=operation.pk)
    return _form(request, operation, form, _("Fixer le comité de pilotage"))


@require_http_methods(["GET", "POST"])
def hold(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Note the committee that was held, and who came."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "meeting.hold_committee", operation)
    form = MeetingForm(
        request.POST or None,
        participants=participants(request.actor, operation),
        initial={"held_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        people = [
            Attendee(Presence.As(who.quality), organisation_id=who.organisation.pk, state=Presence.State(said))
            for who, said in form.attendance()
        ]
        values = form.cleaned_data
        held = attempt(
            form,
            lambda: hold_committee(
                request.actor,
                operation.pk,
                held_on=values["held_on"],
                attendees=people,
                minutes=values["minutes"].strip(),
            ),
        )
        if held is not None:
            messages.success(request, _("Le comité de pilotage est noté."))
            return redirect("committee", operation_id=operation.pk)
    return _form(request, operation, form, _("Noter le comité de pilotage tenu"), partners=True)


def _form(
    request: ActorRequest, operation: Operation, form: forms.Form, title: str, *, partners: bool = False
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "back_url": reverse("committee", args=[operation.pk]),
        "back_label": _("Comité de pilotage"),
        "action_label": _("Enregistrer"),
        "partners_url": reverse("partners", args=[operation.pk]) if partners else "",
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)


class AbandonForm(forms.Form):
    """Why an operation will not take place."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "POST"])
def abandon(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The operation will not take place: what follows is said before."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "operation.abandon", operation)
    form = AbandonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: abandon_operation(request.actor, operation.pk, reason=reason)) is not None:
            messages.success(request, _("L'opération est abandonnée ; son dossier reste lisible."))
            return redirect("operation", operation_id=operation.pk)
    told = [_("Plus rien ne s'y modifie ; le dossier et son journal restent lisibles. On n'y revient pas.")]
    if Promise.objects.visible_to(request.actor).filter(operation=operation, state="made").exists():
        told.append(_("Des employeurs ont promis des postes et des personnes peuvent être inscrites : prévenez-les."))
    context = {
        "title": _("Abandonner l'opération"),
        "consequences": told,
        "form": form,
        "action_label": _("Abandonner l'opération"),
        "back_url": reverse("operation", args=[operation.pk]),
        "back_label": operation.title,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
