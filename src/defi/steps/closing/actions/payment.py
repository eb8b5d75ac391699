"""The payment of a bonus: noted once it was made, and corrected when it was mistyped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.kernel.transitions import VERBS
from defi.schemes.rulebook import rulebook
from defi.steps.closing import mails
from defi.steps.closing.actions.claim import keep_what_blocks, lock_to_pay, refuse_gaps
from defi.steps.closing.actions.runs import keep_claim_run
from defi.steps.closing.claim_reading import read_claim
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.rules import amount_fault, correction_fault, payment_fault
from defi.steps.closing.sides import must_be_on_one_side
from defi.steps.closing.states import CLAIM

NOT_PAID = gettext_lazy("La prime ne peut pas être payée.")


def pay_claim(
    actor: Actor, claim_id: int, *, paid_on: date, amount: Decimal | None = None, version: int | None = None
) -> BonusClaim:
    """The bonus was paid, that day. Euros: the rulebook's amount, or typed to the cent when it holds none.

    Payments come when the operation may already be closed. The checks are run again, and kept, before."""
    VERBS["claim.pay"].check(actor)
    keep_what_blocks(actor, claim_id, "claim.pay", "", str(NOT_PAID), version)
    with acting(actor, "claim.pay") as act:
        operation, claim = lock_to_pay(act, claim_id, version)
        must_be_on_one_side(actor, operation)
        CLAIM.take(act.verb, actor, claim.state)
        fault = amount_fault(claim.amount, amount)
        if fault:
            raise Invalid.field("amount", fault)
        fault = payment_fault(paid_on, claim.decided_on or claim.sent_on, act.today)
        if fault:
            raise Invalid.field("paid_on", fault)
        found = read_claim(claim).checks
        refuse_gaps(found, str(NOT_PAID))
        keep_claim_run(act, claim, found)
        act.move(CLAIM, claim, amount=claim.amount if claim.amount is not None else amount, paid_on=paid_on)
        mails.claim_decided(act, operation, claim)
        return claim


def correct_payment(
    actor: Actor, claim_id: int, *, amount: Decimal, paid_on: date, reason: str, version: int | None = None
) -> BonusClaim:
    """The paying office corrects a payment it mistyped, with the reason: what was noted stays in the journal.

    Euros, exact to the cent, never more than the rulebook's amount when it holds one. Raises `Invalid` by field,
    `WrongState` when nothing is paid or nothing changes. The holder is told."""
    with acting(actor, "claim.correct_payment", reason=reason) as act:
        operation, claim = lock_to_pay(act, claim_id, version)
        must_be_on_one_side(actor, operation)
        CLAIM.take(act.verb, actor, claim.state, reason)
        book = rulebook(operation.scheme, operation.rulebook_version)
        fault = correction_fault(book.bonus_on(claim.sent_on), amount)
        if fault:
            raise Invalid.field("amount", fault)
        fault = payment_fault(paid_on, claim.decided_on or claim.sent_on, act.today)
        if fault:
            raise Invalid.field("paid_on", fault)
        if (amount, paid_on) == (claim.amount, claim.paid_on):
            raise WrongState(_("C'est déjà ce qui est noté : rien ne change."))
        act.move(CLAIM, claim, amount=amount, paid_on=paid_on)
        keep_claim_run(act, claim, read_claim(claim).checks, reason=reason)
        mails.claim_decided(act, operation, claim)
        return claim
