"""The pure rules of the figures: periods, rates, words."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.months import add_months
from defi.schemes.rulebook import current
from defi.steering.charts import Bar, Chart
from defi.steering.counting import last_exit
from defi.steering.figures import Measured, measured
from defi.steering.models import COUNTS
from defi.steering.periods import Period, year
from defi.steering.questions import FAMILIES, FIGURES

DAYS = st.dates(date(2019, 1, 1), date(2035, 12, 31))


def test_each_figure_has_a_definition_a_source_and_counts_that_are_kept():
    known = {*COUNTS, "operations", "employers"}
    assert len(FIGURES) == sum(len(family.figures) for family in FAMILIES)
    for figure in FIGURES.values():
        assert str(figure.definition).endswith("."), figure.key
        assert not any(name in str(figure.source) for name in ("seed", ".md")), (
            "a source is said in words of the screen"
        )
        assert str(figure.source)
        assert {figure.part, figure.whole or figure.part, figure.known or figure.part} <= known, figure.key


def test_a_target_says_its_source_without_the_name_of_a_file_of_ours():
    target = current().figures.target_of(2026)
    assert target
    assert ".md" not in target.source


def test_a_rate_never_goes_without_its_denominator():
    certified = FIGURES["certified"]
    assert Measured(certified, 5, 8).words.replace("\u00a0", " ") == "63 % (5 sur 8)"
    assert "%" not in Measured(certified, 0, 0).words
    assert Measured(certified, 0, 0).percent is None


def test_more_than_foreseen_is_told_as_it_is():
    assert Measured(FIGURES["filled"], 13, 12).words.replace("\u00a0", " ") == "108 % (13 pour 12)"


def test_an_average_is_in_euros_to_the_cent():
    words = Measured(FIGURES["cost_per_place"], Decimal("54486"), 8).words
    assert words.replace("\u202f", " ").replace("\u00a0", " ") == "6 810,75 €"


def test_a_cost_that_no_plan_tells_is_not_zero_euros():
    unwritten = measured(FIGURES["cost"], {"cost": 0, "costed_seats": 0})
    assert unwritten.words == "non renseigné"
    free = measured(FIGURES["cost"], {"cost": 0, "costed_seats": 8})
    assert free.words.replace("\u00a0", " ") == "0,00 €"


def test_the_year_before_a_year_is_the_year_before():
    assert year(2026).before == year(2025)
    assert Period(date(2026, 1, 1), date(2026, 3, 31)).before == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert Period(date(2026, 3, 10), date(2026, 3, 19)).before == Period(date(2026, 2, 28), date(2026, 3, 9))


@given(DAYS, st.integers(0, 900))
def test_the_period_before_ends_the_day_before_and_shares_no_day(first, days):
    period = Period(first, first + timedelta(days=days))
    assert period.before.last == first - timedelta(days=1)
    assert period.before.first <= period.before.last


@given(DAYS, st.sampled_from([0, 3, 6]))
def test_the_last_exit_is_the_last_day_whose_moment_has_come(today, months):
    last = last_exit(months, today)
    assert add_months(last, months) <= today < add_months(last + timedelta(days=1), months)


def test_a_year_without_target_is_set_beside_the_last_one():
    figures = current().figures
    assert figures.smallest == 11
    target = figures.target_of(2026)
    assert target is not None
    assert (target.year, target.values["seats"]) == (2019, 564)
    assert figures.target_of(2018) is None


def test_a_chart_is_the_same_bytes_for_the_same_numbers_and_escapes_names():
    chart = Chart("Métiers", (Bar("<script>", 3), Bar("Cuisine & salle", 1)))
    assert chart.svg == Chart("Métiers", (Bar("<script>", 3), Bar("Cuisine & salle", 1))).svg
    assert "<script" not in chart.svg
    assert chart.text == "Métiers : <script>, 3 ; Cuisine & salle, 1."
