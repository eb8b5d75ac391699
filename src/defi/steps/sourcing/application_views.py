"""Public pages of a candidacy sent from the announcement, and what the provider makes of those to call."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import PUBLIC, TASK, scope
from defi.kernel.limits import count
from defi.kernel.models import Link
from defi.kernel.numbers import clean_code
from defi.kernel.pages import ActorRequest, attempt, load, refusal_of
from defi.kernel.refusals import Unknown
from defi.steps.sourcing import applications, notice_queries
from defi.steps.sourcing.application_models import Application
from defi.steps.sourcing.event_forms import NamesForm
from defi.steps.sourcing.notice_queries import PublicNotice
from defi.steps.sourcing.orientation import PersonFacts


class ApplyForm(NamesForm):
    """Who applies, and one way to be answered: nothing else is asked."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        required=False,
        help_text=gettext_lazy("Elle reçoit le message qui confirme. Pas d'adresse ? Laissez un téléphone."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Téléphone"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("L'organisme vous appelle pour confirmer."),
    )
    field_order = ("first_name", "last_name", "email", "phone")


def _published(code: str) -> PublicNotice:
    shown = notice_queries.public_notice(clean_code(code))
    if shown is None or shown.notice.state != "published" or shown.session is None:
        raise Unknown(_("Cette annonce n'existe pas, ou n'est pas publiée en ce moment."))
    return shown


def _sent(request: ActorRequest, shown: PublicNotice, facts: PersonFacts) -> Application:
    count(request, "application", facts.email or facts.phone)
    return applications.apply(PUBLIC, shown.notice.pk, facts)


@require_http_methods(["GET", "POST"])
def apply(request: ActorRequest, code: str) -> HttpResponse:
    """A name and a way to be reached. Whoever is signed in applies as anybody does."""
    shown = _published(code)
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sent = attempt(form, lambda: _sent(request, shown, form.facts()))
        if sent is not None:
            return redirect("sourcing:applied", code=code, way="message" if sent.email else "appel")
    context = {"shown": shown, "notice": shown.notice, "operation": shown.operation, "form": form}
    return render(request, "sourcing/apply.html", context, status=422 if form.is_bound else 200)


@require_safe
def applied(request: ActorRequest, code: str, way: str) -> HttpResponse:
    """What comes next: a message to open, or a call."""
    shown = _published(code)
    context = {"shown": shown, "operation": shown.operation, "by_mail": way == "message"}
    return render(request, "sourcing/applied.html", context)


def by_link(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The page of the mailed link: a button confirms, a button takes it back; opening it does nothing."""
    fault = ""
    if request.method == "POST":
        act = applications.drop_application if "drop" in request.POST else applications.confirm_application
        fault = refusal_of(lambda: act(request.actor, link.object_id))
        if not fault:
            return redirect(request.path)
    with scope(TASK):
        rows = Application.objects.filter(pk=link.object_id).select_related("operation__provider", "session")
        application = rows.first()
        if application is None:
            # Never confirmed, hence forgotten with its names.
            return render(request, "sourcing/booking_gone.html", status=410)
        context = {"application": application, "operation": application.operation, "fault": fault}
        return render(request, "sourcing/application.html", context, status=409 if fault else 200)


def renew(link: Link) -> None:
    """A new link to the address of a dead one."""
    applications.resend_link(link.object_id)


@require_POST
def confirm(request: ActorRequest, application_id: int) -> HttpResponse:
    """The provider called, and the person said yes."""
    application = load(Application, request.actor, application_id)
    done = applications.confirm_application(request.actor, application.pk)
    messages.success(request, _("La personne est dans les candidatures."))
    return redirect("sourcing:person", candidacy_id=done.candidacy_id)


@require_POST
def drop(request: ActorRequest, application_id: int) -> HttpResponse:
    """It leads nowhere: the names are erased."""
    application = load(Application, request.actor, application_id)
    applications.drop_application(request.actor, application.pk)
    messages.success(request, _("La demande est classée, et effacée."))
    return redirect("sourcing:group", operation_id=application.operation_id)
