"""What the training step prints: EOS, attendance, periods in company, periodic report, monthly presence, completion."""

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
from defi.steps.training.documents.immersion_sheet import (
    IMMERSION_SHEET,
    Corrected,
    ImmersionData,
    Opinion,
    Presence,
    Step,
)
from defi.steps.training.documents.periodic_report import (
    PERIODIC_REPORT,
    CountLine,
    EmployerLine,
    PartnerLine,
    ReportData,
)
from defi.steps.training.documents.placement_agreement import PLACEMENT_AGREEMENT, AgreementData
from defi.steps.training.documents.presence_statement import PRESENCE_STATEMENT, PresenceData, PresenceLine

__all__ = [
    "ATTENDANCE_SHEET",
    "COMPLETION",
    "EOS_SHEET",
    "IMMERSION_SHEET",
    "MOST_HALF_DAYS",
    "PERIODIC_REPORT",
    "PLACEMENT_AGREEMENT",
    "PRESENCE_STATEMENT",
    "AgreementData",
    "AttendanceSheetData",
    "Cell",
    "CompletionData",
    "Corrected",
    "CountLine",
    "EmployerLine",
    "EosLine",
    "EosSheetData",
    "HalfDay",
    "ImmersionData",
    "Opinion",
    "PartnerLine",
    "Period",
    "Presence",
    "PresenceData",
    "PresenceLine",
    "ReportData",
    "Row",
    "Step",
]
