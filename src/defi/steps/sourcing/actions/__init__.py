"""What changes candidacies and the sourcing plan: the verbs of the room, each in the module of its subject.

Orienting and finding people again stands in `orientation`; the meeting and the sourcing plan in `preparation`."""

from __future__ import annotations

from defi.steps.sourcing.actions.asking import ask_again, say_again
from defi.steps.sourcing.actions.candidacies import (
    confirm_candidate,
    decline_candidate,
    invite_candidate,
    meet_candidate,
    miss_meeting,
    put_in_reserve,
    select_candidate,
    withdraw_candidate,
)
from defi.steps.sourcing.actions.entering import (
    complete_training,
    enter_training,
    expect_again,
    leave_training,
    note_no_show,
)
from defi.steps.sourcing.actions.seats import fund_seat, hand_card, name_referent
from defi.steps.sourcing.actions.several import Several, step_several
from defi.steps.sourcing.orientation import (
    Funding,
    PersonFacts,
    correct_person,
    orient_person,
    reopen_candidacy,
)
from defi.steps.sourcing.preparation import (
    announce,
    hold_preparatory,
    leave_team,
    line_done,
    name_to_team,
    plan_line,
    remove_line,
    share_aims,
)

__all__ = [
    "Funding",
    "PersonFacts",
    "Several",
    "announce",
    "ask_again",
    "complete_training",
    "confirm_candidate",
    "correct_person",
    "decline_candidate",
    "enter_training",
    "expect_again",
    "fund_seat",
    "hand_card",
    "hold_preparatory",
    "invite_candidate",
    "leave_team",
    "leave_training",
    "line_done",
    "meet_candidate",
    "miss_meeting",
    "name_referent",
    "name_to_team",
    "note_no_show",
    "orient_person",
    "plan_line",
    "put_in_reserve",
    "remove_line",
    "reopen_candidacy",
    "say_again",
    "select_candidate",
    "share_aims",
    "step_several",
    "withdraw_candidate",
]
