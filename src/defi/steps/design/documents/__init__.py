"""What the design step prints: the co-design plan, its matrix, the page of one employer, the calendar."""

from __future__ import annotations

from defi.steps.design.documents.asked_and_taught import ASKED_AND_TAUGHT, AskedData, AskedLine, MadeFor, TaughtIn
from defi.steps.design.documents.calendar import (
    CALENDAR,
    MOST_MONTHS,
    CalendarData,
    GroupWeeks,
    Lesson,
    MonthColumn,
    Square,
    WeekRun,
)
from defi.steps.design.documents.plan import (
    PLAN,
    Approval,
    Brought,
    Change,
    Coverage,
    Linguistic,
    Module,
    PlanData,
    Tailored,
)
from defi.steps.design.documents.plan_grid import PLAN_GRID, GridData, GridModule, GridRow

__all__ = [
    "ASKED_AND_TAUGHT",
    "CALENDAR",
    "MOST_MONTHS",
    "PLAN",
    "PLAN_GRID",
    "Approval",
    "AskedData",
    "AskedLine",
    "Brought",
    "CalendarData",
    "Change",
    "Coverage",
    "GridData",
    "GridModule",
    "GridRow",
    "GroupWeeks",
    "Lesson",
    "Linguistic",
    "MadeFor",
    "Module",
    "MonthColumn",
    "PlanData",
    "Square",
    "Tailored",
    "TaughtIn",
    "WeekRun",
]
