"""The steering committees of an operation and their tasks; the end of an operation that will not take place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown, WrongState
from defi.kernel.transitions import VERBS
from defi.operations import committees
from defi.operations.actions import Attendee, abandon_operation
from defi.operations.models import Meeting, MeetingTask, Operation, Presence
from defi.steps.pairing.models import Promise
from defi.steps.sourcing.doors import must_be_able, must_be_inside, plans_here
from defi.steps.sourcing.forms import MeetingForm, PlanMeetingForm
from defi.steps.sourcing.preparing import participants


@require_safe
def committee(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The committees planned and held: agenda, who came, what was decided, what is left to do and by whom."""
    operation = load(Operation, request.actor, operation_id)
    must_be_inside(request.actor)
    context = {
        "operation": operation,
        "found": committees.committees(request.actor, operation),
        "can_run": plans_here(request.actor, operation),
        "today": clock.today(),
    }
    return render(request, "web/committee.html", context)


PLANNED = {"kind": Meeting.Kind.COMMITTEE, "held_on": None, "planned_on__isnull": False}


class TaskForm(forms.Form):
    """What somebody must do after a committee."""

    what = forms.CharField(label=gettext_lazy("À faire"), max_length=200)
    owner = forms.TypedChoiceField(label=gettext_lazy("Par qui"), coerce=int)
    due_on = forms.DateField(label=gettext_lazy("Pour le"))

    def __init__(self, *args: Any, owners: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = list(owners.items())  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def give_task(request: ActorRequest, meeting_id: int) -> HttpResponse:
    """Somebody of the operation must do something by a day."""
    meeting = load(Meeting, request.actor, meeting_id, "operation")
    operation = meeting.operation
    must_be_able(request.actor, "meeting.give_task", operation)
    form = TaskForm(request.POST or None, owners=committees.owners_of(operation))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        given = attempt(
            form,
            lambda: committees.give_task(
                request.actor, meeting.pk, what=values["what"], owner_id=values["owner"], due_on=values["due_on"]
            ),
        )
        if given is not None:
            messages.success(request, _("La tâche est confiée ; %(owner)s est prévenu.") % {"owner": given.owner})
            return redirect(_home_of(meeting), operation_id=operation.pk)
    title = _("Noter une décision du bilan") if _is_review(meeting) else _("Confier une tâche")
    return _form(request, operation, form, title, meeting=meeting)


def _is_review(meeting: Meeting) -> bool:
    return meeting.kind == Meeting.Kind.REVIEW


def _home_of(meeting: Meeting) -> str:
    """The page that shows a meeting: its committee's, or the bilan."""
    return "review:review" if _is_review(meeting) else "committee"


@require_http_methods(["GET", "POST"])
def task(request: ActorRequest, task_id: int) -> HttpResponse:
    """One task, as its owner and those who lead read it, with the button that ends it."""
    found = load(MeetingTask, request.actor, task_id, "operation", "owner", "meeting")
    operation = found.operation
    mine = committees.may_finish(request.actor, found, operation)
    if not (mine or request.actor.in_region or request.actor.in_provider):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    if request.method == "POST":
        try:
            committees.finish_task(request.actor, found.pk)
            messages.success(request, _("La tâche est notée comme faite."))
        except WrongState as refusal:
            messages.warning(request, refusal.sentence)
        return redirect("meeting_task", task_id=found.pk)
    can_finish = mine and found.done_on is None and VERBS["meeting.finish_task"].allows(request.actor)
    return render(request, "web/task.html", {"task": found, "operation": operation, "can_finish": can_finish})


class PlanCommitteeForm(PlanMeetingForm):
    """When the committee will be held, and what it will speak of."""

    planned_at = forms.TimeField(
        label=gettext_lazy("Heure"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=gettext_lazy("Sans heure, l'invitation occupe la journée."),
    )
    field_order = ("planned_on", "planned_at", "place", "agenda")
    agenda = forms.CharField(
        label=gettext_lazy("Ordre du jour"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class CommitteeForm(MeetingForm):
    """The committee as it was held, with its decisions."""

    decisions = forms.CharField(
        label=gettext_lazy("Décisions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Une par ligne. Les tâches, avec qui et pour quand, se confient ensuite."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].label = gettext_lazy("Ce qui s'est dit")


@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Fix the date of the next committee."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "meeting.plan", operation)
    known = Meeting.objects.visible_to(request.actor).filter(operation=operation, held_on=None)
    waiting = known.filter(kind=Meeting.Kind.COMMITTEE).values("planned_on", "planned_at", "place", "agenda").first()
    form = PlanCommitteeForm(request.POST or None, initial={**waiting} if waiting else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if attempt(form, lambda: committees.plan_committee(request.actor, operation.pk, **values)) is not None:
            messages.success(request, _("La date est fixée ; chacun est invité, avec une entrée pour son calendrier."))
            return redirect("committee", operation_id=operation.pk)
    return _form(request, operation, form, _("Fixer le comité de pilotage"))


@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The committee that is planned will not be held: who learns it is said before."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "meeting.cancel", operation)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: _called_off(request.actor, operation, reason)):
            messages.success(request, _("Le comité est annulé ; ceux qui étaient invités l'apprennent par courriel."))
            return redirect("committee", operation_id=operation.pk)
    context = {
        "title": _("Annuler le comité de pilotage"),
        "consequences": [
            _("Chacun de ceux qui prennent part à l'opération l'apprend par courriel, et son calendrier l'enlève."),
            _("Le motif reste dans le journal de l'opération ; le courriel ne le dit pas."),
            _("S'il change seulement de date, fixez plutôt une autre date : elle prend sa place."),
        ],
        "form": form,
        "action_label": _("Annuler le comité"),
        "cancel_label": _("Garder le comité"),
        "back_url": reverse("committee", args=[operation.pk]),
        "back_label": _("Comité de pilotage"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _called_off(actor: Actor, operation: Operation, reason: str) -> bool:
    committees.cancel_committee(actor, operation.pk, reason=reason)
    return True


@require_http_methods(["GET", "POST"])
def hold(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Note the committee that was held, and who came."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "meeting.hold_committee", operation)
    form = CommitteeForm(
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
            lambda: committees.hold_committee(
                request.actor,
                operation.pk,
                held_on=values["held_on"],
                attendees=people,
                minutes=values["minutes"].strip(),
                decisions=values["decisions"].splitlines(),
            ),
        )
        if held is not None:
            messages.success(request, _("Le comité de pilotage est noté."))
            return redirect("committee", operation_id=operation.pk)
    return _form(request, operation, form, _("Noter le comité de pilotage tenu"), partners=True)


def _form(
    request: ActorRequest,
    operation: Operation,
    form: forms.Form,
    title: str,
    *,
    partners: bool = False,
    meeting: Meeting | None = None,
) -> HttpResponse:
    of_review = meeting is not None and _is_review(meeting)
    context = {
        "title": title,
        "form": form,
        "back_url": reverse("review:review" if of_review else "committee", args=[operation.pk]),
        "back_label": _("Bilan") if of_review else _("Comité de pilotage"),
        "action_label": _("Enregistrer"),
        "partners_url": reverse("partners", args=[operation.pk]) if partners else "",
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)


class ReasonForm(forms.Form):
    """Why an operation, or a committee, will not take place."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "POST"])
def abandon(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The operation will not take place: what follows is said before."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "operation.abandon", operation)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: abandon_operation(request.actor, operation.pk, reason=reason)) is not None:
            messages.success(request, _("L'opération est abandonnée ; son dossier reste lisible."))
            return redirect("operation", operation_id=operation.pk)
    told = [_("Plus rien ne s'y modifie ; le dossier et son journal restent lisibles. On n'y revient pas.")]
    if Promise.objects.visible_to(request.actor).filter(operation=operation, state="made").exists():
        told.append(_("Des employeurs ont promis des postes et des personnes peuvent être inscrites : prévenez-les."))
    if Meeting.objects.visible_to(request.actor).filter(operation=operation, **PLANNED).exists():
        told.append(_("Le comité de pilotage prévu est annulé : ceux qui y étaient invités l'apprennent par courriel."))
    context = {
        "title": _("Abandonner l'opération"),
        "consequences": told,
        "form": form,
        "action_label": _("Abandonner l'opération"),
        "back_url": reverse("operation", args=[operation.pk]),
        "back_label": operation.title,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
