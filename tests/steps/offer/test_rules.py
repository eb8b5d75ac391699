"""What a lot covers, and what its holder may claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.offer.rules import (
    LotFacts,
    Sought,
    award_fault,
    covers,
    exclusivity,
    lot_fault,
    seats_fault,
    tender_date_faults,
    tender_fault,
)

LOT = LotFacts("2025-PM-14 3", "Atelier du Loir", frozenset({1}), frozenset({7}), date(2025, 1, 1), date(2025, 12, 31))
WANTED = Sought(1, "Aide à domicile", 7, "Châteaudun")
DAY = date(2025, 5, 14)


def test_a_lot_covers_its_jobs_in_its_basins_while_it_is_valid() -> None:
    assert covers(LOT, WANTED, DAY)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2025, 12, 31)])
def test_the_first_and_the_last_day_are_in(day: date) -> None:
    assert covers(LOT, WANTED, day)


@given(st.dates())
def test_a_lot_covers_nothing_out_of_its_dates(day: date) -> None:
    assert covers(LOT, WANTED, day) is (LOT.valid_from <= day <= LOT.valid_to)


@pytest.mark.parametrize(
    ("lot", "said"),
    [
        (replace(LOT, valid_from=date(2025, 6, 1)), "ne commence que le 01/06/2025"),
        (replace(LOT, valid_to=date(2025, 5, 1)), "a pris fin le 01/05/2025"),
        (replace(LOT, jobs=frozenset({2})), "ne comprend pas le métier « Aide à domicile »"),
        (replace(LOT, basins=frozenset()), "ne s'étend pas au bassin de Châteaudun"),
    ],
)
def test_it_says_why_a_lot_does_not_cover(lot: LotFacts, said: str) -> None:
    assert said in lot_fault(lot, WANTED, DAY)


def test_the_exclusivity_of_the_holder_is_said_in_so_many_words() -> None:
    assert "Atelier du Loir, son titulaire, a l'exclusivité pour la formation visée" in exclusivity(LOT)


def test_no_tender_while_a_market_covers_the_need() -> None:
    assert tender_fault([]) == ""
    assert "Une consultation n'est possible que si aucun marché ne couvre le besoin" in tender_fault([LOT])


def test_a_tender_leaves_time_to_answer_and_is_not_launched_tomorrow() -> None:
    assert tender_date_faults(DAY, DAY + timedelta(days=21), DAY) == {}
    assert list(tender_date_faults(DAY, DAY, DAY)) == ["deadline_on"]
    assert list(tender_date_faults(DAY + timedelta(days=1), DAY + timedelta(days=9), DAY)) == ["launched_on"]


def test_a_tender_is_awarded_after_its_deadline() -> None:
    deadline = date(2025, 5, 10)
    assert award_fault(DAY, deadline, date(2025, 4, 1), DAY) == ""
    assert "date limite" in award_fault(date(2025, 5, 9), deadline, date(2025, 4, 1), DAY)
    assert "à venir" in award_fault(date(2025, 5, 15), deadline, date(2025, 4, 1), DAY)


@pytest.mark.parametrize(("seats", "refused"), [(5, True), (6, False), (15, False)])
def test_a_session_of_fewer_than_six_seats_is_never_defi(seats: int, refused: bool) -> None:
    assert bool(seats_fault(seats, 6)) is refused
