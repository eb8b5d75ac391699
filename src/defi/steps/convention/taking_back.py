"""A signature that was noted by mistake, in ink or given elsewhere, is taken back with a reason, until all have signed.

Source: issue of the plan, « Signing » (cancel, correct, issue again: by the owner, never by a developer)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import NotAllowed
from defi.steps.convention import mails
from defi.steps.convention.ink_models import InkMark
from defi.steps.convention.issuing import UNSIGNED
from defi.steps.convention.locks import lock_signatory, runs
from defi.steps.convention.models import Signatory
from defi.steps.convention.signatories import refuse_signed_by_all
from defi.steps.convention.states import SIGNATORY
from defi.steps.sourcing.locks import refuse_nir


def take_back_signature(actor: Actor, signatory_id: int, *, reason: str, version: int | None = None) -> Signatory:
    """Who runs the operation takes back what was noted; the signatory is told, and may sign again.

    Raises `WrongState` for a signature given by a click, and once all have signed."""
    with acting(actor, "signatory.take_back", reason=reason) as act:
        signatory = lock_signatory(act, signatory_id, version)
        if not runs(actor, signatory.operation):
            raise NotAllowed(_("Une signature notée se retire par l'organisme de formation ou le référent."))
        refuse_nir(reason=reason)
        refuse_signed_by_all(signatory.text)
        act.move(SIGNATORY, signatory, **UNSIGNED)
        for mark in InkMark.objects.filter(signatory=signatory, taken_back_on=None).order_by("pk"):
            act.change(mark, taken_back_on=act.today)
        mails.signature_taken_back(act, signatory)
        return signatory
