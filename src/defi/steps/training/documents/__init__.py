"""What the training step prints: EOS copy sheet, attendance sheets, periodic report, monthly presence, completion."""

from __future__ import annotations

from defi.steps.training.documents.attendance_sheet import (
    ATTENDANCE_SHEET,
    MOST_HALF_DAYS,
    AttendanceSheetData,
    Cell,
    HalfDay,
    Period,
    Row,
)
from defi.steps.training.documents.completion_certificate import COMPLETION, CompletionData
from defi.steps.training.documents.eos_sheet import EOS_SHEET, EosLine, EosSheetData
from defi.steps.training.documents.periodic_report import PERIODIC_REPORT, EmployerLine, PartnerLine, ReportData
from defi.steps.training.documents.presence_statement import PRESENCE_STATEMENT, PresenceData, PresenceLine

__all__ = [
    "ATTENDANCE_SHEET",
    "COMPLETION",
    "EOS_SHEET",
    "MOST_HALF_DAYS",
    "PERIODIC_REPORT",
    "PRESENCE_STATEMENT",
    "AttendanceSheetData",
    "Cell",
    "CompletionData",
    "EmployerLine",
    "EosLine",
    "EosSheetData",
    "HalfDay",
    "PartnerLine",
    "Period",
    "PresenceData",
    "PresenceLine",
    "ReportData",
    "Row",
]
