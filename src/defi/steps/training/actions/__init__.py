"""Everything that changes something in this room: one function per verb of `states.py`."""

from __future__ import annotations

from defi.steps.training.actions.absences import Why, note_absences
from defi.steps.training.actions.agreements import (
    record_signed_paper,
    send_agreement,
    send_own_agreement,
    send_signing_code,
    sign_placement,
    sign_with_code,
)
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
from defi.steps.training.actions.company import correct_presence, record_presence, send_tutor_link, sign_presence
from defi.steps.training.actions.complaints import ComplaintFacts, close_complaint, note_complaint
from defi.steps.training.actions.dialogue import acknowledge_report, record_exchange, send_report, send_report_again
from defi.steps.training.actions.eos import record_eos
from defi.steps.training.actions.evaluations import (
    EvaluationFacts,
    debrief_placement,
    evaluate_placement,
    print_immersion,
    read_evaluation,
)
from defi.steps.training.actions.paper import print_eos, print_sheets
from defi.steps.training.actions.papers import (
    PaperDeposit,
    Ticked,
    deposit_papers,
    place_paper,
    read_paper,
    reject_paper,
    take_off_paper,
)
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
    change_placement,
    finish_placement,
    plan_placement,
    plan_placements,
    prepare_placement,
    visit_placement,
)
from defi.steps.training.actions.presence import certify_completion, establish_presence
from defi.steps.training.actions.session import call_absentee, end_session, start_session
from defi.steps.training.actions.sheets import cancel_sheets, move_sheet
from defi.steps.training.actions.signatures import Given, receive_signatures, settle_signature, sign_in_turn
from defi.steps.training.actions.timetable import follow_own_dates, open_week, place_in_groups
from defi.steps.training.copying import facts_of

__all__ = [
    "ComplaintFacts",
    "EvaluationFacts",
    "Given",
    "HalfDayFacts",
    "PaperDeposit",
    "PathFacts",
    "PlacementFacts",
    "Ticked",
    "Why",
    "acknowledge_report",
    "begin_placement",
    "call_absentee",
    "cancel_placement",
    "cancel_sheets",
    "certify_completion",
    "change_placement",
    "close_complaint",
    "close_sheet",
    "correct_attendance",
    "correct_presence",
    "debrief_placement",
    "deposit_papers",
    "end_session",
    "establish_presence",
    "evaluate_placement",
    "facts_of",
    "finish_placement",
    "follow_own_dates",
    "lift_barrier",
    "move_sheet",
    "note_absences",
    "note_barrier",
    "note_complaint",
    "open_sheet",
    "open_sheets",
    "open_week",
    "place_in_groups",
    "place_paper",
    "plan_placement",
    "plan_placements",
    "position",
    "prepare_placement",
    "print_eos",
    "print_immersion",
    "print_sheets",
    "read_evaluation",
    "read_paper",
    "receive_signatures",
    "record_attendance",
    "record_eos",
    "record_exchange",
    "record_interview",
    "record_presence",
    "record_signed_paper",
    "reject_paper",
    "resume_path",
    "send_agreement",
    "send_own_agreement",
    "send_report",
    "send_report_again",
    "send_signing_code",
    "send_tutor_link",
    "settle_signature",
    "sign_as_trainer",
    "sign_in_turn",
    "sign_placement",
    "sign_presence",
    "sign_sheet",
    "sign_with_code",
    "start_session",
    "suspend_path",
    "take_off_paper",
    "visit_placement",
]
