"""Who signs for an organisation, said by who runs the operation. A signature is somebody's: another name makes it fall,
an address or a telephone does not.

Source: issue of the plan, « Signing » (only the signatures of a text that changed fall, and it is said before)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.models import Link
from defi.kernel.refusals import WrongState
from defi.people.actions import register_person
from defi.people.models import Person
from defi.steps.convention import mails
from defi.steps.convention.issuing import void
from defi.steps.convention.locks import kill_links, lock_signatory
from defi.steps.convention.models import SIGNATORY_TYPE, Signatory
from defi.steps.convention.naming import is_named_so
from defi.steps.convention.signatories import Signer, refuse_signed_by_all
from defi.steps.convention.standing import follow_mailbox
from defi.steps.convention.states import SIGNED
from defi.steps.sourcing.locks import refuse_nir


def describe_signatory(actor: Actor, signatory_id: int, signer: Signer, *, version: int | None = None) -> Signatory:
    """Say who signs. A new name, address or telephone is a new person: nobody else's file is changed.

    While a text is corrected, another name makes the signature of the person named before fall: it was theirs, and they
    are told. The same name with another address or telephone keeps it; so does a name given to who signed without one.
    Raises `WrongState` once signed (a text that is out), and signed by all."""
    with acting(actor, "signatory.describe") as act:
        signatory = lock_signatory(act, signatory_id, version)
        refuse_signed_by_all(signatory.text)
        nameless = signatory.state in SIGNED and signatory.signer is None
        if signatory.state in SIGNED and not (signatory.text.is_prepared or nameless):
            raise WrongState(_("%(name)s a déjà signé.") % {"name": signatory.organisation})
        refuse_nir(first_name=signer.first_name, last_name=signer.last_name, quality=signer.quality, phone=signer.phone)
        former = signatory.person
        if not (is_named_so(former, signer.first_name, signer.last_name) and _is_reached_so(former, signer)):
            person = register_person(
                actor,
                first_name=signer.first_name,
                last_name=signer.last_name,
                email=signer.email,
                phone=signer.phone,
            )
            if is_named_so(former, signer.first_name, signer.last_name):
                _reach_elsewhere(act, signatory, person)
            else:
                _name_another(act, signatory, person, nameless=nameless)
        return act.change(signatory, quality=signer.quality.strip() or signatory.quality)


def _is_reached_so(person: Person | None, signer: Signer) -> bool:
    reached = (signer.email.strip().lower(), signer.phone.strip())
    return person is not None and (person.email, person.phone) == reached


def _reach_elsewhere(act: Action, signatory: Signatory, person: Person) -> None:
    """The same person by name: what they gave stays; a link to a mailbox that is no longer theirs dies."""
    if signatory.state in SIGNED:
        # The link by which they signed stays in their hand as it was: its fingerprint goes into the proof.
        act.change(signatory, person=person)
        follow_mailbox(act, signatory)
        return
    if signatory.person is not None and signatory.person.email == person.email:
        Link.objects.filter(
            object_type=SIGNATORY_TYPE, object_id=signatory.pk, person_id=signatory.person_id, revoked_at=None
        ).update(person_id=person.pk)
    else:
        kill_links(act, signatory)
    act.change(signatory, person=person)


def _name_another(act: Action, signatory: Signatory, person: Person, *, nameless: bool) -> None:
    if signatory.state in SIGNED and not nameless:
        # Told before the line names somebody else: it is their mailbox.
        mails.signature_fallen(act, signatory)
        void(TASK, signatory, _("une autre personne est nommée pour signer"), asked_again=False)
    if not nameless:
        kill_links(act, signatory)
    signed_by = person if nameless else None
    act.change(signatory, person=person, stands_for=None, stands_how="", stands_since=None, signed_by=signed_by)
    if nameless:
        follow_mailbox(act, signatory)
