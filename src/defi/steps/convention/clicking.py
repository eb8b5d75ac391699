"""Signing by a click, from a personal link or signed in: a code is sent to the person, and only with it a button signs.

A GET signs nothing, nor does a mail scanner that presses buttons: it does not have the code. A code signs one text, the
one whose fingerprint was on the page from which it was asked. Source: issue of the plan, « Signing »."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.models import Link
from defi.kernel.refusals import Invalid, Stale
from defi.people.models import Account, Person
from defi.steps.convention.channels import Holder
from defi.steps.convention.locks import lock_signatory
from defi.steps.convention.models import Signatory, SigningCode
from defi.steps.convention.signatories import CODES, must_be_own, refuse_over, refuse_prepared, sign
from defi.steps.convention.states import SIGNATORY


def send_code(actor: Actor, signatory_id: int, *, fingerprint: str, channel: str = "") -> SigningCode:
    """Send who signs a code for the text just read; former codes are worth nothing from then on.

    Raises `NotAllowed` (another organisation), `Stale` (the text changed), `WrongState` (nothing to sign, one just
    left, nobody to send it to)."""
    with acting(actor, "signatory.send_code") as act:
        signatory = lock_signatory(act, signatory_id)
        must_be_own(actor, signatory)
        text = signatory.text
        SIGNATORY.take("signatory.sign", actor, signatory.state)
        refuse_over(text)
        refuse_prepared(text)
        if fingerprint != text.fingerprint:
            raise Stale(_("Le texte a changé depuis que vous l'avez lu : relisez-le, puis demandez votre code."))
        made: SigningCode = CODES.send(
            act, signatory, holder_of(actor, signatory), fingerprint=fingerprint, channel=channel
        )
        return made


def sign_with_code(actor: Actor, signatory_id: int, *, fingerprint: str, code: str) -> Signatory:
    """Sign the text that was read, with the code received for it.

    Raises `Invalid` beside a code that is wrong, expired or tried too often, and what `sign` raises."""
    with acting(actor, "signatory.try_code") as act:
        fault = CODES.type_in(act, lock_signatory(act, signatory_id), fingerprint=fingerprint, code=code)
    if fault:
        raise Invalid.field("code", fault)
    return sign(actor, signatory_id, fingerprint=fingerprint)


def last_code(actor: Actor, signatory: Signatory) -> SigningCode | None:
    """The last code sent to this hand. Must run inside an open scope."""
    found: SigningCode | None = CODES.last(actor, signatory)
    return found


def awaits_code(actor: Actor, signatory: Signatory, fingerprint: str) -> SigningCode | None:
    """The code that left and may still sign this text: the page then asks for it."""
    found: SigningCode | None = CODES.awaited(actor, signatory, fingerprint)
    return found


def holder_of(actor: Actor, signatory: Signatory) -> Holder:
    """Who signs: the address the link was sent to, else the one they sign in with; the telephone known of them."""
    with scope(TASK):
        link = Link.objects.filter(pk=actor.link.link_id).first() if actor.link else None
        person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
        account = Account.objects.filter(person=person).first() if person and not link else None
    own = account.email if account else person.email if person else ""
    return Holder(
        address=link.address if link else own,
        phone=person.phone if person else "",
        person_id=actor.person_id,
        organisation_id=signatory.organisation_id,
        file_id=signatory.operation_id,
        title=signatory.text.title,
        text=signatory.text.said,
        organisation=signatory.organisation.name,
    )
