"""Pure rules of promises and pairings."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.conformity import Counts, Decision, conformity
from defi.schemes.rulebook import current
from defi.steps.pairing.rules import Span, Withdrawal, paired_on, posts_fault, say, share_withdrawal

RULES = current().conformity
DAY = date(2025, 11, 3)


def test_a_pairing_is_active_from_its_day_to_the_eve_of_its_end():
    span = Span(1, date(2025, 10, 1), date(2025, 10, 21), counts=True)
    assert not span.active_on(date(2025, 9, 30))
    assert span.active_on(date(2025, 10, 1))
    assert span.active_on(date(2025, 10, 20))
    assert not span.active_on(date(2025, 10, 21))


def test_a_person_re_paired_counts_once():
    spans = [Span(1, DAY, DAY, counts=True), Span(1, DAY, None, counts=True)]
    assert paired_on(spans, frozenset({1}), DAY) == 1


def test_a_promise_that_does_not_conform_does_not_count():
    assert paired_on([Span(1, DAY, None, counts=False)], frozenset({1}), DAY) == 0


def test_a_promise_has_from_one_to_forty_posts():
    assert posts_fault(0)
    assert posts_fault(4000)
    assert not posts_fault(1)


def test_free_posts_go_first():
    assert share_withdrawal(2, free=2, paired=[7, 8], named=[]) == Withdrawal(2, ())


def test_whose_post_goes_must_be_said_when_free_ones_are_not_enough():
    answer = share_withdrawal(3, free=2, paired=[7, 8], named=[])
    assert answer == "Il faut retirer 1 poste déjà pris : indiquez la personne concernée."
    assert share_withdrawal(3, free=2, paired=[7, 8], named=[8]) == Withdrawal(2, (8,))


def test_withdrawing_everything_needs_no_name():
    assert share_withdrawal(4, free=2, paired=[7, 8], named=[]) == Withdrawal(2, (7, 8))


def test_somebody_else_s_post_is_not_withdrawn():
    assert isinstance(share_withdrawal(1, free=2, paired=[7], named=[9]), str)


@given(
    posts=st.integers(-1, 12),
    free=st.integers(0, 6),
    paired=st.lists(st.integers(1, 9), unique=True, max_size=6),
    named=st.lists(st.integers(1, 9), unique=True, max_size=6),
)
def test_what_is_withdrawn_is_what_was_asked_and_nobody_unnamed_loses_their_post(posts, free, paired, named):
    share = share_withdrawal(posts, free, paired, named)
    if isinstance(share, Withdrawal):
        assert share.free + len(share.people) == posts
        assert share.free <= free
        assert set(share.people) <= set(paired)
        if posts < free + len(paired):
            assert set(share.people) == set(named)


def test_the_gauge_says_what_is_missing():
    judged = conformity(RULES, Counts(seats=13, people=13, paired=8))
    assert say(judged, is_finding=True) == (
        "8 appairés, 13 entrés, 13 places Région : pas DEFI, minimum 9, il en manque 1."
    )


def test_the_gauge_says_that_the_decision_is_awaited_then_taken():
    counts = Counts(seats=12, people=12, paired=10)
    assert "minimum 9 atteint, admission à décider" in say(conformity(RULES, counts), is_finding=False)
    admitted = conformity(RULES, counts, decision=Decision(True, 10, 12))
    assert "admise par la Région, minimum 9" in say(admitted, is_finding=True)


def test_a_rule_to_be_confirmed_says_so():
    assert "règle à confirmer par la Région" in say(conformity(RULES, Counts(18, 18, 18)), is_finding=True)


def test_before_the_start_the_gauge_says_what_is_still_to_be_found():
    assert say(conformity(RULES, Counts(12, 12, 7)), is_finding=False).endswith(
        "sous le minimum de 9, il manque 2 appairages."
    )
    assert say(conformity(RULES, Counts(12, 0, 0)), is_finding=False).endswith(
        "moins de 6 personnes confirmées à ce jour."
    )
