"""A signature that stands keeps a way to what was signed, whatever mailbox who gave it is reached at.

Source: issue of the plan, « Signing » (after signing, the link shows the signed document, for ever)."""

from __future__ import annotations

from defi.kernel.access import TASK
from defi.kernel.journal import Action, acting
from defi.kernel.models import Link
from defi.steps.convention import mails
from defi.steps.convention.models import SIGNATORY_TYPE, Signatory


def follow_mailbox(act: Action, signatory: Signatory) -> None:
    """Within an action that names who has signed, or reaches them elsewhere: the links to a mailbox that is no longer
    theirs die, and another leaves at once to the one that is, unless one is alive there."""
    if signatory.outside_reference:
        act.change(signatory, outside_reference="")
    reached = [to.address for to in mails.to_signatory(signatory)]
    living = Link.objects.filter(object_type=SIGNATORY_TYPE, object_id=signatory.pk, revoked_at=None)
    lost = living.exclude(address__in=reached).update(revoked_at=act.now)
    readable = living.filter(address__in=reached, verb__in=(mails.SIGN, mails.READ), expires_at__gt=act.now)
    if lost and not readable.exists():
        mails.signature_kept(act, signatory)


def send_what_is_signed(signatory: Signatory) -> int:
    """A new link to the text that is signed and not sealed yet, for the owner of a dead one; how many mailboxes."""
    with acting(TASK, "signatory.read") as act:
        act.note(signatory, told=True)
        return mails.signature_kept(act, signatory)
