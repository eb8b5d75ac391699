"""The gauge as seats one can count, and the sentence that says the same. Pure.

Source: process.md, « The conformity rule »: seats, people and paired always stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Beyond this many seats a row cannot be counted at a glance, so the seats are drawn by tens.
ONE_ROW = 20
# Past this share of the row « minimum 9 » would leave it: the words go to the left of their mark, first on a phone.
LEFT_IF_NARROW = 0.69
LEFT = 0.78


@dataclass(frozen=True, slots=True)
class Seat:
    """One place. `state`: "paired", "possible" (not paired yet), "free" or "apart" (other funding).

    `mark`: the side of its mark where the minimum is written: "right", "left-if-narrow" or "left"."""

    number: int
    state: str
    is_minimum: bool = False
    mark: str = "right"


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is drawn. `seats` counts the places of the Region, `minimum` is None when no number could suffice."""

    seats: int
    paired: int
    possible: int = 0
    minimum: int | None = None
    apart: int = 0

    @property
    def free(self) -> int:
        return max(0, self.seats - self.paired - self.possible)

    @property
    def drawn(self) -> tuple[Seat, ...]:
        """The seats from left to right: paired, possible, free, then those apart."""
        paired = min(self.paired, self.seats)
        possible = min(self.possible, self.seats - paired)
        states = ["paired"] * paired + ["possible"] * possible + ["free"] * (self.seats - paired - possible)
        region = tuple(
            Seat(number, state, is_minimum=number == self.minimum, mark=self._side(number))
            for number, state in enumerate(states, start=1)
        )
        return region + tuple(Seat(self.seats + number, "apart") for number in range(1, self.apart + 1))

    def _side(self, number: int) -> str:
        row = 10 if self.by_tens else self.seats + self.apart
        share = ((number - 1) % row + 1) / row
        if share > LEFT:
            return "left"
        return "left-if-narrow" if share > LEFT_IF_NARROW else "right"

    @property
    def by_tens(self) -> bool:
        return self.seats + self.apart > ONE_ROW

    @property
    def alternative(self) -> str:
        """What the picture shows, for who does not see it."""
        parts = [_("%(paired)d places appairées sur %(seats)d") % {"paired": self.paired, "seats": self.seats}]
        if self.possible:
            parts.append(ngettext("%(n)d possible", "%(n)d possibles", self.possible) % {"n": self.possible})
        if self.free:
            parts.append(ngettext("%(n)d libre", "%(n)d libres", self.free) % {"n": self.free})
        if self.apart:
            parts.append(_("%(n)d hors Région") % {"n": self.apart})
        if self.minimum is not None:
            parts.append(_("minimum %(n)d") % {"n": self.minimum})
        return ", ".join(parts)

    @property
    def headline(self) -> str:
        """`9 appairés`, the strong words of the sentence."""
        if not self.paired:
            return _("0 appairé")
        return ngettext("%(n)d appairé", "%(n)d appairés", self.paired) % {"n": self.paired}

    @property
    def rest(self) -> str:
        """What follows the headline: `sur 12 places Région (il en manque 3 pour 100 %), …`."""
        said = ngettext("sur %(n)d place Région", "sur %(n)d places Région", self.seats) % {"n": self.seats}
        missing = self.seats - self.paired
        if missing > 0:
            said += " " + _("(il en manque %(n)d pour 100 %%)") % {"n": missing}
        parts = [said]
        if self.possible:
            parts.append(
                ngettext("%(n)d accord à confirmer", "%(n)d accords à confirmer", self.possible) % {"n": self.possible}
            )
        if self.free:
            parts.append(ngettext("%(n)d place libre", "%(n)d places libres", self.free) % {"n": self.free})
        if self.apart:
            parts.append(
                ngettext("%(n)d place à part (hors Région)", "%(n)d places à part (hors Région)", self.apart)
                % {"n": self.apart}
            )
        return ", ".join(parts) + "."

    @property
    def short(self) -> str:
        """`9/12, minimum 9`, for a list."""
        said = f"{self.paired}/{self.seats}"
        return said if self.minimum is None else said + ", " + _("minimum %(n)d") % {"n": self.minimum}
