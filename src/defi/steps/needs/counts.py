"""The need of the public: counts that agree, and small ones that are not shown as exact to others. Pure.

A profile names nobody, but in a small basin « one person, without a diploma » may say who (CE 31 May 2024, n° 472883:
data that allow identification). Who gave or typed the counts reads them as they are; anybody else reads « moins de 5 »
for the smallest ones, and nothing from which these could be worked out. The threshold is the rulebook's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

LEVELS = ("below_level_3", "level_3", "level_4_up")
PARTS = (*LEVELS, "french_to_learn", "without_vehicle", "to_adapt")


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """How many people could enter, and of them how many in each case. Counts of people; None is not known."""

    could_enter: int
    below_level_3: int | None = None
    french_to_learn: int | None = None
    without_vehicle: int | None = None
    level_3: int | None = None
    level_4_up: int | None = None
    to_adapt: int | None = None


def profile_faults(counts: PublicCounts) -> dict[str, str]:
    """A part cannot be larger than the whole, nor the levels together."""
    faults: dict[str, str] = {}
    if counts.could_enter < 1:
        faults["could_enter"] = _("Indiquez combien de personnes pourraient entrer, au moins une.")
    given = asdict(counts)
    whole = {"all": counts.could_enter}
    for name in PARTS:
        part = given[name]
        if part is not None and not 0 <= part <= counts.could_enter:
            faults[name] = _("Ce nombre ne peut pas dépasser les %(all)d personnes qui pourraient entrer.") % whole
    levels = sum(given[name] or 0 for name in LEVELS)
    if levels > counts.could_enter and not faults:
        faults[LEVELS[0]] = _(
            "Les niveaux font %(sum)d personnes, pour %(all)d qui pourraient entrer : corrigez l'un ou l'autre."
        ) % {"sum": levels, **whole}
    return faults


def shown(counts: PublicCounts, *, exact: bool, smallest: int) -> dict[str, str]:
    """What a reader sees of each count, in words. Empty for a count that is not known."""
    given = {name: value for name, value in asdict(counts).items() if value is not None}
    if exact:
        return {name: str(given[name]) if name in given else "" for name in ("could_enter", *PARTS)}
    return {name: _masked(name, given, smallest) for name in ("could_enter", *PARTS)}


def part_shown(part: int, whole: int, smallest: int) -> str:
    """What a stranger reads of how many, of `whole` people, are in a case: empty of so few that any number tells."""
    if whole < smallest:
        # Of so few people, no part is told at all: zero or all would be as telling as one.
        return ""
    if 0 < part < smallest:
        return few(smallest)
    return _("presque toutes") if 0 < whole - part < smallest else str(part)


def few(smallest: int) -> str:
    """« moins de 5 »."""
    return _("moins de %(smallest)d") % {"smallest": smallest}


def _masked(name: str, given: Mapping[str, int], smallest: int) -> str:
    if name not in given:
        return ""
    value, whole = given[name], given["could_enter"]
    if name == "could_enter":
        return few(smallest) if whole < smallest else str(value)
    part = part_shown(value, whole, smallest)
    if part == str(value) and name in LEVELS and name == _hides(given, smallest):
        return _("%(smallest)d ou plus") % {"smallest": smallest}
    return part


def _hides(given: Mapping[str, int], smallest: int) -> str:
    """The level that keeps silent so that the only small one is not found by subtraction; empty when none must."""
    levels = {name: given[name] for name in LEVELS if name in given}
    if len(levels) < len(LEVELS) or sum(levels.values()) != given["could_enter"]:
        return ""
    small = [name for name, value in levels.items() if 0 < value < smallest]
    others = [name for name, value in levels.items() if value >= smallest]
    return min(others, key=lambda name: levels[name]) if len(small) == 1 and others else ""


def total_shown(wholes: Sequence[tuple[int, bool]], smallest: int) -> str:
    """How many people could enter in all: `wholes` holds each count and whether this reader sees it as exact. One
    that is hidden is counted as one person at least."""
    hidden = [whole for whole, exact in wholes if not exact and whole < smallest]
    told = sum(whole for whole, exact in wholes if exact or whole >= smallest)
    if not hidden:
        return str(told)
    if not told:
        return _("moins de %(most)d") % {"most": len(hidden) * (smallest - 1) + 1}
    return _("au moins %(least)d") % {"least": told + len(hidden)}
