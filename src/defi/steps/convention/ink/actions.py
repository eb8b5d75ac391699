"""What changes the signed pages: they come in (`depositing`), somebody says what they are (`deciding`)."""

from __future__ import annotations

from defi.steps.convention.ink.deciding import (
    correct_scan,
    falling_with,
    place_scan,
    reject_scan,
    sign_on_page,
    withdraw_scan,
)
from defi.steps.convention.ink.depositing import Deposit, deposit_scans

__all__ = [
    "Deposit",
    "correct_scan",
    "deposit_scans",
    "falling_with",
    "place_scan",
    "reject_scan",
    "sign_on_page",
    "withdraw_scan",
]
