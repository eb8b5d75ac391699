"""Nothing that is published lets anybody find fewer persons than the smallest group, by whatever subtraction."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from defi.steering.publishing import SHARE_OF, WITHIN, Cell, blocks, larger, told

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
    """All that anybody may ask: (operations asked, what is counted) → number, of each filter and count."""
    found = {}
    made = blocks(cells, SMALLEST)
    for held in filters(cells):
        for name in NAMES:
            for known in (name, *larger(name)):
                if answer := told(made[name], name, known, held):
                    found[held, name] = answer.part
                    found[held, known] = answer.whole
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


@settings(max_examples=150)
@given(populations())
def test_what_is_told_is_told_of_all_that_is_asked_and_of_the_whole_year_first(cells):
    """No figure is the sum of the operations that happened to be fit to tell: the others would be pictured by them."""
    everything = frozenset(range(len(cells)))
    for name, made in blocks(cells, SMALLEST).items():
        assert frozenset().union(*(block.cells for block in made)) in {everything, frozenset()}, name
        for held in filters(cells):
            answer = told(made, name, name, held)
            if answer and held:
                assert told(made, name, name, everything) is not None
                assert answer.part == sum(cells[position].counts[name] for position in held)


@settings(max_examples=150)
@given(populations())
def test_a_share_is_told_where_both_answers_could_have_been(cells):
    """Of fewer persons, only nobody and everybody could ever be told: telling these would choose by the outcome."""
    made = blocks(cells, SMALLEST)
    for name, whole in SHARE_OF.items():
        for block in made[name]:
            assert block.counts[whole] == 0 or block.counts[whole] >= 2 * SMALLEST


def test_nobody_of_one_place_is_not_told_while_few_of_the_others_are_hidden():
    """Three of fifty-six left, none of them in the operation of thirteen: that nobody left is not what is told."""
    cells = [
        Cell((1, 1, 1), {"entered": 13}),
        Cell((2, 1, 1), {"entered": 22, "left_early": 2}),
        Cell((3, 1, 1), {"entered": 21, "left_early": 1}),
    ]
    made = blocks(cells, SMALLEST)
    assert made["left_early"] == ()
    assert all(told(made["left_early"], "left_early", "entered", frozenset(asked)) is None for asked in ([0], [0, 1]))


def test_everybody_of_a_year_is_told():
    cells = [Cell((n, 1, 1), {"entered": 14, "paired": 14}) for n in range(3)]
    answer = told(blocks(cells, SMALLEST)["paired"], "paired", "entered", frozenset({0, 1, 2}))
    assert answer is not None
    assert (answer.part, answer.whole) == (42, 42)


def test_nothing_to_count_here_and_something_elsewhere_is_not_nothing_to_count():
    """Nobody is out of the first operation yet; seventeen of the twenty out of the other were hired: three were not."""
    cells = [Cell((1, 1, 1), {"entered": 13}), Cell((2, 1, 1), {"entered": 20, "out": 20, "hired": 17})]
    made = blocks(cells, SMALLEST)
    assert told(made["hired"], "hired", "out", frozenset({0, 1})) is None
    assert told(made["hired"], "hired", "out", frozenset({0})) is None


def test_an_operation_of_eight_is_told_with_its_neighbour_and_never_by_itself():
    cells = [Cell((1, 1, 1), {"entered": 8}), Cell((1, 1, 2), {"entered": 12}), Cell((2, 1, 1), {"entered": 14})]
    made = blocks(cells, SMALLEST)["entered"]
    assert {tuple(sorted(block.cells)) for block in made} == {(0, 1), (2,)}
    assert told(made, "entered", "entered", frozenset({0})) is None
    assert told(made, "entered", "entered", frozenset({1})) is None
    basin = told(made, "entered", "entered", frozenset({0, 1}))
    assert basin is not None
    assert basin.part == 20


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
