"""Every request has an actor, every query is made in its name, every refusal becomes a page that says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from defi.kernel.access import PUBLIC, Who, scope
from defi.kernel.refusals import Refused
from defi.steps.training import kiosk
from defi.web.identity import identify

METHOD_NOT_ALLOWED = 405


class ActorMiddleware:
    """Puts `request.actor` and `request.identity`, and opens the actor's scope around the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "HEAD":
            # Mail scanners ask so for what a button leads to; the server keeps the body to itself.
            request.method = "GET"
        identity = identify(request)
        actor = identity.actor if identity else PUBLIC
        request.identity = identity  # type: ignore[attr-defined]
        request.actor = actor  # type: ignore[attr-defined]
        with scope(actor):
            response = self.get_response(request)
            if refusal := getattr(request, "too_often", None):
                # Whatever page says it, a program reads the status and when to come back.
                response.status_code = refusal.status
                response.headers["Retry-After"] = str(refusal.seconds)
            return _not_this_way(request, response) if response.status_code == METHOD_NOT_ALLOWED else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no form shows: its own page, with the status it deserves."""
        if not isinstance(exception, Refused):
            return None
        if request.actor.who is Who.PUBLIC and exception.status in {403, 404} and _is_inside(request):  # type: ignore[attr-defined]
            return redirect_to_login(request.get_full_path())
        if request.actor.who is Who.PUBLIC and exception.status in {403, 404} and _is_ours(request):  # type: ignore[attr-defined]
            return render(request, "signed_out.html", {"next": _page_before(request)}, status=403)
        request.only_says_no = True  # type: ignore[attr-defined]
        template = "404.html" if exception.status == 404 else "refused.html"
        context = {"sentence": exception.sentence, "before": _page_before(request)}
        return render(request, template, context, status=exception.status)


def _not_this_way(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The address of a button, opened or reloaded: nothing happened, and the page says where to go instead."""
    request.only_says_no = True  # type: ignore[attr-defined]
    page = render(request, "not_this_way.html", {"before": _page_before(request)}, status=METHOD_NOT_ALLOWED)
    page.headers["Allow"] = response.headers.get("Allow", "POST")
    return page


def _is_inside(request: HttpRequest) -> bool:
    """Pages that only somebody signed in could see; links and verifications are public and say what is wrong."""
    return request.method == "GET" and _is_ours(request)


def _is_ours(request: HttpRequest) -> bool:
    return not request.path.startswith(("/lien/", "/agenda/", "/verifier/", "/carte/", "/besoin/", "/venir/"))


def _page_before(request: HttpRequest) -> str:
    """The page the form was on, to come back to it after signing in or a refusal; the first page when it is not told,
    or is the page asked for."""
    before = request.headers.get("referer", "")
    path = urlsplit(before).path if url_has_allowed_host_and_scheme(before, {request.get_host()}) else "/"
    return "/" if request.method == "GET" and path == request.path else path


class KioskMiddleware:
    """A session handed round a room opens the sheet it is locked on and nothing else; browsers keep nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if kiosk.has_code(request.session):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The page that says so, in the place of any other."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if kiosk.opens(request.session, name, kwargs.get("sheet_id")):
            return None
        return render(request, "training/locked.html", {"sheet_id": kiosk.sheet_of(request.session)}, status=403)
