"""Dates as files write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.offer.lheo.dates import read_date


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.booleans())
def test_a_true_date_is_read_as_it_is_without_a_word(day, ends):
    assert read_date(f" {day:%Y%m%d}\n", ends=ends) == (day, "")


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{8}", fullmatch=True), st.booleans())
def test_whatever_is_written_a_day_comes_out_or_none_and_a_doubt_is_told(text, ends):
    day, warning = read_date(text, ends=ends)
    assert warning == "" or warning.endswith(".")
    assert day is not None or warning


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("20240200", date(2024, 2, 1), date(2024, 2, 29)),
        ("20260000", date(2026, 1, 1), date(2026, 12, 31)),
        ("20260431", date(2026, 4, 30), date(2026, 4, 30)),
    ],
)
def test_an_unknown_day_begins_or_ends_its_month(text, start, end):
    assert read_date(text)[0] == start
    assert read_date(text, ends=True)[0] == end
