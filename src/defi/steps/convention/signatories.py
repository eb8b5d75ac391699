"""Each signatory: on the list, commitments validated, signed by a click or in ink, refused. Source: process.md, 7."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.operations.access import leads
from defi.people.actions import register_person
from defi.people.models import Organisation
from defi.steps.convention import issuing, mails
from defi.steps.convention.codes import Codes
from defi.steps.convention.drafting import create_signatory, must_be_in_preparation, optional_signatories
from defi.steps.convention.issuing import (
    UNSIGNED,
    Text,
    complete_if_all_signed,
    living_signatories,
    must_be_confirmed,
)
from defi.steps.convention.locks import is_own, kill_links, lock_convention, lock_signatory, runs, session_of
from defi.steps.convention.models import Amendment, Convention, Signatory, SigningCode
from defi.steps.convention.required import Participant, participants
from defi.steps.convention.rules import signing_fault
from defi.steps.convention.states import SIGNATORY, SIGNED
from defi.steps.sourcing.locks import checked_day, refuse_nir

Way = Signatory.Way
RECORDED_WAYS = (Way.MEETING, Way.PHONE, Way.MAIL, Way.PAPER)
CODES: Codes[Signatory] = Codes(SigningCode, "signatory", "defi.signing-code")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for an organisation, and in what quality."""

    first_name: str
    last_name: str
    quality: str = ""
    email: str = ""
    phone: str = ""


def add_signatory(actor: Actor, operation_id: int, organisation: Organisation) -> Signatory:
    """A partner signs too. Raises `Invalid` for a stranger to the operation, `WrongState` when already on the list."""
    with acting(actor, "signatory.add") as act:
        convention = lock_convention(act, operation_id)
        must_be_in_preparation(convention)
        participant = _participant(convention, organisation)
        if any(s.organisation_id == organisation.pk for s in living_signatories(convention)):
            raise WrongState(_("%(name)s est déjà parmi les signataires.") % {"name": organisation})
        try:
            with transaction.atomic():
                return create_signatory(act, convention, participant)
        except IntegrityError as twice:
            raise WrongState(_("%(name)s est déjà parmi les signataires.") % {"name": organisation}) from twice


def _participant(convention: Convention, organisation: Organisation) -> Participant:
    for participant in participants(convention.operation):
        if participant.organisation.pk == organisation.pk:
            return participant
    raise Invalid.field(
        "organisation", _("%(name)s ne participe pas à l'opération : ajoutez-la d'abord.") % {"name": organisation}
    )


def remove_signatory(actor: Actor, signatory_id: int, *, reason: str, version: int | None = None) -> Signatory:
    """Take a signatory off the list. Raises `WrongState` for one that the rulebook asks for."""
    with acting(actor, "signatory.remove", reason=reason) as act:
        signatory = lock_signatory(act, signatory_id, version)
        refuse_nir(reason=reason)
        text = signatory.text
        refuse_signed_by_all(text)
        if signatory.state in SIGNED and not text.is_prepared:
            raise WrongState(
                _("%(name)s a signé : pour le retirer, corrigez d'abord le texte.") % {"name": signatory.organisation}
            )
        _must_be_free(signatory)
        if signatory.state in SIGNED:
            mails.signature_fallen(act, signatory)
        act.move(SIGNATORY, signatory, **UNSIGNED)
        kill_links(act, signatory)
        complete_if_all_signed(act, text)
        return signatory


def _must_be_free(signatory: Signatory) -> None:
    """Raises `WrongState` for one that the rulebook, or what the amendment changes, asks for."""
    if signatory.amendment is not None:
        if signatory.required:
            raise WrongState(_("L'avenant touche %(name)s : il reste sur la liste.") % {"name": signatory.organisation})
        return
    if signatory.organisation_id not in optional_signatories(signatory.convention):
        raise WrongState(
            _("%(name)s est un signataire demandé par le règlement : il reste sur la liste.")
            % {"name": signatory.organisation}
        )


