"""What a board may still become, by the rule of the rulebook; and what would change « if »."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.conformity import Decision, Verdict
from defi.schemes.rulebook import current
from defi.steps.pairing.outlook import Offer, Picture, Someone

RULES = current().conformity


def picture(*, seats=8, confirmed=8, reserve=0, posts=8, agreed=None, paired=None):
    """People 1…n (the confirmed first), one firm with `posts` posts (promise 101), agreements with all by default."""
    people = [
        Someone(n, region=True, expected=n <= confirmed, seated=n <= confirmed, pairable=True)
        for n in range(1, confirmed + reserve + 1)
    ]
    everybody = frozenset((one.id, 101) for one in people)
    return Picture(
        RULES,
        seats,
        tuple(people),
        (Offer(101, 7, posts, counts=True),),
        paired or {},
        everybody if agreed is None else agreed,
    )


def test_what_is_possible_goes_past_what_is_done():
    assert picture(paired={1: 101}).counts.paired == 1
    assert picture(paired={1: 101}).most == 8
    assert picture(paired={1: 101}).within_reach


def test_the_minimum_is_out_of_reach_when_too_few_agree():
    few = picture(agreed=frozenset((n, 101) for n in range(1, 6)))
    assert few.most == 5
    assert not few.within_reach
    assert few.reach.counts.paired == 5


def test_the_reserve_counts_towards_the_reach_while_seats_are_left():
    short = picture(seats=8, confirmed=5, reserve=3)
    assert short.reach.counts.people == 8
    assert short.reach.verdict is Verdict.TARGET
    full = picture(seats=8, confirmed=8, reserve=2, agreed=frozenset((n, 101) for n in (1, 2, 3, 4, 9, 10)))
    assert full.most == 6
    assert not full.within_reach  # nobody gives up a seat for the reserve


def test_who_is_retained_past_the_seats_does_not_enter():
    """Ten seats, eleven retained: the minimum is that of ten, and who leaves among the unpaired changes nothing."""
    crowded = picture(seats=10, confirmed=10, agreed=frozenset((n, 101) for n in range(1, 8)), posts=10)
    crowded = replace(crowded, people=(*crowded.people, Someone(11, True, False, True, pairable=True)))
    assert (crowded.reach.counts.people, crowded.reach.minimum) == (10, 7)
    assert crowded.within_reach
    assert crowded.without([], [11]).within_reach


def test_who_has_a_seat_enters_confirmed_or_not():
    """Twelve retained, nobody confirmed yet, eight agreements: nine are needed once the twelve are there."""
    early = picture(seats=12, confirmed=12, agreed=frozenset((n, 101) for n in range(1, 9)))
    early = replace(early, people=tuple(replace(one, expected=False) for one in early.people))
    assert (early.most, early.reach.minimum, early.reach.missing) == (8, 9, 1)
    assert not early.within_reach


def test_a_promise_that_does_not_count_makes_nothing_possible():
    dim = picture(paired={1: 101})
    dim = replace(dim, offers=(replace(dim.offers[0], counts=False),))
    assert (dim.most, dim.counts.paired) == (0, 0)


def test_a_post_held_by_another_funding_is_not_there_for_the_others():
    shared = picture(posts=1, paired={9: 101})
    shared = replace(
        shared, people=(*shared.people, Someone(9, region=False, expected=True, seated=True, pairable=True))
    )
    assert shared.most == 0
    assert shared.counts.apart == 1


def test_without_an_employer_its_pairings_and_posts_are_gone():
    both = picture(confirmed=8, posts=6, paired=dict.fromkeys(range(1, 7), 101))
    both = replace(both, offers=(*both.offers, Offer(102, 8, 2, counts=True)), agreed=frozenset({(1, 102), (2, 102)}))
    assert both.judged.verdict is Verdict.TO_DECIDE
    after = both.without({101}, set())
    assert after.counts.paired == 0
    assert after.most == 2
    assert after.judged.verdict is Verdict.NOT_DEFI


def test_an_admission_does_not_cover_what_is_worse():
    admitted = replace(picture(paired=dict.fromkeys(range(1, 8), 101)), decision=Decision(True, 7, 8))
    assert admitted.judged.verdict is Verdict.ADMITTED
    assert admitted.without((), {8}).judged.verdict is Verdict.ADMITTED
    worse = replace(admitted, paired=dict.fromkeys(range(1, 7), 101))
    assert worse.judged.verdict is Verdict.TO_DECIDE


@given(st.sets(st.integers(1, 8)), st.sets(st.integers(1, 8)), st.booleans())
def test_who_leaves_never_makes_more_possible(paired, leaving, withdrawn):
    before = picture(paired=dict.fromkeys(paired, 101))
    after = before.without({101} if withdrawn else (), leaving)
    assert after.most <= before.most
    assert after.counts.paired <= before.counts.paired
    assert before.without((), ()) == before
