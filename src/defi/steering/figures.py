"""A figure of the Region: what it counts, in words that a citizen understands, and where that comes from. Pure.

Source: process.md, « What the Region must be able to answer at any moment ». A figure is a sum over operations
(`part`), told of another sum (`whole`) when it is a share: a rate never goes without its denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.documents.french import NO_BREAK, amount_words, number_words, rate_words

Text = str | LazyText
Number = int | Decimal
QUESTIONS: Final = lazy("décision : ce que la Région doit pouvoir répondre à tout moment")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `part` and `whole` name counts of an operation's row; `whole` is empty for a plain sum.

    `people`: whether it counts persons, so that what is published of it is never finer than the smallest publishable
    group. `euros`: an amount; with a `whole`, an average amount and not a share. `target`: its name among the targets
    of the rulebook. `alone`: its name away from its question, when its label says too little. `known`: the count
    without which nothing was ever written of it, so that nothing is not told as zero."""

    key: str
    label: Text
    definition: Text
    part: str
    whole: str = ""
    source: Text = QUESTIONS
    people: bool = False
    euros: bool = False
    target: str = ""
    alone: Text = ""
    known: str = ""

    @property
    def title(self) -> Text:
        """What it is called where its question is not beside it."""
        return self.alone or self.label


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its numbers."""

    figure: Figure
    part: Number
    whole: Number | None = None
    unknown: bool = False

    @property
    def percent(self) -> int | None:
        """The share in whole percents, rounded half up; None for a sum, an average, or a share of nothing."""
        if not self.whole or self.figure.euros:
            return None
        return int((Decimal(100) * self.part / self.whole).quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def words(self) -> str:
        """`62 % (5 sur 8)`, `1 234`, `54 486,00 €`: as it is shown on the page and printed."""
        if self.unknown:
            return _("non renseigné")
        if self.figure.euros:
            if self.whole is None:
                return amount_words(Decimal(self.part))
            return amount_words(Decimal(self.part) / Decimal(self.whole)) if self.whole else _("sans objet")
        if self.whole is None:
            return number_words(self.part)
        if not self.whole:
            return _("rien à compter")
        if self.part > self.whole:  # more than foreseen is told as it is
            return f"{self.percent}{NO_BREAK}% ({number_words(self.part)} pour {number_words(self.whole)})"
        return rate_words(int(self.part), int(self.whole))


@dataclass(frozen=True, slots=True)
class Family:
    """Figures that answer one question."""

    key: str
    label: Text
    figures: tuple[Figure, ...]


def measured(figure: Figure, sums: Mapping[str, Number | None]) -> Measured:
    """The figure, from the sums of the counts that it names."""
    whole = (sums[figure.whole] or 0) if figure.whole else None
    unknown = bool(figure.known) and not sums[figure.known]
    return Measured(figure, sums[figure.part] or 0, whole, unknown)
