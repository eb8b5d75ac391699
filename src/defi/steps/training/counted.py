"""Whom each count of a periodic report counts: everybody, of whom on a seat of the Region, of whom apart. Pure.

Source: process.md, 3: seats of another funding are counted apart, so a total that mixes them says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from defi.kernel.transitions import Text


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of people: `everybody` is `region` and `apart` together."""

    label: Text
    everybody: int
    apart: int

    @property
    def region(self) -> int:
        """Those on a seat that the Region pays."""
        return self.everybody - self.apart


def counted(facts: Mapping[str, Any]) -> tuple[Counted, ...]:
    """The counts of a report, each with those it counts apart.

    The facts keep presence and pairing for the Region's seats, entries and departures for everybody. None for a report
    kept before it told entries apart: its figures are read as they were sent."""
    if "entered_apart" not in facts:
        return ()
    return (
        Counted(_("Entrés"), facts["entered"], facts["entered_apart"]),
        Counted(_("Partis"), facts["left"], facts["left_apart"]),
        Counted(_("Présents"), facts["people"] + facts["apart"], facts["apart"]),
        Counted(_("Appairés"), facts["paired"] + facts["paired_apart"], facts["paired_apart"]),
    )
