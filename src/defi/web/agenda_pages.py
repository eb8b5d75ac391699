"""« Mon agenda »: the private address of one's calendar feed, and what it answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from defi.journey.agenda import entries, ics
from defi.kernel import clock
from defi.kernel.access import NOT_MEMBERS
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import WrongState
from defi.people.agenda import address_of, close_agenda, open_agenda, own_agenda, owner_of
from defi.people.queries import actor_for, memberships_of

COMING = 8
FRESH = 15 * 60
"""Seconds a program may keep what it was answered."""


@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """The address, how to use it, what it tells next."""
    if request.actor.who in NOT_MEMBERS:
        return redirect("home")
    agenda = own_agenda(request.actor)
    address = address_of(agenda) if agenda else ""
    today = clock.today()
    actors = [actor_for(membership) for membership in memberships_of(request.actor.person_id or 0)]
    coming = [entry for entry in entries(actors, today) if entry.on >= today]
    context = {
        "address": address,
        "program_address": f"webcal:{address.partition(':')[2]}" if address else "",
        "coming": coming[:COMING],
        "more": max(0, len(coming) - COMING),
    }
    return render(request, "web/agenda.html", context)


@require_POST
def renew(request: ActorRequest) -> HttpResponse:
    """An address, or a new one."""
    former = own_agenda(request.actor)
    open_agenda(request.actor)
    said = (
        _("Votre nouvelle adresse est prête : l'ancienne ne répond plus.") if former else _("Votre adresse est prête.")
    )
    messages.success(request, said)
    return redirect("my_agenda")


@require_POST
def close(request: ActorRequest) -> HttpResponse:
    """No address any more."""
    try:
        close_agenda(request.actor)
        messages.success(request, _("L'adresse de votre agenda ne répond plus."))
    except WrongState as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("my_agenda")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads: whoever holds the address, and nobody else."""
    person, actors = owner_of(token)
    content = ics(entries(actors, clock.today()), _("DEFI, %(name)s") % {"name": person}, clock.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=FRESH)
    return response
