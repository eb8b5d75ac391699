"""What the follow-up step prints: the follow-up report."""

from __future__ import annotations

from defi.steps.followup.documents.follow_up_report import (
    FOLLOW_UP_REPORT,
    FollowUpReportData,
    PersonLine,
    Promise,
    Rate,
    Situation,
)

__all__ = ["FOLLOW_UP_REPORT", "FollowUpReportData", "PersonLine", "Promise", "Rate", "Situation"]
