"""The dates of a tender, and the smallest session."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from defi.steps.offer.rules import award_fault, seats_fault, tender_date_faults

DAY = date(2025, 5, 14)


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


def test_a_tender_does_not_leave_before_it_was_decided():
    before = DAY - timedelta(days=3)
    faults = tender_date_faults(before, DAY + timedelta(days=21), DAY, decided_on=DAY - timedelta(days=1))
    assert list(faults) == ["launched_on"]
