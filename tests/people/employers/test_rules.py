"""What makes two records of employers look alike."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.people.employers.rules import (
    CROWD,
    SHARED,
    Alike,
    Firm,
    Known,
    firm_key,
    look_alike,
    mail_domain,
    may_be_one,
    months_before,
    phone_key,
    same_people,
)

MINE, MOVED, OTHERS = "55210055400021", "55210055400039", "73282932000074"


def reasons(*firms):
    return {(pair.first, pair.second): set(pair.reasons) for pair in look_alike(firms)}


@pytest.mark.parametrize("name", ["SARL Les Tilleuls", "LES TILLEULS", "Les  tilleuls SAS", "Ets des Tilleuls"])
def test_the_legal_form_and_the_case_are_not_the_name(name):
    assert firm_key(name) == "tilleuls"


def test_a_firm_named_by_its_legal_form_alone_keeps_it():
    assert firm_key("La Société") == "la societe"


def test_a_public_mailbox_says_nothing_of_a_firm():
    assert mail_domain("patron@gmail.com") == ""
    assert mail_domain("RH@Tilleuls.example") == "tilleuls.example"
    assert mail_domain("") == ""


@pytest.mark.parametrize(
    "typed", ["02 37 00 00 01", "0237000001", "+33 2 37 00 00 01", "0033237000001", "+33 (0)2.37.00.00.01"]
)
def test_a_phone_is_one_however_it_was_typed(typed):
    assert phone_key(typed) == "0237000001"


def test_half_a_phone_says_nothing():
    assert phone_key("02 37") == ""


def test_each_reason_is_told():
    base = Firm(1, "Les Tilleuls", MINE, "28088", "rh@tilleuls.example", "0237000001")
    assert reasons(base, Firm(2, "SARL Tilleuls", "", "28088")) == {(1, 2): {Alike.NAME_PLACE}}
    assert reasons(base, Firm(2, "Autre nom", "", "", "contact@tilleuls.example")) == {(1, 2): {Alike.DOMAIN}}
    assert reasons(base, Firm(2, "Autre nom", "", "", "", "+33237000001")) == {(1, 2): {Alike.PHONE}}
    moved = Firm(2, "Les Tilleuls", MOVED, "28088")
    assert reasons(base, moved) == {(1, 2): {Alike.SIREN_NAME, Alike.NAME_PLACE}}


def test_the_same_name_elsewhere_is_another_firm():
    assert reasons(Firm(1, "Les Tilleuls", "", "28088"), Firm(2, "Les Tilleuls", "", "45234")) == {}


def test_two_sirens_are_two_firms_even_at_one_phone():
    assert reasons(Firm(1, "A", MINE, phone="0237000001"), Firm(2, "A", OTHERS, phone="0237000001")) == {}


def test_two_sites_of_a_firm_are_not_one_record():
    here, there = Firm(1, "Les Tilleuls", MINE, "28088"), Firm(2, "Les Tilleuls", MOVED, "45234")
    assert not may_be_one(here, there)


def test_the_surest_reason_comes_first():
    phone = [Firm(1, "A", phone="0237000001"), Firm(2, "B", phone="0237000001")]
    place = [Firm(3, "C", commune="28088"), Firm(4, "C", commune="28088")]
    assert [(pair.first, pair.second) for pair in look_alike([*phone, *place])] == [(3, 4), (1, 2)]


def test_a_switchboard_shared_by_a_crowd_says_nothing():
    firms = [Firm(n, f"Firme {n}", phone="0237000001") for n in range(SHARED + 1)]
    assert look_alike(firms) == []
    assert len(look_alike(firms[:SHARED])) == 3


def test_a_name_that_everybody_bears_in_a_commune_says_nothing():
    assert look_alike([Firm(n, "Boulangerie", commune="28088") for n in range(CROWD + 1)]) == []


@given(st.lists(st.builds(Firm, st.integers(1, 30), st.sampled_from(["A", "SARL A", "B"]),
                          st.sampled_from(["", MINE, MOVED, OTHERS]), st.sampled_from(["", "28088"])),
                max_size=8, unique_by=lambda firm: firm.pk))  # fmt: skip
def test_whatever_the_order_the_pairs_are_the_same_and_each_once(firms):
    there, back = look_alike(firms), look_alike(reversed(firms))
    assert [(p.first, p.second, p.reasons) for p in there] == [(p.first, p.second, p.reasons) for p in back]
    assert len({(p.first, p.second) for p in there}) == len(there)
    assert all(p.first < p.second and p.reasons for p in there)


def test_contacts_typed_twice_are_found_by_name_or_mail():
    people = [
        Known(1, "Marc Recrute", "marc@x.example"),
        Known(2, "MARC RECRUTÉ"),
        Known(3, "M. Recrute", "marc@x.example"),
        Known(4, "Autre Nom"),
    ]
    assert same_people(people) == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (date(2026, 11, 21), 6, date(2026, 5, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
    ],
)
def test_months_go_back_to_the_same_day_or_the_last_of_the_month(today, months, day):
    assert months_before(today, months) == day
