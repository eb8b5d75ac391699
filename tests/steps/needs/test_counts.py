"""The need of the public in counts: what agrees, and what a reader may see of a small one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.needs.counts import LEVELS, PARTS, PublicCounts, profile_faults, shown, total_shown


def seen(counts: PublicCounts, *, exact: bool = False) -> dict[str, str]:
    return {name: words for name, words in shown(counts, exact=exact, smallest=5).items() if words}


def test_a_part_is_not_larger_than_the_whole():
    faults = profile_faults(PublicCounts(8, without_vehicle=9, to_adapt=8))
    assert list(faults) == ["without_vehicle"]


def test_the_levels_together_are_not_more_than_the_whole():
    faults = profile_faults(PublicCounts(8, below_level_3=4, level_3=3, level_4_up=2))
    assert "9 personnes, pour 8" in faults["below_level_3"]
    assert profile_faults(PublicCounts(9, below_level_3=4, level_3=3, level_4_up=2)) == {}


def test_nobody_could_enter_is_an_absence_and_not_a_profile():
    assert list(profile_faults(PublicCounts(0))) == ["could_enter"]


def test_who_gave_the_counts_reads_them_as_they_are():
    assert seen(PublicCounts(3, french_to_learn=1), exact=True) == {"could_enter": "3", "french_to_learn": "1"}


def test_a_count_under_five_is_not_exact_to_others():
    assert seen(PublicCounts(17, french_to_learn=3, without_vehicle=11)) == {
        "could_enter": "17",
        "french_to_learn": "moins de 5",
        "without_vehicle": "11",
    }


def test_a_part_that_leaves_fewer_than_five_aside_says_as_much_as_them():
    assert seen(PublicCounts(17, without_vehicle=15))["without_vehicle"] == "presque toutes"


def test_none_and_all_of_many_people_are_told():
    assert seen(PublicCounts(17, without_vehicle=17, to_adapt=0)) == {
        "could_enter": "17",
        "without_vehicle": "17",
        "to_adapt": "0",
    }


def test_of_fewer_than_five_people_no_part_is_told():
    assert seen(PublicCounts(4, without_vehicle=4, below_level_3=0)) == {"could_enter": "moins de 5"}


def test_the_only_small_level_is_not_found_by_subtraction():
    assert seen(PublicCounts(17, below_level_3=9, level_3=6, level_4_up=2)) == {
        "could_enter": "17",
        "below_level_3": "9",
        "level_3": "5 ou plus",
        "level_4_up": "moins de 5",
    }


@pytest.mark.parametrize(
    ("wholes", "words"),
    [
        ([(17, False), (6, False)], "23"),
        ([(17, False), (3, True)], "20"),
        ([(17, False), (3, False)], "au moins 18"),
        ([(3, False)], "moins de 5"),
        ([(3, False), (2, False)], "moins de 9"),
    ],
)
def test_a_total_does_not_give_away_a_hidden_count(wholes: list[tuple[int, bool]], words: str):
    assert total_shown(wholes, 5) == words


SMALLEST = st.integers(2, 11)


@st.composite
def profiles(draw: st.DrawFn) -> PublicCounts:
    whole = draw(st.integers(1, 60))
    first = draw(st.integers(0, whole))
    second = draw(st.integers(0, whole - first))
    levels = dict(zip(LEVELS, (first, second, whole - first - second), strict=True))
    others = {name: draw(st.none() | st.integers(0, whole)) for name in PARTS if name not in LEVELS}
    kept = {name: draw(st.sampled_from([value, value, None])) for name, value in levels.items()}
    return PublicCounts(whole, **kept, **others)


@given(profiles(), SMALLEST)
def test_no_small_count_is_ever_shown_to_others(counts: PublicCounts, smallest: int):
    for name, words in shown(counts, exact=False, smallest=smallest).items():
        if words.isdecimal():
            part = int(words)
            rest = counts.could_enter - part if name != "could_enter" else 0
            assert not 0 < part < smallest
            assert not 0 < rest < smallest


@given(profiles(), SMALLEST)
def test_a_hidden_level_is_never_what_remains_of_the_others(counts: PublicCounts, smallest: int):
    said = shown(counts, exact=False, smallest=smallest)
    levels = {name: said[name] for name in LEVELS if getattr(counts, name) is not None}
    if len(levels) == len(LEVELS) and said["could_enter"].isdecimal():
        hidden = [name for name, words in levels.items() if not words.isdecimal()]
        small = [name for name in hidden if 0 < getattr(counts, name) < smallest]
        assert len(hidden) != 1 or not small


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=5), SMALLEST)
def test_a_total_is_exact_only_when_all_it_adds_is_known(wholes: list[tuple[int, bool]], smallest: int):
    words = total_shown(wholes, smallest)
    hides = any(not exact and whole < smallest for whole, exact in wholes)
    assert words.isdecimal() != hides
