"""What was asked and answered about a certificate or a claim, and what each run of the checks found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from defi.kernel.access import Actor
from defi.kernel.transitions import VERBS
from defi.steps.closing.checks import Check
from defi.steps.closing.evidence import Lack
from defi.steps.closing.models import CheckRun
from defi.steps.closing.payments import Payment

EXPLAIN = "certificate.explain"
# What may block the decision that a run is kept for; what only a claim on the solde asks blocks no certificate.
BLOCKING = frozenset({"certificate", "claim"})


@dataclass(frozen=True, slots=True)
class Round:
    """One exchange or decision: when, what, by whom, why, and what blocked then."""

    on: date
    what: str
    by: str
    reason: str
    passed: bool
    lacking: tuple[dict[str, Any], ...]
    differing: tuple[dict[str, Any], ...] = ()  # of a claim: what contradicted it without blocking
    payment: str = ""  # what was noted of the payment, and what it replaced
    explains: str = ""  # the line (its key) that an explanation is about
    line: str = ""  # what that line asks, and what the file showed of it then


def rounds(actor: Actor, paid: Iterable[Payment] = (), **about: Any) -> list[Round]:
    """The runs of a certificate or of a claim that this actor may read, the oldest first. One query.

    `paid`: what was noted of the payment of the claim."""
    noted = {one.run: one.words for one in paid}
    rows: QuerySet[CheckRun] = CheckRun.objects.visible_to(actor).filter(**about).select_related("by").order_by("pk")
    return [
        Round(
            on=row.ran_on,
            what=str(VERBS[row.verb].label) if row.verb in VERBS else row.verb,
            by=row.by.short_name if row.by else "",
            reason=row.reason,
            passed=row.passed,
            lacking=tuple(line for line in row.results if not line["found"] and line["blocks"] in BLOCKING),
            differing=tuple(line for line in row.results if row.claim_id and _differs(line)),
            payment=noted.get(row.pk, ""),
            explains=row.results[0]["key"] if row.verb == EXPLAIN else "",
            line="{label} : {facts}".format(**row.results[0]) if row.verb == EXPLAIN else "",
        )
        for row in rows
    ]


def _differs(line: dict[str, Any]) -> bool:
    return not line["found"] and not line["blocks"] and line.get("lack") == Lack.DIFFERS


def with_words(found: tuple[Check, ...], told: list[Round]) -> tuple[Check, ...]:
    """The lines, each with the last explanation given of it."""
    words = {one.explains: one.reason for one in told if one.explains}
    return tuple(replace(check, explained=words.get(check.key, "")) for check in found)


@dataclass(frozen=True, slots=True)
class Moved:
    """Lines that changed since a correction was asked: mended, or lost."""

    mended: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


NOTHING_MOVED = Moved()


def moved_since(stored: list[dict[str, Any]], now: tuple[Check, ...]) -> Moved:
    """What changed between the lines a decision kept and those of today."""
    before = {line["key"]: bool(line["found"]) for line in stored}
    known = [check for check in now if check.key in before]
    return Moved(
        mended=tuple(check.label for check in known if check.found and not before[check.key]),
        lost=tuple(check.label for check in known if not check.found and before[check.key]),
    )
