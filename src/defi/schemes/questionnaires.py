"""What a rulebook asks before the bilan: the questions of each voice, and below how many answers nothing is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VOICES = ("trainee", "trainer", "employer", "tutor", "prescriber")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: with `answers`, one of them is chosen; without, free words."""

    key: str
    label: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """`forms`: the questions of each voice. `smallest`: of fewer answers of trainees, nothing is shown."""

    forms: dict[str, tuple[Question, ...]]
    smallest: int


def read_review(raw: dict[str, Any]) -> ReviewRules:
    """The section `[review]`. Raises KeyError or ValueError naming what is missing, twice there, or unknown."""
    scale = tuple(raw["answers"])
    forms = {voice: tuple(_question(asked, scale) for asked in raw["forms"][voice]) for voice in VOICES}
    for voice, questions in forms.items():
        keys = [question.key for question in questions]
        if len(set(keys)) != len(keys):
            raise ValueError(f"review.forms.{voice}: two questions have the same key")
    return ReviewRules(forms, raw["smallest"])


def _question(raw: dict[str, Any], scale: tuple[str, ...]) -> Question:
    kind = raw.get("kind", "choice")
    if kind not in {"choice", "text"}:
        raise ValueError(f"review.forms: {kind} is no kind of question")
    return Question(raw["key"], raw["label"], tuple(raw.get("answers", scale)) if kind == "choice" else ())
