"""What changes something at the closing: the certificate, the bonus claim, the closing itself (process.md, step 9)."""

from __future__ import annotations

from defi.steps.closing.actions.certificate import (
    ask_certificate_correction,
    countersign_certificate,
    issue_certificate,
    refuse_certificate,
    request_certificate,
    resubmit_certificate,
    send_back_certificate,
    sign_certificate,
    withdraw_certificate,
)
from defi.steps.closing.actions.claim import (
    ask_claim_correction,
    control_claim,
    grant_claim,
    record_claim_in_eos,
    refuse_claim,
    resend_claim,
    send_claim,
    waive_claim,
)
from defi.steps.closing.actions.closure import close_operation, record_eos_closed, take_archive
from defi.steps.closing.actions.explaining import explain_line
from defi.steps.closing.actions.payment import correct_payment, pay_claim

__all__ = [
    "ask_certificate_correction",
    "ask_claim_correction",
    "close_operation",
    "control_claim",
    "correct_payment",
    "countersign_certificate",
    "explain_line",
    "grant_claim",
    "issue_certificate",
    "pay_claim",
    "record_claim_in_eos",
    "record_eos_closed",
    "refuse_certificate",
    "refuse_claim",
    "request_certificate",
    "resend_claim",
    "resubmit_certificate",
    "send_back_certificate",
    "send_claim",
    "sign_certificate",
    "take_archive",
    "waive_claim",
    "withdraw_certificate",
]
