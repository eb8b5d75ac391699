"""Signing by a click, from a personal link or signed in: a code is sent to the person, and only with it a button signs.

A GET signs nothing, nor does a mail scanner that presses buttons: it does not have the code. A code signs one text, the
one whose fingerprint was on the page from which it was asked. Source: issue of the plan, « Signing »."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.models import Link
from defi.kernel.refusals import Invalid, Stale, WrongState
from defi.people.models import Account, Person
from defi.steps.convention.channels import CodeChannel, Holder, channels_for
from defi.steps.convention.code_rules import DIGITS, LASTS, CodeFacts, asking_fault, cleaned, code_fault, is_living
from defi.steps.convention.locks import lock_signatory
from defi.steps.convention.models import Signatory, SigningCode
from defi.steps.convention.signatories import must_be_own, refuse_over, refuse_prepared, sign
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
        former = SigningCode.objects.filter(signatory=signatory)
        recent = list(former.filter(made_at__gt=act.now - timedelta(hours=1)).values_list("made_at", flat=True))
        if fault := asking_fault(recent, act.now):
            raise WrongState(fault)
        holder = holder_of(actor, signatory)
        way = _channel(holder, channel)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        made = act.create(
            SigningCode,
            operation_id=signatory.operation_id,
            signatory=signatory,
            link_id=actor.link.link_id if actor.link else None,
            person_id=actor.person_id,
            channel=way.name,
            secret=_secret(signatory, code),
            fingerprint=fingerprint,
            made_at=act.now,
            expires_at=act.now + LASTS,
        )
        way.send(act, holder, code)
        return made


def _channel(holder: Holder, name: str) -> CodeChannel:
    found = channels_for(holder)
    if not found:
        raise WrongState(_("Aucune adresse ne peut recevoir de code : signez à l'encre, ou appelez l'organisme."))
    return next((channel for channel in found if channel.name == name), found[0])


def sign_with_code(actor: Actor, signatory_id: int, *, fingerprint: str, code: str) -> Signatory:
    """Sign the text that was read, with the code received for it.

    Raises `Invalid` beside a code that is wrong, expired or tried too often, and what `sign` raises."""
    if fault := _try_code(actor, signatory_id, fingerprint=fingerprint, code=code):
        raise Invalid.field("code", fault)
    return sign(actor, signatory_id, fingerprint=fingerprint)


def _try_code(actor: Actor, signatory_id: int, *, fingerprint: str, code: str) -> str:
    """An action of its own: a wrong code stays counted though the signature is refused."""
    with acting(actor, "signatory.try_code") as act:
        signatory = lock_signatory(act, signatory_id)
        row = last_code(actor, signatory)
        matches = row is not None and constant_time_compare(row.secret, _secret(signatory, cleaned(code)))
        fault = code_fault(facts_of(row), matches=matches, fingerprint=fingerprint, now=act.now)
        if row is not None and not fault:
            act.change(row, passed_at=act.now)
        elif row is not None and not matches:
            act.change(row, tries=row.tries + 1)
        return fault


def last_code(actor: Actor, signatory: Signatory) -> SigningCode | None:
    """The last code sent to this hand. Must run inside an open scope."""
    rows = SigningCode.objects.filter(SigningCode.of_hand(actor), signatory=signatory)
    return rows.order_by("-pk").first()


def awaits_code(actor: Actor, signatory: Signatory, fingerprint: str) -> SigningCode | None:
    """The code that left and may still sign this text: the page then asks for it."""
    row = last_code(actor, signatory)
    return row if row is not None and is_living(facts_of(row), fingerprint=fingerprint, now=clock.now()) else None


def facts_of(row: SigningCode | None) -> CodeFacts | None:
    """What the rules look at."""
    return CodeFacts(row.fingerprint, row.expires_at, row.tries, row.used_at is not None) if row else None


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


def _secret(signatory: Signatory, code: str) -> str:
    """A code is short: kept under the key of the installation, never as it is."""
    return salted_hmac(f"defi.signing-code.{signatory.pk}", code, algorithm="sha256").hexdigest()
