"""The rhythm of a plan as its readers are told it: the calendar's once it is laid, else the words typed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.steps.design.calendar.wording import cycle_words, read_cycle

NUMBERS = ("une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@dataclass(frozen=True, slots=True)
class RhythmTold:
    """`fact` is the rhythm. `typed`: the words typed in the plan, where they say something else or more; `differs`:
    they tell other weeks than the calendar, in a sentence."""

    fact: str
    typed: str = ""
    differs: str = ""

    @property
    def line(self) -> str:
        """All of it in one line, for paper."""
        if self.differs:
            return f"{self.fact} ({self.differs})"
        return _("%(fact)s (%(typed)s)") % {"fact": self.fact, "typed": self.typed} if self.typed else self.fact


def rhythm_told(typed: str, *, laid: str = "", cycle: str = "") -> RhythmTold:
    """What is told of the rhythm: the calendar that is laid is the fact (`laid` its sentence, `cycle` its weeks), and
    words that tell other weeks are said to differ; without it, the words typed."""
    words = typed.strip()
    if not laid:
        return RhythmTold(words)
    weeks = _weeks(words)
    if not words or words == laid:
        return RhythmTold(laid)
    if weeks and _same_turn(weeks, cycle):
        return RhythmTold(laid)
    if not weeks:
        return RhythmTold(laid, words)
    return RhythmTold(
        laid,
        words,
        _("le plan écrit autre chose : « %(typed)s » ; le calendrier posé est %(weeks)s")
        % {"typed": words, "weeks": cycle_words(cycle)},
    )


def _weeks(words: str) -> str:
    """`ccce` out of « trois semaines en centre, une en entreprise »; empty when it cannot be read."""
    text = words.lower().rstrip(".")
    for number, name in enumerate(NUMBERS, start=1):
        text = re.sub(rf"\b{name}\b", str(number), text)
    return read_cycle(text)


def _same_turn(one: str, other: str) -> bool:
    """The same weeks over and over: `ce` and `cece` are one rhythm."""
    return one * len(other) == other * len(one)
