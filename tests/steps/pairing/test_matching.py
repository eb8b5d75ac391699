"""How many pairs are possible at most: right against brute force, and fair: no order of people changes anything."""

import random
from itertools import combinations
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from defi.steps.pairing.matching import Ground, Idle, Shortage, at_most, idle_posts, one_way, shortages

PEOPLE, PROMISES = range(1, 9), range(101, 109)


@st.composite
def grounds(draw, most_posts=3):
    people = draw(st.sets(st.sampled_from(PEOPLE)))
    posts = draw(st.dictionaries(st.sampled_from(PROMISES), st.integers(0, most_posts)))
    agreed = draw(st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PROMISES)), max_size=30))
    return Ground(frozenset(people), posts, frozenset(agreed))


def by_hand(ground: Ground) -> int:
    """Every way is tried: the first person takes nothing, or one of the posts they agree with."""

    def best(people: list[int], posts: dict[int, int]) -> int:
        if not people:
            return 0
        person, *others = people
        most = best(others, posts)
        for promise, free in posts.items():
            if free and (person, promise) in ground.agreed:
                most = max(most, 1 + best(others, {**posts, promise: free - 1}))
        return most

    return best(sorted(ground.people), dict(ground.posts))


@given(grounds(most_posts=1))
@settings(max_examples=300, deadline=None)
def test_the_maximum_is_that_of_brute_force_one_post_a_promise(ground):
    assert at_most(ground) == by_hand(ground)


@given(grounds())
@settings(max_examples=150, deadline=None)
def test_the_maximum_is_that_of_brute_force_with_several_posts(ground):
    assert at_most(ground) == by_hand(ground)


@given(grounds(), st.data())
@settings(deadline=None)
def test_one_way_reaches_the_maximum_within_the_agreements(ground, data):
    living = sorted(ground.living)
    kept: dict[int, int] = {}
    for person, promise in data.draw(st.permutations(living)) if living else ():
        if person not in kept and list(kept.values()).count(promise) < ground.posts[promise]:
            kept[person] = promise
    way = one_way(ground, kept)
    assert len(way) == at_most(ground)
    assert set(way.items()) <= ground.living
    assert all(list(way.values()).count(promise) <= posts for promise, posts in ground.posts.items())
    # Who is paired stays paired, if perhaps with another post; and nothing is changed without need.
    assert set(kept) <= set(way)
    if len(kept) == len(way):
        assert way == kept


@given(grounds(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_example_does_not_depend_on_the_order_things_are_given_in(ground, chance):
    people, posts, agreed = sorted(ground.people), list(ground.posts.items()), sorted(ground.agreed)
    for things in (people, posts, agreed):
        chance.shuffle(things)
    assert one_way(Ground(frozenset(people), dict(posts), frozenset(agreed)), {}) == one_way(ground, {})


@given(grounds())
@settings(deadline=None)
def test_a_shortage_is_people_with_too_few_posts_between_them(ground):
    missing = 0
    for short in shortages(ground):
        wanted = {promise for person, promise in ground.living if person in short.people}
        assert wanted == set(short.promises)
        assert short.left > 0
        missing += short.left
    assert missing == len(ground.people) - at_most(ground)


@given(grounds())
@settings(deadline=None)
def test_idle_posts_are_those_nobody_can_take(ground):
    free = 0
    for idle in idle_posts(ground):
        known = {person for person, promise in ground.living if promise in idle.promises}
        assert known == set(idle.people)
        assert idle.left > 0
        free += idle.left
    assert free == sum(ground.posts.values()) - at_most(ground)


def test_two_people_who_want_only_the_night_shift_are_told_together():
    ground = Ground(frozenset({1, 2, 3}), {101: 1, 102: 1}, frozenset({(1, 101), (2, 101), (3, 102)}))
    assert shortages(ground) == [Shortage((1, 2), (101,), 1)]
    assert idle_posts(ground) == []


def test_who_agrees_with_nobody_stands_alone():
    ground = Ground(frozenset({1, 2}), {101: 2, 102: 1}, frozenset({(1, 101)}))
    assert shortages(ground) == [Shortage((2,), (), 0)]
    assert idle_posts(ground) == [Idle((101,), (1,), 2), Idle((102,), (), 1)]


def test_everybody_who_agrees_with_somebody_is_in_some_maximum():
    ground = Ground(frozenset({1, 2, 3}), {101: 1}, frozenset({(1, 101), (2, 101), (3, 101)}))
    assert at_most(ground) == 1
    for pair in combinations(ground.people, 1):
        assert at_most(ground.among(pair)) == 1


def test_a_board_of_thirty_by_thirty_is_told_at_once():
    chance = random.Random(7)
    agreed = frozenset((p, q) for p in range(30) for q in range(100, 130) if chance.random() < 0.2)
    ground = Ground(frozenset(range(30)), dict.fromkeys(range(100, 130), 1), agreed)
    began = process_time()
    assert at_most(ground) == len(one_way(ground, {}))
    shortages(ground)
    idle_posts(ground)
    assert process_time() - began < 0.2
