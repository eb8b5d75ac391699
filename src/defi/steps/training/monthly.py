"""The presence of a month, for the pay of the trainees: what the locked sheets say, and nothing else. Pure.

Source: law.md 4.3 (the burden of proof is on the provider: half-days signed and locked)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from defi.kernel.documents.french import MONTHS
from defi.kernel.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Kept:
    """One half-day of one trainee on a locked sheet."""

    on: date
    half: str
    minutes: int
    state: str


@dataclass(frozen=True, slots=True)
class MonthAccount:
    """Minutes of one trainee in a month. `planned` = `present` + `excused` + `absent`, since nothing locked waits."""

    planned: int = 0
    present: int = 0
    excused: int = 0
    absent: int = 0
    missed: tuple[Kept, ...] = ()

    @property
    def figures(self) -> list[int]:
        """As a statement keeps them."""
        return [self.planned, self.present, self.excused, self.absent]


def month_account(lines: Iterable[Kept]) -> MonthAccount:
    """The lines of one trainee on the locked sheets of a month, added up."""
    kept = sorted(lines, key=lambda line: (line.on, line.half == "afternoon"))
    by_state = {state: sum(line.minutes for line in kept if line.state == state) for state in ("present", "excused")}
    planned = sum(line.minutes for line in kept)
    return MonthAccount(
        planned=planned,
        present=by_state["present"],
        excused=by_state["excused"],
        absent=planned - by_state["present"] - by_state["excused"],
        missed=tuple(line for line in kept if line.state != "present"),
    )


def bounds(month: date) -> tuple[date, date]:
    """The first and the last day of the month of that day."""
    return month.replace(day=1), month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that a session touches, in order."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def month_words(month: date) -> str:
    """`novembre 2025`."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_of(text: str, known: list[date]) -> date:
    """The month that an address asks for (`2025-11`). Raises `Invalid` for one outside the session."""
    found = next((month for month in known if f"{month:%Y-%m}" == text), None)
    if found is None:
        raise Invalid.field("mois", _("Choisissez un mois de la session."))
    return found
