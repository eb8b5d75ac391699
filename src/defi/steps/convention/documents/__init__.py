"""What the convention step prints: the convention, its amendment, the contact sheet, the letters of the signing."""

from __future__ import annotations

from defi.steps.convention.documents.amendment import AMENDMENT, AmendmentData
from defi.steps.convention.documents.ceremony import CEREMONY, CeremonyData, Guest, MomentLine
from defi.steps.convention.documents.contact_sheet import CONTACT_SHEET, Contact, ContactSheetData
from defi.steps.convention.documents.convention import (
    CONVENTION,
    Competences,
    ConventionData,
    ModuleLine,
    Party,
    PromiseLine,
    Signature,
)
from defi.steps.convention.documents.letters import (
    INVITATION,
    LETTER_SIGNATORY,
    LETTER_TRAINEE,
    SAVE_THE_DATE,
    LetterData,
)

__all__ = [
    "AMENDMENT",
    "CEREMONY",
    "CONTACT_SHEET",
    "CONVENTION",
    "INVITATION",
    "LETTER_SIGNATORY",
    "LETTER_TRAINEE",
    "SAVE_THE_DATE",
    "AmendmentData",
    "CeremonyData",
    "Competences",
    "Contact",
    "ContactSheetData",
    "ConventionData",
    "Guest",
    "LetterData",
    "ModuleLine",
    "MomentLine",
    "Party",
    "PromiseLine",
    "Signature",
]