def validate_commitments(
    actor: Actor, signatory_id: int, *, how: str = "", on: date | None = None, version: int | None = None
) -> Signatory:
    """The signatory agrees to its commitments: by its link or account, or recorded by the provider (when, how).

    Raises `NotAllowed` for whom it is not theirs, `Invalid` without a way, `WrongState` when it is done already."""
    with acting(actor, "signatory.validate") as act:
        signatory = lock_signatory(act, signatory_id, version)
        refuse_over(signatory.convention)
        if signatory.amendment is not None:
            raise WrongState(_("Un avenant se signe : il n'y a pas d'engagements à valider avant."))
        way = _way(actor, signatory, how)
        day = checked_day(act, on)
        if signatory.state == "removed":
            raise WrongState(_("%(name)s n'est plus sur la liste des signataires.") % {"name": signatory.organisation})
        if signatory.validated_on:
            raise WrongState(
                _("%(name)s a déjà validé ses engagements, le %(date)s.")
                % {"name": signatory.organisation, "date": long_date(signatory.validated_on)}
            )
        said_by = actor.person_id if is_own(actor, signatory) else signatory.person_id
        return act.change(signatory, validated_on=day, validated_how=way, validated_by_id=said_by)


def _way(actor: Actor, signatory: Signatory, how: str) -> str:
    if is_own(actor, signatory):
        return Way.LINK if actor.who is Who.LINK else Way.ACCOUNT
    if not leads(actor, signatory.operation):
        raise NotAllowed(
            _("Chacun valide ses propres engagements ; l'organisme de formation peut noter un accord donné.")
        )
    if how not in RECORDED_WAYS:
        raise Invalid.field(
            "how", _("Indiquez comment l'accord a été donné : en réunion, par téléphone, par courriel…")
        )
    return how


def send_link(actor: Actor, signatory_id: int) -> int:
    """Send (again) the link to validate or to sign, whichever is awaited; returns how many mailboxes were written to.

    Raises `WrongState` when nothing is awaited or when there is no address: then phone or paper."""
    with acting(actor, "signatory.send_link") as act:
        signatory = lock_signatory(act, signatory_id)
        text = signatory.text
        if signatory.state in {*SIGNED, "removed"} or text.state == "signed" or text.is_over:
            raise WrongState(_("Rien n'est attendu de %(name)s.") % {"name": signatory.organisation})
        if signatory.amendment is not None:
            refuse_prepared(text)
        if text.is_prepared and signatory.validated_on:
            raise WrongState(
                _("%(name)s a validé ses engagements : la signature sera demandée à l'envoi de la convention.")
                % {"name": signatory.organisation}
            )
        ask = mails.ask_validation if text.is_prepared else issuing.ask
        reached = ask(act, signatory)
        if not reached:
            raise WrongState(
                _("%(name)s n'a pas d'adresse électronique : ajoutez-la, ou voyez par téléphone ou sur papier.")
                % {"name": signatory.organisation}
            )
        act.note(signatory, told=reached)
        return reached


def sign(actor: Actor, signatory_id: int, *, fingerprint: str, version: int | None = None) -> Signatory:
    """Sign by a click the text whose fingerprint is given: the one that was read.

    Raises `NotAllowed` (another organisation), `Stale` (the text changed since), `WrongState` (not sent, done,
    or without the code that was sent for this text: `clicking.sign_with_code`)."""
    with acting(actor, "signatory.sign") as act:
        signatory = lock_signatory(act, signatory_id, version)
        must_be_own(actor, signatory)
        text = signatory.text
        must_be_open(act, signatory, act.today)
        if fingerprint != text.fingerprint:
            raise Stale(_("Le texte a changé depuis que vous l'avez lu : relisez-le, puis signez."))
        CODES.use(act, signatory, fingerprint)
        act.move(
            SIGNATORY,
            signatory,
            signed_on=act.today,
            signed_fingerprint=text.fingerprint,
            signed_by_id=actor.person_id or signatory.person_id,
        )
        complete_if_all_signed(act, text)
        return signatory


def must_be_own(actor: Actor, signatory: Signatory) -> None:
    """Raises `NotAllowed` for whoever does not sign for this organisation."""
    if not is_own(actor, signatory):
        raise NotAllowed(
            _("Seul %(name)s signe pour soi. Une signature à l'encre se note avec sa date.")
            % {"name": signatory.organisation}
        )


