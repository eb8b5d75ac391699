"""A meeting is published with its aim, its frame, what follows and who accompanies; reminders leave once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.rulebook import current, read
from defi.steps.sourcing.event_rules import (
    Frame,
    crowd_fault,
    fewer_places_fault,
    frame_faults,
    frame_gaps,
    gaps_sentence,
    places_left,
    reminder_due,
)

WHOLE = Frame(
    aim="découvrir le métier",
    place="Mission locale",
    at=time(14),
    minutes=90,
    led_by="Sacha",
    follows="un entretien",
    accompanied_by="Nora",
    places=12,
)

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


def test_a_whole_frame_lacks_nothing():
    assert frame_gaps(WHOLE) == {}
    assert gaps_sentence({}) == ""


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("aim", ""),
        ("place", ""),
        ("at", None),
        ("minutes", None),
        ("led_by", ""),
        ("follows", ""),
        ("accompanied_by", ""),
        ("places", None),
    ],
)
def test_each_missing_part_is_named(name, empty):
    gaps = frame_gaps(replace(WHOLE, **{name: empty}))
    assert list(gaps) == [name]
    assert gaps[name] in gaps_sentence(gaps)


def test_several_missing_parts_are_listed_in_one_sentence():
    assert gaps_sentence(frame_gaps(replace(WHOLE, aim="", at=None, places=None))) == (
        "Avant de publier, il manque : le but de la rencontre, l'heure et le nombre de places."
    )


def test_midnight_is_an_hour():
    assert frame_gaps(replace(WHOLE, at=time(0))) == {}


def test_what_is_arranged_elsewhere_counts_no_places():
    assert frame_gaps(replace(WHOLE, places=None, books=False)) == {}


@pytest.mark.parametrize(("minutes", "places"), [(0, 12), (14, 12), (601, 12), (60, 0), (60, 501)])
def test_an_absurd_length_or_room_is_said(minutes, places):
    assert frame_faults(replace(WHOLE, minutes=minutes, places=places))


def test_places_are_not_taken_from_people_who_hold_one():
    assert fewer_places_fault(5, 6)
    assert not fewer_places_fault(6, 6)
    assert not fewer_places_fault(None, 6)


@given(places=st.integers(0, 500), booked=st.integers(0, 600))
def test_places_left_are_never_below_zero(places, booked):
    left = places_left(places, booked)
    assert left is not None
    assert 0 <= left <= places


@given(event_on=DAYS, asked=DAYS, start=st.integers(-5, 40), sleeps=st.sets(st.integers(0, 45)))
def test_whatever_mornings_the_worker_misses_nobody_is_reminded_twice(event_on, asked, start, sleeps):
    reminded, sent = None, []
    for offset in range(45):
        today = event_on - timedelta(days=30 + start - offset)
        if offset not in sleeps and reminder_due(event_on, asked, reminded, today, 2):
            reminded = event_on
            sent.append(today)
    assert len(sent) <= 1
    assert all(event_on - timedelta(days=2) <= day < event_on for day in sent)


def test_who_has_just_booked_is_not_reminded():
    assert not reminder_due(date(2025, 10, 10), date(2025, 10, 8), None, date(2025, 10, 9), 2)
    assert reminder_due(date(2025, 10, 10), date(2025, 10, 7), None, date(2025, 10, 8), 2)


def test_a_meeting_moved_is_reminded_of_again():
    assert reminder_due(date(2025, 10, 20), date(2025, 10, 1), date(2025, 10, 10), date(2025, 10, 18), 2)


def test_kinds_are_data_and_a_region_adds_its_own():
    book = current()
    assert book.sourcing.kind("sport").label == "rencontre sportive"
    assert book.sourcing.kind("pmsmp").service.startswith("https://")
    assert book.sourcing.kind("kermesse").label == "kermesse"


def test_a_kind_named_twice_is_refused():
    from importlib import resources

    text = (resources.files("defi.schemes") / "rulebooks" / "defi-2025.1.toml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="kinds"):
        read(text.replace('key = "visit"', 'key = "mrs"'))


def test_more_people_than_places_left_are_chosen_by_somebody_and_a_full_meeting_makes_all_wait():
    assert "Il reste 1 place pour 2 personnes" in crowd_fault(1, 2)
    assert "Il reste 3 places pour 4 personnes" in crowd_fault(3, 4)
    assert crowd_fault(2, 2) == crowd_fault(0, 5) == crowd_fault(None, 50) == ""
