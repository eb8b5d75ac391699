"""Somebody else of the same organisation signs: the one named delegates, or has left and is replaced, with a reason.

Source: issue of the plan, « Signing » (delegated to; a signatory who left the firm)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who
from defi.kernel.documents.fingerprint import fingerprint
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.people.actions import register_person
from defi.steps.convention import issuing, mails
from defi.steps.convention.clicking import holder_of
from defi.steps.convention.locks import is_own, kill_links, lock_signatory, runs
from defi.steps.convention.models import Signatory, SigningCode
from defi.steps.convention.signatories import CODES, Signer, refuse_signed_by_all
from defi.steps.convention.states import SIGNATORY
from defi.steps.sourcing.locks import refuse_nir

Stead = Signatory.Stead


def delegate(actor: Actor, signatory_id: int, signer: Signer, *, version: int | None = None) -> Signatory:
    """Who is to sign gives it to somebody of the same organisation, who receives a link of their own; or who runs the
    operation notes that they did.

    Raises `NotAllowed` when it is not theirs to give, `Invalid` beside what is missing, `WrongState` once signed, or
    without the code sent to who gives it (`delegate_with_code`)."""
    with acting(actor, "signatory.delegate") as act:
        signatory = lock_signatory(act, signatory_id, version)
        _must_be_theirs_to_give(actor, signatory, signer)
        _must_be_free_to_give(signatory, signer)
        if asks_code(actor, signatory):
            CODES.use(act, signatory, _print_of(signer))
        return _hand_over(act, signatory, signer, Stead.DELEGATED)


def asks_code(actor: Actor, signatory: Signatory) -> bool:
    """Whether this actor gives their own signature away: whoever holds a forwarded link does not have the code."""
    return actor.who is Who.LINK or not runs(actor, signatory.operation)


def send_delegation_code(actor: Actor, signatory_id: int, signer: Signer, *, channel: str = "") -> SigningCode:
    """Send who gives their signature away a code for this person, and nobody else.

    Raises what `delegate` raises, and `WrongState` when one has just left, or nothing reaches who gives it."""
    with acting(actor, "signatory.send_code") as act:
        signatory = lock_signatory(act, signatory_id)
        _must_be_theirs_to_give(actor, signatory, signer)
        _must_be_free_to_give(signatory, signer)
        holder = replace(holder_of(actor, signatory), delegate=f"{signer.first_name} {signer.last_name}")
        made: SigningCode = CODES.send(act, signatory, holder, fingerprint=_print_of(signer), channel=channel)
        return made


def delegate_with_code(actor: Actor, signatory_id: int, signer: Signer, *, code: str) -> Signatory:
    """Give the signature to this person, with the code received for it.

    Raises `Invalid` beside a code that is wrong, expired or tried too often, and what `delegate` raises."""
    with acting(actor, "signatory.try_code") as act:
        signatory = lock_signatory(act, signatory_id)
        sent = CODES.last(actor, signatory)
        if sent is not None and sent.fingerprint != _print_of(signer):
            raise Invalid.field("code", _("Ce code n'a pas été envoyé pour cette personne : demandez-en un autre."))
        fault = CODES.type_in(act, signatory, fingerprint=_print_of(signer), code=code)
    if fault:
        raise Invalid.field("code", fault)
    return delegate(actor, signatory_id, signer)


def awaits_delegation_code(actor: Actor, signatory: Signatory, signer: Signer) -> SigningCode | None:
    """The code that left and may still give the signature to this person. Must run inside an open scope."""
    found: SigningCode | None = CODES.awaited(actor, signatory, _print_of(signer))
    return found


def _print_of(signer: Signer) -> str:
    """What a code of a delegation is bound to: the person it names, as a code that signs is to its text."""
    told = (signer.first_name, signer.last_name, signer.quality, signer.email.lower(), signer.phone)
    return fingerprint("\n".join(["signatory.delegate", *(word.strip() for word in told)]).encode())


def _must_be_theirs_to_give(actor: Actor, signatory: Signatory, signer: Signer) -> None:
    if not (is_own(actor, signatory) or runs(actor, signatory.operation)):
        raise NotAllowed(_("Seul %(name)s délègue sa signature.") % {"name": signatory.organisation})
    if not signer.quality.strip():
        raise Invalid.field("quality", _("Indiquez en quelle qualité cette personne signe : directrice adjointe…"))
    if actor.who is Who.LINK and not signer.email.strip():
        raise Invalid.field("email", _("Indiquez son adresse : son lien personnel y part."))


def replace_signer(
    actor: Actor, signatory_id: int, signer: Signer, *, reason: str, version: int | None = None
) -> Signatory:
    """Who was to sign has left, or cannot any more: the organisation or the provider names another, and says why."""
    with acting(actor, "signatory.replace", reason=reason) as act:
        signatory = lock_signatory(act, signatory_id, version)
        if not (is_own(actor, signatory) or runs(actor, signatory.operation)):
            raise NotAllowed(_("Seul %(name)s dit qui signe pour soi.") % {"name": signatory.organisation})
        refuse_nir(reason=reason)
        _must_be_free_to_give(signatory, signer)
        return _hand_over(act, signatory, signer, Stead.REPLACED)


def _hand_over(act: Action, signatory: Signatory, signer: Signer, how: Stead) -> Signatory:
    former = signatory.person
    person = register_person(
        TASK,
        first_name=signer.first_name,
        last_name=signer.last_name,
        email=signer.email,
        phone=signer.phone,
    )
    told = mails.to_signatory(signatory)
    kill_links(act, signatory)
    act.change(
        signatory,
        person=person,
        quality=signer.quality.strip() or signatory.quality,
        stands_for=former,
        stands_how=how,
        stands_since=act.today,
    )
    if how is Stead.DELEGATED:
        mails.delegated(act, signatory, told)
    if signatory.text.is_open:
        issuing.ask(act, signatory)
    elif signatory.amendment is None and signatory.validated_on is None:
        mails.ask_validation(act, signatory)
    return signatory


def _must_be_free_to_give(signatory: Signatory, signer: Signer) -> None:
    refuse_signed_by_all(signatory.text)
    if "signatory.record_ink" not in {step.name for step in SIGNATORY.transitions if signatory.state in step.sources}:
        raise WrongState(_("%(name)s a déjà signé, ou n'est plus sur la liste.") % {"name": signatory.organisation})
    if not signer.last_name.strip():
        raise Invalid.field("last_name", _("Indiquez le nom de cette personne."))
    _must_be_another(signatory, signer)
    refuse_nir(first_name=signer.first_name, last_name=signer.last_name, quality=signer.quality, phone=signer.phone)


def _must_be_another(signatory: Signatory, signer: Signer) -> None:
    former = signatory.person
    if former is None:
        return
    name = (signer.first_name.strip().casefold(), signer.last_name.strip().casefold())
    same_box = former.email and former.email == signer.email.strip().lower()
    if name == (former.first_name.casefold(), former.last_name.casefold()) or same_box:
        raise Invalid.field("last_name", _("C'est déjà cette personne qui signe : nommez quelqu'un d'autre."))
