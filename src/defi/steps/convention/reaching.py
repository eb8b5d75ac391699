"""The mailbox of who has signed no longer receives: their address is mended, their signature stays.

Before they sign, `describe_signatory` does it: another address is then another person."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.models import FailingAddress
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.people.models import Membership, Person
from defi.steps.convention import mails
from defi.steps.convention.locks import kill_links, lock_signatory, runs
from defi.steps.convention.models import Signatory
from defi.steps.convention.sealing import READABLE
from defi.steps.convention.standing import follow_mailbox
from defi.steps.convention.states import SIGNED


def mend_address(actor: Actor, signatory_id: int, email: str, *, version: int | None = None) -> Signatory:
    """Give who has signed an address at which they receive; the sealed text, or a link to what is signed, leaves to it.

    An address that receives is left alone, since other files may write to it. Former links die: they went to a mailbox
    that is not theirs any more. Raises `Invalid` (no address), `NotAllowed` (who does not follow this signing; a
    member, whose address opens their accesses), `Stale`, `WrongState` (nobody signed here, the address receives)."""
    with acting(actor, "signatory.mend_address") as act:
        signatory = lock_signatory(act, signatory_id, version)
        if not runs(actor, signatory.operation):
            raise NotAllowed(_("L'adresse d'un signataire se corrige par l'organisme ou le référent de l'opération."))
        if signatory.person_id is None or signatory.state not in SIGNED:
            raise WrongState(_("Cette personne n'a pas signé : dites plutôt qui signe, et à quelle adresse."))
        if has_access(signatory):
            raise NotAllowed(_("Cette personne entre avec son adresse : elle se change par qui répond de ses accès."))
        address = _checked(email)
        with scope(TASK):
            # Who signs is no row of the provider's own: it is reached by the line that names it.
            person = Person.objects.select_for_update().get(pk=signatory.person_id)
            if not FailingAddress.objects.filter(address=person.email).exists():
                raise WrongState(_("L'adresse de cette personne reçoit ses courriels : il n'y a rien à corriger."))
            signatory.person = act.change(person, email=address)
        if signatory.text.sealed_id is None:
            follow_mailbox(act, signatory)
        else:
            kill_links(act, signatory)
            act.note(signatory, told=mails.text_sealed(act, signatory, days=READABLE.days))
        return signatory


def has_access(signatory: Signatory) -> bool:
    """Whether the person is a member of an organisation: their address then opens more than this signature."""
    with scope(TASK):
        return Membership.objects.filter(person=signatory.person, until=None).exists()


def _checked(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as fault:
        raise Invalid.field("email", _("Indiquez une adresse complète, comme prenom.nom@exemple.fr.")) from fault
    if FailingAddress.objects.filter(address=address).exists():
        raise Invalid.field("email", _("Cette adresse ne reçoit pas : indiquez-en une autre."))
    return address
