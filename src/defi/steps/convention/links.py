"""The pages behind a signatory's personal link: read, validate, sign, refuse, on a phone and without an account.

Opening a link changes nothing, since mail programs open links by themselves; signing asks for a code besides."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown, WrongState
from defi.steps.convention import actions, clicking, pictures, printing, queries, sealing
from defi.steps.convention.channels import channels_for
from defi.steps.convention.clicking import holder_of
from defi.steps.convention.forms import CodeForm, DelegateForm, ReasonForm, SignForm
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED
from defi.steps.convention.views import pdf

DOCUMENT = "convention.pdf"
REFUSE, DELEGATE = "refuser/", "deleguer/"
PICTURE = re.compile(r"page-(\d{1,3})\.png")


def validate(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """What the organisation engages for, and one button to agree."""
    signatory = _signatory(request, link)
    if page == DOCUMENT:
        return _document(signatory)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.validate_commitments(request.actor, signatory.pk))
        if done is not None:
            return redirect(request.path)
    context = {
        **_context(request, signatory),
        "form": form,
        "commitments": queries.commitments_of(signatory),
        "promises": queries.promised_by(signatory),
    }
    return render(request, "convention/link_validate.html", context, status=422 if form.is_bound else 200)


def sign(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The convention to read, and one button to sign the text that was read."""
    signatory = _signatory(request, link)
    if page == DOCUMENT:
        return _document(signatory)
    if page == REFUSE:
        return _refuse(request, signatory)
    if page == DELEGATE:
        return _delegate(request, signatory)
    if picture := PICTURE.fullmatch(page):
        return _picture(signatory, int(picture[1]))
    if request.method == "POST" and signatory.state in SIGNED:
        return redirect(request.path)
    if request.method == "POST" and "code" in request.POST:
        return _sign_with_code(request, signatory)
    return _ask_code(request, signatory)


def _ask_code(request: ActorRequest, signatory: Signatory) -> HttpResponse:
    """The text, then the button that sends the code; once one left, the field to type it in."""
    fingerprint = signatory.convention.fingerprint
    ways = [(way.name, str(way.label)) for way in channels_for(holder_of(request.actor, signatory))]
    typed = request.POST if request.method == "POST" else None
    form = SignForm(typed, initial={"fingerprint": fingerprint}, channels=ways)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        asked = {"fingerprint": values["fingerprint"], "channel": values.get("channel", "")}
        if attempt(form, lambda: actions.send_code(request.actor, signatory.pk, **asked)) is not None:
            return redirect(f"{request.path}#signer")
        form.show(fingerprint)
    sent = clicking.awaits_code(request.actor, signatory, fingerprint)
    code_form = CodeForm(initial={"fingerprint": fingerprint}) if sent and not form.is_bound else None
    return _to_sign(request, signatory, form, code_form)


def _sign_with_code(request: ActorRequest, signatory: Signatory) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        typed = {"fingerprint": values["fingerprint"], "code": values["code"]}
        if attempt(form, lambda: actions.sign_with_code(request.actor, signatory.pk, **typed)) is not None:
            return redirect(request.path)
    again = SignForm(initial={"fingerprint": signatory.convention.fingerprint})
    return _to_sign(request, signatory, again, form)


def _to_sign(request: ActorRequest, signatory: Signatory, form: SignForm, code_form: CodeForm | None) -> HttpResponse:
    bound = form.is_bound or (code_form is not None and code_form.is_bound)
    holder = holder_of(request.actor, signatory)
    sent = clicking.last_code(request.actor, signatory) if code_form else None
    reached = {way.name: way.reach(holder) for way in channels_for(holder)}
    context = {
        **_context(request, signatory),
        "form": form,
        "code_form": code_form,
        "sent_to": reached.get(sent.channel, "") if sent else "",
        "pages": range(1, pictures.page_count(signatory.convention) + 1),
    }
    return render(request, "convention/link_sign.html", context, status=422 if bound else 200)


def _picture(signatory: Signatory, number: int) -> HttpResponse:
    made = pictures.page_picture(signatory.convention, number)
    if made is None:
        raise Unknown(_("Cette page n'existe pas dans la convention."))
    return HttpResponse(made, content_type="image/png")


def _delegate(request: ActorRequest, signatory: Signatory) -> HttpResponse:
    """Somebody else of the organisation signs: this link dies, theirs leaves."""
    form = DelegateForm(request.POST if request.method == "POST" else None)
    back = request.path.removesuffix(DELEGATE)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.delegate(request.actor, signatory.pk, form.signer()))
        if done is not None:
            return render(request, "convention/link_delegated.html", {"signatory": done})
    context = {**_context(request, signatory), "form": form, "back_url": back}
    return render(request, "convention/link_delegate.html", context, status=422 if form.is_bound else 200)


def _refuse(request: ActorRequest, signatory: Signatory) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = request.path.removesuffix(REFUSE)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.refuse_to_sign(request.actor, signatory.pk, reason=reason)) is not None:
            return redirect(back)
    context = {**_context(request, signatory), "form": form, "back_url": back}
    return render(request, "convention/link_refuse.html", context, status=422 if form.is_bound else 200)


def _signatory(request: ActorRequest, link: Link) -> Signatory:
    rows = Signatory.objects.visible_to(request.actor).filter(pk=link.object_id)
    related = ("convention__document", "convention__sealed", "operation__provider", "organisation", "person")
    found = rows.select_related(*related).first()
    if found is None or found.state == "removed":
        raise Unknown(_("Ce lien ne sert plus : votre organisation n'est plus parmi les signataires."))
    return found


def _context(request: ActorRequest, signatory: Signatory) -> dict[str, object]:
    operation = signatory.operation
    base = request.path.removesuffix(REFUSE).removesuffix(DELEGATE)
    return {
        "signatory": signatory,
        "convention": signatory.convention,
        "operation": operation,
        "provider": operation.provider,
        "document_url": f"{base}{DOCUMENT}",
        "refuse_url": f"{base}{REFUSE}",
        "delegate_url": f"{base}{DELEGATE}",
        "is_signed": signatory.state in SIGNED,
    }


def _document(signatory: Signatory) -> HttpResponse:
    """The sealed document once there is one; before, the text in force, or the draft while it is prepared."""
    convention = signatory.convention
    if convention.sealed is not None:
        return pdf(bytes(convention.sealed.content), convention.sealed.number)
    if convention.state == "draft" or convention.document is None:
        return pdf(printing.preview(convention, clock.now()).pdf, "projet-de-convention")
    return pdf(bytes(convention.document.content), convention.document.number)


def send_again(link: Link) -> None:
    """A new link for the holder of a dead one: to validate or to sign, whichever is awaited now; then to read.

    Raises `WrongState` when somebody else of the organisation signs since: a former hand gets nothing back."""
    signatory = Signatory.objects.select_related("convention").filter(pk=link.object_id).first()
    if signatory is not None and signatory.stands_how and link.person_id != signatory.person_id:
        raise WrongState(_("Une autre personne de votre organisation signe à votre place : elle a reçu son lien."))
    if signatory is not None and signatory.state in SIGNED and signatory.convention.sealed_id:
        sealing.send_copy(signatory)
        return
    actions.send_link(TASK, link.object_id)


VIEWS: dict[str, Callable[[ActorRequest, Link, str], HttpResponse]] = {
    "signatory.validate": validate,
    "signatory.sign": sign,
    "signatory.read": sign,
}
RENEWALS: dict[str, Callable[[Link], None]] = {
    "signatory.validate": send_again,
    "signatory.sign": send_again,
    "signatory.read": send_again,
}
