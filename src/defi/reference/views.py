"""Fragments that forms ask for while one types: public data, for whoever fills a form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from defi.reference.choosing import form_of_an_address


@require_safe
def certifications(request: HttpRequest) -> HttpResponse:
    """The certifications that the typed words may mean."""
    return _fragment(request, "reference/_certification_list.html")


@require_safe
def blocks(request: HttpRequest) -> HttpResponse:
    """The blocks of the certification chosen, and whether it is still in force."""
    return _fragment(request, "reference/_certification_blocks.html")


def _fragment(request: HttpRequest, template: str) -> HttpResponse:
    given = request.GET
    form = form_of_an_address(given.get("sought", ""), given.get("certification", ""), given.get("job", ""))
    return render(request, template, {"form": form})
