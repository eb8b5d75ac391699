"""Every request has an actor, and every query of the request is made in its name."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from defi.kernel.access import PUBLIC, scope
from defi.web.identity import identify


class ActorMiddleware:
    """Puts `request.actor` and `request.membership`, and opens the actor's scope around the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identity = identify(request)
        request.identity = identity  # type: ignore[attr-defined]
        request.actor = identity.actor if identity else PUBLIC  # type: ignore[attr-defined]
        with scope(request.actor):  # type: ignore[attr-defined]
            return self.get_response(request)
