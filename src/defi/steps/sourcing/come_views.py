"""Public pages: the meetings open to anybody, and asking for a place without an account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.access import PUBLIC, TASK, scope
from defi.kernel.limits import count
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt, refusal_of
from defi.kernel.refusals import Unknown
from defi.steps.sourcing import bookings, event_queries
from defi.steps.sourcing.event_forms import ComeForm
from defi.steps.sourcing.event_queries import Shown
from defi.steps.sourcing.models import Booking
from defi.steps.sourcing.orientation import PersonFacts


@require_safe
def open_events(request: ActorRequest) -> HttpResponse:
    """Every meeting that anybody may come to, by date."""
    return render(request, "sourcing/open_events.html", {"rows": event_queries.open_to_public()})


def _shown(event_id: int) -> Shown:
    shown = event_queries.public_event(event_id)
    if shown is None:
        raise Unknown(_("Cette rencontre n'existe pas, ou n'est pas encore annoncée."))
    return shown


def _asked(request: ActorRequest, event_id: int, facts: PersonFacts) -> Booking:
    count(request, "booking", facts.email)
    return bookings.ask_place(PUBLIC, event_id, facts)


@require_http_methods(["GET", "POST"])
def come(request: ActorRequest, event_id: int) -> HttpResponse:
    """What a meeting is for, and a place to ask for: a name, an address, no account.

    Whoever is signed in asks as anybody does: the page gives nothing to a role."""
    shown = _shown(event_id)
    form = ComeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = attempt(form, lambda: _asked(request, event_id, form.facts()))
        if asked is not None:
            return redirect("sourcing:asked", event_id=event_id)
    context = {"shown": shown, "event": shown.event, "operation": shown.event.operation, "form": form}
    return render(request, "sourcing/come.html", context, status=422 if form.is_bound else 200)


@require_safe
def asked(request: ActorRequest, event_id: int) -> HttpResponse:
    """What comes next: a message to open."""
    shown = _shown(event_id)
    return render(request, "sourcing/asked.html", {"event": shown.event, "operation": shown.event.operation})


def booking_page(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The page of the mailed link: a button confirms, a button gives the place up; opening it does nothing."""
    fault = ""
    if request.method == "POST":
        act = bookings.cancel_booking if "cancel" in request.POST else bookings.confirm_booking
        fault = refusal_of(lambda: act(request.actor, link.object_id))
        if not fault:
            return redirect(request.path)
    # The bearer reads the public facts of the meeting, which no membership opens to them.
    with scope(TASK):
        rows = Booking.objects.filter(pk=link.object_id).select_related("candidacy__person")
        booking = rows.first()
        if booking is None:
            # Never confirmed, hence forgotten with its names.
            return render(request, "sourcing/booking_gone.html", status=410)
        shown = _shown(booking.event_id)
        context = {
            "booking": booking,
            "first_name": booking.who.first_name,
            "shown": shown,
            "event": shown.event,
            "operation": shown.event.operation,
            "fault": fault,
        }
        return render(request, "sourcing/booking.html", context, status=409 if fault else 200)


def renew(link: Link) -> None:
    """A new link to the address of a dead one."""
    bookings.resend_link(link.object_id)
