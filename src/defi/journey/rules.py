"""Where an operation stands, what is late, whose turn it is: pure functions of (rulebook, facts, today).

A step is done when what it must show exists; it is open when somebody can act on it, to come otherwise. No order is
forced that the sources do not force: each step looks at the facts it needs and at no other step (`before`, `during`,
`after`). Source: process.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from defi.journey import after, before, during
from defi.journey.facts import Facts
from defi.journey.steps import Step
from defi.schemes.rulebook import Rulebook

STEPS: dict[str, Callable[[Rulebook, Facts, date], Step]] = {
    "needs": before.needs,
    "route": before.route,
    "design": before.design,
    "preparation": before.preparation,
    "eos": before.eos,
    "pairing": before.pairing,
    "start": during.start,
    "convention": during.convention,
    "review": after.review,
    "closing": after.closing,
    "followup": after.followup,
}
"""In their order."""


def journey(book: Rulebook, facts: Facts, today: date) -> list[Step]:
    """All steps, in their order."""
    return [step(book, facts, today) for step in STEPS.values()]
