"""What the convention step prints: the convention and the contact sheet."""

from __future__ import annotations

from defi.steps.convention.documents.contact_sheet import CONTACT_SHEET, Contact, ContactSheetData
from defi.steps.convention.documents.convention import (
    CONVENTION,
    DEFAULT_COMMITMENTS,
    Commitments,
    Competences,
    ConventionData,
    Party,
    PromiseLine,
    Signature,
)

__all__ = [
    "CONTACT_SHEET",
    "CONVENTION",
    "DEFAULT_COMMITMENTS",
    "Commitments",
    "Competences",
    "Contact",
    "ContactSheetData",
    "ConventionData",
    "Party",
    "PromiseLine",
    "Signature",
]
