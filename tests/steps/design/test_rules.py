"""When a plan may be submitted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.design.rules import PlanFacts, WantedCompetence, is_approved, known_later, submission_faults

WHOLE = PlanFacts(
    competences=[WantedCompetence("Aider au lever", 1), WantedCompetence("Conduire", 0, "permis demandé à l'entrée")],
    modules=2,
    hours_centre=420,
    hours_company=140,
    session_centre=420,
    session_company=140,
    specific="Nuits : 14 h pour Les Tilleuls",
    public_need="",
    profiles=1,
)


def test_a_whole_plan_may_be_submitted():
    assert submission_faults(WHOLE) == []


def test_a_competence_without_module_nor_reason_is_named():
    bare = replace(WHOLE, competences=[WantedCompetence("Conduire", 0)])
    assert submission_faults(bare) == [
        "« Conduire » n'a ni module ni raison : reliez-la à un module, ou dites pourquoi elle n'est pas enseignée."
    ]


@given(st.integers(0, 40))
def test_many_competences_without_answer_are_counted_in_one_sentence(count):
    bare = replace(WHOLE, competences=[WantedCompetence(f"Faire {n}", 0) for n in range(count)] or WHOLE.competences)
    said = submission_faults(bare)
    assert len(said) == (count if count <= 3 else 1)
    if count > 3:
        assert said[0].startswith(
            f"{count} compétences n'ont ni module ni raison (« Faire 0 », « Faire 1 », « Faire 2 »…)"
        )


def test_hours_that_do_not_add_up_are_said_with_their_number():
    short = replace(WHOLE, hours_centre=399)
    assert submission_faults(short) == ["Les modules font 399 h en centre, la session 420 h : 21 heures d'écart."]


def test_without_a_session_hours_are_not_compared():
    assert submission_faults(replace(WHOLE, hours_centre=1, session_centre=None)) == []


def test_the_need_of_the_public_is_considered_or_its_absence_explained():
    assert submission_faults(replace(WHOLE, profiles=0))
    assert submission_faults(replace(WHOLE, profiles=0, public_need="Pas de Cap emploi dans ce bassin")) == []


def test_what_is_specific_must_be_said():
    assert submission_faults(replace(WHOLE, specific="  "))


@given(st.sets(st.integers(1, 6), min_size=1), st.sets(st.integers(1, 9)))
def test_a_plan_is_approved_when_nobody_required_is_missing(required, approved):
    assert is_approved(required, approved) == (not required - approved)


def test_a_calendar_that_does_not_add_up_keeps_the_plan_from_being_submitted():
    gap = "Le calendrier fait 413 h en centre, le plan 420 h : il manque 7 h."
    assert submission_faults(replace(WHOLE, calendar_faults=[gap])) == [gap]


@pytest.mark.parametrize("number", ["", "24-118-0932", "ABCD"])
def test_an_eos_number_or_none(number):
    assert known_later(number) == ""


@pytest.mark.parametrize("number", ["123", "24/118/0932", "É1234"])
def test_what_cannot_be_an_eos_number_is_said(number):
    assert "24-118-0932" in known_later(number)
