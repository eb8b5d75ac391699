"""The page behind a personal link: the person says that they will come, without an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.steps.sourcing import actions, application_views, notice_views
from defi.steps.sourcing.come_views import booking_page, renew
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import is_silent

COMING = frozenset({"confirmed", "entered", "completed"})


@dataclass(frozen=True, slots=True)
class Part:
    """A page that a later room adds behind the link that confirms: what its entry says (nothing when there is nothing
    to do for this candidacy), and its view."""

    entry: Callable[[Candidacy], str]
    view: Callable[[ActorRequest, Candidacy], HttpResponse]


PARTS: dict[str, Part] = {}
"""By what follows the secret in the address. Rooms add theirs when their links are gathered."""


def confirm(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """Asks « venez-vous ? »; only a click answers, since mail programs open links by themselves."""
    candidacy = _candidacy(request, link)
    if page:
        return _part(request, candidacy, page)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.confirm_candidate(request.actor, candidacy.pk))
        if done is not None:
            return redirect(request.path)
    # The person bears the link and reads who organises the training: public facts, that no membership opens to them.
    with scope(TASK):
        operation = candidacy.operation
        context = {
            "candidacy": candidacy,
            "operation": operation,
            "provider": operation.provider,
            "session": candidacy.session,
            "form": form,
            "is_coming": candidacy.state in COMING,
            "is_asked": candidacy.state in {"selected", "reserve"},
            "entries": _entries(candidacy),
        }
    return render(request, "sourcing/confirm.html", context, status=422 if form.is_bound else 200)


def say_again(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """Asks « venez-vous toujours ? » before the start: a button says yes, another gives the seat back once sure."""
    candidacy = _candidacy(request, link)
    gives_back = "withdraw" in request.POST and "sure" not in request.POST
    form = Form(request.POST if request.method == "POST" and not gives_back else None)
    if form.is_bound and form.is_valid():
        if "withdraw" in request.POST:
            done = attempt(
                form, lambda: actions.withdraw_candidate(request.actor, candidacy.pk, code="personal_choice")
            )
        else:
            done = attempt(form, lambda: actions.say_again(request.actor, candidacy.pk))
        if done is not None:
            return redirect(request.path)
    asked, said = candidacy.asked_again_on, candidacy.said_again_on
    with scope(TASK):
        operation = candidacy.operation
        context = {
            "candidacy": candidacy,
            "operation": operation,
            "provider": operation.provider,
            "session": candidacy.session,
            "form": form,
            "is_asked": candidacy.state == "confirmed",
            "gives_back": gives_back and candidacy.state == "confirmed",
            "has_withdrawn": candidacy.state == "withdrawn",
            "has_said": candidacy.state == "confirmed" and not is_silent(asked, said),
        }
    return render(request, "sourcing/say_again.html", context, status=422 if form.is_bound else 200)


def _entries(candidacy: Candidacy) -> list[tuple[str, str]]:
    """What else the person may do here: the end of the address, and the words."""
    found = [(name, part.entry(candidacy)) for name, part in PARTS.items()]
    return [(name, words) for name, words in found if words]


def _part(request: ActorRequest, candidacy: Candidacy, page: str) -> HttpResponse:
    part = PARTS.get(page)
    if part is None:
        raise Unknown(_("Ce lien est incomplet ou n'existe pas. Copiez-le en entier depuis le message reçu."))
    return part.view(request, candidacy)


def _candidacy(request: ActorRequest, link: Link) -> Candidacy:
    rows = Candidacy.objects.visible_to(request.actor).filter(pk=link.object_id)
    found = rows.select_related("person", "session", "operation__provider").first()
    if found is None:
        raise Unknown(_("Ce lien est incomplet ou n'existe pas. Copiez-le en entier depuis le message reçu."))
    return found


VIEWS: dict[str, Callable[[ActorRequest, Link, str], HttpResponse]] = {
    "candidacy.confirm": confirm,
    "candidacy.say_again": say_again,
    "booking.confirm": booking_page,
    "application.confirm": application_views.by_link,
    "notice.approve": notice_views.answer_by_link,
}
RENEWALS: dict[str, Callable[[Link], None]] = {
    "booking.confirm": renew,
    "application.confirm": application_views.renew,
    "notice.approve": notice_views.renew,
}
