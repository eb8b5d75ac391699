"""The bilan as a document: who was there, what was said and decided, what people became as counts. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class Point:
    """Something said, its nature and whose voice it is, in words."""

    text: str
    kind: str
    voice: str


@dataclass(frozen=True)
class Decision:
    """What was decided, who does it and by when."""

    what: str
    owner: str
    due_on: date
    done: bool = False


@dataclass(frozen=True)
class QuestionLine:
    """A question and what was answered, in words."""

    label: str
    said: str


@dataclass(frozen=True)
class VoiceLine:
    """The questionnaires of one voice; `hidden` says why nothing is told."""

    label: str
    answered: str
    hidden: str = ""
    questions: tuple[QuestionLine, ...] = ()


@dataclass(frozen=True)
class ReviewData:
    """Counts of people who entered. Organisations by name, trainees by numbers. The results add up to `entered`:
    `unknown` is not known yet, `left_without` left before the end without any; `to_follow`: promises whose end is not
    known."""

    training: str
    provider: str
    held_on: date
    place: str
    entered: int
    certified: int
    blocks: int
    failed: int
    not_presented: int
    hired: int
    kept: int
    unknown: int = 0
    left_without: int = 0
    to_follow: int = 0
    present: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    minutes: str = ""
    no_hires: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    decisions: tuple[Decision, ...] = ()
    voices: tuple[VoiceLine, ...] = ()


REVIEW = Template(
    kind="review",
    title=_("Bilan de la formation"),
    folder=Path(__file__).parent,
    data=ReviewData,
    prefix="BILAN",
)
