"""What a step is, whose turn it may be, and what all the steps ask in the same way. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from defi.journey.facts import Facts, Owed
from defi.schemes.rulebook import Rulebook

PROVIDER, OFFICER, CABINET, PAYING, HOLDER = "provider", "officer", "cabinet", "paying_office", "holder"
STEERING = "steering"
EMPLOYER = "employer"
NO_TRAINING = frozenset({"other_scheme", "postponed", "no_answer"})


@dataclass(frozen=True, slots=True)
class Turn:
    """It is this party's turn to do `key`."""

    key: str
    party: str
    organisation_id: int | None
    due_on: date | None = None
    since: date | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it stands: done, failed, open or to_come; its next date; who must do what."""

    key: str
    state: str
    due_on: date | None = None
    done_on: date | None = None
    turns: tuple[Turn, ...] = ()

    def is_late(self, today: date) -> bool:
        return self.state == "open" and self.due_on is not None and self.due_on < today


def deadline(book: Rulebook, facts: Facts, key: str) -> date | None:
    """The date the rulebook gives, once the session has dates."""
    if facts.session is None:
        return None
    return book.deadlines[key].on(facts.session.starts_on, facts.session.ends_on)


def to_train(facts: Facts) -> bool:
    """Whether the route leads to a training that somebody gives."""
    return bool(facts.route) and facts.route not in NO_TRAINING and facts.provider_id is not None


def live(facts: Facts, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """These turns while the operation runs; a closed or abandoned one asks nothing any more."""
    return turns if facts.running else ()


def open_step(facts: Facts, key: str, turns: tuple[Turn, ...]) -> Step:
    """An open step, due at the first date among its turns; to come when the operation does not run."""
    if not facts.running:
        return Step(key, "to_come")
    due = min((turn.due_on for turn in turns if turn.due_on), default=None)
    return Step(key, "open", due, turns=turns)


def owed_turn(key: str, owed: Owed, since: date | None = None) -> Turn:
    """What an employer owes, with how many, the first of them, and which tutor is to do which."""
    params: dict[str, Any] = {"n": owed.n, "first": owed.first_id}
    if owed.tutors:
        params["tutors"] = {who: list(theirs) for who, theirs in owed.tutors.items()}
    return Turn(key, EMPLOYER, owed.organisation_id, owed.due_on, since, params)
