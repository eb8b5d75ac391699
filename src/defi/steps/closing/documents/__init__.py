"""What the closing step prints: the certificate of conformity and the bonus request."""

from __future__ import annotations

from defi.steps.closing.documents.bonus_request import (
    BONUS_REQUEST,
    BonusRequestData,
    Claim,
    Piece,
    amount_line,
    piece,
)
from defi.steps.closing.documents.certificate import CERTIFICATE, CertificateData, Check, Finding

__all__ = [
    "BONUS_REQUEST",
    "CERTIFICATE",
    "BonusRequestData",
    "CertificateData",
    "Check",
    "Claim",
    "Finding",
    "Piece",
    "amount_line",
    "piece",
]
