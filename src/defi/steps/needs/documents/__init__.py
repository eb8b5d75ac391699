"""What the needs step prints: the fiche d'intérêt."""

from __future__ import annotations

from defi.steps.needs.documents.interest_sheet import INTEREST_SHEET, InterestSheetData, Offer

__all__ = ["INTEREST_SHEET", "InterestSheetData", "Offer"]
