"""Pages of the training room."""

from __future__ import annotations

from defi.steps.training.views.agreements import agreement, record_ink, send_agreement, sign_placement
from defi.steps.training.views.company import (
    correct_presence,
    evaluate,
    paper_presence,
    presence_in_company,
    read_evaluation,
    send_tutor_link,
)
from defi.steps.training.views.complaints import close as close_complaint
from defi.steps.training.views.complaints import complaints
from defi.steps.training.views.complaints import note as note_complaint
from defi.steps.training.views.dialogue import exchange, report
from defi.steps.training.views.eos import eos, print_eos
from defi.steps.training.views.hours import absences, hours
from defi.steps.training.views.kiosk import hand_round, take_back
from defi.steps.training.views.papers import (
    paper,
    paper_image,
    papers,
    place_paper,
    read_paper,
    reject_paper,
    take_off_paper,
)
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
from defi.steps.training.views.placements import act_on_placement, placement, plan, print_immersion
from defi.steps.training.views.placements import change as change_placement
from defi.steps.training.views.presence import my_presence, presence
from defi.steps.training.views.reports import acknowledge, read_part, read_report
from defi.steps.training.views.session import await_again, call, end, session, start
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
    "agreement",
    "await_again",
    "barrier",
    "call",
    "cancel_sheets",
    "certify",
    "change_placement",
    "close_complaint",
    "code",
    "complaints",
    "correct",
    "correct_presence",
    "end",
    "eos",
    "evaluate",
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
    "paper_presence",
    "papers",
    "path",
    "path_list",
    "place_paper",
    "placement",
    "plan",
    "position",
    "presence",
    "presence_in_company",
    "print_eos",
    "print_immersion",
    "print_sheet",
    "print_week",
    "read_evaluation",
    "read_paper",
    "read_part",
    "read_report",
    "record",
    "record_ink",
    "reject_paper",
    "report",
    "resume",
    "send",
    "send_agreement",
    "send_tutor_link",
    "session",
    "settle",
    "sheet",
    "sign",
    "sign_placement",
    "start",
    "suspend",
    "take_back",
    "take_off_paper",
    "trainer_sign",
    "turn",
    "worker",
]
