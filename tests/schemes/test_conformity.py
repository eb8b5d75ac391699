"""The conformity rule, as process.md words it (seed 001, step 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.conformity import Counts, Decision, Verdict, conformity, minimum_for
from defi.schemes.rulebook import current

RULES = current().conformity

people = st.integers(0, 40)


def judged(seats: int, entered: int, paired: int, **more):
    return conformity(RULES, Counts(seats, entered, paired), **more)


@pytest.mark.parametrize(
    ("n", "minimum"),
    [(6, 6), (7, 6), (8, 6), (9, 6), (10, 7), (11, 8), (12, 9), (13, 9), (14, 10), (15, 11)],
)
def test_the_table_of_the_seed_holds_row_by_row(n, minimum):
    assert minimum_for(RULES, n) == minimum


@pytest.mark.parametrize("n", range(1, 6))
def test_fewer_than_six_are_never_defi(n):
    assert minimum_for(RULES, n) is None
    assert judged(n, n, n).verdict is Verdict.NOT_DEFI


@pytest.mark.parametrize(
    ("n", "minimum"),
    list(
        enumerate(
            [12, 12, 13, 14, 14, 15, 16, 17, 17, 18, 19, 19, 20, 21, 21, 22, 23, 24, 24, 25, 26, 26, 27, 28, 28], 16
        )
    ),
)
def test_above_the_table_the_next_whole_number_at_or_above_seventy_percent_to_be_confirmed(n, minimum):
    assert minimum_for(RULES, n) == minimum
    assert judged(n, n, minimum).to_confirm


@pytest.mark.parametrize("n", range(1, 41))
def test_every_size_has_its_four_states(n):
    minimum = minimum_for(RULES, n)
    for paired in range(n + 1):
        verdict = judged(n, n, paired).verdict
        if minimum is None or paired < minimum:
            assert verdict is Verdict.NOT_DEFI
        elif paired == n:
            assert verdict is Verdict.TARGET
        else:
            assert verdict is Verdict.TO_DECIDE


def test_no_rounding_of_seventy_percent_gives_the_table():
    rounded = (
        [round(0.7 * n) for n in RULES.table],
        [-(-7 * n // 10) for n in RULES.table],
        [7 * n // 10 for n in RULES.table],
    )
    assert all(list(RULES.table.values()) != row for row in rounded)


def test_a_small_group_must_be_paired_whole():
    assert judged(8, 8, 7, small_group=True).verdict is Verdict.NOT_DEFI
    assert judged(8, 8, 7, small_group=True).missing == 1
    assert judged(8, 8, 8, small_group=True).verdict is Verdict.TARGET


def test_a_small_group_is_never_below_six():
    assert judged(5, 5, 5, small_group=True).verdict is Verdict.NOT_DEFI


def test_the_officer_admits_under_all_seats():
    assert judged(12, 12, 10, decision=Decision(True, 10, 12)).verdict is Verdict.ADMITTED


def test_an_admission_does_not_cover_a_later_loss():
    assert judged(12, 12, 9, decision=Decision(True, 10, 12)).verdict is Verdict.TO_DECIDE


def test_an_admission_does_not_cover_one_more_person_without_a_promise():
    assert judged(14, 13, 10, decision=Decision(True, 10, 12)).verdict is Verdict.TO_DECIDE
    assert judged(12, 11, 10, decision=Decision(True, 10, 12)).verdict is Verdict.ADMITTED


def test_a_refusal_is_not_defi_and_says_so():
    refused = judged(12, 12, 10, decision=Decision(False, 10, 12))
    assert refused.verdict is Verdict.NOT_DEFI
    assert refused.refused


def test_no_admission_lifts_a_session_above_the_minimum():
    assert judged(13, 13, 8, decision=Decision(True, 8, 13)).verdict is Verdict.NOT_DEFI
    assert judged(13, 13, 8).missing == 1


def test_the_minimum_is_that_of_the_region_funded_who_entered_and_the_target_that_of_the_seats():
    short = judged(12, 10, 10)
    assert (short.minimum, short.verdict, short.missing_for_target) == (7, Verdict.TO_DECIDE, 2)


def test_seats_of_other_funding_are_counted_apart():
    apart = conformity(RULES, Counts(12, 12, 12, apart=3, apart_conforming=3))
    assert (apart.counted, apart.minimum, apart.verdict) == (12, 9, Verdict.TARGET)


def test_one_seat_of_other_funding_without_a_lasting_aim_breaks_the_session():
    apart = conformity(RULES, Counts(12, 12, 12, apart=3, apart_conforming=2))
    assert apart.verdict is Verdict.NOT_DEFI
    assert apart.apart_breaks


@given(seats=people, entered=people, paired=people, small=st.booleans(), admitted=st.booleans())
def test_nothing_below_the_minimum_is_ever_certifiable(seats, entered, paired, small, admitted):
    verdict = judged(seats, entered, paired, small_group=small, decision=Decision(admitted, paired, entered))
    minimum = minimum_for(RULES, entered)
    if minimum is None or paired < minimum:
        assert not verdict.certifiable


@given(seats=people, entered=people, paired=st.integers(0, 39), small=st.booleans())
def test_one_more_pairing_never_makes_it_worse(seats, entered, paired, small):
    before = judged(seats, entered, paired, small_group=small)
    after = judged(seats, entered, paired + 1, small_group=small)
    assert after.missing <= before.missing
    assert after.certifiable >= before.certifiable
