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
from defi.kernel.links import Ended
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.people.models import Person
from defi.steps.convention import actions, click_pages, delegate_pages, mails, sealing, signatory_rows
from defi.steps.convention.click_pages import DOCUMENT, document
from defi.steps.convention.forms import ReasonForm
from defi.steps.convention.models import Signatory
from defi.steps.convention.naming import is_named_so
from defi.steps.convention.rules import link_ending
from defi.steps.convention.standing import send_what_is_signed
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

    Whoever is asked for nothing any more was told so by `ended`, and gets none."""
    signatory = Signatory.objects.select_related("convention", "amendment").filter(pk=link.object_id).first()
    if signatory is not None and signatory.state in SIGNED:
        send = sealing.send_copy if signatory.text.sealed_id else send_what_is_signed
        send(signatory)
        return
    actions.send_link(TASK, link.object_id)


def lost(link: Link) -> str:
    """What was typed to sign, refuse or delegate from a page whose link had died meanwhile is not done; and why, when
    another text was sent since."""
    signatory = Signatory.objects.select_related("convention", "amendment").filter(pk=link.object_id).first()
    if signatory is None:
        return ""
    text = signatory.text
    sent = text.document.made_at if text.document else None
    if text.edition > 1 and sent is not None and link.created_at < sent:
        return _(
            "Rien n'est signé, ni enregistré : le texte (%(text)s) a changé depuis que vous avez ouvert cette page. "
            "Lisez-le et signez-le depuis le dernier message reçu."
        ) % {"text": text.said}
    return _(
        "Rien n'est signé, ni enregistré : ce lien a cessé de valoir depuis que vous avez ouvert cette page. Votre "
        "signature se donne depuis le dernier message reçu."
    )


def ended(link: Link) -> Ended | None:
    """What the former holder of a link reads once nothing is asked of them there any more; None while it may be."""
    rows = Signatory.objects.select_related("person", "organisation", "operation__provider", "convention", "amendment")
    signatory = rows.filter(pk=link.object_id).first()
    if signatory is None:
        return None
    return _ending(
        link_ending(
            removed=signatory.state == "removed",
            delegated=signatory.stands_how == Signatory.Stead.DELEGATED and signatory.stands_for_id == link.person_id,
            same_name=_bears_its_name(link, signatory),
            reached={to.address for to in mails.to_signatory(signatory)},
            address=link.address,
        ),
        signatory,
    )


def _bears_its_name(link: Link, signatory: Signatory) -> bool:
    """Whether who holds the link is whom the line names: the same name reached elsewhere is the same person."""
    if link.person_id is None or signatory.person is None or signatory.person_id == link.person_id:
        return True
    former = Person.objects.filter(pk=link.person_id).first()
    return former is not None and is_named_so(signatory.person, former.first_name, former.last_name)


def _ending(kind: str, signatory: Signatory) -> Ended | None:
    """The words of each ending of `rules.link_ending`."""
    names = {
        "organisation": signatory.organisation,
        "person": signatory.person,
        "quality": signatory.quality,
        "provider": signatory.operation.provider or _("l'organisme de formation"),
        "day": long_date(signatory.stands_since) if signatory.stands_since else "",
    }
    words = {
        "removed": (
            _("Rien n'est attendu de vous"),
            _(
                "%(organisation)s n'est plus parmi les signataires de ce texte : vous n'avez rien à signer. Si c'est "
                "une erreur, dites-le à %(provider)s."
            ),
        ),
        "delegated": (
            _("La signature est déléguée"),
            _(
                "Vous avez délégué cette signature le %(day)s à %(person)s (%(quality)s), qui a reçu son propre lien. "
                "Vous n'avez plus rien à faire. Si c'est une erreur, dites-le à %(provider)s."
            ),
        ),
        "another": (
            _("Une autre personne signe"),
            _(
                "Une autre personne a été nommée pour signer au nom de %(organisation)s : rien n'est attendu de vous. "
                "Si c'est une erreur, dites-le à %(provider)s."
            ),
        ),
        "elsewhere": (
            _("Ce lien ne sert plus"),
            _(
                "Les messages de cette signature, pour %(organisation)s, partent désormais à une autre adresse : "
                "cherchez-y le dernier. Si vous n'y avez pas accès, dites-le à %(provider)s."
            ),
        ),
    }
    if kind not in words:
        return None
    title, sentence = words[kind]
    return Ended(title, sentence % names)


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
ENDINGS: dict[str, Callable[[Link], Ended | None]] = {
    "signatory.validate": ended,
    "signatory.sign": ended,
    "signatory.read": ended,
}
LOSSES: dict[str, Callable[[Link], str]] = {"signatory.sign": lost, "signatory.read": lost}
