"""What is kept of what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.reference.reading.wording import LONGEST_TEXT, MOST_WORDS, alike, folded, meaningful, parted, phrases


def kept(text: str) -> list[str]:
    return [word.typed for word in meaningful(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("je cherche des soudeurs TIG", ["soudeurs", "TIG"]),
        ("Nous recherchons un technicien de recherche en CDI", ["technicien", "recherche"]),
        ("besoin d'un boulanger H/F à temps plein", ["boulanger"]),
        ("Un chargé de recrutement", ["chargé", "recrutement"]),
        ("une personne capable de conduire des engins", ["conduire", "engins"]),
        ("aide à la personne", ["aide", "personne"]),
        ("soudeur(se)s", ["soudeur"]),
        ("chef d\u2019équipe", ["chef", "équipe"]),
        ("développeur C++ / C#", ["développeur", "C"]),
        ("🙂 12 fois 35h", ["fois"]),
    ],
)
def test_the_words_of_an_advertisement_are_put_aside_and_those_of_the_job_are_kept(text: str, words: list[str]):
    assert kept(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("soudeuses", "soudeur"),
        ("cheffe", "chef"),
        ("ingenieures", "ingenieur"),
        ("experte", "expert"),
        ("hotesse", "hote"),
        ("conductrice", "conducteur"),
    ],
)
def test_both_genders_and_numbers_are_one_form(one: str, other: str):
    assert folded(one) == folded(other)


def test_a_usual_short_form_is_spelt_out():
    (word, *_rest) = meaningful("PL")
    assert word.terms == ("poid", "lourd")


def test_a_slip_of_the_keyboard_leaves_two_words_alike_and_another_job_does_not():
    assert alike("soudeurr", "soudeur") > 0.65 > alike("boulanger", "soudeur")


def test_words_that_only_small_words_part_are_said_together():
    text = "soudeurs TIG, lecture de plan"
    assert phrases(text, meaningful(text)) == ("soudeurs TIG", "lecture de plan")


def test_a_comma_a_number_and_the_word_et_part_a_text():
    text = "2 serveurs et un cuisinier, 3 plongeurs"
    assert [[word.typed for word in part] for part in parted(text, meaningful(text))] == [
        ["serveurs"],
        ["cuisinier"],
        ["plongeurs"],
    ]


@given(st.text(max_size=3000))
def test_any_text_is_read_without_error_and_its_words_stand_where_they_are_said_to_stand(text: str):
    found = meaningful(text)
    assert len(found) <= MOST_WORDS
    assert all(text[:LONGEST_TEXT][word.start : word.end] == word.typed for word in found)
    assert all(part in text for part in phrases(text, found))
