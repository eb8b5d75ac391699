"""Personal links: one person, one verb, one object, without an account. Mail programs open links: only a click acts.

A room that sends links has a module `links` with `VIEWS`: one view per verb, called as `view(request, link, page)`.
`request.actor` bears the link; `page` is what follows the secret in the address, empty for the page itself. It may have
`RENEWALS`: one function per verb, that sends a new link to the address of a dead one; `ENDINGS`: one per verb, that
says why nothing more is asked of the bearer of a dead link (None otherwise), who then asks for no other; and `LOSSES`:
one per verb, that says what was not done with what was sent from a page whose link had died meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel import clock, links
from defi.kernel.access import TASK, scope
from defi.kernel.limits import count
from defi.kernel.links import Ended, LinkDied
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import Refused, Unknown, WrongState

LinkView = Callable[[ActorRequest, Link, str], HttpResponse]
Renewal = Callable[[Link], None]
Ending = Callable[[Link], Ended | None]
Loss = Callable[[Link], str]

PATIENCE = timedelta(minutes=10)
"""A second link does not leave before: a dead link must not become a way to fill somebody's mailbox."""

RENEW = "renew"
"""The field of the button that asks for a new link: what is sent without it came from the page behind the link."""


@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: ActorRequest, secret: str, page: str = "") -> HttpResponse:
    """The page of a link; where it died, the way to a new one."""
    try:
        link = links.find(secret)
    except LinkDied as died:
        return _sealed(_dead(request, died))
    view = link_views().get(link.verb)
    if view is None:
        raise Unknown(_("Ce lien est incomplet ou n'existe pas. Copiez-le en entier depuis le message reçu."))
    request.actor = links.bearer(link)
    with scope(request.actor):
        return _sealed(view(request, link, page))


def _dead(request: ActorRequest, died: LinkDied) -> HttpResponse:
    """A dead link says why; its holder may ask for a new one, which goes to the address it had been sent to."""
    renewal = link_renewals().get(died.link.verb) if died.link.address else None
    sentence, sent = died.sentence, False
    ended = link_endings().get(died.link.verb)
    with scope(TASK):
        ending = ended(died.link) if ended else None
    if ending is not None:
        sentence, renewal = ending.sentence, None
    asked = RENEW in request.POST
    if asked and renewal is not None:
        try:
            count(request, "renew_link")
            _renew(died.link, renewal)
            sent = True
        except Refused as refusal:
            sentence, renewal = refusal.sentence, None
    context = {
        "sentence": sentence,
        "renew": RENEW,
        "can_renew": renewal is not None and not sent,
        "ending": ending,
        "sent_to": _hidden(died.link.address) if sent else "",
        "lost": _lost(died.link) if request.method == "POST" and not asked and ending is None else "",
    }
    return render(request, "web/link_dead.html", context, status=200 if sent else died.status)


def _lost(link: Link) -> str:
    """What is said of what was sent from a page whose link had died since it was opened."""
    loss = link_losses().get(link.verb)
    with scope(TASK):
        said = loss(link) if loss else ""
    return said or _("Ce que vous venez d'envoyer n'est pas enregistré : le lien avait cessé de valoir entre-temps.")


def _renew(link: Link, renewal: Renewal) -> None:
    same = Link.objects.filter(object_type=link.object_type, object_id=link.object_id, address=link.address)
    if same.filter(created_at__gt=clock.now() - PATIENCE).exists():
        raise WrongState(_("Un lien vient de partir : attendez quelques minutes, et regardez aussi les indésirables."))
    with scope(TASK):
        renewal(link)


def _hidden(address: str) -> str:
    """`c…@tilleuls.fr`: enough for its owner, too little for a stranger."""
    name, _at, house = address.partition("@")
    return f"{name[:1]}…@{house}"


def _sealed(response: HttpResponse) -> HttpResponse:
    """The secret stands in the address: nobody keeps the page, nobody is told where it was."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@cache
def link_views() -> dict[str, LinkView]:
    """Every verb that a link may carry, with its view."""
    return _gathered("VIEWS")


@cache
def link_renewals() -> dict[str, Renewal]:
    """The verbs whose dead links may be renewed by their holder."""
    return _gathered("RENEWALS")


@cache
def link_endings() -> dict[str, Ending]:
    """The verbs whose dead links may end for good, with what is said then."""
    return _gathered("ENDINGS")


@cache
def link_losses() -> dict[str, Loss]:
    """The verbs whose rooms say what was not done on a page whose link had died."""
    return _gathered("LOSSES")


def _gathered(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for room in apps.get_app_configs():
        if module_has_submodule(room.module, "links") and room.name.startswith("defi.steps."):
            found.update(getattr(import_module(f"{room.name}.links"), name, {}))
    return found
