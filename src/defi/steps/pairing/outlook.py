"""What a board may still become: how many pairs at most, whether the minimum is within reach, and « what if ». Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from defi.schemes.conformity import Conformity, Counts, Decision, conformity
from defi.schemes.rulebook import ConformityRules
from defi.steps.pairing.matching import Ground, Idle, Shortage, at_most, idle_posts, one_way, shortages


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the board: who pays the seat, whether the gauge counts them, whether they have a seat (retained, not
    in reserve), whether they may be paired.

    `aims` says of a seat of other funding that it aims at a lasting contract."""

    id: int
    region: bool
    expected: bool
    seated: bool
    pairable: bool
    aims: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise of the board: its open posts, and whether a pairing with it counts."""

    id: int
    employer_id: int
    posts: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that bears on the gauge and on what is possible, as it stands or as it would stand."""

    rules: ConformityRules
    seats: int
    people: tuple[Someone, ...]
    offers: tuple[Offer, ...]
    paired: Mapping[int, int]
    agreed: frozenset[tuple[int, int]]
    small_group: bool = False
    decision: Decision | None = None

    def without(self, promises: Collection[int], people: Collection[int]) -> Picture:
        """The same, had these promises been withdrawn and these people gone."""
        gone, left = frozenset(promises), frozenset(people)
        return replace(
            self,
            people=tuple(one for one in self.people if one.id not in left),
            offers=tuple(offer for offer in self.offers if offer.id not in gone),
            paired={p: q for p, q in self.paired.items() if p not in left and q not in gone},
            agreed=frozenset((p, q) for p, q in self.agreed if p not in left and q not in gone),
        )

    @property
    def counts(self) -> Counts:
        """Who is expected, who of them is paired with a promise that counts; other funding apart."""
        counting = {offer.id for offer in self.offers if offer.counts}
        expected = [one for one in self.people if one.expected]
        region = [one for one in expected if one.region]
        apart = [one for one in expected if not one.region]
        return Counts(
            seats=self.seats,
            people=len(region),
            paired=sum(self.paired.get(one.id) in counting for one in region),
            apart=len(apart),
            apart_conforming=sum(one.aims for one in apart),
        )

    @property
    def judged(self) -> Conformity:
        """The gauge, by the rule itself."""
        return self._judge(self.counts)

    def _judge(self, counts: Counts) -> Conformity:
        return conformity(self.rules, counts, small_group=self.small_group, decision=self.decision)

    @property
    def ground(self) -> Ground:
        """Whose pairings could count: seats of the Region, promises that count, less the posts held by the others.

        A pairing that stands is an agreement, whatever is noted of the meeting."""
        ours = frozenset(one.id for one in self.people if one.region and one.pairable)
        held = Counter(q for p, q in self.paired.items() if p not in ours)
        posts = {offer.id: max(0, offer.posts - held[offer.id]) for offer in self.offers if offer.counts}
        return Ground(ours, posts, self.agreed | frozenset(self.paired.items()))

    @property
    def most(self) -> int:
        """How many pairs that count are possible at most."""
        return at_most(self.ground)

    @property
    def example(self) -> dict[int, int]:
        """One way of reaching it, person to promise, that keeps what stands where it can."""
        return one_way(self.ground, self.paired)

    @property
    def shortages(self) -> list[Shortage]:
        return shortages(self.ground)

    @property
    def idle(self) -> list[Idle]:
        return idle_posts(self.ground)

    @property
    def reach(self) -> Conformity:
        """The best gauge that the agreements of today allow, everybody who has a seat entering: they are paired as far
        as can be, then people of the reserve while seats are left. Under the minimum here, it is out of reach.

        More may be retained than there are seats; no more than the seats enter."""
        seated = [one for one in self.people if one.seated]
        entering = min(self.seats, sum(one.region for one in seated))
        sure = min(entering, at_most(self.ground.among([one.id for one in seated])))
        more = min(self.most - sure, max(0, self.seats - entering))
        ways = [
            self._judge(replace(self.counts, people=entering + joining, paired=sure + joining))
            for joining in range(more, -1, -1)
        ]
        return next((way for way in ways if _meets(way)), ways[0])

    @property
    def within_reach(self) -> bool:
        """Whether the minimum can still be met with the agreements there are; a seat of other funding that does not
        suit, or a refusal, is another matter, told apart."""
        return _meets(self.reach)


def _meets(way: Conformity) -> bool:
    return way.minimum is not None and not way.missing
