"""What may be published of persons, and in how large groups. Pure.

Source: issue « The account to be given », « never finer than the smallest publishable group »; rulebook, `figures`.

Operations are put together in blocks, and whatever is published is a sum of whole blocks: nobody can take one table
from another and find less than a block. A count of a block is published when it is 0 or reaches the smallest group, and
so does what it leaves of each larger count that is published too (hired among those who are out: both the hired and the
others). A block that does not is joined to its nearest (same basin, job and provider; basin and job; basin; region).
What is counted within another is told in blocks made of the other's blocks, so that taking one from the other leaves
whole blocks on both sides.

What is published is also true of what it is said of. A count is told of *all* the operations asked, or not at all: the
blocks that may be told are those where nobody, everybody or many are concerned, and their sum is no picture of the
others. So blocks hold every operation of the year, or the count is not told of the year nor of any part of it. And a
share is told of a block only when its denominator has room for a group on both sides: of eleven to twenty-one persons
only "nobody" and "everybody" could ever be told, and telling these alone would choose the blocks by their outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOMENTS: Final = ("exit", "m3", "m6")

WITHIN: Final[dict[str, str]] = {
    "entered": "",
    "filled_seats": "entered",
    "paired": "entered",
    "certified": "entered",
    "out": "entered",
    "left_early": "out",
    "hired": "out",
    "hired_promised": "hired",
    "exit_due": "out",
    "m3_due": "exit_due",
    "m6_due": "m3_due",
    **{f"{key}_reached": f"{key}_due" for key in MOMENTS},
    **{f"{key}_working": f"{key}_reached" for key in MOMENTS},
    **{f"{key}_lasting": f"{key}_working" for key in MOMENTS},
    **{f"{key}_promised": f"{key}_working" for key in MOMENTS},
}
"""Each count of persons that is published, and the count that it is a part of; the larger ones first."""

SHARE_OF: Final[dict[str, str]] = {
    "paired": "entered",
    "certified": "entered",
    "left_early": "entered",
    "hired": "out",
    "hired_promised": "out",
    **{f"{key}_reached": f"{key}_due" for key in MOMENTS},
    **{f"{key}_{name}": f"{key}_reached" for key in MOMENTS for name in ("working", "lasting", "promised")},
}
"""What each outcome is told as a share of. The other counts are of the calendar or of the funding, and no outcome."""


def larger(name: str) -> list[str]:
    """The counts that hold this one, nearest first."""
    found = []
    while name := WITHIN[name]:
        found.append(name)
    return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One operation: where it is (basin, job, provider: the nearest share the most) and its counts."""

    place: tuple[int, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Operations told together, by their position, and the counts that are told of them."""

    cells: frozenset[int]
    counts: Mapping[str, int]


Blocks = dict[str, tuple[Block, ...]]


def blocks(cells: Sequence[Cell], smallest: int) -> Blocks:
    """For each count of persons, the blocks in which it is told: they hold every operation, or there is none."""
    told: Blocks = {}
    for name, within in WITHIN.items():
        names = [name, *larger(name)]
        start = [block.cells for block in told[within]] if within else [frozenset({n}) for n in range(len(cells))]

        def is_safe(group: frozenset[int], names: list[str] = names) -> bool:
            counts = {known: _sum(cells, group, known) for known in names}
            return _is_safe(list(counts.values()), smallest) and _has_room(counts, names[0], smallest)

        groups = _joined(start, cells, is_safe)
        told[name] = tuple(Block(group, {known: _sum(cells, group, known) for known in names}) for group in groups)
    return told


def _is_safe(counts: Sequence[int], smallest: int) -> bool:
    """Whether a count, first, and what it leaves of each larger one are nobody, or enough persons."""
    told = [counts[0], *(whole - counts[0] for whole in counts[1:])]
    return all(number == 0 or number >= smallest for number in told)


def _has_room(counts: Mapping[str, int], name: str, smallest: int) -> bool:
    """Whether a group of the smallest size could have been on either side, whatever became of these persons."""
    whole = counts[SHARE_OF[name]] if name in SHARE_OF else 0
    return whole == 0 or whole >= 2 * smallest


def _sum(cells: Sequence[Cell], group: Collection[int], name: str) -> int:
    return sum(cells[position].counts.get(name, 0) for position in group)


def _joined(
    start: Sequence[frozenset[int]], cells: Sequence[Cell], is_safe: Callable[[frozenset[int]], bool]
) -> list[frozenset[int]]:
    """The groups joined to their nearest until they are safe; none at all when some cannot be.

    The whole region is tried last, so that none is left out of a count that is safe for the whole."""
    depth = len(cells[0].place) if cells else 0
    groups = list(start)
    for length in range(depth, -1, -1):
        around: dict[tuple[int, ...] | frozenset[int], list[frozenset[int]]] = defaultdict(list)
        for group in groups:
            places = {cells[position].place[:length] for position in group}
            # A group that reaches further than this neighbourhood waits for a larger one.
            around[places.pop() if len(places) == 1 else group].append(group)
        groups = [joined for near in around.values() for joined in _joined_here(near, is_safe)]
    return groups if all(is_safe(group) for group in groups) else []


def _joined_here(near: list[frozenset[int]], is_safe: Callable[[frozenset[int]], bool]) -> list[frozenset[int]]:
    """The groups of one neighbourhood, the unsafe ones put together, then with a safe one when that is not enough."""
    done: list[frozenset[int]] = []
    safe: list[frozenset[int]] = []
    waiting: list[frozenset[int]] = []
    pool = frozenset[int]()
    for group in sorted(near, key=lambda group: (-len(group), min(group))):
        if is_safe(group):
            safe.append(group)
            continue
        pool, waiting = pool | group, [*waiting, group]
        if is_safe(pool):
            done.append(pool)
            pool, waiting = frozenset(), []
    kept = [*done, *safe]
    if not pool:
        return kept
    for position, other in enumerate(kept):
        pool |= other
        if is_safe(pool):
            return [pool, *kept[position + 1 :]]
    return [*kept, *waiting]


@dataclass(frozen=True, slots=True)
class Told:
    """What is published of a count among operations: of every one of them."""

    part: int
    whole: int


def told(blocks: Sequence[Block], part: str, whole: str, members: frozenset[int]) -> Told | None:
    """The sums over these operations; None when they are not exactly blocks, put side by side."""
    inside = [block for block in blocks if block.cells <= members]
    if not inside or frozenset[int]().union(*(block.cells for block in inside)) != members:
        return None
    return Told(sum(block.counts[part] for block in inside), sum(block.counts[whole] for block in inside))
