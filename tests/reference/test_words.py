from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.reference import words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Soudeur / Soudeuse à l'arc", "soudeur soudeuse a l arc"),
        ("Manœuvre gros œuvre", "manoeuvre gros oeuvre"),
        ("Nogent-le-Rotrou", "nogent le rotrou"),
        ("CHÂTEAUROUX", "chateauroux"),
        ("conducteur d’engins", "conducteur d engins"),
        ("", ""),
    ],
)
def test_plain_takes_away_accents_ligatures_and_signs(written: str, plain: str):
    assert words.plain(written) == plain


@pytest.mark.parametrize(
    ("feminine", "masculine"),
    [
        ("soudeuse", "soudeur"),
        ("conductrices", "conducteur"),
        ("assistante", "assistant"),
        ("agente", "agent"),
        ("cuisiniere", "cuisinier"),
        ("boulangere", "boulanger"),
        ("maconne", "macon"),
        ("mecaniciennes", "mecanicien"),
        ("employee", "employe"),
        ("industrielle", "industriel"),
        ("chauffeuse", "chauffeur"),
        ("engins", "engin"),
        ("animaux", "animal"),
        ("agricoles", "agricole"),
        ("paysanne", "paysan"),
    ],
)
def test_feminine_and_plural_fold_like_the_masculine_singular(feminine: str, masculine: str):
    assert words.fold(feminine) == words.fold(masculine)


def test_words_without_meaning_are_left_out_unless_there_is_nothing_else():
    assert words.words_of("aide à la personne") == ["aide", "personne"]
    assert words.words_of("de la") == ["de", "la"]


def test_a_short_label_is_found_by_both_readings():
    key = words.search_key("Accueillant(e) familial(e)")
    assert words.held("accueillant", key)
    assert words.held("accueillante", key)
    assert words.held("familiale", key)


@given(st.text(max_size=80))
def test_keys_hold_only_letters_digits_and_single_spaces(text: str):
    for key in (words.plain(text), words.search_key(text), words.commune_name(text)):
        assert all(word.isascii() and word.isalnum() and word == word.lower() for word in key.split())
        assert key == " ".join(key.split())


@given(st.text(max_size=80))
def test_a_label_is_always_found_by_its_own_words(text: str):
    key = words.search_key(text)
    assert all(words.held(word, key) for word in words.words_of(text))


def test_saint_is_also_written_st():
    assert words.commune_name("St-Amand") == words.commune_name("Saint Amand") == "saint amand"
    assert words.commune_words("Ste Lunaise") == ["sainte", "lunaise"]
