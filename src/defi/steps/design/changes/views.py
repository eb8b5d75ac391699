"""Pages of a request: written line by line with its effect beside, sent, decided."""

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
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused, Unknown, WrongState
from defi.kernel.transitions import VERBS
from defi.operations.access import must_take_part
from defi.steps.design.calendar.describing import calendar_rows
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes import asking, deciding, queries
from defi.steps.design.changes.forms import (
    AnswerForm,
    ChangeModuleForm,
    ChangeRhythmForm,
    ChangeTextForm,
    MotiveForm,
)
from defi.steps.design.changes.lines import Change, ModuleState, from_json, module_state
from defi.steps.design.changes.reading import calendar_of, without_closed
from defi.steps.design.changing import content_of
from defi.steps.design.common_views import employers_of, party_ids, whole
from defi.steps.design.content import Content
from defi.steps.design.models import TrainingPlan


@require_safe
def change(request: ActorRequest, request_id: int) -> HttpResponse:
    """A request: what changes, what it does, what this reader may do with it."""
    row = load(ChangeRequest, request.actor, request_id, "plan__operation", "operation__provider", "asked_for")
    context = {"operation": row.operation, "plan": row.plan, "shown": queries.shown(request.actor, row)}
    return render(request, "design/changes/change.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Why, from when: then the lines are written."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    VERBS["plan.prepare_change"].check(request.actor, "-")
    must_take_part(request.actor, plan.operation)
    asking.running_session(plan, clock.today())
    form = MotiveForm(request.POST or None, parties=party_ids(plan.operation), initial={"effective_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: asking.prepare_change(request.actor, plan.pk, form.motive()))
        if made is not None:
            return redirect("design:change", request_id=made.pk)
    return _page(
        request,
        plan,
        form,
        title=_("Demander une modification"),
        label=_("Continuer"),
        lead=_(
            "La session a démarré : dites pourquoi et à partir de quand, puis ce qui change. Rien n'est envoyé encore."
        ),
    )


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, request_id: int) -> HttpResponse:
    """Another reason, another day."""
    row = _written(request, request_id)
    initial = {"reason": row.reason, "effective_on": row.effective_on, "asker": row.asked_for_id}
    form = MotiveForm(
        request.POST or None, parties=party_ids(row.operation), initial=initial | {"version": row.version}
    )
    return _write(
        request,
        row,
        form,
        lambda version: asking.describe_change(request.actor, row.pk, form.motive(), version=version),
        title=_("Motif et date d'effet"),
    )


@require_http_methods(["GET", "POST"])
def module(request: ActorRequest, request_id: int, module_id: int) -> HttpResponse:
    """A module of the plan, as it should be; taken out, or left as it is."""
    row = _written(request, request_id)
    content, lines = content_of(row.plan), from_json(row.lines)
    line, now = lines.line(module_id), module_state(content, module_id)
    if now is None and line is None:
        raise Unknown(_("Ce module n'est pas dans le plan."))
    if now is None or "leave" in request.POST:
        # Gone from the plan since: there is nothing left to write about it.
        return _pressed(request, row, lambda: asking.leave_module(request.actor, row.pk, module_id))
    if "remove" in request.POST:
        return _pressed(request, row, lambda: asking.write_module(request.actor, row.pk, module_id, None))
    wanted = (line.now if line else None) or now
    return _module_page(request, row, content, module_id, wanted, title=now.title, is_written=line is not None)


@require_http_methods(["GET", "POST"])
def add_module(request: ActorRequest, request_id: int) -> HttpResponse:
    """One more module."""
    row = _written(request, request_id)
    return _module_page(request, row, content_of(row.plan), 0, None, title=_("Ajouter un module"))


@require_http_methods(["GET", "POST"])
def added_module(request: ActorRequest, request_id: int, number: int) -> HttpResponse:
    """A module that the request adds, written again or taken out."""
    row = _written(request, request_id)
    line = from_json(row.lines).line(-number)
    if line is None or line.now is None:
        raise Unknown(_("Ce module n'est pas dans la demande."))
    if "leave" in request.POST:
        return _pressed(request, row, lambda: asking.leave_module(request.actor, row.pk, -number))
    return _module_page(request, row, content_of(row.plan), -number, line.now, title=line.now.title, is_written=True)


def _module_page(
    request: ActorRequest,
    row: ChangeRequest,
    content: Content,
    number: int,
    wanted: ModuleState | None,
    *,
    title: str,
    is_written: bool = False,
) -> HttpResponse:
    initial = (ChangeModuleForm.read(wanted) if wanted else {"kind": "added"}) | {"version": row.version}
    form = ChangeModuleForm(
        request.POST or None,
        initial=initial,
        competences=[(competence.pk, competence.label) for competence in content.competences],
        employers=employers_of(request.actor, row.operation),
    )
    if is_written:
        leave = _("Ne plus ajouter ce module") if number < 0 else _("Le laisser comme il est dans le plan")
    else:
        leave = ""
    return _write(
        request,
        row,
        form,
        lambda version: asking.write_module(request.actor, row.pk, number, form.state(), version=version),
        title=title,
        leave=leave,
        remove=_("Retirer ce module du plan") if number > 0 else "",
    )


@require_http_methods(["GET", "POST"])
def rhythm(request: ActorRequest, request_id: int) -> HttpResponse:
    """Another rhythm; the calendar laid again from the day of effect on."""
    row = _written(request, request_id)
    lines, was = from_json(row.lines), calendar_of(calendar_rows(row.plan_id)).rhythm
    initial: dict[str, Any] = {"text": _text(lines, row.plan), "version": row.version}
    if was is None:
        text_form = ChangeTextForm(request.POST or None, initial=initial)
        return _write(
            request,
            row,
            text_form,
            lambda version: asking.write_rhythm(request.actor, row.pk, text_form.cleaned_data["text"], version=version),
            title=_("Rythme"),
        )
    there = lines.calendar.now if lines.calendar else was
    initial |= ChangeRhythmForm.read(there) | {"again": lines.calendar is not None}
    form = ChangeRhythmForm(request.POST or None, initial=initial)

    def do(version: int | None) -> ChangeRequest:
        wanted = form.rhythm()
        # Another rhythm lays the calendar again, ticked or not: half-days follow from it.
        again = form.cleaned_data["again"] or wanted != without_closed(was)
        return asking.write_rhythm(
            request.actor, row.pk, form.cleaned_data["text"], wanted if again else None, version=version
        )

    return _write(request, row, form, do, title=_("Rythme et calendrier"))


def _text(lines: Change, plan: TrainingPlan) -> str:
    return lines.rhythm.now if lines.rhythm else plan.rhythm


@require_POST
def ask(request: ActorRequest, request_id: int) -> HttpResponse:
    """Send the request to the Region."""
    row = load(ChangeRequest, request.actor, request_id)
    return _pressed(
        request,
        row,
        lambda: asking.ask_change(request.actor, row.pk, version=_version(request)),
        with_hour(_("La demande est envoyée : la Région la décide, et vous êtes prévenu.")),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, request_id: int) -> HttpResponse:
    """Take the request back."""
    row = _able(request, request_id, "withdraw")
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, lambda: asking.withdraw_change(request.actor, row.pk)) is not None:
        messages.success(request, _("La demande est retirée : le plan reste comme il est."))
        return redirect("design:plan", operation_id=row.operation_id)
    told = [_("La demande n'est plus à décider ; le plan reste comme il est.")]
    return _confirm(request, row, form, _("Retirer la demande"), told)


@require_POST
def approve(request: ActorRequest, request_id: int) -> HttpResponse:
    """Approve what was read: the plan changes at once."""
    row = load(ChangeRequest, request.actor, request_id)
    plan_version = whole(request.POST.get("plan_version", "")) or None
    return _pressed(
        request,
        row,
        lambda: deciding.approve_change(request.actor, row.pk, version=_version(request), plan_version=plan_version),
        with_hour(
            _(
                "La modification est approuvée : le plan est à jour, l'organisme et les employeurs concernés "
                "sont prévenus."
            )
        ),
    )


@require_http_methods(["GET", "POST"])
def refuse(request: ActorRequest, request_id: int) -> HttpResponse:
    """The plan stays as it is."""
    row = _able(request, request_id, "refuse")
    return _answer(
        request,
        row,
        deciding.refuse_change,
        _("Refuser la modification"),
        [
            _("Le plan reste comme il est ; l'organisme reçoit votre motif, et peut faire une autre demande."),
        ],
    )


@require_http_methods(["GET", "POST"])
def mend(request: ActorRequest, request_id: int) -> HttpResponse:
    """The provider corrects its request."""
    row = _able(request, request_id, "mend")
    return _answer(
        request,
        row,
        deciding.mend_change,
        _("Faire corriger la demande"),
        [
            _("L'organisme reçoit votre motif, corrige sa demande, et vous la renvoie."),
        ],
    )


# Shared


def _answer(
    request: ActorRequest, row: ChangeRequest, act: Callable[..., ChangeRequest], title: str, told: list[str]
) -> HttpResponse:
    form = AnswerForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(form, lambda: act(request.actor, row.pk, reason=values["reason"], version=values["version"]))
        if done is not None:
            return redirect("design:change", request_id=row.pk)
    return _confirm(request, row, form, title, told)


def _confirm(request: ActorRequest, row: ChangeRequest, form: Form, title: str, told: list[str]) -> HttpResponse:
    context = {
        "title": title,
        "consequences": told,
        "form": form,
        "action_label": title,
        "back_url": reverse("design:change", args=[row.pk]),
        "back_label": _("Modification du plan"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _able(request: ActorRequest, request_id: int, verb: str) -> ChangeRequest:
    """The request, before a form is shown that could not be sent. Raises `NotAllowed`, `WrongState`."""
    row = load(ChangeRequest, request.actor, request_id, "plan__operation", "operation")
    name = f"plan.{verb}_change"
    if not VERBS[name].allows(request.actor):
        VERBS[name].check(request.actor, "-")
    must_take_part(request.actor, row.operation)
    if verb not in queries.verbs_of(request.actor, row):
        raise WrongState(
            _("Cette demande est %(state)s : cela n'est plus possible.") % {"state": row.get_state_display()}
        )
    return row


def _written(request: ActorRequest, request_id: int) -> ChangeRequest:
    return _able(request, request_id, "write")


def _write(
    request: ActorRequest,
    row: ChangeRequest,
    form: Form,
    do: Callable[[int | None], ChangeRequest],
    *,
    title: str,
    leave: str = "",
    remove: str = "",
) -> HttpResponse:
    """A form that writes a line: kept, or shown again with what was typed."""
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: do(form.cleaned_data["version"]))
        if done is not None:
            return redirect("design:change", request_id=row.pk)
    return _page(
        request, row.plan, form, row=row, title=title, label=_("Garder dans la demande"), leave=leave, remove=remove
    )


def _page(
    request: ActorRequest,
    plan: TrainingPlan,
    form: Form,
    *,
    title: str,
    label: str,
    row: ChangeRequest | None = None,
    **more: Any,
) -> HttpResponse:
    back = reverse("design:change", args=[row.pk]) if row else reverse("design:plan", args=[plan.operation_id])
    context = {
        "operation": plan.operation,
        "form": form,
        "title": title,
        "action_label": label,
        "back_url": back,
        "back_label": _("Modification du plan") if row else _("Plan de formation"),
    }
    return render(request, "design/changes/form.html", context | more, status=422 if form.is_bound else 200)


def _pressed(request: ActorRequest, row: ChangeRequest, act: Callable[[], object], said: str = "") -> HttpResponse:
    """A button without a form: done, or the sentence of the refusal, back on the request."""
    try:
        act()
        if said:
            messages.success(request, said)
    except Refused as refusal:
        if isinstance(refusal, NotAllowed | Unknown):
            raise
        messages.warning(request, refusal.sentence)
    return redirect("design:change", request_id=row.pk)


def _version(request: ActorRequest) -> int | None:
    return whole(request.POST.get("version", "")) or None
