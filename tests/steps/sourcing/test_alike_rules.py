"""Who may be one person, from the name, the birth and the ways to be reached; never a number of the State."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.sourcing.alike_rules import Why, dialled, is_near, is_surely, likeness, one_slip, pairs, somebody

BORN = date(2001, 5, 3)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("Amina", "Rossi", BORN), ("AMINA", "rossi", BORN), (Why.NAME, Why.BIRTH)),
        (("Zoé", "L'Hôte", None, "z@x.fr"), ("zoe", "l hote", None, "Z@x.fr"), (Why.NAME, Why.EMAIL)),
        (
            ("Amina", "Rossi", None, "", "06 12 34 56 78"),
            ("Amina", "Rossi", None, "", "+33612345678"),
            (Why.NAME, Why.PHONE),
        ),
        (("Amina", "Rossi", BORN), ("Amina", "Rosi", BORN), (Why.NEAR_NAME, Why.BIRTH)),
        (("Rossi", "Amina", BORN), ("Amina", "Rossi", BORN), (Why.NEAR_NAME, Why.BIRTH)),
        (("Amina", "Rossi", BORN), ("Amina", "Rossi Petit", BORN), (Why.NEAR_NAME, Why.BIRTH)),
        (("Amina", "Rossi"), ("Amina", "Rossi"), ()),
        (("Amina", "Rossi", BORN), ("Karim", "Diallo", BORN), ()),
    ],
)
def test_two_records_are_alike_by_the_name_and_one_thing_more(one: tuple, other: tuple, why: tuple) -> None:
    assert likeness(somebody(1, *one), somebody(2, *other)) == why


def test_the_same_name_twice_in_one_session_is_enough_unless_the_births_differ() -> None:
    one = somebody(1, "Amina", "Rossi", sessions=[7])
    assert likeness(one, somebody(2, "AMINA", "rossi", BORN, sessions=[7, 8])) == (Why.NAME, Why.SESSION)
    assert likeness(one, somebody(2, "Amina", "Rossi", sessions=[8])) == ()
    assert likeness(one, somebody(2, "Amina", "Rosi", sessions=[7])) == ()
    born = somebody(1, "Amina", "Rossi", BORN, sessions=[7])
    assert likeness(born, somebody(2, "Amina", "Rossi", date(2003, 1, 1), sessions=[7])) == ()
    assert [pair.why for pair in pairs([one, somebody(2, "Amina", "Rossi", sessions=[7])])] == [(Why.NAME, Why.SESSION)]


def test_brothers_and_sisters_who_share_a_phone_are_two() -> None:
    lina = somebody(1, "Lina", "Rossi", BORN, "", "0612345678")
    lisa = somebody(2, "Lisa", "Rossi", date(2003, 1, 1), "", "0612345678")
    assert likeness(lina, lisa) == ()


def test_the_same_name_and_birth_is_surely_one_and_a_phone_is_not() -> None:
    amina = somebody(1, "Amina", "Rossi", BORN, "a@x.fr", "0612345678")
    assert is_surely(amina, somebody(2, "Amina", "Rossi", BORN))
    assert is_surely(amina, somebody(2, "Amina", "Rossi", None, "a@x.fr"))
    assert not is_surely(amina, somebody(2, "Amina", "Rossi", None, "", "0612345678"))
    assert not is_surely(amina, somebody(2, "Amina", "Rossi", date(1990, 1, 1), "a@x.fr"))


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("martin", "martins", True),
        ("martin", "matrin", True),
        ("martin", "mortin", True),
        ("martin", "mortim", False),
        ("martin", "dupont", False),
    ],
)
def test_one_slip_of_the_hand(one: str, other: str, near: bool) -> None:
    assert one_slip(one, other) is near


def test_short_first_names_are_not_near() -> None:
    assert not is_near("lea rossi", "mia rossi")


@given(st.text(alphabet="abc ", max_size=8), st.text(alphabet="abc ", max_size=8))
def test_to_be_near_goes_both_ways(one: str, other: str) -> None:
    assert is_near(one, other) == is_near(other, one)


def test_a_pair_said_to_be_two_is_not_found_again() -> None:
    people = [somebody(n, "Amina", "Rossi", BORN) for n in (3, 1, 2)]
    assert [(pair.first, pair.second) for pair in pairs(people)] == [(1, 2), (1, 3), (2, 3)]
    assert [(pair.first, pair.second) for pair in pairs(people, [(2, 1)])] == [(1, 3), (2, 3)]


def test_a_number_too_short_to_be_dialled_is_nobody_s() -> None:
    assert dialled("12 34") == ""
