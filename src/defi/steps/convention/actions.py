"""What changes the signing: its date (`signing`), its text (`drafting`), each signatory (`signatories`)."""

from __future__ import annotations

from defi.steps.convention.cancelling import cancel_convention
from defi.steps.convention.clicking import send_code, sign_with_code
from defi.steps.convention.date_change import change_date
from defi.steps.convention.describing import describe_signatory
from defi.steps.convention.drafting import (
    correct_convention,
    draft_convention,
    retitle_convention,
    send_convention,
    take_text,
)
from defi.steps.convention.handing import delegate, delegate_with_code, replace_signer, send_delegation_code
from defi.steps.convention.outside import ask_outside, record_outside
from defi.steps.convention.reaching import mend_address
from defi.steps.convention.reopening import keep_convention
from defi.steps.convention.signatories import (
    Signer,
    add_signatory,
    record_ink,
    refuse_to_sign,
    remove_signatory,
    send_link,
    sign,
    validate_commitments,
)
from defi.steps.convention.signing import (
    OptionFacts,
    forward_options,
    hold_option,
    invite,
    propose_options,
    refuse_options,
    reopen_date,
    save_the_date,
)
from defi.steps.convention.taking_back import take_back_signature

__all__ = [
    "OptionFacts",
    "Signer",
    "add_signatory",
    "ask_outside",
    "cancel_convention",
    "change_date",
    "correct_convention",
    "delegate",
    "delegate_with_code",
    "describe_signatory",
    "draft_convention",
    "forward_options",
    "hold_option",
    "invite",
    "keep_convention",
    "mend_address",
    "propose_options",
    "record_ink",
    "record_outside",
    "refuse_options",
    "refuse_to_sign",
    "remove_signatory",
    "reopen_date",
    "replace_signer",
    "retitle_convention",
    "save_the_date",
    "send_code",
    "send_convention",
    "send_delegation_code",
    "send_link",
    "sign",
    "sign_with_code",
    "take_back_signature",
    "take_text",
    "validate_commitments",
]
