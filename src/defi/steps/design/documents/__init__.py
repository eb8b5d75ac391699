"""What the design step prints: the co-design plan, the calendar of the training."""

from __future__ import annotations

from defi.steps.design.documents.calendar import CALENDAR, MOST_MONTHS, CalendarData, MonthColumn, Square
from defi.steps.design.documents.plan import PLAN, Approval, Change, Coverage, Module, PlanData

__all__ = [
    "CALENDAR",
    "MOST_MONTHS",
    "PLAN",
    "Approval",
    "CalendarData",
    "Change",
    "Coverage",
    "Module",
    "MonthColumn",
    "PlanData",
    "Square",
]
