"""How many pairs are possible at most, and what keeps the others from one: graphs of agreements, pure.

Nothing is known here of a person but the number of a row and with what they agree: no preference, no score, no order
of merit. The library's algorithm is that of Hopcroft and Karp (scipy): the maximum does not depend on any order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

Indices = NDArray[np.int32]


def most_pairs(people: int, posts: int, person: Indices, post: Indices) -> Indices:
    """A largest set of pairs in a graph of agreements: the post of each person, -1 when none.

    `person[i]` and `post[i]` (from 0) agree. Both sides are renumbered by how many agreements they have, the fewest
    first: the algorithm then needs a third of the time, and how many pairs it finds is the same."""
    first, second = _fewest_first(people, person), _fewest_first(posts, post)
    graph = csr_matrix((np.ones(len(person), dtype=bool), (first[person], second[post])), shape=(people, posts))
    graph.sum_duplicates()
    found = maximum_bipartite_matching(graph, perm_type="column")
    back = np.empty(posts + 1, dtype=np.int32)
    back[second], back[posts] = np.arange(posts, dtype=np.int32), -1
    taken: Indices = back[found[first]]
    return taken


def _fewest_first(size: int, ends: Indices) -> Indices:
    """The new number of each vertex when those with the fewest agreements come first."""
    numbers = np.empty(size, dtype=np.int32)
    numbers[np.argsort(np.bincount(ends, minlength=size), kind="stable")] = np.arange(size, dtype=np.int32)
    return numbers


@dataclass(frozen=True, slots=True)
class Ground:
    """Who may be paired with what: people, how many posts each promise has, and who agrees with which promise.

    People and promises are the numbers of their rows; an agreement of somebody or something else is left aside."""

    people: frozenset[int]
    posts: Mapping[int, int]
    agreed: frozenset[tuple[int, int]]

    @property
    def living(self) -> frozenset[tuple[int, int]]:
        """The agreements between these people and these promises."""
        return frozenset((p, q) for p, q in self.agreed if p in self.people and q in self.posts)

    def among(self, people: Collection[int]) -> Ground:
        """The same promises, for these people only."""
        return Ground(self.people & frozenset(people), self.posts, self.agreed)


@dataclass(frozen=True, slots=True)
class Shortage:
    """People who agree with these promises and no other, which together have fewer posts than they are.

    Without any promise: one person with whom nobody agrees."""

    people: tuple[int, ...]
    promises: tuple[int, ...]
    posts: int

    @property
    def left(self) -> int:
        """How many of them stay without a pairing, whatever is done."""
        return len(self.people) - self.posts


@dataclass(frozen=True, slots=True)
class Idle:
    """Promises with which only these people agree, fewer than there are posts."""

    promises: tuple[int, ...]
    people: tuple[int, ...]
    posts: int

    @property
    def left(self) -> int:
        """How many of these posts stay free, whatever is done."""
        return self.posts - len(self.people)


def at_most(ground: Ground) -> int:
    """How many pairs are possible at most: one person, one post."""
    return len(_matching(ground))


def one_way(ground: Ground, kept: Mapping[int, int]) -> dict[int, int]:
    """One way of reaching the maximum, person to promise, that leaves as many of the pairings `kept` as can be.

    An example among others. Where several are as good, what decides is a fingerprint of the numbers of the rows: it
    depends on nothing of a person, neither name nor age nor the day they came, nor on the order of the arguments."""
    people = sorted(ground.people, key=_fingerprint)
    seats = [q for q in sorted(ground.posts, key=_fingerprint) for _seat in range(ground.posts[q])]
    if not people or not seats:
        return {}
    living = ground.living
    nothing = min(len(people), len(seats)) + 1  # dearer than changing every pairing: the maximum comes first
    cost = np.full((len(people), len(seats)), nothing, dtype=np.int64)
    for i, person in enumerate(people):
        for j, promise in enumerate(seats):
            if (person, promise) in living:
                cost[i, j] = 0 if kept.get(person) == promise else 1
    rows, columns = linear_sum_assignment(cost)
    return {people[i]: seats[j] for i, j in zip(rows, columns, strict=True) if cost[i, j] < nothing}


def shortages(ground: Ground) -> list[Shortage]:
    """Who cannot all be paired, in any way: for each group the few promises that all of them hang on (Hall's theorem).

    A person with whom nobody agrees comes alone. Groups share no promise; in the order of the numbers of the rows."""
    found, by_person = _matching(ground), _neighbours(ground.living)
    holders = _holders(found)
    reached: set[int] = set()
    waiting = [person for person in sorted(ground.people) if person not in found]
    while waiting:
        person = waiting.pop()
        if person not in reached:
            reached.add(person)
            waiting += [h for promise in by_person.get(person, ()) for h in holders.get(promise, ())]
    groups = _groups(reached, {p: by_person.get(p, set()) for p in reached})
    return [
        Shortage(people, promises, sum(ground.posts[promise] for promise in promises)) for people, promises in groups
    ]


def idle_posts(ground: Ground) -> list[Idle]:
    """The posts that cannot all be taken, in any way, and the people they all hang on; alone when nobody agrees."""
    found, by_promise = _matching(ground), _neighbours((q, p) for p, q in ground.living)
    holders = _holders(found)
    reached: set[int] = set()
    waiting = [q for q in sorted(ground.posts) if len(holders.get(q, ())) < ground.posts[q]]
    while waiting:
        promise = waiting.pop()
        if promise not in reached:
            reached.add(promise)
            waiting += [found[person] for person in by_promise.get(promise, ()) if person in found]
    groups = _groups(reached, {q: by_promise.get(q, set()) for q in reached})
    return [Idle(promises, people, sum(ground.posts[q] for q in promises)) for promises, people in groups]


def _matching(ground: Ground) -> dict[int, int]:
    """A largest set of pairs, person to promise."""
    people = sorted(ground.people)
    seats = [promise for promise in sorted(ground.posts) for _seat in range(ground.posts[promise])]
    living = ground.living
    if not people or not seats or not living:
        return {}
    number = {person: i for i, person in enumerate(people)}
    of_promise: dict[int, list[int]] = {}
    for seat, promise in enumerate(seats):
        of_promise.setdefault(promise, []).append(seat)
    edges = [(number[p], seat) for p, q in living for seat in of_promise.get(q, ())]
    if not edges:
        return {}
    ends = np.array(edges, dtype=np.int32)
    taken = most_pairs(len(people), len(seats), ends[:, 0], ends[:, 1])
    return {person: seats[seat] for person, seat in zip(people, taken.tolist(), strict=True) if seat >= 0}


def _neighbours(agreed: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    near: dict[int, set[int]] = {}
    for one, other in agreed:
        near.setdefault(one, set()).add(other)
    return near


def _holders(found: Mapping[int, int]) -> dict[int, list[int]]:
    holders: dict[int, list[int]] = {}
    for person, promise in found.items():
        holders.setdefault(promise, []).append(person)
    return holders


def _groups(reached: Iterable[int], near: Mapping[int, set[int]]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Those reached, put together when they share a neighbour, with all the neighbours of each group."""
    ours = sorted(reached)
    theirs = sorted({other for one in ours for other in near[one]})
    number = {other: len(ours) + i for i, other in enumerate(theirs)}
    edges = [(i, number[other]) for i, one in enumerate(ours) for other in near[one]]
    size = len(ours) + len(theirs)
    ends: NDArray[Any] = np.array(edges, dtype=np.int32).reshape(-1, 2)
    graph = csr_matrix((np.ones(len(edges), dtype=bool), (ends[:, 0], ends[:, 1])), shape=(size, size))
    _count, labels = connected_components(graph, directed=False)
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for i, one in enumerate([*ours, *theirs]):
        groups.setdefault(int(labels[i]), ([], []))[i >= len(ours)].append(one)
    return [(tuple(one), tuple(other)) for one, other in groups.values()]


def _fingerprint(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()
