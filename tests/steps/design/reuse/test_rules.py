"""What may be taken of a past plan: the rules."""

from datetime import date

import pytest

from defi.reference.words import search_key, words_of
from defi.steps.design.reuse.rules import (
    Certified,
    PastModule,
    Skill,
    adapts,
    answers,
    asked_here,
    counted_words,
    free_title,
    gathered,
    nearness,
    title_faults,
)


def test_the_same_job_is_said_before_a_near_one_and_any_other():
    assert [nearness(job, 1, {2}) for job in (1, 2, 3)] == ["same", "near", "other"]


def test_a_competence_is_the_same_by_its_words_or_by_the_rome():
    asked = [Skill(1, "Aider au lever"), Skill(2, "Laver le linge", 77)]
    taught = [
        Skill(11, "aider  AU lever"),
        Skill(12, "Entretenir le linge", 77),
        Skill(13, "Tracer"),
        Skill(14, "", None),
    ]
    assert {pk: here.pk for pk, here in asked_here(taught, asked).items()} == {11: 1, 12: 2}


def test_words_come_before_the_rome():
    asked = [Skill(1, "Autre chose", 77), Skill(2, "Laver", 78)]
    assert asked_here([Skill(11, "Laver", 77)], asked)[11].pk == 2


@pytest.mark.parametrize(
    ("typed", "found"), [("hygiene", True), ("HYGIÈNE salle", True), ("conducteurs", True), ("hygiène bois", False)]
)
def test_it_is_found_by_all_the_words_typed_accents_and_endings_forgotten(typed, found):
    assert answers(words_of(typed), search_key("Hygiène en salle", "Conductrice")) is found


HOURS, MORE = (10, 0, 4, 0), (12, 0, 4, 0)


@pytest.mark.parametrize(
    ("kind", "hours", "was", "before", "adapted"),
    [
        ("kept", HOURS, "kept", HOURS, False),
        ("kept", MORE, "kept", HOURS, True),
        ("adapted", MORE, "kept", HOURS, False),
        ("kept", MORE, "adapted", MORE, True),
        ("kept", HOURS, "adapted", MORE, False),
        ("kept", MORE, "kept", MORE, False),  # the past plan changed since, this page did not
    ],
)
def test_a_module_taken_is_adapted_as_soon_as_its_hours_are_others(kind, hours, was, before, adapted):
    assert adapts(kind, hours, was, before, HOURS) is adapted


def test_a_title_comes_once_in_a_plan_whatever_its_case():
    faults = title_faults({1: "Gestes", 2: "hygiène", 3: "GESTES", 4: "", 5: "x" * 161}, ["Hygiène"])
    assert list(faults) == [2, 3, 4, 5]
    assert "décochez" in faults[2]


def test_a_free_title_says_its_year_then_a_number():
    assert free_title("Gestes", 2025, ["Gestes"]) == "Gestes (2025)"
    assert free_title("Gestes", 2025, ["Gestes", "gestes (2025)"]) == "Gestes (2025, 2)"
    assert len(free_title("x" * 160, 2025, [])) == 160


def test_two_plans_without_certification_have_none_in_common():
    assert not Certified().is_that_of(Certified())
    assert Certified(3).is_that_of(Certified(3))
    assert not Certified(3).is_that_of(Certified(None, "CQP"))
    assert Certified(None, "CQP  x").is_that_of(Certified(None, "cqp X"))


def a_module(pk, title, hours=HOURS, operation=1, on=date(2024, 1, 1), **more):
    return PastModule(pk, title, hours, operation, on, **more)


def test_a_module_of_the_same_title_and_hours_is_gathered_once_the_latest_for_all():
    both = (Skill(2, "LEVER"), Skill(3, "Laver"))
    modules = [
        a_module(1, "Gestes", block="BC1", skills=(Skill(1, "Lever"),)),
        a_module(2, "gestes", operation=2, on=date(2025, 1, 1), block="BC2", skills=both),
        a_module(3, "Gestes", MORE, operation=3),
        a_module(4, "Éveil"),
    ]
    found = gathered(modules)
    assert [(one.latest.pk, one.times) for one in found] == [(4, 1), (2, 2), (3, 1)]
    assert list(found[1].blocks) == ["BC2", "BC1"]
    assert [skill.label for skill in found[1].skills.values()] == ["LEVER", "Laver"]


def test_hours_are_said_as_the_plan_counts_them():
    assert counted_words((10, 2, 0, 4)).replace("\u00a0", " ") == "12 h en centre, 4 h en entreprise"
    assert counted_words((0, 0, 7, 0)).replace("\u00a0", " ") == "7 h en entreprise"
