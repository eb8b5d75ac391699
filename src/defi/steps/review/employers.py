"""What became of an employer's promises: contracts signed, and why the others were not. Facts, no score (feature 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from defi.kernel.access import TASK, Actor, scope
from defi.steps.pairing.employers import Promised, promises_of
from defi.steps.pairing.models import Pairing
from defi.steps.review.models import EmploymentContract, NoHire


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise, the contracts signed on it, and for people paired but not hired, why (job-related, counted)."""

    promised: Promised
    contracts: list[EmploymentContract] = field(default_factory=list)
    no_hires: dict[str, int] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """Posts that are still promised."""
        return self.promised.posts - self.promised.withdrawn


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """All that an employer promised, as this actor may see it, and what came of it."""

    lines: list[Kept]

    @property
    def posts(self) -> int:
        return sum(line.promised.posts for line in self.lines)

    @property
    def withdrawn(self) -> int:
        return sum(line.promised.withdrawn for line in self.lines)

    @property
    def hired(self) -> int:
        return sum(len(line.contracts) for line in self.lines)


def kept_by(actor: Actor, firms: Collection[int]) -> PromiseHistory:
    """Four queries. Of people, numbers only: whose they are stands in the operation, for whom may read it."""
    promised = promises_of(actor, firms)
    ids = [line.promise.pk for line in promised]
    contracts: dict[int, list[EmploymentContract]] = defaultdict(list)
    whys: dict[int, dict[str, int]] = defaultdict(dict)
    # The promises are those the actor sees: what came of them follows, whoever the people are.
    with scope(TASK):
        for contract in EmploymentContract.objects.filter(promise_id__in=ids).order_by("starts_on", "pk"):
            contracts[contract.promise_id or 0].append(contract)
        paired = dict(
            Pairing.objects.filter(post__promise_id__in=ids)
            .order_by("pk")
            .values_list("candidacy_id", "post__promise_id")
        )
        for no_hire in NoHire.objects.filter(candidacy_id__in=paired):
            count = whys[paired[no_hire.candidacy_id]]
            count[no_hire.get_why_display()] = count.get(no_hire.get_why_display(), 0) + 1
    return PromiseHistory([Kept(line, contracts[line.promise.pk], whys[line.promise.pk]) for line in promised])
