"""The attendance sheet: one half-day or a week of them, signed by each trainee and by the trainer.

What a court asks of it (CAA Nantes, 20 April and 1 June 2021): the hours, the module, the trainer's name and signature,
each trainee's signature per half-day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template

MOST_HALF_DAYS = 10
"""A week."""


@dataclass(frozen=True)
class Cell:
    """One signature box. Signed by click: `signed_at`. Otherwise `words` ("absent"…) or a box left for ink."""

    signed_at: datetime | None = None
    words: str = ""


class Period(StrEnum):
    """The two halves of a day, as the words that are printed."""

    MORNING = "matin"
    AFTERNOON = "après-midi"


@dataclass(frozen=True)
class HalfDay:
    """One column. `length` is the time of training between `starts_at` and `ends_at`, breaks taken off."""

    day: date
    period: Period
    starts_at: time
    ends_at: time
    length: timedelta
    module: str
    trainer: str
    place: str = ""
    trainer_cell: Cell = Cell()

    def __post_init__(self) -> None:
        if self.length <= timedelta(0) or self.ends_at <= self.starts_at:
            raise ValueError("A half-day lasts some time.")


@dataclass(frozen=True)
class Row:
    """One trainee; one cell per half-day, in the order of the columns."""

    trainee: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class AttendanceSheetData:
    """At most ten half-days (a week) on a sheet; rows in the order in which they are printed."""

    training: str
    eos_number: str
    provider: str
    place: str
    half_days: tuple[HalfDay, ...]
    rows: tuple[Row, ...] = ()
    corrections: tuple[str, ...] = ()
    """What was changed after the lock: whose line, which half-day, by whom, what it said before."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.half_days) <= MOST_HALF_DAYS:
            raise ValueError(f"An attendance sheet holds 1 to {MOST_HALF_DAYS} half-days, not {len(self.half_days)}.")
        if any(len(row.cells) != len(self.half_days) for row in self.rows):
            raise ValueError("Each trainee has one box per half-day.")


ATTENDANCE_SHEET = Template(
    kind="attendance-sheet",
    title=_("Feuille d'émargement"),
    folder=Path(__file__).parent,
    data=AttendanceSheetData,
    prefix="EMARG",
    paged=True,
)
