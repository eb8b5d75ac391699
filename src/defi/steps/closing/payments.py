"""What was noted of the payment of a claim, and each correction of it: read from the journal, where nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.documents.french import amount_words, long_date
from defi.kernel.models import JournalEntry
from defi.people.models import Person
from defi.steps.closing.models import BonusClaim, CheckRun

PAY = "claim.pay"
CORRECT = "claim.correct_payment"
CLAIMS, RUNS = BonusClaim._meta.label_lower, CheckRun._meta.label_lower


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it was noted or corrected: euros and day then, and those that a correction replaced.

    `run` is the run of the checks kept with it, None when none was."""

    claim: int
    entry: int
    run: int | None
    verb: str
    at: datetime
    by: str
    reason: str
    amount: Decimal
    paid_on: date
    amount_before: Decimal | None
    paid_before: date | None

    @property
    def corrects(self) -> bool:
        return self.verb == CORRECT

    @property
    def words(self) -> str:
        """What was noted, or what replaced what."""
        now = _noted(self.amount, self.paid_on)
        if self.amount_before is None or self.paid_before is None:
            return now
        return _("%(now)s, au lieu de %(before)s") % {
            "now": now,
            "before": _noted(self.amount_before, self.paid_before),
        }


def payments(claims: Iterable[BonusClaim]) -> list[Payment]:
    """What was noted of these claims, the oldest first: two queries, none while nothing is paid.

    The caller has checked that the actor may read the claims."""
    paid = {claim.pk: claim for claim in claims if claim.paid_on is not None}
    if not paid:
        return []
    rows = JournalEntry.objects.filter(
        file_id__in={claim.operation_id for claim in paid.values()},
        verb__in=(PAY, CORRECT),
        object_type__in=(CLAIMS, RUNS),
    )
    entries = list(rows.select_related("reason").order_by("-id"))
    runs = {(row.action_id, row.verb): row.object_id for row in entries if row.object_type == RUNS}
    people = Person._base_manager.in_bulk({row.actor_person_id for row in entries if row.actor_person_id})
    stands: dict[int, dict[str, Any]] = {
        pk: {"amount": claim.amount, "paid_on": claim.paid_on} for pk, claim in paid.items()
    }
    found = []
    # From what stands back to the first payment: each entry holds what it replaced.
    for row in entries:
        if row.object_type != CLAIMS or row.object_id not in stands:
            continue
        now = stands[row.object_id]
        before = now | {name: row.before[name] for name in now if name in row.before}
        stands[row.object_id] = before
        corrected = row.verb == CORRECT
        person = people.get(row.actor_person_id or 0)
        found.append(
            Payment(
                claim=row.object_id,
                entry=row.pk,
                run=runs.get((row.action_id, row.verb)),
                verb=row.verb,
                at=row.at,
                by=person.short_name if person else "",
                reason=row.reason.text if row.reason else "",
                amount=Decimal(now["amount"]),
                paid_on=_day(now["paid_on"]),
                amount_before=Decimal(before["amount"]) if corrected else None,
                paid_before=_day(before["paid_on"]) if corrected else None,
            )
        )
    return found[::-1]


def _noted(amount: Decimal, on: date) -> str:
    return _("%(amount)s, le %(day)s") % {"amount": amount_words(amount), "day": long_date(on)}


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
