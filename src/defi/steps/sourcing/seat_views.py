"""The page of the seats still free: read by those who orient people, without asking anybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from defi.kernel import tables
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import Unknown
from defi.steps.sourcing.seat_queries import SeatLine, open_sessions, seat_lines

COLUMNS: tuple[tables.Column[SeatLine], ...] = (
    tables.Column(gettext_lazy("Formation"), lambda line: line.operation.title),
    tables.Column(gettext_lazy("Bassin"), lambda line: line.operation.basin.name),
    tables.Column(gettext_lazy("Organisme de formation"), lambda line: line.operation.provider),
    tables.Column(gettext_lazy("Session ou rencontre"), lambda line: line.what),
    tables.Column(gettext_lazy("Date"), lambda line: line.on),
    tables.Column(gettext_lazy("Lieu"), lambda line: line.place),
    tables.Column(gettext_lazy("Places"), lambda line: line.seats),
    tables.Column(gettext_lazy("Places à proposer"), lambda line: line.free),
    tables.Column(gettext_lazy("En attente ou en réserve"), lambda line: line.waiting),
)


@require_safe
def seats(request: ActorRequest) -> HttpResponse:
    """Sessions and meetings with the places left, of every operation the actor takes part in."""
    actor = request.actor
    if not (actor.in_prescriber or actor.in_provider or actor.in_region):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    rows = open_sessions(actor)
    if kind := tables.asked(request):
        return tables.download(kind, _("Places"), COLUMNS, seat_lines(rows))
    return render(request, "sourcing/seats.html", {"rows": rows, "orients": actor.in_prescriber})
