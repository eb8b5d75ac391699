"""Rulebooks: everything a Region could change, in a dated data file with the source beside each value.

Code holds the mechanism only; `rulebook("defi", "2025.1")` gives the values as frozen dataclasses."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from defi.schemes.questionnaires import ReviewRules, read_review

CURRENT = {"defi": "2025.1"}


@dataclass(frozen=True, slots=True)
class ContractRule:
    """Whether a kind of contract conforms and, when fixed-term, how long it must last."""

    conforms: bool
    source: str
    months: int | None = None
    strict: bool = True


@dataclass(frozen=True, slots=True)
class ConformityRules:
    """The threshold: a table (data, never a formula), what holds below it and above it."""

    count: str
    fixed_at: str
    smallest: int
    table: dict[int, int]
    above_percent: int
    above_to_confirm: bool
    source: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """Calendar days from the start or the end of the training; negative is before."""

    days: int
    anchor: str
    source: str

    def on(self, starts_on: date, ends_on: date) -> date:
        return (starts_on if self.anchor == "start" else ends_on) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the follow-up, in calendar months from a person's own exit."""

    key: str
    months: int
    label: str


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of meeting of a sourcing plan. `service`: where it is arranged when it is not booked here; `outcomes`:
    what may come out of this kind besides what may come out of any."""

    key: str
    label: str
    service: str = ""
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourcingRules:
    """How people are met before they are chosen. Days are calendar days."""

    kinds: tuple[EventKind, ...]
    reminder_days: int
    confirm_days: tuple[int, ...]
    request_days: int
    answer_days: int
    publics: tuple[EventKind, ...]
    source: str

    def kind(self, key: str) -> EventKind:
        """The kind of this key; one that the rulebook does not know is shown by its key."""
        return next((kind for kind in self.kinds if kind.key == key), EventKind(key, key))


@dataclass(frozen=True, slots=True)
class Amount:
    """The bonus from a date on, in euros."""

    from_date: date
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class AbsenceReason:
    """Why somebody was not there, as far as it may be told. `excuses`: a paper that shows it justifies the absence."""

    key: str
    label: str
    excuses: bool = False


ALERTED = frozenset({"referent", "prescriber", "officer"})
"""Who may be told that somebody is often away: whom a trainee's presence is open to anyway (docs/personal-data.md)."""


@dataclass(frozen=True, slots=True)
class AttendanceRules:
    """How a half-day is signed, and when what is on its sheet is questioned. Minutes, calendar days, half-days.

    A code of the room is good for `code_minutes` to twice as long; somebody is spoken of to their referent and their
    prescriber after `alert_running` half-days missed in a row without justification, or `alert_missed` of any kind
    within `alert_days`; `alert_to` says which of `ALERTED` are told. `same_pattern`: how many half-days
    signed at the very same minutes call for a question."""

    opens_before: int
    closes_after: int
    code_minutes: int
    sent_within_days: int
    filled_within_days: int
    same_pattern: int
    alert_running: int
    alert_missed: int
    alert_days: int
    alert_to: frozenset[str]
    reasons: tuple[AbsenceReason, ...]

    def reason(self, key: str) -> AbsenceReason:
        """The reason of this key; one that the rulebook does not know is shown by its key."""
        return next((reason for reason in self.reasons if reason.key == key), AbsenceReason(key, key))


@dataclass(frozen=True, slots=True)
class Target:
    """What the Region aimed at in a year: numbers by the name of their figure."""

    year: int
    values: dict[str, int]
    source: str


