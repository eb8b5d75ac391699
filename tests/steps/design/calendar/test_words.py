"""A rhythm in words, and what does not add up as a sentence with the number of hours."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.design.calendar.checks import Placed, check, end_words, gap_faults
from defi.steps.design.calendar.rules import Closed, Place, Rhythm
from defi.steps.design.calendar.wording import cycle_text, cycle_words, hours_words, read_cycle, rhythm_words

WEEK = frozenset(range(5))
CHRISTMAS = Closed(date(2025, 12, 22), date(2026, 1, 2), "Noël")
SESSION = (date(2025, 11, 3), date(2026, 4, 10))


def plain(words):
    return words.replace("\u00a0", " ")


@given(st.text("cep", min_size=1, max_size=52))
def test_a_cycle_is_read_back_as_it_was_written(cycle):
    assert read_cycle(cycle_text(cycle)) == cycle


@pytest.mark.parametrize(
    ("typed", "cycle"),
    [
        ("3 centre, 1 entreprise", "ccce"),
        ("3 semaines en centre puis 1 semaine en entreprise", "ccce"),
        ("2 Centre / 2 Entreprise, 1 centre", "cceec"),
        ("centre", "c"),
        ("3C 1E", "ccce"),
        ("partagée", "p"),
        ("2 centre, 4 semaines partagées", "ccpppp"),
        ("3 semaines", ""),
        ("trois en centre", ""),
        ("", ""),
    ],
)
def test_weeks_are_read_as_people_write_them(typed, cycle):
    assert read_cycle(typed) == cycle


def test_a_rhythm_is_one_sentence():
    rhythm = Rhythm("ccce", 35, 35, WEEK, WEEK, closed=(CHRISTMAS,))
    assert rhythm_words(rhythm) == (
        "3 semaines en centre, puis 1 semaine en entreprise ; 35 h par semaine ; du lundi au vendredi ; "
        "fermé du 22 décembre 2025 au 2 janvier 2026 (Noël)"
    )


def test_a_free_afternoon_and_two_numbers_of_hours_are_said():
    rhythm = Rhythm("ce", 28, 35, WEEK, frozenset({0, 1, 2, 3}))
    assert "28 h par semaine en centre, 35 h en entreprise" in rhythm_words(rhythm)
    assert "du lundi au jeudi et le vendredi matin" in rhythm_words(rhythm)
    assert plain(hours_words(rhythm)) == "9 h – 12 h 30 et 13 h 30 – 17 h"
    assert cycle_words("c") == "toujours en centre"


def test_a_shared_week_says_its_days_and_half_hours_are_said():
    rhythm = Rhythm("p", Decimal("31.5"), 35, WEEK, WEEK, company_days=frozenset({2, 3, 4}))
    assert rhythm_words(rhythm) == (
        "chaque semaine partagée entre le centre et l'entreprise ; 2 jours en centre (les lundi et mardi), 3 jours en "
        "entreprise (du mercredi au vendredi) ; 31 h 30 par semaine en centre, 35 h en entreprise ; "
        "du lundi au vendredi"
    )


def placed(*halves, place=Place.CENTRE, confirmed=False):
    return [Placed(on, half, minutes, place, confirmed) for on, half, minutes in halves]


def test_missing_hours_are_said_with_their_number():
    half_days = placed(*((date(2026, 1, 5), "morning", 60) for _ in range(413)))
    assert (
        plain(gap_faults(half_days, 420, 0)[0]) == "Le calendrier fait 413 h en centre, le plan 420 h : il manque 7 h."
    )
    assert (
        plain(gap_faults(half_days, 412, 0)[0])
        == "Le calendrier fait 413 h en centre, le plan 412 h : il y a 1 h de trop."
    )
    assert gap_faults(half_days, 413, 0) == []


def test_days_off_are_named_unless_they_were_confirmed():
    halves = [(date(2025, 11, 11), "morning", 210), (date(2025, 12, 24), "morning", 210)]
    found = check({"Tous": placed(*halves)}, centre=7, company=0, closed=[CHRISTMAS], session=SESSION)
    text = plain(" ".join(found.faults))
    assert "Armistice, 11 novembre 2025" in text
    assert "3 h 30 tombent un jour sans formation (Noël)" in text
    confirmed = placed(*halves, confirmed=True)
    assert check({"Tous": confirmed}, centre=7, company=0, closed=[CHRISTMAS], session=SESSION).faults == []


def test_half_days_outside_the_session_are_said():
    early, late = (date(2025, 10, 31), "morning", 210), (date(2026, 4, 13), "morning", 210)
    found = check({"Tous": placed(early, late)}, centre=7, company=0, closed=[], session=SESSION)
    text = plain(" ".join(found.faults))
    assert "3 h 30 sont placées avant le début de la session (3 novembre 2025)" in text
    assert "finit le 13 avril 2026, après la fin de la session (10 avril 2026) : 3 h 30 dépassent" in text


def test_a_group_is_named_only_when_there_are_several():
    half_days = placed((date(2025, 11, 3), "morning", 210))
    alone = check({"Groupe A": half_days}, centre=7, company=0, closed=[], session=None)
    assert alone.faults[0].startswith("Le calendrier fait")
    both = check({"Groupe A": half_days, "Groupe B": []}, centre=7, company=0, closed=[], session=None)
    assert [fault.partition(" : ")[0] for fault in both.faults] == ["Groupe A", "Groupe B"]


def test_the_end_stands_beside_that_of_the_session():
    assert end_words(date(2026, 4, 10), date(2026, 4, 10)).startswith("Le calendrier finit le même jour")
    assert "(7 jours plus tard)" in end_words(date(2026, 4, 3), date(2026, 4, 10))
    assert "(1 jour plus tard)" in end_words(date(2026, 4, 9), date(2026, 4, 10))
    found = check({"": placed((date(2026, 4, 3), "morning", 60))}, centre=1, company=0, closed=[], session=SESSION)
    assert found.faults == []
    assert len(found.remarks) == 1


def test_hours_of_the_day_follow_the_usual_lengths():
    assert (
        plain(hours_words(Rhythm("c", 20, 0, WEEK, frozenset(), morning_at=time(8, 30), morning_minutes=240)))
        == "8 h 30 – 12 h 30"
    )
