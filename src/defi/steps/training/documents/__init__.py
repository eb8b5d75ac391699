"""What the training step prints: the EOS copy sheet and the attendance sheets."""

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
from defi.steps.training.documents.eos_sheet import EOS_SHEET, EosLine, EosSheetData

__all__ = [
    "ATTENDANCE_SHEET",
    "EOS_SHEET",
    "MOST_HALF_DAYS",
    "AttendanceSheetData",
    "Cell",
    "EosLine",
    "EosSheetData",
    "HalfDay",
    "Period",
    "Row",
]
