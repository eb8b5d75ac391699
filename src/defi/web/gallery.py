"""The living style guide: every component with sample data, in demonstration only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.kernel import clock
from defi.web import gallery_samples as samples

Page = Callable[[HttpRequest], HttpResponse]


def sample_page(view: Page) -> Page:
    """Shows the page on the day of the samples; elsewhere than in demonstration it does not exist."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        with clock.at(samples.TODAY):
            return view(request)

    return require_safe(page)


@sample_page
def components(request: HttpRequest) -> HttpResponse:
    """Every component, one after the other."""
    refused = samples.EveryField({"name": "AVF", "starts_on": "31/02/2026", "hours": "beaucoup"})
    messages.success(request, _("Les dates sont transmises au Cabinet."))
    context = {
        "frame": samples.Frame(demonstration=True),
        "steps": samples.STEPS,
        "journal": samples.JOURNAL,
        "board": samples.BOARD,
        "filters": samples.OperationFilters({"basin": "1"}),
        "page": Paginator(range(60), 20).get_page(request.GET.get("page", "2")),
        "every_field": samples.EveryField(auto_id="plain_%s", initial={"starts_on": samples.TODAY, "contract": "cdi"}),
        "refused": refused,
        "starts_on": date(2025, 11, 3),
    }
    return render(request, "defi/gallery/components.html", context)


@sample_page
def operation(request: HttpRequest) -> HttpResponse:
    """The page of an operation."""
    context = {"frame": samples.Frame(), "steps": samples.STEPS, "journal": samples.JOURNAL}
    return render(request, "defi/gallery/operation.html", context)


@sample_page
def board(request: HttpRequest) -> HttpResponse:
    """The pairing board."""
    menu = (
        samples.MenuItem("#", "À faire", count=5),
        samples.MenuItem("#", "Opérations", current=True),
        samples.MenuItem("#", "Mes sessions"),
    )
    frame = samples.Frame(
        name="Paul Exemple", role_label="coordinateur", organisation="Atelier du Loir", territory="", menu=menu
    )
    return render(request, "defi/gallery/board.html", {"frame": frame, "board": samples.BOARD})


@sample_page
def interest_sheet(request: HttpRequest) -> HttpResponse:
    """An employer's need, from a link, on a phone."""
    form = samples.InterestSheet(
        {"words": "aide à domicile pour personnes âgées", "job": "K1304", "posts": "2", "siret": "790 261 000 00000"}
    )
    return render(
        request, "defi/gallery/interest_sheet.html", {"frame": samples.Frame(actor=None, name=""), "form": form}
    )


@sample_page
def trainee(request: HttpRequest) -> HttpResponse:
    """A trainee's space, on a phone."""
    return render(request, "defi/gallery/trainee.html", {"frame": samples.Frame(actor="trainee", name="Leïla")})


@sample_page
def confirmation(request: HttpRequest) -> HttpResponse:
    """The page between a dangerous button and what it does."""
    context = {
        "frame": samples.Frame(),
        "title": "Retirer 2 postes promis",
        "consequences": [
            "Deux appairages prennent fin ; Jeanne F. et Nadia S. sont prévenues.",
            "La prévision passe de 10 à 8 appairés : le minimum est 9.",
        ],
        "form": samples.Reason(),
        "action_label": "Retirer les 2 postes",
        "back_url": reverse("gallery_operation"),
        "back_label": "Assistant de vie aux familles, Châteaudun",
    }
    return render(request, "confirm.html", context)


urlpatterns = [
    path("", components, name="gallery"),
    path("operation/", operation, name="gallery_operation"),
    path("tableau/", board, name="gallery_board"),
    path("fiche/", interest_sheet, name="gallery_interest_sheet"),
    path("stagiaire/", trainee, name="gallery_trainee"),
    path("confirmation/", confirmation, name="gallery_confirmation"),
]
