"""What changes promises, encounters, pairings, the admission and the finding."""

from __future__ import annotations

from defi.steps.pairing.actions.admission import admit, fix_finding, nothing_to_decide, refuse_admission
from defi.steps.pairing.actions.asking import ask_answers, resend_answers
from defi.steps.pairing.actions.encounters import Said, answer_encounter, record_encounter, say_travel
from defi.steps.pairing.actions.locks import lock_promise, other_posts
from defi.steps.pairing.actions.pairings import PAIRABLE, end_pairing, pair, pair_again, unpair
from defi.steps.pairing.actions.promises import check_people, make_promise, named, withdraw_promise
from defi.steps.pairing.actions.terms import (
    PROMISED_CONTRACTS,
    Terms,
    check_terms,
    check_work_at,
    columns,
    elsewhere,
    judge_terms,
    texts_of,
)
from defi.steps.pairing.travel import Travel

__all__ = [
    "PAIRABLE",
    "PROMISED_CONTRACTS",
    "Said",
    "Terms",
    "Travel",
    "admit",
    "answer_encounter",
    "ask_answers",
    "check_people",
    "check_terms",
    "check_work_at",
    "columns",
    "elsewhere",
    "end_pairing",
    "fix_finding",
    "judge_terms",
    "lock_promise",
    "make_promise",
    "named",
    "nothing_to_decide",
    "other_posts",
    "pair",
    "pair_again",
    "record_encounter",
    "refuse_admission",
    "resend_answers",
    "say_travel",
    "texts_of",
    "unpair",
    "withdraw_promise",
]
