"""Pages of the training room."""

from __future__ import annotations

from defi.steps.training.views.complaints import close as close_complaint
from defi.steps.training.views.complaints import complaints
from defi.steps.training.views.complaints import note as note_complaint
from defi.steps.training.views.dialogue import exchange, report
from defi.steps.training.views.eos import eos, print_eos
from defi.steps.training.views.hours import absences, hours
from defi.steps.training.views.kiosk import hand_round, take_back
from defi.steps.training.views.papers import paper, paper_image, papers, place_paper, read_paper, reject_paper
from defi.steps.training.views.paths import (
    barrier,
    certify,
    interview,
    lift,
    path,
    path_list,
    position,
    resume,
    suspend,
)
from defi.steps.training.views.placements import act_on_placement, placement, plan, send_agreement, sign_placement
from defi.steps.training.views.presence import my_presence, presence
from defi.steps.training.views.reports import acknowledge, read_part, read_report
from defi.steps.training.views.session import call, end, session, start
from defi.steps.training.views.sheet_changes import cancel as cancel_sheets
from defi.steps.training.views.sheet_changes import move as move_sheet
from defi.steps.training.views.sheets import (
    correct,
    lock,
    open_sheets,
    print_sheet,
    print_week,
    record,
    sheet,
    sign,
    trainer_sign,
)
from defi.steps.training.views.signing import code, send, settle, turn, worker
from defi.steps.training.views.space import my_space
from defi.steps.training.views.timetable import follow_mine, groups, my_calendar, open_week

__all__ = [
    "absences",
    "acknowledge",
    "act_on_placement",
    "barrier",
    "call",
    "cancel_sheets",
    "certify",
    "close_complaint",
    "code",
    "complaints",
    "correct",
    "end",
    "eos",
    "exchange",
    "follow_mine",
    "groups",
    "hand_round",
    "hours",
    "interview",
    "lift",
    "lock",
    "move_sheet",
    "my_calendar",
    "my_presence",
    "my_space",
    "note_complaint",
    "open_sheets",
    "open_week",
    "paper",
    "paper_image",
    "papers",
    "path",
    "path_list",
    "place_paper",
    "placement",
    "plan",
    "position",
    "presence",
    "print_eos",
    "print_sheet",
    "print_week",
    "read_paper",
    "read_part",
    "read_report",
    "record",
    "reject_paper",
    "report",
    "resume",
    "send",
    "send_agreement",
    "session",
    "settle",
    "sheet",
    "sign",
    "sign_placement",
    "start",
    "suspend",
    "take_back",
    "trainer_sign",
    "turn",
    "worker",
]
