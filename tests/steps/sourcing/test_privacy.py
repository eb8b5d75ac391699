"""Words that say too much of somebody, about one person and in notes about a group."""

import pytest

from defi.steps.sourcing.privacy import HEALTH, SOCIAL, TRADE, personal_fault, private_fault


@pytest.mark.parametrize("word", sorted(HEALTH | SOCIAL))
def test_of_one_person_no_such_word_is_kept(word):
    assert private_fault(f"Elle est {word.upper()}, dit-on.")


@pytest.mark.parametrize("word", sorted(TRADE))
def test_a_note_about_a_group_may_name_the_subject_of_its_trade(word):
    assert not personal_fault(f"Le module {word} a plu.")
    assert private_fault(word)


@pytest.mark.parametrize(
    "said", ["Karim est hospitalisé", "Leïla a une RQTH", "deux personnes au RSA", "malade en mars"]
)
def test_a_note_about_a_group_says_nothing_of_somebody_in_it(said):
    assert "santé" in personal_fault(said)


def test_facts_of_the_job_pass():
    for said in ("ne peut pas commencer à cette date", "horaires de nuit refusés", "pas de permis B", ""):
        assert not private_fault(said)
        assert not personal_fault(said)


@pytest.mark.parametrize("said", ["Il a mal au dos.", "Elle a toujours mal à la tête", "Ils ont mal aux genoux"])
def test_where_somebody_has_pain_is_said_nowhere(said):
    assert "santé" in private_fault(said)
    assert "santé" in personal_fault(said)


def test_the_back_is_the_subject_of_a_trade():
    assert not personal_fault("Gestes et postures, contre le mal de dos : le module a plu.")
    assert not private_fault("Il s'y prend mal au début, puis très bien.")
