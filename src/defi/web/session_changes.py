"""What changes of a session once it is fixed: its dates, « faible effectif », the bon de commande."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.transitions import VERBS
from defi.operations.access import leads, pilots
from defi.operations.actions import flag_small_group, record_order, reschedule_session
from defi.operations.models import Operation, Session
from defi.steps.pairing.telling import told_of_new_end
from defi.steps.sourcing import moves
from defi.steps.sourcing.doors import must_be_able, must_be_inside


class RescheduleForm(forms.Form):
    """New dates, and why."""

    starts_on = forms.DateField(label=gettext_lazy("Début"))
    ends_on = forms.DateField(label=gettext_lazy("Fin"))
    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 2}))


class OrderForm(forms.Form):
    """The number of the bon de commande."""

    order_number = forms.CharField(label=gettext_lazy("Numéro du bon de commande"), max_length=40)


class SmallGroupForm(forms.Form):
    """Why the order says « faible effectif », or no longer does."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 2}))


def _may(actor: Actor, verb: str, operation: Operation) -> bool:
    runs = operation.state == "running" and (leads(actor, operation) or pilots(actor, operation))
    return runs and VERBS[verb].allows(actor)


@require_safe
def session(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Dates, seats, hours, place, order: what is fixed, and what may still change."""
    operation = load(Operation, request.actor, operation_id)
    must_be_inside(request.actor)
    shown = Session.objects.visible_to(request.actor).filter(operation=operation).first()
    actor = request.actor
    before_start = shown is None or shown.started_on is None
    context = {
        "operation": operation,
        "session": shown,
        "can_plan": before_start and _may(actor, "session.plan", operation),
        "can_move": shown is not None and shown.ended_on is None and _may(actor, "session.reschedule", operation),
        "can_order": shown is not None and _may(actor, "session.record_order", operation),
        "can_flag": shown is not None and before_start and _may(actor, "session.flag_small_group", operation),
    }
    return render(request, "web/session_facts.html", context)


@require_http_methods(["GET", "POST"])
def move(request: ActorRequest, session_id: int) -> HttpResponse:
    """Move the dates, with the reason: everything dated by them follows."""
    shown = _session(request, session_id, "session.reschedule")
    form = RescheduleForm(request.POST or None, initial={"starts_on": shown.starts_on, "ends_on": shown.ends_on})
    told = [_("Toutes les échéances de l'opération suivent les nouvelles dates.")]
    if shown.started_on:
        told.append(_("La session a démarré : seule sa fin peut bouger."))
    else:
        told.append(_("Les dates de signature et les périodes en entreprise déjà notées ne bougent pas : revoyez-les."))
    told += [*moves.move_sentences(request.actor, shown), *told_of_new_end(request.actor, shown)]
    return _page(
        request,
        shown,
        form,
        lambda: _moved(request, shown, form.cleaned_data),
        title=_("Déplacer les dates de la session"),
        said=_("Les dates sont déplacées : les échéances suivent."),
        consequences=told,
    )


def _moved(request: ActorRequest, shown: Session, typed: dict[str, Any]) -> Session:
    """The dates moved; whom no mail reaches is named once more, to be called."""
    before = shown.starts_on, shown.ends_on
    done = reschedule_session(request.actor, shown.pk, **typed)
    if to_call := moves.to_call_after(request.actor, done, *before):
        messages.warning(request, to_call)
    return done


@require_http_methods(["GET", "POST"])
def order(request: ActorRequest, session_id: int) -> HttpResponse:
    """Note the bon de commande."""
    shown = _session(request, session_id, "session.record_order")
    form = OrderForm(request.POST or None, initial={"order_number": shown.order_number})
    return _page(
        request,
        shown,
        form,
        lambda: record_order(request.actor, shown.pk, form.cleaned_data["order_number"]),
        title=_("Noter le bon de commande"),
        said=_("Le bon de commande est noté."),
    )


@require_http_methods(["GET", "POST"])
def small_group(request: ActorRequest, session_id: int) -> HttpResponse:
    """Flag the session « faible effectif », or take the flag off."""
    shown = _session(request, session_id, "session.flag_small_group")
    wanted = not shown.small_group
    if wanted:
        title, said = _("Déclarer un faible effectif"), _("La session est déclarée à faible effectif.")
        told = [
            _("Toutes les places devront être appairées, et jamais moins de 6 : le minimum du tableau ne vaut plus.")
        ]
    else:
        title, said = _("Retirer le faible effectif"), _("La session n'est plus à faible effectif.")
        told = [_("Le minimum du tableau vaut de nouveau.")]
    form = SmallGroupForm(request.POST or None)
    return _page(
        request,
        shown,
        form,
        lambda: flag_small_group(request.actor, shown.pk, small_group=wanted, reason=form.cleaned_data["reason"]),
        title=title,
        said=said,
        consequences=told,
    )


def _session(request: ActorRequest, session_id: int, verb: str) -> Session:
    shown = load(Session, request.actor, session_id, "operation")
    must_be_able(request.actor, verb, shown.operation)
    return shown


def _page(
    request: ActorRequest,
    shown: Session,
    form: forms.Form,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    consequences: list[str] | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(form, act) is not None:
        messages.success(request, said)
        return redirect("session_facts", operation_id=shown.operation_id)
    context = {
        "title": title,
        "consequences": consequences or [],
        "form": form,
        "action_label": _("Enregistrer"),
        "back_url": reverse("session_facts", args=[shown.operation_id]),
        "back_label": _("Dates et commande"),
    }
    template = "confirm.html" if consequences else "sourcing/form.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
