"""The rules of a need, of a profile, of names and lines as people type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel.access import Who
from defi.steps.needs.counts import PublicCounts, profile_faults
from defi.steps.needs.rules import (
    Wish,
    answer_due,
    first_state,
    lines_of,
    nir_faults,
    person_faults,
    split_name,
    wish_faults,
)

TODAY = date(2025, 5, 14)


@pytest.mark.parametrize("posts", [0, -1, 501])
def test_a_need_counts_from_1_to_500_posts(posts: int) -> None:
    assert list(wish_faults(Wish(posts), TODAY)) == ["posts"]


@given(st.integers(1, 500))
def test_any_possible_number_of_posts_is_accepted(posts: int) -> None:
    assert wish_faults(Wish(posts), TODAY) == {}


def test_a_cdi_has_no_length() -> None:
    assert "Un CDI n'a pas de durée" in wish_faults(Wish(1, "cdi", months=6), TODAY)["months"]


@pytest.mark.parametrize(("months", "fault"), [(0, True), (1, False), (36, False), (37, True)])
def test_a_fixed_term_lasts_from_1_to_36_months(months: int, fault: bool) -> None:
    assert ("months" in wish_faults(Wish(1, "cdd", months=months), TODAY)) is fault


def test_it_refuses_a_wanted_date_that_is_past() -> None:
    assert "Cette date est passée" in wish_faults(Wish(1, wanted_from=date(2025, 5, 13)), TODAY)["wanted_from"]
    assert wish_faults(Wish(1, wanted_from=TODAY), TODAY) == {}


def test_hours_a_week_are_possible_ones() -> None:
    assert "weekly_hours" in wish_faults(Wish(1, weekly_hours=Decimal(350)), TODAY)
    assert wish_faults(Wish(1, weekly_hours=Decimal("24.5")), TODAY) == {}


def test_a_text_with_a_social_security_number_is_refused_beside_its_field() -> None:
    faults = nir_faults({"comment": "M. Durand, 1 85 05 78 006 084 91", "wording": "aide à domicile"})
    assert list(faults) == ["comment"]
    assert "sécurité sociale" in faults["comment"]


def test_what_the_public_types_waits_for_the_employer_and_the_rest_is_received() -> None:
    assert {who: first_state(who) for who in (Who.PUBLIC, Who.OFFICER, Who.COORDINATOR, Who.RECRUITER)} == {
        Who.PUBLIC: "to_confirm",
        Who.OFFICER: "received",
        Who.COORDINATOR: "received",
        Who.RECRUITER: "received",
    }


def test_the_answer_is_due_after_the_days_of_the_rulebook() -> None:
    assert answer_due(TODAY, 15) == date(2025, 5, 29)


@given(st.integers(1, 1000), st.integers(0, 2000))
def test_a_part_of_the_public_never_exceeds_the_whole(everybody: int, part: int) -> None:
    faults = profile_faults(PublicCounts(everybody, french_to_learn=part))
    assert ("french_to_learn" in faults) is (part > everybody)


def test_a_profile_counts_somebody() -> None:
    assert "could_enter" in profile_faults(PublicCounts(0))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Claire Modèle", ("Claire", "Modèle")),
        ("  Jean   de La Tour ", ("Jean", "de La Tour")),
        ("Durand", ("", "Durand")),
        ("", ("", "")),
    ],
)
def test_a_name_typed_in_one_field_has_two_parts(typed: str, name: tuple[str, str]) -> None:
    assert split_name(typed) == name


def test_lines_are_kept_once_without_bullets() -> None:
    assert lines_of("- Préparer un repas\n\n• Accompagner ;\npréparer un repas") == ["Préparer un repas", "Accompagner"]


@pytest.mark.parametrize("text", ["M. Jean Exemple viendra à pied", "prévoir avec Camille EXEMPLE", "Mme Exemple"])
def test_where_counts_are_told_a_name_is_refused(text: str) -> None:
    assert person_faults({"adaptations": text})


@pytest.mark.parametrize(
    "text", ["Accès en fauteuil, horaires de bus", "Cours de FLE avec la Mission locale de Dreux", "permis AM, BSR"]
)
def test_where_counts_are_told_needs_are_said_freely(text: str) -> None:
    assert not person_faults({"adaptations": text})
