"""One page, one form, one action: what most pages of the last rooms are; and one button that acts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Refused
from defi.kernel.transitions import VERBS

R = TypeVar("R")

# A reason is asked by the form itself: only the role is looked at before it is shown.
ROLE_ONLY = "-"


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: None while the page is only read."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class FormPage:
    """The words of a page with a form, for who may do `verb`; with `consequences` it confirms something grave.

    `done` may depend on what the action gave."""

    verb: str
    title: str
    action_label: str
    back_url: str
    back_label: str
    done: str | Callable[[object], str]
    lead: str = ""
    consequences: tuple[str, ...] = ()
    template: str = "review/form.html"
    kind: str = "danger"


def answer(
    request: ActorRequest, page: FormPage, form: forms.Form, act: Callable[[], object], **context: object
) -> HttpResponse:
    """Show the form; once posted and valid run `act`, say it is done and go back, else show it again as typed.

    Raises `NotAllowed` when the verb is not this actor's: there is no form to fill in vain."""
    VERBS[page.verb].check(request.actor, reason=ROLE_ONLY)
    if request.method == "POST" and form.is_valid() and (result := attempt(form, act)) is not None:
        messages.success(request, page.done if isinstance(page.done, str) else page.done(result))
        return see(page.back_url)
    return show(request, page, form, **context)


def show(request: ActorRequest, page: FormPage, form: forms.Form, **context: object) -> HttpResponse:
    """The page with its form, as typed; 422 when it comes back with faults."""
    shown = {
        "title": page.title,
        "lead": page.lead,
        "consequences": page.consequences,
        "form": form,
        "action_label": page.action_label,
        "kind": page.kind,
        "back_url": page.back_url,
        "back_label": page.back_label,
        **context,
    }
    template = "confirm.html" if page.consequences else page.template
    return render(request, template, shown, status=422 if form.is_bound else 200)


def press(request: ActorRequest, act: Callable[[], R], done: str | Callable[[R], str], back_url: str) -> HttpResponse:
    """A button: run `act`, say it is done (in words that may depend on what it gave), or why it was not, on the page
    one comes from."""
    try:
        result = act()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, done if isinstance(done, str) else done(result))
    return see(back_url)


def see(url: str) -> HttpResponseRedirect:
    """Go and read that page (303): sending the form again by reloading does nothing."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
