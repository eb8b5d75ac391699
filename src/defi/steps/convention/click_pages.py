"""Signing by a click: read the pages, ask for the code, type it. One way, from a link or signed in.

Opening the page changes nothing, since mail programs open links by themselves (issue of the plan, « Signing »)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.limits import count
from defi.kernel.outbox import server_down_since
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.people.models import Person
from defi.steps.convention import actions, clicking, pictures, printing
from defi.steps.convention.channels import MailChannel, channels_for
from defi.steps.convention.clicking import holder_of
from defi.steps.convention.forms import CodeForm, SignForm
from defi.steps.convention.issuing import Text
from defi.steps.convention.models import Signatory
from defi.steps.convention.naming import instead_said
from defi.steps.convention.states import SIGNED
from defi.steps.convention.views import pdf

DOCUMENT = "convention.pdf"
PICTURE = re.compile(r"page-(\d{1,3})\.png")


def answer(
    request: ActorRequest, signatory: Signatory, page: str, context: Mapping[str, object], *, done_url: str = ""
) -> HttpResponse:
    """The page of the signature, and what hangs under its address: the document, the pictures of its pages.

    `context` tells the template in what frame it stands and where its links lead; once signed one goes to `done_url`,
    else one stays. Raises `Unknown` for a page that is not."""
    if page == DOCUMENT:
        return document(signatory)
    if picture := PICTURE.fullmatch(page):
        return _picture(signatory, int(picture[1]))
    if page:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    if request.method == "POST" and signatory.state in SIGNED:
        return redirect(request.path)
    if request.method == "POST" and "code" in request.POST:
        return _sign_with_code(request, signatory, context, done_url)
    return _ask_code(request, signatory, context)


def _ask_code(request: ActorRequest, signatory: Signatory, context: Mapping[str, object]) -> HttpResponse:
    """The text, then the button that sends the code; once one left, the field to type it in."""
    fingerprint = signatory.text.fingerprint
    ways = [(way.name, str(way.label)) for way in channels_for(holder_of(request.actor, signatory))]
    typed = request.POST if request.method == "POST" else None
    form = SignForm(typed, initial={"fingerprint": fingerprint}, channels=ways)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        asked = {"fingerprint": values["fingerprint"], "channel": values.get("channel", "")}
        if attempt(form, lambda: counted(request) and actions.send_code(request.actor, signatory.pk, **asked)):
            return redirect(f"{request.path}#signer")
        form.show(fingerprint)
    # Another code may be refused while the one that left is still good: it can be typed all the same.
    sent = clicking.awaits_code(request.actor, signatory, fingerprint)
    code_form = CodeForm(initial={"fingerprint": fingerprint}) if sent else None
    return _shown(request, signatory, form, code_form, context)


def _sign_with_code(
    request: ActorRequest, signatory: Signatory, context: Mapping[str, object], done_url: str
) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        typed = {"fingerprint": values["fingerprint"], "code": values["code"]}
        if attempt(form, lambda: counted(request) and actions.sign_with_code(request.actor, signatory.pk, **typed)):
            if done_url:
                messages.success(request, _("C'est signé. Merci."))
            return redirect(done_url or request.path)
    again = SignForm(initial={"fingerprint": signatory.text.fingerprint})
    return _shown(request, signatory, again, form, context)


def counted(request: ActorRequest) -> bool:
    """One more try of this hand. Raises `TooOften`."""
    hand = request.actor.link.link_id if request.actor.link else request.actor.person_id
    count(request, "signing_code", f"{request.actor.who} {hand}")
    return True


def _shown(
    request: ActorRequest,
    signatory: Signatory,
    form: SignForm,
    code_form: CodeForm | None,
    context: Mapping[str, object],
) -> HttpResponse:
    bound = form.is_bound or (code_form is not None and code_form.is_bound)
    holder = holder_of(request.actor, signatory)
    sent = clicking.last_code(request.actor, signatory) if code_form else None
    reached = {way.name: way.reach(holder) for way in channels_for(holder)}
    shown = {
        **context,
        "convention": signatory.convention,
        "text": signatory.text,
        "is_delegate": signatory.stands_how == "delegated" and request.actor.person_id == signatory.person_id,
        "instead": replaced_by(signatory.text),
        "is_signed": signatory.state in SIGNED,
        "named": _named_said(request.actor, signatory),
        "form": form,
        "code_form": code_form,
        "sent_to": reached.get(sent.channel, "") if sent else "",
        "mail_down_since": server_down_since() if sent and sent.channel == MailChannel.name else None,
        "pages": range(1, pictures.page_count(signatory.text) + 1),
    }
    return render(request, "convention/sign.html", shown, status=422 if bound else 200)


def _named_said(actor: Actor, signatory: Signatory) -> str:
    """Whom the text names, said to whoever is about to sign and is another."""
    delegated = signatory.stands_how == Signatory.Stead.DELEGATED
    if delegated and actor.person_id in {None, signatory.person_id}:
        return ""
    hand = Person._base_manager.filter(pk=actor.person_id).first() if actor.person_id else signatory.person
    return instead_said(signatory, hand)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a text sent again says otherwise than the one before, as it was kept when it was sent."""

    told: tuple[str, ...]


def replaced_by(text: Text) -> Replaced | None:
    """What the page says of a text that takes the place of another; None of the first."""
    return Replaced(tuple(text.terms.get("told", ()))) if text.edition > 1 else None


def _picture(signatory: Signatory, number: int) -> HttpResponse:
    made = pictures.page_picture(signatory.text, number)
    if made is None:
        raise Unknown(_("Cette page n'existe pas dans ce document."))
    return HttpResponse(made, content_type="image/png")


def document(signatory: Signatory) -> HttpResponse:
    """The sealed document once there is one; before, the text in force, or the draft while it is prepared."""
    text = signatory.text
    if text.sealed is not None:
        return pdf(bytes(text.sealed.content), text.sealed.number)
    corrected = text.is_prepared and signatory.state not in SIGNED
    if corrected or text.document is None:
        return pdf(printing.preview(text, clock.now()).pdf, "projet")
    return pdf(bytes(text.document.content), text.document.number)
