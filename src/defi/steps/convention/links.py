"""The pages behind a signatory's personal link: read, validate, sign, refuse, on a phone and without an account.

Opening a link changes nothing, since mail programs open links by themselves; signing asks for a code besides."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel.access import TASK
from defi.kernel.documents.french import long_date
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown, WrongState
from defi.steps.convention import actions, click_pages, delegate_pages, sealing, signatory_rows
from defi.steps.convention.click_pages import DOCUMENT, document
from defi.steps.convention.forms import ReasonForm
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED

REFUSE, DELEGATE = "refuser/", "deleguer/"


def validate(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """What the organisation engages for, and one button to agree."""
    signatory = _signatory(request, link)
    if page == DOCUMENT:
        return document(signatory)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.validate_commitments(request.actor, signatory.pk))
        if done is not None:
            return redirect(request.path)
    context = {
        **_context(request, signatory),
        "form": form,
        "commitments": signatory_rows.commitments_of(signatory),
        "promises": signatory_rows.promised_by(signatory),
    }
    return render(request, "convention/link_validate.html", context, status=422 if form.is_bound else 200)


def sign(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The convention to read, and one button to sign the text that was read."""
    signatory = _signatory(request, link)
    if page == DOCUMENT:
        return document(signatory)
    if page == REFUSE:
        return _refuse(request, signatory)
    if page == DELEGATE:
        return _delegate(request, signatory)
    return click_pages.answer(request, signatory, page, _context(request, signatory))


def _delegate(request: ActorRequest, signatory: Signatory) -> HttpResponse:
    """Somebody else of the organisation signs: this link dies, theirs leaves."""
    context = {**_context(request, signatory), "back_url": request.path.removesuffix(DELEGATE)}
    return delegate_pages.answer(
        request,
        signatory,
        context,
        lambda given: render(request, "convention/link_delegated.html", {"signatory": given}),
    )


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
    texts = ("convention__document", "convention__sealed", "amendment__convention")
    amended = ("amendment__document", "amendment__sealed")
    found = rows.select_related(*texts, *amended, "operation__provider", "organisation", "person").first()
    if found is None or found.state == "removed":
        raise Unknown(_("Ce lien ne sert plus : votre organisation n'est plus parmi les signataires."))
    return found


def _context(request: ActorRequest, signatory: Signatory) -> dict[str, object]:
    operation = signatory.operation
    base = request.path.removesuffix(REFUSE).removesuffix(DELEGATE)
    return {
        "frame_page": "slim.html",
        "back_url": "",
        "signatory": signatory,
        "operation": operation,
        "provider": operation.provider,
        "document_url": f"{base}{DOCUMENT}",
        "refuse_url": f"{base}{REFUSE}" if signatory.state != "refused" else "",
        "delegate_url": f"{base}{DELEGATE}",
    }


def send_again(link: Link) -> None:
    """A new link for the holder of a dead one: to validate or to sign, whichever is awaited now; then to read.

    Raises `WrongState` when somebody else of the organisation signs since: a former hand gets nothing back."""
    signatory = Signatory.objects.select_related("convention", "amendment").filter(pk=link.object_id).first()
    if signatory is not None and signatory.stands_how and link.person_id != signatory.person_id:
        raise WrongState(_("Une autre personne de votre organisation signe à votre place : elle a reçu son lien."))
    if signatory is not None and signatory.state in SIGNED and signatory.text.sealed_id:
        sealing.send_copy(signatory)
        return
    actions.send_link(TASK, link.object_id)


def given_away(link: Link) -> str:
    """What the former holder of a link reads once they gave their signature to somebody else; empty otherwise."""
    rows = Signatory.objects.select_related("person", "operation__provider").filter(pk=link.object_id)
    signatory = rows.filter(stands_how=Signatory.Stead.DELEGATED, stands_for=link.person_id).first()
    if signatory is None or signatory.stands_since is None:
        return ""
    return _(
        "Vous avez délégué cette signature le %(day)s à %(person)s (%(quality)s), qui a reçu son propre lien. Vous "
        "n'avez plus rien à faire. Si c'est une erreur, dites-le à %(provider)s."
    ) % {
        "day": long_date(signatory.stands_since),
        "person": signatory.person,
        "quality": signatory.quality,
        "provider": signatory.operation.provider or _("l'organisme de formation"),
    }


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
ENDINGS: dict[str, Callable[[Link], str]] = {
    "signatory.validate": given_away,
    "signatory.sign": given_away,
    "signatory.read": given_away,
}
