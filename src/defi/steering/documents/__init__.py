"""What the steering room prints: the yearly report of the Region and the one-page sheet of an operation."""

from __future__ import annotations

from defi.steering.documents.operation_sheet import OPERATION_SHEET, OperationSheetData
from defi.steering.documents.yearly_report import (
    YEARLY_REPORT,
    FigureLine,
    PlaceLine,
    PlaceTable,
    PrintedChart,
    Question,
    YearlyReportData,
)

__all__ = [
    "OPERATION_SHEET",
    "YEARLY_REPORT",
    "FigureLine",
    "OperationSheetData",
    "PlaceLine",
    "PlaceTable",
    "PrintedChart",
    "Question",
    "YearlyReportData",
]
