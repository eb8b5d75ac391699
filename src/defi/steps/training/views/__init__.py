"""Pages of the training room."""

from __future__ import annotations

from defi.steps.training.views.dialogue import exchange, report
from defi.steps.training.views.eos import eos, print_eos
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
from defi.steps.training.views.session import end, session, start
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
from defi.steps.training.views.space import my_space
from defi.steps.training.views.timetable import follow_mine, groups, my_calendar, open_week

__all__ = [
    "acknowledge",
    "act_on_placement",
    "barrier",
    "certify",
    "correct",
    "end",
    "eos",
    "exchange",
    "follow_mine",
    "groups",
    "interview",
    "lift",
    "lock",
    "my_calendar",
    "my_presence",
    "my_space",
    "open_sheets",
    "open_week",
    "path",
    "path_list",
    "placement",
    "plan",
    "position",
    "presence",
    "print_eos",
    "print_sheet",
    "print_week",
    "read_part",
    "read_report",
    "record",
    "report",
    "resume",
    "send_agreement",
    "session",
    "sheet",
    "sign",
    "sign_placement",
    "start",
    "suspend",
    "trainer_sign",
]
