"""Pages by which the Region learns from all its operations."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.kernel import tables
from defi.kernel.pages import ActorRequest
from defi.steering import lessons, uncertified
from defi.steering.figure_views import only_who_steers

PER_PAGE = 40


@require_safe
def uncertified_competences(request: ActorRequest) -> HttpResponse:
    """The competences that no certification covers, filtered in the address, exported exactly as shown."""
    only_who_steers(request.actor)
    everything = uncertified.uncertified(request.actor)
    form = uncertified.Filters(request.GET or None, everything)
    rows = form.narrowed(everything)
    if (kind := tables.asked(request)) and not form.errors:
        lines = [uncertified.Line(row) for row in rows]
        return tables.download(kind, _("Compétences hors certification"), uncertified.COLUMNS, lines)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "lines": [uncertified.Line(row) for row in page],
    }
    return render(request, "steering/uncertified.html", context)


@require_safe
def learnt(request: ActorRequest) -> HttpResponse:
    """The lessons and improvements of all the bilans, filtered in the address, exported exactly as shown."""
    only_who_steers(request.actor)
    everything = lessons.points(request.actor)
    form = lessons.Filters(request.GET or None, everything)
    rows = form.narrowed(everything)
    if (kind := tables.asked(request)) and not form.errors:
        return tables.download(
            kind, _("Enseignements des bilans"), lessons.COLUMNS, lessons.with_certification(list(rows))
        )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "lines": lessons.with_certification(list(page)),
    }
    return render(request, "steering/lessons.html", context)
