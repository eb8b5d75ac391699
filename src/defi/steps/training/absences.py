"""When absences are told to who follows the person, and when a paper justifies one. Pure.

Source: features.md, 58; the numbers are the rulebook's (`[attendance]`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from defi.schemes.rulebook import AttendanceRules

MISSED = frozenset({"absent", "excused"})


@dataclass(frozen=True, slots=True)
class HalfDayKept:
    """What a half-day says of somebody: present, absent or excused; `expected` is left out by who asks."""

    on: date
    state: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell: its kind, the first half-day of the run, how many half-days."""

    kind: str
    since: date
    half_days: int


def in_order(kept: Iterable[tuple[date, str, str]]) -> list[HalfDayKept]:
    """Half-days `(day, half, state)` of the centre and of the firm, as the person lived them."""
    return [
        HalfDayKept(on, state) for on, _half, state in sorted(kept, key=lambda one: (one[0], one[1] == "afternoon"))
    ]


def is_excused(reason: str, rules: AttendanceRules, *, has_paper: bool) -> bool:
    """An absence is justified by a reason that excuses and the paper that shows it: neither alone is enough."""
    return has_paper and rules.reason(reason).excuses


def holds(alert: Alert, history: Sequence[HalfDayKept]) -> bool:
    """Whether what was told is still true, by the half-days as they are kept now: as many missed since that day, and,
    of a run, one after the other without justification."""
    since = [half_day for half_day in history if half_day.on >= alert.since]
    if alert.kind == "many":
        return sum(half_day.state in MISSED for half_day in since) >= alert.half_days
    return any(_is_run(since[start : start + alert.half_days], alert) for start in range(len(since)))


def _is_run(half_days: Sequence[HalfDayKept], alert: Alert) -> bool:
    return (
        len(half_days) == alert.half_days
        and half_days[0].on == alert.since
        and all(half_day.state == "absent" for half_day in half_days)
    )


def alerts(history: Sequence[HalfDayKept], rules: AttendanceRules, told: Iterable[Alert] = ()) -> tuple[Alert, ...]:
    """What the half-days of one person, in their order, call to tell, and was not told yet.

    A run of absences without justification is told once, however long it grows; many absences of any kind are told
    again only when the days that were told of are past."""
    known = tuple(told)
    found = (_running(history, rules, known), _many(history, rules, known))
    return tuple(alert for alert in found if alert is not None)


def _running(history: Sequence[HalfDayKept], rules: AttendanceRules, known: Sequence[Alert]) -> Alert | None:
    run: list[HalfDayKept] = []
    for half_day in reversed(history):
        if half_day.state != "absent":
            break
        run.append(half_day)
    if len(run) < rules.alert_running:
        return None
    alert = Alert("running", run[-1].on, len(run))
    # The beginning of a run moves back when an earlier half-day is noted later: it is the same run.
    if any(one.kind == alert.kind and one.since >= alert.since for one in known):
        return None
    return alert


def _many(history: Sequence[HalfDayKept], rules: AttendanceRules, known: Sequence[Alert]) -> Alert | None:
    missed = [half_day for half_day in history if half_day.state in MISSED]
    if not missed:
        return None
    first = missed[-1].on - timedelta(days=rules.alert_days)
    within = [half_day for half_day in missed if half_day.on > first]
    if len(within) < rules.alert_missed:
        return None
    alert = Alert("many", within[0].on, len(within))
    if any(one.kind == alert.kind and one.since > alert.since - timedelta(days=rules.alert_days) for one in known):
        return None
    return alert
