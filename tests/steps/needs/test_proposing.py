"""Which needs are proposed as one group: same or near job, same basin, same period."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.months import add_months
from defi.steps.needs.proposing import JobKey, Nearness, Proposed, Waiting, joins, nearness, propose, same_period

MAGASINIER, CARISTE, PREPARATEUR = JobKey(1, "N1103"), JobKey(2, "N1101"), JobKey(3, "N1110")
SOUDEUR, COMMIS = JobKey(4, "H2913"), JobKey(5, "G1602")
JOBS = (MAGASINIER, CARISTE, PREPARATEUR, SOUDEUR, COMMIS)
MOVES = frozenset({(CARISTE.id, MAGASINIER.id), (COMMIS.id, SOUDEUR.id)})
SPRING, SUMMER, WINTER = date(2026, 4, 1), date(2026, 7, 1), date(2026, 12, 1)


def need(number: int, job: JobKey = MAGASINIER, basin: int = 1, posts: int = 1, day: date | None = None) -> Waiting:
    return Waiting(number, job, basin, posts, day)


def ids(groups: list[Proposed]) -> list[list[int]]:
    return [[member.need_id for member, _near in group.members] for group in groups]


def test_jobs_are_near_by_the_mobility_of_the_rome_read_both_ways_else_by_their_domain():
    assert nearness(MAGASINIER, MAGASINIER, MOVES) is Nearness.SAME
    assert nearness(MAGASINIER, CARISTE, MOVES) is Nearness.MOBILITY
    assert nearness(MAGASINIER, PREPARATEUR, MOVES) is Nearness.DOMAIN
    assert nearness(MAGASINIER, SOUDEUR, MOVES) is None


def test_needs_of_one_job_in_one_basin_are_proposed_together():
    assert ids(propose([need(1), need(2), need(3, basin=2)], MOVES, 3)) == [[1, 2]]


def test_a_need_alone_proposes_nothing():
    assert propose([need(1), need(2, SOUDEUR)], MOVES, 3) == []


def test_dates_too_far_apart_are_not_one_period():
    assert ids(propose([need(1, day=SPRING), need(2, day=WINTER)], MOVES, 3)) == []
    assert ids(propose([need(1, day=SPRING), need(2, day=SUMMER)], MOVES, 3)) == [[1, 2]]


def test_as_soon_as_possible_goes_with_any_date():
    assert ids(propose([need(1, day=WINTER), need(2)], MOVES, 3)) == [[1, 2]]


def test_a_need_left_alone_joins_the_group_of_a_near_job_and_it_is_said_why():
    (group,) = propose([need(1), need(2), need(3, CARISTE), need(4, PREPARATEUR)], MOVES, 3)
    assert [near for _need, near in group.members] == [
        Nearness.SAME,
        Nearness.SAME,
        Nearness.MOBILITY,
        Nearness.DOMAIN,
    ]


def test_two_groups_of_near_jobs_stay_two_groups():
    groups = propose([need(1), need(2), need(3, CARISTE), need(4, CARISTE, posts=5)], MOVES, 3)
    assert ids(groups) == [[3, 4], [1, 2]]


def test_two_near_needs_left_alone_make_a_group_named_after_the_one_that_recruits_most():
    (group,) = propose([need(1, posts=1), need(2, CARISTE, posts=6)], MOVES, 3)
    assert (group.job, group.posts) == (CARISTE, 7)


def test_the_period_kept_is_the_one_that_holds_most_posts():
    needs = [need(1, day=SPRING), need(2, day=WINTER, posts=4), need(3, day=WINTER, posts=4)]
    assert ids(propose(needs, MOVES, 3)) == [[2, 3]]


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (need(9), Nearness.SAME),
        (need(9, CARISTE), Nearness.MOBILITY),
        (need(9, basin=2), None),
        (need(9, SOUDEUR), None),
        (need(9, day=WINTER), None),
    ],
)
def test_a_need_joins_a_group_of_its_basin_job_and_period(candidate: Waiting, expected: Nearness | None):
    group = Proposed(MAGASINIER, 1, ((need(1, day=SPRING), Nearness.SAME),))
    assert joins(candidate, group, MOVES, 3) == expected


def test_two_needs_of_one_period_are_worth_more_than_a_larger_one_alone():
    needs = [need(1, posts=9, day=WINTER), need(2, day=SPRING), need(3, day=SPRING)]
    assert ids(propose(needs, MOVES, 3)) == [[2, 3]]


def test_one_job_wanted_in_two_periods_makes_two_groups():
    needs = [need(1, day=SPRING), need(2, day=SPRING), need(3, day=WINTER), need(4, day=WINTER)]
    assert ids(propose(needs, MOVES, 3)) == [[1, 2], [3, 4]]


WAITING = st.lists(
    st.builds(
        Waiting,
        need_id=st.integers(1, 10_000),
        job=st.sampled_from(JOBS),
        basin_id=st.integers(1, 3),
        posts=st.integers(1, 9),
        wanted_from=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    max_size=14,
    unique_by=lambda one: one.need_id,
)


@given(WAITING, st.integers(0, 6))
def test_every_proposal_is_a_group_that_an_officer_could_make(needs: list[Waiting], months: int):
    groups = propose(needs, MOVES, months)
    grouped = [member.need_id for group in groups for member, _near in group.members]
    assert len(grouped) == len(set(grouped))
    for group in groups:
        assert len(group.members) > 1
        assert {member.basin_id for member, _near in group.members} == {group.basin_id}
        assert all(nearness(member.job, group.job, MOVES) is near for member, near in group.members)
        assert any(near is Nearness.SAME for _member, near in group.members)
        assert same_period((member.wanted_from for member, _near in group.members), months)


@given(WAITING, st.randoms())
def test_the_order_in_which_needs_are_read_changes_nothing(needs: list[Waiting], chance):
    shuffled = list(needs)
    chance.shuffle(shuffled)
    assert propose(shuffled, MOVES, 3) == propose(needs, MOVES, 3)


@given(WAITING)
def test_needs_of_one_job_basin_and_period_are_never_all_left_alone(needs: list[Waiting]):
    grouped = {member.need_id for group in propose(needs, MOVES, 3) for member, _near in group.members}
    for one in needs:
        for other in needs:
            alike = (one.job, one.basin_id) == (other.job, other.basin_id) and one is not other
            if alike and same_period([one.wanted_from, other.wanted_from], 3):
                assert {one.need_id, other.need_id} & grouped


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 12))
def test_a_period_ends_on_the_same_day_of_its_last_month(day: date, months: int):
    assert same_period([day, add_months(day, months)], months)
    assert not same_period([day, date.fromordinal(add_months(day, months).toordinal() + 1)], months)