def record_ink(
    actor: Actor,
    signatory_id: int,
    *,
    on: date | None = None,
    version: int | None = None,
    fingerprint: str | None = None,
    signer: Signer | None = None,
    confirmed: bool | None = None,
) -> Signatory:
    """Note a signature given in ink that day, by the provider or the officer of the operation.

    `fingerprint`: of the text that the page showed; `signer`: who signed, when nobody was named; `confirmed`: whether
    it was said that the last one seals (None: it was not asked). Raises `Stale` when another text is in force since."""
    with acting(actor, "signatory.record_ink") as act:
        signatory = lock_signatory(act, signatory_id, version)
        text = signatory.text
        if fingerprint is not None and fingerprint != text.fingerprint:
            raise Stale(_("Le texte a changé depuis : vérifiez que le papier signé porte le numéro d'aujourd'hui."))
        day = on or act.today
        must_be_open(act, signatory, day)
        must_be_confirmed(text, {signatory.pk}, confirmed)
        if signer is not None and signatory.person is None:
            refuse_nir(first_name=signer.first_name, last_name=signer.last_name, quality=signer.quality)
            person = register_person(actor, first_name=signer.first_name, last_name=signer.last_name)
            act.change(signatory, person=person, quality=signer.quality.strip() or signatory.quality)
        act.move(
            SIGNATORY,
            signatory,
            signed_on=day,
            signed_fingerprint=text.fingerprint,
            signed_by=signatory.person,
        )
        complete_if_all_signed(act, text)
        return signatory


def must_be_open(act: Action, signatory: Signatory, day: date) -> None:
    """Raises `WrongState` or `Invalid` when this signatory cannot have signed that day."""
    text = signatory.text
    refuse_over(text)
    refuse_prepared(text)
    if signatory.state in SIGNED and signatory.signed_on:
        raise WrongState(
            _("%(name)s a déjà signé, le %(date)s.")
            % {"name": signatory.organisation, "date": long_date(signatory.signed_on)}
        )
    # Only the convention has to be signed before the end (seed 001, step 7).
    ends_on = session_of(signatory.operation).ends_on if isinstance(text, Convention) else None
    fault = signing_fault(day, sent_on=text.sent_on, ends_on=ends_on, today=act.today)
    if fault:
        raise Invalid.field("on", fault)


def refuse_to_sign(actor: Actor, signatory_id: int, *, reason: str, version: int | None = None) -> Signatory:
    """The signatory refuses, with its reason: its own, or recorded by who runs the operation. It may sign later."""
    with acting(actor, "signatory.refuse", reason=reason) as act:
        signatory = lock_signatory(act, signatory_id, version)
        if not (is_own(actor, signatory) or runs(actor, signatory.operation) or actor.who is Who.TASK):
            raise NotAllowed(_("Seul %(name)s refuse pour soi.") % {"name": signatory.organisation})
        refuse_nir(reason=reason)
        refuse_over(signatory.text)
        refuse_prepared(signatory.text)
        act.move(SIGNATORY, signatory)
        mails.signature_refused(act, signatory)
        return signatory


def refuse_signed_by_all(text: Text) -> None:
    """Raises `WrongState` once everybody signed, and once it holds no more."""
    refuse_over(text)
    if text.state == "signed":
        raise WrongState(_("Le texte (%(text)s) est signé par tous : il ne se modifie plus.") % {"text": text.said})


def refuse_over(text: Text) -> None:
    """Raises `WrongState` for a text that holds no more: what was signed stays as it was."""
    if text.is_over or (isinstance(text, Amendment) and text.convention.is_over):
        raise WrongState(
            _("Ce texte n'a plus cours (%(text)s) : il se lit, il ne se signe plus.") % {"text": text.said}
        )


def refuse_prepared(text: Text) -> None:
    """Raises `WrongState` before a text is sent, and while it is corrected."""
    if isinstance(text, Convention) and text.is_prepared:
        raise WrongState(_("La convention est en préparation : elle se signe une fois transmise à la Région."))
    if text.is_prepared:
        raise WrongState(_("L'avenant est en préparation : il se signe une fois transmis."))
