"""What the needs step prints: the fiche d'intérêt, the collective need on one page."""

from __future__ import annotations

from defi.steps.needs.documents.collective_need import COLLECTIVE_NEED, CollectiveNeedData
from defi.steps.needs.documents.interest_sheet import INTEREST_SHEET, InterestSheetData, Offer

__all__ = ["COLLECTIVE_NEED", "INTEREST_SHEET", "CollectiveNeedData", "InterestSheetData", "Offer"]
