"""Giving one's signature away: the person, then the code that confirms it. One way, from a link or signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from defi.kernel.outbox import server_down_since
from defi.kernel.pages import ActorRequest, attempt
from defi.steps.convention import actions
from defi.steps.convention.channels import MailChannel, channels_for
from defi.steps.convention.click_pages import counted
from defi.steps.convention.clicking import holder_of
from defi.steps.convention.forms import DelegateCodeForm
from defi.steps.convention.handing import awaits_delegation_code
from defi.steps.convention.models import Signatory
from defi.steps.convention.naming import other_name_said


def answer(
    request: ActorRequest,
    signatory: Signatory,
    context: Mapping[str, object],
    done: Callable[[Signatory], HttpResponse],
) -> HttpResponse:
    """The page, and what its form does: without a code one is sent, with it the signature is given."""
    holder = holder_of(request.actor, signatory)
    ways = channels_for(holder)
    typed = request.POST if request.method == "POST" else None
    form = DelegateCodeForm(typed, channels=[(way.name, str(way.label)) for way in ways])
    if form.is_bound and form.is_valid():
        given = _given(request, signatory, form)
        if given is not None:
            return done(given)
    named = form.signer() if form.is_bound and {"email", "quality", "last_name"} <= set(form.cleaned_data) else None
    sent = awaits_delegation_code(request.actor, signatory, named) if named else None
    form.show(awaits_code=sent is not None)
    reached = {way.name: way.reach(holder) for way in ways}
    shown = {
        **context,
        "form": form,
        "sent_to": reached.get(sent.channel, "") if sent else "",
        "mail_down_since": server_down_since() if sent and sent.channel == MailChannel.name else None,
        "action_label": _("Déléguer") if "code" in form.fields else _("Recevoir mon code"),
        "other_name": other_name_said(signatory, corrects=False),
    }
    return render(request, "convention/delegate.html", shown, status=422 if form.errors else 200)


def _given(request: ActorRequest, signatory: Signatory, form: DelegateCodeForm) -> Signatory | None:
    """The signature given to the person typed; None when a code was sent first, or it was refused."""
    signer, code, channel = form.signer(), form.cleaned_data["code"], form.cleaned_data.get("channel", "")
    if not code:
        attempt(
            form,
            lambda: (
                counted(request) and actions.send_delegation_code(request.actor, signatory.pk, signer, channel=channel)
            ),
        )
        return None
    return (
        attempt(
            form,
            lambda: counted(request) and actions.delegate_with_code(request.actor, signatory.pk, signer, code=code),
        )
        or None
    )
