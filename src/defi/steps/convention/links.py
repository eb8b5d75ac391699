"""The pages behind a signatory's personal link: read, validate, sign, refuse, on a phone and without an account.

Opening a link changes nothing, since mail programs open links by themselves: only a click acts."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.steps.convention import actions, printing, queries, sealing
from defi.steps.convention.forms import ReasonForm, SignForm
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED
from defi.steps.convention.views import pdf

DOCUMENT = "convention.pdf"
REFUSE = "refuser/"


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
    initial = {"fingerprint": signatory.convention.fingerprint}
    form = SignForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and signatory.state in SIGNED:
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        fingerprint = form.cleaned_data["fingerprint"]
        done = attempt(form, lambda: actions.sign(request.actor, signatory.pk, fingerprint=fingerprint))
        if done is not None:
            return redirect(request.path)
        form.show(signatory.convention.fingerprint)
    context = {**_context(request, signatory), "form": form}
    return render(request, "convention/link_sign.html", context, status=422 if form.is_bound else 200)


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
    return {
        "signatory": signatory,
        "convention": signatory.convention,
        "operation": operation,
        "provider": operation.provider,
        "document_url": f"{request.path.removesuffix(REFUSE)}{DOCUMENT}",
        "refuse_url": f"{request.path.removesuffix(REFUSE)}{REFUSE}",
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
    """A new link for the holder of a dead one: to validate or to sign, whichever is awaited now; then to read."""
    signatory = Signatory.objects.select_related("convention").filter(pk=link.object_id).first()
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
