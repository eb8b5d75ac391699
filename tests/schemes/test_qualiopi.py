"""What the national quality framework asks, by the version in force on a day."""

from datetime import date

import pytest

from defi.schemes.qualiopi import Scope, framework


def test_the_first_version_has_seven_criteria_and_thirty_two_indicators():
    found = framework(date(2025, 11, 3))
    assert [indicator.number for indicator in found.indicators] == list(range(1, 33))
    assert sorted({indicator.criterion for indicator in found.indicators}) == list(range(1, 8))
    assert "2019-565" in found.source


def test_an_audit_from_november_2026_applies_the_decree_of_that_year():
    former, now = framework(date(2026, 10, 31)), framework(date(2026, 11, 1))
    assert "2026-728" in now.source
    assert len(now.indicators) == 33
    asks = {one.number: (was.asks, one.asks) for was, one in zip(former.indicators, now.indicators, strict=False)}
    assert {number for number, (was, said) in asks.items() if was != said} == {
        1, 2, 3, 7, 12, 14, 15, 19, 20, 27, 30, 31, 32,
    }  # fmt: skip
    assert "harcèlement" in asks[12][1]


def test_twenty_two_to_twenty_four_indicators_apply_to_a_plain_training():
    """Source: law.md 4.5; 27 only to who subcontracts."""
    plain = {Scope.SESSION, Scope.ORGANISATION}
    numbers = {one.number for one in framework(date(2025, 11, 3)).indicators if one.scope in plain}
    assert numbers - {27} == {1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 17, 18, 19, 21, 22, 23, 24, 25, 26, 30, 31, 32}


def test_before_the_first_decree_there_is_none():
    with pytest.raises(ValueError, match="2019"):
        framework(date(2019, 1, 1))
