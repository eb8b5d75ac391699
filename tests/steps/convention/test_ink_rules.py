"""Where a page belongs, what is said of it, what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.convention.ink.rules import (
    KEPT,
    Fate,
    Named,
    corrected_on,
    done_sentence,
    edition_of,
    fate,
    missing_pages,
    missing_sentence,
    pages_words,
    sentence,
    where_words,
)

HERE = Named("Aide à domicile", "CONV-2025-0001", page=2, pages=4)


@pytest.mark.parametrize(
    ("named", "what"),
    [
        (HERE, Fate.PLACED),
        (replace(HERE, here=False), Fate.ELSEWHERE),
        (replace(HERE, corrected_on=date(2025, 10, 3)), Fate.OLDER),
        (replace(HERE, here=False, acted_on=False), Fate.CLOSED_TO_ACTOR),
        (replace(HERE, here=False, seen=False), Fate.STRANGER),
        (replace(HERE, is_convention=False), Fate.OTHER_DOCUMENT),
        (replace(HERE, page=5), Fate.STRANGER),
        (None, Fate.STRANGER),
    ],
)
def test_a_page_with_its_code_goes_where_the_code_says(named: Named | None, what: Fate):
    assert fate(1, named, blank=False) is what


def test_without_a_code_a_person_is_asked_and_a_blank_back_is_left_out():
    assert fate(0, None, blank=False) is Fate.UNREAD
    assert fate(0, None, blank=True) is Fate.BLANK
    assert fate(2, HERE, blank=False) is Fate.TWO_PAGES


@given(
    st.builds(
        Named,
        st.just("t"),
        st.just("n"),
        page=st.integers(1, 9),
        pages=st.integers(1, 9),
        is_convention=st.booleans(),
        here=st.booleans(),
        seen=st.booleans(),
        acted_on=st.booleans(),
        corrected_on=st.sampled_from([None, date(2025, 10, 3)]),
    ),
    st.integers(0, 3),
)
def test_nothing_is_kept_at_a_place_that_its_code_does_not_name_or_its_sender_may_not_touch(named: Named, codes: int):
    what = fate(codes, named, blank=False)
    if what in KEPT - {Fate.UNREAD}:
        assert codes == 1
        assert named.is_convention
        assert named.seen
        assert named.acted_on
        assert named.corrected_on is None
        assert named.page <= named.pages


def test_an_unseen_document_is_told_like_one_that_does_not_exist():
    secret = replace(HERE, seen=False, title="Secret", number="CONV-2025-0666")
    assert sentence(Fate.STRANGER, secret, "« a »") == sentence(Fate.STRANGER, None, "« a »")
    assert "0666" not in sentence(Fate.STRANGER, secret, "« a »")


def test_an_older_page_is_told_with_its_edition_and_the_day_of_the_correction():
    said = sentence(Fate.OLDER, replace(HERE, edition=2, corrected_on=date(2025, 10, 3)), "« scan.pdf », page 3")
    assert "cette page est de l'édition 2" in said
    assert "corrigée le 3 octobre 2025" in said.replace("\xa0", " ")


@pytest.mark.parametrize("what", sorted(set(Fate) - {Fate.PLACED, Fate.BLANK}))
def test_whatever_is_not_simply_placed_is_told(what: Fate):
    assert sentence(what, HERE, "« scan.pdf »").startswith("« scan.pdf » : ")


def test_the_next_text_ends_an_edition_and_a_correction_the_last():
    first, second, third, reopened = (date(2025, 10, day) for day in (1, 3, 9, 12))
    assert [edition_of(pk, [4, 7, 9]) for pk in (4, 7, 9)] == [1, 2, 3]
    days = [first, second, third]
    assert [corrected_on(edition, days, None) for edition in (1, 2, 3)] == [second, third, None]
    assert corrected_on(3, days, reopened) == reopened


@given(st.integers(1, 30), st.sets(st.integers(1, 30)))
def test_missing_and_received_make_the_whole(pages: int, received: set[int]):
    missing = missing_pages(pages, received)
    assert set(missing) | (received & set(range(1, pages + 1))) == set(range(1, pages + 1))
    assert not set(missing) & received


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), ""),
        ((2,), "la page 2"),
        ((2, 4), "les pages 2 et 4"),
        ((2, 3, 4), "les pages 2 à 4"),
        ((1, 3, 4), "les pages 1, 3 et 4"),
    ],
)
def test_pages_are_named_as_people_do(numbers: tuple[int, ...], words: str):
    assert pages_words(numbers) == words


def test_what_is_missing_is_said_or_nothing():
    assert missing_sentence(4, {1, 2, 3, 4}) == ""
    assert missing_sentence(4, {1, 4}) == "Il manque les pages 2 et 3."
    assert missing_sentence(4, set()) == "Aucune page n'est encore déposée : il en faut 4."
    assert done_sentence(0, 0) == ""
    assert done_sentence(1, 0) == "1 page est à sa place."
    assert done_sentence(2, 1) == "3 pages sont à leur place."


def test_a_page_is_called_by_its_file_and_its_place_in_it():
    assert where_words("a.jpg", 1, 1) == "« a.jpg »"
    assert where_words("a.pdf", 2, 3) == "« a.pdf », page 2"
