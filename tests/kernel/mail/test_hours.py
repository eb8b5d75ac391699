"""The hours at which mail leaves: evenings, Sundays, public holidays, and the two nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defi.kernel.clock import PARIS
from defi.kernel.mail.hours import Hours, is_open, is_open_day, last_digest, next_digest, next_open

HOURS = Hours(time(7), time(20), time(7, 30))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2025-11-03T06:59", False),
        ("2025-11-03T07:00", True),
        ("2025-11-03T19:59", True),
        ("2025-11-03T20:00", False),
        ("2025-11-02T10:00", False),  # a Sunday
        ("2025-11-11T10:00", False),  # Armistice
        ("2026-04-06T10:00", False),  # Easter Monday
        ("2026-05-14T10:00", False),  # Ascension
        ("2025-11-08T10:00", True),  # a Saturday
    ],
)
def test_nothing_leaves_in_the_evening_on_sundays_and_on_public_holidays(moment, opened):
    assert is_open(paris(moment), HOURS) is opened


def test_what_is_written_in_the_evening_leaves_the_next_morning():
    assert next_open(paris("2025-11-03T20:30"), HOURS) == paris("2025-11-04T07:00")


def test_what_is_written_before_a_long_week_end_waits_for_its_end():
    assert next_open(paris("2026-05-01T08:00"), HOURS) == paris("2026-05-02T07:00")
    assert next_open(paris("2026-04-04T21:00"), HOURS) == paris("2026-04-07T07:00")


@pytest.mark.parametrize(
    ("moment", "opens", "in_utc"),
    [
        ("2026-03-28T21:00", "2026-03-30T07:00", 5),  # the night of 29 March loses an hour
        ("2026-03-27T21:00", "2026-03-28T07:00", 6),
        ("2025-10-25T21:00", "2025-10-27T07:00", 6),  # the night of 26 October gains one
        ("2025-10-24T21:00", "2025-10-25T07:00", 5),
    ],
)
def test_seven_in_the_morning_is_that_of_the_clock_on_the_wall_after_summer_time_came_or_went(moment, opens, in_utc):
    found = next_open(paris(moment), HOURS)
    assert found == paris(opens)
    assert found.astimezone(UTC).hour == in_utc
    digest = next_digest(paris(moment), HOURS).astimezone(UTC)
    assert (digest.hour, digest.minute) == (in_utc, 30)


def test_the_hour_that_exists_twice_and_the_one_that_does_not_are_both_of_the_night():
    twice = [datetime(2025, 10, 26, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1)]
    assert [is_open(moment, HOURS) for moment in (*twice, paris("2026-03-29T02:30"))] == [False] * 3


def test_the_digest_of_a_day_is_for_what_was_written_before_its_hour():
    # Saturday 1 November is All Saints' Day, the 2nd a Sunday.
    assert last_digest(paris("2025-11-03T07:29"), HOURS) == paris("2025-10-31T07:30")
    assert last_digest(paris("2025-11-03T07:30"), HOURS) == paris("2025-11-03T07:30")
    assert next_digest(paris("2025-11-03T07:31"), HOURS) == paris("2025-11-04T07:30")


@settings(max_examples=40)
@given(st.integers(0, 9 * 365 * 24 * 60))
def test_whatever_the_instant_what_waits_leaves_within_five_days_at_an_open_hour(minutes):
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = next_open(now, HOURS)
    assert is_open(found, HOURS)
    assert timedelta(0) <= found - now <= timedelta(days=5)
    assert is_open(next_digest(now, HOURS), HOURS)
    assert last_digest(now, HOURS) <= now <= next_digest(now, HOURS)


def test_hours_in_disorder_are_refused():
    with pytest.raises(ValueError, match="opens"):
        Hours(time(8), time(20), time(7))


def test_a_sunday_is_not_an_open_day_and_a_saturday_is():
    assert (is_open_day(date(2025, 11, 2)), is_open_day(date(2025, 11, 1)), is_open_day(date(2025, 11, 8))) == (
        False,
        False,
        True,
    )
