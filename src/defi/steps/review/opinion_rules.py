"""What an answer before the bilan must say, until when it is taken, and what is shown of all of them. Pure.

Source: features.md, 81 and 82; issue « The account to be given »: answers of trainees without names, never in groups
under five. They are taken until the day of the bilan and shown from it on, for good: an answer that came after others
were read would be known by what it changes. A bilan moved once its day has come opens nothing again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.schemes.questionnaires import Question, ReviewRules

TRAINEE = "trainee"
LONGEST = 600


def reply_faults(questions: Sequence[Question], replies: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with an answer, by question; empty when it can be kept. Free words may stay empty."""
    faults = {}
    for question in questions:
        said = replies.get(question.key, "")
        if question.answers and said not in question.answers:
            faults[question.key] = _("Choisissez une réponse.")
        elif not question.answers and len(said) > LONGEST:
            faults[question.key] = _("Écrivez plus court : %(n)d signes au plus.") % {"n": LONGEST}
    return faults


@dataclass(frozen=True, slots=True)
class Moved:
    """A day the bilan was convened for, and the day on which another took its place."""

    planned_on: date
    moved_on: date

    @property
    def was_read(self) -> bool:
        """Whether that day had come, hence the answers could be read, before the bilan was moved."""
        return self.planned_on <= self.moved_on


def closed_on(planned_on: date | None, held_on: date | None, today: date, moved: Iterable[Moved] = ()) -> date | None:
    """The first day on which the answers could be read, when it has come: from it on, none is taken any more, whatever
    day the bilan is moved to. None while the questionnaires are open."""
    came = [one.planned_on for one in moved if one.was_read]
    came += [planned_on] if planned_on is not None and planned_on <= today else []
    came += [held_on] if held_on is not None else []
    return min(came, default=None)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. `who` is the organisation it speaks for, empty for a trainee."""

    replies: Mapping[str, str]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One question as it shows: how many gave each answer, or the free words with who says them."""

    label: str
    counts: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str], ...]


def told(questions: Sequence[Question], answers: Iterable[Said]) -> tuple[Told, ...]:
    """The answers gathered by question. Every count is a recount of the answers; words in alphabetical order, so that
    the order tells nothing of who wrote."""
    given = list(answers)
    return tuple(
        Told(
            question.label,
            tuple((choice, sum(a.replies.get(question.key) == choice for a in given)) for choice in question.answers),
            ()
            if question.answers
            else tuple(sorted((a.replies[question.key], a.who) for a in given if a.replies.get(question.key))),
        )
        for question in questions
    )


def hidden_because(rules: ReviewRules, voice: str, answered: int, *, closed: bool) -> str:
    """Why the answers of a voice are not shown, or nothing: those of trainees wait, and few tell who said what."""
    if voice != TRAINEE or not answered:
        return ""
    if not closed:
        return _("Les réponses des stagiaires se lisent le jour du bilan, sans noms.")
    if answered < rules.smallest:
        return _("Moins de %(n)d réponses : elles ne sont pas montrées, car on saurait qui a dit quoi.") % {
            "n": rules.smallest
        }
    return ""
