"""Everything that changes something in this room: one function per verb of `states.py`."""

from __future__ import annotations

from defi.steps.training.actions.attendance import (
    HalfDayFacts,
    close_sheet,
    correct_attendance,
    open_sheet,
    open_sheets,
    record_attendance,
    sign_as_trainer,
    sign_sheet,
)
from defi.steps.training.actions.dialogue import acknowledge_report, record_exchange, send_report, send_report_again
from defi.steps.training.actions.eos import record_eos
from defi.steps.training.actions.paper import print_eos, print_sheets
from defi.steps.training.actions.paths import (
    PathFacts,
    lift_barrier,
    note_barrier,
    position,
    record_interview,
    resume_path,
    suspend_path,
)
from defi.steps.training.actions.placements import (
    PlacementFacts,
    begin_placement,
    cancel_placement,
    debrief_placement,
    finish_placement,
    plan_placement,
    plan_placements,
    prepare_placement,
    send_agreement,
    sign_placement,
    visit_placement,
)
from defi.steps.training.actions.presence import certify_completion, establish_presence
from defi.steps.training.actions.session import end_session, start_session
from defi.steps.training.actions.timetable import follow_own_dates, open_week, place_in_groups
from defi.steps.training.copying import facts_of

__all__ = [
    "HalfDayFacts",
    "PathFacts",
    "PlacementFacts",
    "acknowledge_report",
    "begin_placement",
    "cancel_placement",
    "certify_completion",
    "close_sheet",
    "correct_attendance",
    "debrief_placement",
    "end_session",
    "establish_presence",
    "facts_of",
    "finish_placement",
    "follow_own_dates",
    "lift_barrier",
    "note_barrier",
    "open_sheet",
    "open_sheets",
    "open_week",
    "place_in_groups",
    "plan_placement",
    "plan_placements",
    "position",
    "prepare_placement",
    "print_eos",
    "print_sheets",
    "record_attendance",
    "record_eos",
    "record_exchange",
    "record_interview",
    "resume_path",
    "send_agreement",
    "send_report",
    "send_report_again",
    "sign_as_trainer",
    "sign_placement",
    "sign_sheet",
    "start_session",
    "suspend_path",
    "visit_placement",
]
