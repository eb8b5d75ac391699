"""Somebody else of the same organisation signs: the one named delegates, or has left and is replaced, with a reason.

Source: issue of the plan, « Signing » (delegated to; a signatory who left the firm)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.people.actions import register_person
from defi.steps.convention import issuing, mails
from defi.steps.convention.locks import is_own, kill_links, lock_signatory, runs
from defi.steps.convention.models import Signatory
from defi.steps.convention.signatories import Signer, refuse_signed_by_all
from defi.steps.convention.states import SIGNATORY
from defi.steps.sourcing.locks import refuse_nir

Stead = Signatory.Stead


def delegate(actor: Actor, signatory_id: int, signer: Signer, *, version: int | None = None) -> Signatory:
    """Who is to sign gives it to somebody of the same organisation, who receives a link of their own.

    Raises `NotAllowed` when it is not theirs to give, `Invalid` beside what is missing, `WrongState` once signed."""
    with acting(actor, "signatory.delegate") as act:
        signatory = lock_signatory(act, signatory_id, version)
        if not (is_own(actor, signatory) or runs(actor, signatory.operation)):
            raise NotAllowed(_("Seul %(name)s délègue sa signature.") % {"name": signatory.organisation})
        if not signer.quality.strip():
            raise Invalid.field("quality", _("Indiquez en quelle qualité cette personne signe : directrice adjointe…"))
        if actor.who is Who.LINK and not signer.email.strip():
            raise Invalid.field("email", _("Indiquez son adresse : son lien personnel y part."))
        return _hand_over(act, signatory, signer, Stead.DELEGATED)


def replace_signer(
    actor: Actor, signatory_id: int, signer: Signer, *, reason: str, version: int | None = None
) -> Signatory:
    """Who was to sign has left, or cannot any more: the organisation or the provider names another, and says why."""
    with acting(actor, "signatory.replace", reason=reason) as act:
        signatory = lock_signatory(act, signatory_id, version)
        if not (is_own(actor, signatory) or runs(actor, signatory.operation)):
            raise NotAllowed(_("Seul %(name)s dit qui signe pour soi.") % {"name": signatory.organisation})
        refuse_nir(reason=reason)
        return _hand_over(act, signatory, signer, Stead.REPLACED)


def _hand_over(act: Action, signatory: Signatory, signer: Signer, how: Stead) -> Signatory:
    refuse_signed_by_all(signatory.text)
    if "signatory.record_ink" not in {step.name for step in SIGNATORY.transitions if signatory.state in step.sources}:
        raise WrongState(_("%(name)s a déjà signé, ou n'est plus sur la liste.") % {"name": signatory.organisation})
    former = signatory.person
    _must_be_another(signatory, signer)
    refuse_nir(first_name=signer.first_name, last_name=signer.last_name, quality=signer.quality, phone=signer.phone)
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


def _must_be_another(signatory: Signatory, signer: Signer) -> None:
    former = signatory.person
    if former is None:
        return
    name = (signer.first_name.strip().casefold(), signer.last_name.strip().casefold())
    same_box = former.email and former.email == signer.email.strip().lower()
    if name == (former.first_name.casefold(), former.last_name.casefold()) or same_box:
        raise Invalid.field("last_name", _("C'est déjà cette personne qui signe : nommez quelqu'un d'autre."))
