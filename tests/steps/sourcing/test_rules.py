"""The preparatory meeting, dates, seats, funding, and what must never be typed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.needs.models import Contract
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import (
    DECLINING,
    LEAVING,
    WITHDRAWING,
    PreparationFacts,
    attendance_gaps,
    day_fault,
    funding_faults,
    nir_fault,
    preparation_advice,
    preparation_gaps,
    seat_fault,
    seats_free,
    seats_to_propose,
)

TODAY = date(2025, 10, 1)
DONE = PreparationFacts(held_on=TODAY, orienteurs=1, firms=1, team=1, committee=1, lines=1)


def test_a_text_with_a_social_security_number_is_refused_in_one_sentence() -> None:
    assert "sécurité sociale" in nir_fault("son numéro : 1 84 12 76 451 089 23")
    assert nir_fault("SIRET 790 261 000 00014, 06 12 34 56 78") == ""


def test_a_date_to_come_is_refused() -> None:
    assert "à venir" in day_fault(TODAY + timedelta(days=1), today=TODAY)


def test_a_date_that_goes_back_before_the_former_step_is_refused() -> None:
    assert "30\u00a0septembre\u00a02025" in day_fault(date(2025, 9, 1), today=TODAY, after=date(2025, 9, 30))


def test_a_date_of_another_year_is_questioned() -> None:
    assert "vérifiez l'année" in day_fault(date(2015, 9, 30), today=TODAY)


@given(after=st.dates(date(2025, 1, 1), TODAY), days=st.integers(0, 400))
def test_any_day_between_the_former_step_and_today_is_good(after: date, days: int) -> None:
    on = min(TODAY, after + timedelta(days=days))
    assert day_fault(on, today=TODAY, after=after) == ""


def test_the_step_is_done_when_everything_it_must_show_exists() -> None:
    assert preparation_gaps(DONE) == ()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (PreparationFacts(team=1, committee=1, lines=1), "n'est pas encore notée"),
        (PreparationFacts(TODAY, 0, 1, 1, 1, 1), "Aucun orienteur"),
        (PreparationFacts(TODAY, 1, 0, 1, 1, 1), "Aucune entreprise engagée"),
        (PreparationFacts(TODAY, 1, 1, 0, 1, 1), "équipe projet"),
        (PreparationFacts(TODAY, 1, 1, 1, 0, 1), "comité de pilotage"),
        (PreparationFacts(TODAY, 1, 1, 1, 1, 0), "plan de recrutement est vide"),
    ],
)
def test_each_missing_thing_is_said_in_one_sentence(facts: PreparationFacts, said: str) -> None:
    (gap,) = preparation_gaps(facts)
    assert said in gap


def test_a_meeting_needs_one_orienteur_and_one_firm() -> None:
    assert len(attendance_gaps(0, 0)) == 2
    assert attendance_gaps(1, 1) == ()


def test_the_announcement_and_the_aims_are_advice_only() -> None:
    assert len(preparation_advice(PreparationFacts(announcements=0, firms_to_inform=2))) == 2
    assert preparation_advice(PreparationFacts(announcements=1)) == ()


@given(seats=st.integers(1, 40), taken=st.integers(0, 60))
def test_a_seat_is_refused_exactly_when_none_is_free(seats: int, taken: int) -> None:
    assert bool(seat_fault(seats, taken)) is (seats_free(seats, taken) == 0)


def test_a_seat_of_the_region_aims_at_no_contract_of_its_own() -> None:
    assert "aim_contract" in funding_faults("region", "cdi", None, Contract.values)
    assert funding_faults("region", "", None, Contract.values) == {}


def test_the_aim_of_another_funding_may_come_later_but_must_make_sense() -> None:
    assert funding_faults("poec", "", None, Contract.values) == {}
    assert funding_faults("poec", "cdd", 8, Contract.values) == {}
    assert "aim_months" in funding_faults("poec", "cdi", 8, Contract.values)
    assert "aim_contract" in funding_faults("poec", "stage", None, Contract.values)
    assert "aim_contract" in funding_faults("poec", "", 8, Contract.values)
    assert "aim_months" in funding_faults("poec", "cdd", 600, Contract.values)


def test_every_ending_has_reasons_of_the_closed_list_only() -> None:
    assert {*DECLINING, *WITHDRAWING, *LEAVING} == set(Candidacy.Refusal.values)


@pytest.mark.parametrize(("free", "offered", "left"), [(12, 12, 0), (12, 0, 12), (5, 2, 3), (1, 3, 0)])
def test_a_seat_offered_to_somebody_is_proposed_to_nobody_else(free: int, offered: int, left: int) -> None:
    assert seats_to_propose(free, offered) == left
