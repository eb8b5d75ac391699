"""The conformity rule of DEFI, pure. Source: process.md, « The conformity rule » (seed 001, step 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from defi.schemes.rulebook import ConformityRules


class Verdict(StrEnum):
    """The four states; « not DEFI » is one state with two causes, told apart by `Conformity.refused`."""

    TARGET = "target"
    TO_DECIDE = "to_decide"
    ADMITTED = "admitted"
    NOT_DEFI = "not_defi"


VERDICT_LABELS: dict[Verdict, str | LazyText] = {
    Verdict.TARGET: _("objectif atteint"),
    Verdict.TO_DECIDE: _("minimum atteint, admission à décider"),
    Verdict.ADMITTED: _("admise"),
    Verdict.NOT_DEFI: _("pas DEFI"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands side by side: seats financed by the Region, Region-funded trainees, those paired conformingly.

    `people` counts those who entered (finding) or are confirmed (forecast); `apart` the seats of other funding, of
    which `apart_conforming` aim at a lasting contract."""

    seats: int
    people: int
    paired: int
    apart: int = 0
    apart_conforming: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """An officer's decision under 100 %: it covers the counts it was taken on, or better."""

    admitted: bool
    paired: int
    counted: int


@dataclass(frozen=True, slots=True)
class Conformity:
    """The verdict with everything a sentence or a gauge needs. `minimum` is None when no number could suffice."""

    verdict: Verdict
    counts: Counts
    counted: int
    minimum: int | None
    missing: int
    missing_for_target: int
    refused: bool = False
    apart_breaks: bool = False
    to_confirm: bool = False

    @property
    def certifiable(self) -> bool:
        """No certificate before target or admission."""
        return self.verdict in {Verdict.TARGET, Verdict.ADMITTED}


def minimum_for(rules: ConformityRules, n: int) -> int | None:
    """The minimum of paired trainees for `n` Region-funded ones; None below the smallest size (never DEFI)."""
    if n < rules.smallest:
        return None
    if n in rules.table:
        return rules.table[n]
    return -(-rules.above_percent * n // 100)


def conformity(
    rules: ConformityRules, counts: Counts, *, small_group: bool = False, decision: Decision | None = None
) -> Conformity:
    """Judge a session. All numbers are people or seats; nothing is read but the arguments.

    - fewer than the smallest size: never DEFI;
    - `small_group` (a flag of the order): all seats paired, and never fewer than the smallest size;
    - else the table; above it the percentage, rounded up, shown as to be confirmed;
    - seats of other funding leave the session DEFI only if each aims at a lasting contract;
    - between minimum and target the officer decides, never the provider."""
    n = counts.seats if rules.count == "seats" else counts.people
    target = max(counts.seats, rules.smallest) if small_group else counts.seats
    minimum = minimum_for(rules, n)
    if small_group and minimum is not None:
        minimum = max(target, minimum)
    needed = minimum if minimum is not None else rules.smallest
    missing = max(0, needed - counts.paired)
    apart_breaks = counts.apart > counts.apart_conforming
    enough = minimum is not None and missing == 0 and not apart_breaks
    refused = enough and decision is not None and not decision.admitted and counts.paired < target
    return Conformity(
        verdict=_verdict(counts, n, target, decision, enough=enough),
        counts=counts,
        counted=n,
        minimum=minimum,
        missing=missing,
        missing_for_target=max(0, target - counts.paired),
        refused=refused,
        apart_breaks=apart_breaks,
        to_confirm=rules.above_to_confirm and not small_group and n > max(rules.table),
    )


def _verdict(counts: Counts, n: int, target: int, decision: Decision | None, *, enough: bool) -> Verdict:
    if not enough:
        return Verdict.NOT_DEFI
    if counts.paired >= target:
        return Verdict.TARGET
    if decision is None:
        return Verdict.TO_DECIDE
    if not decision.admitted:
        return Verdict.NOT_DEFI
    # Admitting 10 of 12 says nothing of 9 of 12, nor of 10 of 13: what is worse asks for a new decision.
    unpaired = n - counts.paired
    covered = counts.paired >= decision.paired and unpaired <= decision.counted - decision.paired
    return Verdict.ADMITTED if covered else Verdict.TO_DECIDE
