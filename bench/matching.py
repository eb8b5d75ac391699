"""How long the largest number of pairs takes. Budgets: 200,000 people × 200,000 posts with 2 million agreements under
1 s; one board of 30 × 30, with its example and all that is told of it, under 200 ms.

    python bench/matching.py [ROUNDS]

Agreements at random over the whole country, and within operations of thirty, as in life. Shown besides, with no
budget: most people wanting the same few posts. One chain of overlapping agreements across the whole country, which no
board makes, would take the library far longer. Time of this process alone, the worst of the rounds; no database."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from time import process_time

import numpy as np

from defi.steps.pairing.matching import Ground, Indices, at_most, idle_posts, most_pairs, one_way, shortages

PEOPLE, AGREEMENTS = 200_000, 2_000_000
COUNTRY_S, BOARD_MS = 1.0, 200

Shape = Callable[[np.random.Generator], tuple[Indices, Indices]]


def anywhere(chance: np.random.Generator) -> tuple[Indices, Indices]:
    """Agreements at random."""
    return (
        chance.integers(0, PEOPLE, AGREEMENTS, dtype=np.int32),
        chance.integers(0, PEOPLE, AGREEMENTS, dtype=np.int32),
    )


def by_operation(chance: np.random.Generator) -> tuple[Indices, Indices]:
    """As in life: each person agrees with some of the thirty posts of their operation."""
    person = chance.integers(0, PEOPLE, AGREEMENTS, dtype=np.int32)
    post = np.minimum(person // 30 * 30 + chance.integers(0, 30, AGREEMENTS, dtype=np.int32), PEOPLE - 1)
    return person, post


def wanted(chance: np.random.Generator) -> tuple[Indices, Indices]:
    """A few posts that most people want, many that nobody does."""
    person = chance.integers(0, PEOPLE, AGREEMENTS, dtype=np.int32)
    post = (PEOPLE * chance.power(0.3, AGREEMENTS)).astype(np.int32)
    return person, post


SHAPES: dict[str, Shape] = {"anywhere": anywhere, "by operation": by_operation}
BESIDES: dict[str, Shape] = {"wanted by all": wanted}


def main(rounds: int) -> int:
    """Print a table; 1 when a budget is passed."""
    print(f"{'agreements':<16}{'pairs':>10}{'worst':>10}{'budget':>10}")
    late = False
    for name, shape in (SHAPES | BESIDES).items():
        worst, pairs = 0.0, 0
        for seed in range(rounds):
            person, post = shape(np.random.default_rng(seed))
            began = process_time()
            pairs = int((most_pairs(PEOPLE, PEOPLE, person, post) >= 0).sum())
            worst = max(worst, process_time() - began)
        late |= worst > COUNTRY_S and name in SHAPES
        budget = f"{COUNTRY_S:.0f} s" if name in SHAPES else "none"
        print(f"{name:<16}{pairs:>10,}{worst:>8.2f} s{budget:>10}")
    board, pairs = 0.0, 0
    for seed in range(rounds):
        ground = one_board(random.Random(seed))
        began = process_time()
        pairs = at_most(ground)
        one_way(ground, {})
        shortages(ground)
        idle_posts(ground)
        board = max(board, 1000 * (process_time() - began))
    late |= board > BOARD_MS
    print(f"{'board 30 × 30':<16}{pairs:>10}{board:>7.1f} ms{BOARD_MS:>7} ms")
    return int(late)


def one_board(chance: random.Random) -> Ground:
    """Thirty people, thirty posts, one agreement in seven."""
    agreed = frozenset((p, q) for p in range(30) for q in range(100, 130) if chance.random() < 1 / 7)
    return Ground(frozenset(range(30)), dict.fromkeys(range(100, 130), 1), agreed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
