"""What is owed of the periods in company, as the facts of an operation: by each firm, by its training organisation.

None is forgotten (process.md, step 6): a period is prepared, agreed, signed half-day by half-day, ended, debriefed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from defi.journey.facts import Owed
from defi.kernel import clock
from defi.steps.training.company import SIGNED_WITHIN, Half
from defi.steps.training.company_hours import waiting
from defi.steps.training.interruptions import Stay, over, stays_of
from defi.steps.training.models import CompanyPresence, Placement, PlacementSignature, TutorEvaluation
from defi.steps.training.periods import not_begun

PREPARED_WITHIN = timedelta(days=14)
ENDED_WITHIN = timedelta(days=3)
SAID_WITHIN = timedelta(days=7)
FIRM = {"agreements": "placement.sign", "presences": "placement.attend", "opinions": "placement.evaluate"}
"""What a firm owes, with its verb; the rest is its training organisation's."""
UNDER_WAY = ("planned", "begun", "done", "debriefed")


@dataclass(slots=True)
class _Sum:
    """How many, the first of them by its date, and those of each tutor who is a member of the firm."""

    dates: list[tuple[date, int]] = field(default_factory=list)
    tutors: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def owed(self, organisation_id: int) -> Owed:
        due_on, first = min(self.dates)
        tutors = {who: (len(ids), ids[0]) for who, ids in sorted(self.tutors.items())}
        return Owed(organisation_id, len(self.dates), due_on, first, tutors)


def gather_periods(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """By operation, what `Facts` says of periods. Five queries; must run inside an open scope."""
    sums: dict[tuple[int, str, int], _Sum] = defaultdict(_Sum)
    for row, name, due_on in _each(ids):
        one = sums[row.operation_id, name, row.employer_id if name in FIRM else 0]
        one.dates.append((due_on, row.pk))
        if row.tutor_id:
            one.tutors[str(row.tutor_id)].append(row.pk)
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for (operation_id, name, firm), one in sorted(sums.items()):
        found[operation_id][name] = (*found[operation_id].get(name, ()), one.owed(firm))
    return found


def owed_by_link(ids: Iterable[int]) -> set[tuple[str, int]]:
    """Which periods a firm still owes something of, by verb and row: the other links that were sent ask for nothing."""
    return {(FIRM[name], row.pk) for row, name, _due_on in _each(ids) if name in FIRM}


def _each(ids: Iterable[int]) -> Iterator[tuple[Placement, str, date]]:
    rows = list(
        Placement.objects.filter(operation__in=ids, state__in=UNDER_WAY)
        .select_related("candidacy")
        .order_by("starts_on", "pk")
    )
    signed = PlacementSignature.objects.filter(placement__in=rows, voided_on=None)
    parties: dict[int, set[str]] = defaultdict(set)
    for placement_id, party in signed.values_list("placement_id", "party"):
        parties[placement_id].add(party)
    kept: dict[int, set[Half]] = defaultdict(set)
    begun = [row for row in rows if row.state == "begun"]
    for placement_id, on, half in CompanyPresence.objects.filter(placement__in=begun).values_list(
        "placement_id", "on", "half"
    ):
        kept[placement_id].add((on, half))
    said = set(TutorEvaluation.objects.filter(placement__in=rows).values_list("placement_id", flat=True))
    stays = stays_of(row.candidacy for row in rows)
    for row in rows:
        stay = stays[row.candidacy_id]
        if away := over(row, stay.under_way, clock.today()):
            yield row, "interrupted", max(row.starts_on, away.from_on)
            if row.state == "planned":
                continue
        for name, due_on in _of(row, parties[row.pk], kept[row.pk], stay, said=row.pk in said):
            yield row, name, due_on


def _of(row: Placement, parties: set[str], kept: set[Half], stay: Stay, *, said: bool) -> list[tuple[str, date]]:
    today = clock.today()
    found: list[tuple[str, date]] = []
    if row.state == "planned":
        if "employer" not in parties and not not_begun(row.state, row.starts_on, parties, today):
            found.append(("agreements", row.starts_on))
        if (row.prepared_on is None or len(parties) < 3) and row.starts_on - PREPARED_WITHIN <= today:
            found.append(("preparations", row.starts_on))
        return found
    if row.state == "begun":
        left = waiting(row, kept, stay)
        if left:
            found.append(("presences", left[0].on + timedelta(days=SIGNED_WITHIN)))
        over_on = min(row.ends_on, row.candidacy.left_on or row.ends_on)
        if over_on + ENDED_WITHIN <= today:
            found.append(("endings", over_on))
        return found
    over_on = row.finished_on or row.ends_on
    if row.state == "done":
        found.append(("debriefs", over_on + SAID_WITHIN))
        if not said:
            found.append(("opinions", over_on + SAID_WITHIN))
    return found
