"""Which promised contracts conform (process.md, « Contracts that conform »)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.contracts import Term, aim_conforms, contract_conforms, lasts
from defi.schemes.months import add_months, last_day_of
from defi.schemes.rulebook import current

BOOK = current()
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_six_months_from_the_first_of_march_end_on_the_last_of_august():
    assert last_day_of(date(2025, 3, 1), 6) == date(2025, 8, 31)


def test_six_months_from_the_last_of_august_end_with_february():
    assert last_day_of(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert last_day_of(date(2027, 8, 31), 6) == date(2028, 2, 29)


@pytest.mark.parametrize("kind", ["cdi", "professionalisation"])
def test_a_cdi_and_a_professionalisation_contract_conform_whatever_their_length(kind):
    assert contract_conforms(BOOK, kind, Term()).conforms


def test_apprenticeship_does_not_by_default():
    assert not contract_conforms(BOOK, "apprenticeship", Term(months=24)).conforms


@pytest.mark.parametrize("kind", ["cdd", "ctt"])
def test_a_fixed_term_of_exactly_six_months_does_not_conform_and_the_reason_is_said(kind):
    verdict = contract_conforms(BOOK, kind, Term(months=6))
    assert not verdict.conforms
    assert verdict.reason == "Ce contrat est trop court : le règlement demande plus de 6 mois."


@pytest.mark.parametrize("kind", ["cdd", "ctt"])
def test_a_fixed_term_of_six_months_and_one_day_conforms(kind):
    assert contract_conforms(BOOK, kind, Term(months=6, days=1)).conforms


def test_the_same_by_dates():
    start = date(2026, 3, 1)
    assert not contract_conforms(BOOK, "cdd", Term(start, date(2026, 8, 31))).conforms
    assert contract_conforms(BOOK, "cdd", Term(start, date(2026, 9, 1))).conforms


def test_from_the_last_of_august_to_the_end_of_february_is_exactly_six_months_under_both_strictnesses():
    term = Term(date(2025, 8, 31), date(2026, 2, 28))
    assert not lasts(term, 6, strict=True)
    assert lasts(term, 6, strict=False)


def test_without_dates_nor_months_the_length_is_asked_for():
    assert contract_conforms(BOOK, "cdd", Term()).reason.startswith("La durée du contrat manque")


def test_a_region_may_accept_exactly_six_months_by_its_rulebook():
    lenient = replace(BOOK, contracts={**BOOK.contracts, "cdd": replace(BOOK.contracts["cdd"], strict=False)})
    assert contract_conforms(lenient, "cdd", Term(months=6)).conforms


def test_a_seat_of_other_funding_aims_at_a_cdi_or_more_than_six_months():
    assert aim_conforms(BOOK, "cdi", None)
    assert aim_conforms(BOOK, "ctt", 7)
    assert not aim_conforms(BOOK, "cdd", 6)
    assert not aim_conforms(BOOK, "", None)


@given(start=days, months=st.integers(1, 36))
def test_more_than_begins_the_day_after_at_least(start, months):
    last = last_day_of(start, months)
    assert lasts(Term(start, last), months, strict=False)
    assert not lasts(Term(start, last), months, strict=True)
    assert lasts(Term(start, last + timedelta(days=1)), months, strict=True)
    assert not lasts(Term(start, last - timedelta(days=1)), months, strict=False)


@given(start=days, months=st.integers(0, 36))
def test_adding_months_keeps_the_day_or_ends_the_month(start, months):
    arrival = add_months(start, months)
    assert arrival.day == start.day or (arrival.day < start.day and (arrival + timedelta(days=1)).day == 1)
