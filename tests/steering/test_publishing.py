"""Nothing that is published lets anybody find fewer persons than the smallest group, by whatever subtraction."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from defi.steering.publishing import WITHIN, Cell, blocks, larger, told

SMALLEST = 11
NAMES = tuple(WITHIN)


@st.composite
def populations(draw):
    """Up to a dozen operations in few basins, jobs and providers, each with its persons counted as the facts nest."""
    cells = []
    for _number in range(draw(st.integers(1, 12))):
        counts = {}
        for name, within in WITHIN.items():
            most = counts[within] if within else draw(st.sampled_from([0, 3, 8, 12, 12, 12, 15, 30]))
            few = draw(st.sampled_from(["all", "none", "some", "nearly"]))
            counts[name] = {
                "all": most,
                "none": 0,
                "some": draw(st.integers(0, most)),
                "nearly": max(0, most - draw(st.integers(0, 2))),
            }[few]
        place = (draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2)))
        cells.append(Cell(place, counts))
    return cells


def filters(cells):
    """Every choice of a basin, a job and a provider, each or none: the operations that it holds."""
    seen = {}
    for wanted in product(*([None, *sorted({cell.place[n] for cell in cells})] for n in range(3))):
        held = frozenset(
            position
            for position, cell in enumerate(cells)
            if all(want is None or want == have for want, have in zip(wanted, cell.place, strict=True))
        )
        seen.setdefault(held, wanted)
    return list(seen)


def published(cells):
    """All that anybody may ask: (operations really counted, what is counted) → number, of each filter and count."""
    found = {}
    made = blocks(cells, SMALLEST)
    for held in filters(cells):
        for name in NAMES:
            counted = frozenset().union(*(block.cells for block in made[name] if block.cells <= held))
            for known in (name, *larger(name)):
                answer = told(made[name], name, known, held)
                assert (answer is None) == (not counted)
                if answer:
                    found[counted, name] = answer.part
                    found[counted, known] = answer.whole
    return found


def safe(number):
    return number == 0 or number >= SMALLEST


@settings(max_examples=150)
@given(populations())
def test_what_is_published_is_true_and_counts_nobody_or_enough_persons(cells):
    for (held, name), number in published(cells).items():
        assert number == sum(cells[position].counts[name] for position in held)
        assert safe(number)


@settings(max_examples=150)
@given(populations())
def test_no_subtraction_of_two_filters_or_of_two_counts_leaves_a_small_group(cells):
    """The classic attack: a group less a group that lies in it, by the operations, by what is counted, or by both."""
    answers = published(cells)
    for (wide, whole), number in answers.items():
        for (narrow, part), less in answers.items():
            if narrow <= wide and (part == whole or whole in larger(part)):
                assert safe(number - less), (sorted(wide), whole, sorted(narrow), part)


@settings(max_examples=80)
@given(populations())
def test_no_sum_and_difference_of_any_number_of_tables_gives_the_count_of_part_of_a_block(cells):
    """Whoever solves all the published tables of a count as equations finds the blocks and nothing finer: no unsafe set
    of operations can be had by adding and subtracting them."""
    answers = published(cells)
    for name in NAMES:
        tables = [held for held, known in answers if known == name]
        if not tables:
            continue
        equations = np.array([[float(position in held) for position in range(len(cells))] for held in tables])
        for position, cell in enumerate(cells):
            if safe(cell.counts[name]):
                continue
            alone = np.zeros(len(cells))
            alone[position] = 1
            solved = np.linalg.lstsq(equations.T, alone, rcond=None)[0]
            assert not np.allclose(equations.T @ solved, alone, atol=1e-6), (name, position)


def test_an_operation_of_eight_is_told_with_its_neighbour_and_never_by_itself():
    cells = [Cell((1, 1, 1), {"entered": 8}), Cell((1, 1, 2), {"entered": 12}), Cell((2, 1, 1), {"entered": 14})]
    made = blocks(cells, SMALLEST)["entered"]
    assert {tuple(sorted(block.cells)) for block in made} == {(0, 1), (2,)}
    assert told(made, "entered", "entered", frozenset({0})) is None
    assert told(made, "entered", "entered", frozenset({1})) is None
    basin = told(made, "entered", "entered", frozenset({0, 1}))
    assert basin is not None
    assert (basin.part, basin.operations) == (20, 2)


def test_a_region_of_one_small_operation_tells_nothing_of_persons():
    assert blocks([Cell((1, 1, 1), {"entered": 8})], SMALLEST)["entered"] == ()


def test_who_is_out_is_not_told_when_those_who_stay_are_few():
    cells = [Cell((1, 1, 1), {"entered": 30, "out": 27})]
    made = blocks(cells, SMALLEST)
    assert [block.counts["entered"] for block in made["entered"]] == [30]
    assert made["out"] == ()


def test_thousands_of_operations_are_put_in_blocks_and_most_are_told_of():
    cells = [Cell((n % 22, n % 90, n % 30), {"entered": 8 + n % 6, "out": 8 + n % 6}) for n in range(3000)]
    made = blocks(cells, SMALLEST)
    assert sum(len(block.cells) for block in made["entered"]) == len(cells)
    assert max(len(block.cells) for block in made["entered"]) < 6