@dataclass(frozen=True, slots=True)
class FigureRules:
    """What is published is never told of a group of fewer than `smallest` persons; what to compare the figures with."""

    smallest: int
    source: str
    targets: tuple[Target, ...]

    def target_of(self, year: int) -> Target | None:
        """The target of that year, else the last one before it."""
        known = [target for target in self.targets if target.year <= year]
        return max(known, key=lambda target: target.year, default=None)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One version of one scheme."""

    scheme: str
    version: str
    title: str
    region: str
    in_force_from: date
    source: str
    need_answer_days: int
    need_review_days: int
    need_expires_days: int
    need_group_months: int
    public_smallest: int
    sourcing: SourcingRules
    conformity: ConformityRules
    contracts: dict[str, ContractRule]
    other_aims: frozenset[str]
    other_months: int
    other_strict: bool
    deadlines: dict[str, Deadline]
    report_every_days: int
    attendance: AttendanceRules
    signatories: tuple[str, ...]
    certificate_blocks: frozenset[str]
    balance_blocks: frozenset[str]
    carried_out_share: int
    second_signature: str
    claim_blocks: frozenset[str]
    closing_asks: tuple[str, ...]
    review: ReviewRules
    moments: tuple[Moment, ...]
    followup_days: int
    bonus_address: str
    bonus_amounts: tuple[Amount, ...]
    commitments: tuple[str, ...]
    promise_text: str
    figures: FigureRules

    def bonus_on(self, day: date) -> Decimal | None:
        """The amount in force that day, or None: « montant à fixer par la Région »."""
        known = [a for a in self.bonus_amounts if a.from_date <= day]
        return max(known, key=lambda a: a.from_date).amount if known else None


@cache
def rulebook(scheme: str, version: str) -> Rulebook:
    """The rulebook of that version, read from the package. Raises FileNotFoundError for an unknown one."""
    text = (resources.files("defi.schemes") / "rulebooks" / f"{scheme}-{version}.toml").read_text(encoding="utf-8")
    return read(text)


def current(scheme: str = "defi") -> Rulebook:
    """The version new operations start under."""
    return rulebook(scheme, CURRENT[scheme])


def read(text: str) -> Rulebook:
    """A rulebook from its TOML text. Raises ValueError or KeyError naming what is missing or absurd."""
    raw: dict[str, Any] = tomllib.loads(text)
    book = Rulebook(
        scheme=raw["scheme"],
        version=raw["version"],
        title=raw["title"],
        region=raw["region"],
        in_force_from=raw["in_force_from"],
        source=raw["source"],
        need_answer_days=raw["needs"]["answer_days"],
        need_review_days=raw["needs"]["review_days"],
        need_expires_days=raw["needs"]["expires_days"],
        need_group_months=raw["needs"]["group_months"],
        public_smallest=raw["public"]["smallest"],
        sourcing=_sourcing(raw["sourcing"]),
        conformity=_conformity(raw["conformity"]),
        contracts={
            kind: ContractRule(rule["conforms"], rule["source"], rule.get("months"), rule.get("strict", True))
            for kind, rule in raw["contracts"].items()
        },
        other_aims=frozenset(raw["other_funding"]["aims"]),
        other_months=raw["other_funding"]["months"],
        other_strict=raw["other_funding"]["strict"],
        deadlines={
            key: Deadline(value["days"], value["from"], value["source"]) for key, value in raw["deadlines"].items()
        },
        report_every_days=raw["reporting"]["every_days"],
        attendance=_attendance(raw["attendance"]),
        signatories=tuple(raw["signatories"]["required"]),
        certificate_blocks=frozenset(raw["certificate"]["blocks"]),
        balance_blocks=frozenset(raw["certificate"]["blocks_balance"]),
        carried_out_share=raw["certificate"]["carried_out_share"],
        second_signature=raw["certificate"]["second_signature"],
        claim_blocks=frozenset(raw["bonus"]["blocks"]),
        closing_asks=tuple(raw["closing"]["asks"]),
        review=read_review(raw["review"]),
        moments=tuple(Moment(m["key"], m["months"], m["label"]) for m in raw["followup"]["moments"]),
        followup_days=raw["followup"]["report_days"],
        bonus_address=raw["bonus"]["address"],
        bonus_amounts=tuple(Amount(a["from"], Decimal(a["amount"]), a["source"]) for a in raw["bonus"]["amounts"]),
        commitments=tuple(raw["commitments"]["provider"]),
        promise_text=raw["promise"]["text"],
        figures=_figures(raw["figures"]),
    )
    _check(book)
    return book


def _sourcing(raw: dict[str, Any]) -> SourcingRules:
    return SourcingRules(
        kinds=tuple(
            EventKind(kind["key"], kind["label"], kind.get("service", ""), tuple(kind.get("outcomes", ())))
            for kind in raw["kinds"]
        ),
        reminder_days=raw["reminder_days"],
        confirm_days=tuple(sorted(raw["confirm_days"], reverse=True)),
        request_days=raw["request_days"],
        answer_days=raw["answer_days"],
        publics=tuple(EventKind(public["key"], public["label"]) for public in raw["publics"]),
        source=raw["source"],
    )


def _attendance(raw: dict[str, Any]) -> AttendanceRules:
    reasons = tuple(AbsenceReason(r["key"], r["label"], r.get("excuses", False)) for r in raw["reasons"])
    told = frozenset(raw["alert_to"])
    if not told <= ALERTED:
        raise ValueError(f"attendance.alert_to: only {', '.join(sorted(ALERTED))} can be told of absences")
    values = {name: raw[name] for name in AttendanceRules.__dataclass_fields__ if name not in {"reasons", "alert_to"}}
    return AttendanceRules(**values, alert_to=told, reasons=reasons)


def _figures(raw: dict[str, Any]) -> FigureRules:
    targets = tuple(Target(t["year"], t["values"], t["source"]) for t in raw["targets"])
    return FigureRules(raw["smallest"], raw["source"], targets)


def _conformity(raw: dict[str, Any]) -> ConformityRules:
    return ConformityRules(
        count=raw["count"],
        fixed_at=raw["fixed_at"],
        smallest=raw["smallest"],
        table={int(n): minimum for n, minimum in raw["table"].items()},
        above_percent=raw["above_percent"],
        above_to_confirm=raw["above_to_confirm"],
        source=raw["table_source"],
    )


def _check(book: Rulebook) -> None:
    rules = book.conformity
    sizes = sorted(rules.table)
    if sizes != list(range(rules.smallest, sizes[-1] + 1)):
        raise ValueError("conformity.table: the sizes must follow one another from `smallest`")
    if any(minimum > n for n, minimum in rules.table.items()):
        raise ValueError("conformity.table: a minimum cannot exceed the number of trainees")
    if rules.count not in {"entered", "seats"}:
        raise ValueError("conformity.count: entered or seats")
    if rules.fixed_at not in {"start", "signature", "end"}:
        raise ValueError("conformity.fixed_at: start, signature or end")
    keys = [kind.key for kind in book.sourcing.kinds]
    if len(keys) != len(set(keys)) or any(len(key) > 12 for key in keys):
        raise ValueError("sourcing.kinds: a key of at most 12 letters, each once")
    if min(book.attendance.code_minutes, book.attendance.alert_running, book.attendance.alert_missed) < 1:
        raise ValueError("attendance: code_minutes, alert_running and alert_missed are at least 1")
    if book.figures.smallest < 1:
        raise ValueError("figures.smallest: a group counts at least one person")
    if book.second_signature not in {"", "steering"}:
        raise ValueError("certificate.second_signature: empty or steering")
    if any(d.anchor not in {"start", "end"} for d in book.deadlines.values()):
        raise ValueError("deadlines: from is start or end")
