"""Fixing the session: the dates on which the whole back-planning hangs."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import WrongState
from defi.operations.actions import SessionPlan, plan_session
from defi.operations.models import Operation, Session
from defi.steps.design import session_hours
from defi.steps.pairing.telling import told_of_new_end
from defi.steps.sourcing import moves
from defi.steps.sourcing.doors import must_be_able


class SessionForm(forms.Form):
    """The facts of a session."""

    starts_on = forms.DateField(label=gettext_lazy("Début"))
    ends_on = forms.DateField(label=gettext_lazy("Fin"))
    seats = forms.IntegerField(label=gettext_lazy("Places financées par la Région"), min_value=1, max_value=40)
    hours_centre = forms.IntegerField(label=gettext_lazy("Heures en centre"), min_value=1, max_value=5000)
    hours_company = forms.IntegerField(label=gettext_lazy("Heures en entreprise"), min_value=0, max_value=5000)
    place = forms.CharField(label=gettext_lazy("Lieu de la formation"), max_length=160, required=False)
    order_number = forms.CharField(
        label=gettext_lazy("Numéro du bon de commande"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Il peut attendre : il faut l'avoir pour demander la prime."),
    )


@require_http_methods(["GET", "POST"])
def session_page(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The form, filled with what is known."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "session.plan", operation)
    session = Session.objects.visible_to(request.actor).filter(operation=operation).first()
    if session and session.started_on:
        raise WrongState(_("La session a démarré : déplacez seulement sa fin, avec un motif."))
    known = {name: getattr(session, name) for name in SessionForm.base_fields} if session else {}
    form = SessionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        plan = SessionPlan(**form.cleaned_data)
        before = (session.starts_on, session.ends_on) if session else None
        done = attempt(form, lambda: plan_session(request.actor, operation.pk, plan))
        if done is not None:
            messages.success(request, _("La session est fixée : les échéances suivent ses dates."))
            if before and (to_call := moves.to_call_after(request.actor, done, *before)):
                messages.warning(request, to_call)
            for sentence in session_hours.told_after(request.actor, operation, done):
                messages.warning(request, sentence)
            return redirect("operation", operation_id=operation.pk)
    told = []
    if session:
        told += [*moves.move_sentences(request.actor, session), *told_of_new_end(request.actor, session)]
    context = {"operation": operation, "session": session, "form": form, "told": told}
    context["plan_told"] = session_hours.told_before(request.actor, operation)
    return render(request, "web/session.html", context, status=422 if form.is_bound else 200)
