"""What the views of this room share: who may press which button, a form on its own page, a button without a form."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import Refused, Unknown
from defi.kernel.transitions import VERBS
from defi.operations.access import leads, must_take_part, pilots
from defi.operations.models import Operation, Session


def may(actor: Actor, verb: str, operation: Operation) -> bool:
    """Whether this actor sees the button of a verb on this operation."""
    if operation.state != "running" or actor.who not in VERBS[verb].who:
        return False
    return leads(actor, operation) or pilots(actor, operation) or actor.in_employer


def must(actor: Actor, verb: str, operation: Operation) -> None:
    """Raise `NotAllowed` before a form is shown to somebody who could not send it."""
    VERBS[verb].check(actor, reason="…")
    must_take_part(actor, operation)


def session_of(actor: Actor, operation: Operation) -> Session:
    """The session of an operation. Raises `Unknown` while it is not fixed."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    if session is None:
        raise Unknown(_("La session n'est pas encore fixée : commencez par ses dates."))
    return session


def typed(request: ActorRequest) -> QueryDict | None:
    """What was sent, even when nothing was filled in; None while the form is only read."""
    return request.POST if request.method == "POST" else None


def see(to: str, **where: object) -> HttpResponse:
    """Go and read that page (303): sending the form again by reloading does nothing."""
    return HttpResponseRedirect(resolve_url(to, **where), status=303)


def press(request: ActorRequest, url: str, act: Callable[[], object], said: str) -> HttpResponse:
    """A button without a form: done, or the sentence of the refusal, back on the page."""
    try:
        act()
        messages.success(request, said)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return see(url)


def form_page(
    request: ActorRequest,
    operation: Operation,
    form: Form,
    title: str,
    label: str,
    *,
    lead: str = "",
    back: str = "",
    **more: object,
) -> HttpResponse:
    """A form on a page of its own; 422 when it comes back with faults. `more` is what else the page shows."""
    context = {
        "operation": operation,
        "form": form,
        "title": title,
        "lead": lead,
        "action_label": label,
        "back_url": back or session_url(operation.pk),
        "back_label": _("Session") if not back else _("Retour"),
        **more,
    }
    return render(request, "training/form.html", context, status=422 if form.is_bound else 200)


def session_url(operation_id: int) -> str:
    """The session page of an operation."""
    return reverse("training:session", args=[operation_id])
