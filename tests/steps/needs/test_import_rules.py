"""What the spreadsheet of a meeting says: its columns under any name, its cells as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel.columns import named_cells, under_its_titles
from defi.kernel.sheets import Line, Sheet
from defi.steps.needs.import_rules import (
    COLUMNS,
    READERS,
    columns_of,
    missing,
    understood,
)

WHOLE = {"employer": "Les Tilleuls", "wording": "aide à domicile", "posts": "2", "place": "Châteaudun"}


def test_every_column_has_a_way_to_be_read() -> None:
    assert {column.name for column in COLUMNS} == set(READERS)


@pytest.mark.parametrize(
    ("head", "name", "place"),
    [
        (["Raison sociale", "Poste"], "employer", 0),
        (["SOCIÉTÉ", "Métier recherché"], "wording", 1),
        (["N° SIRET", "x"], "siret", 0),
        (["Nombre de postes à pourvoir", "Commune du poste"], "posts", 0),
        (["Nombre de postes à pourvoir", "Commune du poste"], "place", 1),
        (["E-mail du contact", "Contact"], "email", 0),
        (["E-mail du contact", "Contact"], "contact_name", 1),
        (["Durée du contrat", "Contrat"], "months", 0),
        (["Durée du contrat", "Contrat"], "contract", 1),
    ],
)
def test_a_column_is_recognised_under_many_names(head: list[str], name: str, place: int) -> None:
    assert columns_of(head)[name] == place


@given(st.lists(st.text(max_size=20), max_size=12))
def test_a_column_has_one_meaning_at_most(head: list[str]) -> None:
    places = list(columns_of(head).values())
    assert len(places) == len(set(places))
    assert all(0 <= place < len(head) for place in places)


def test_columns_renamed_beyond_recognition_are_asked() -> None:
    assert missing(columns_of(["A", "B", "C"])) == ["Entreprise", "Qui est recherché", "Nombre de postes", "Commune"]


def test_the_names_of_columns_are_found_under_a_title_and_a_date() -> None:
    sheet = Sheet(
        ("Réunion du club", "", ""),
        (
            Line(2, ("12 mai", "", "")),
            Line(4, ("Entreprise", "Poste", "Ville")),
            Line(5, ("Les Tilleuls", "aide", "Dreux")),
        ),
    )
    found = under_its_titles(sheet, COLUMNS)
    assert found.head == ("Entreprise", "Poste", "Ville")
    assert [line.number for line in found.lines] == [5]


def test_a_line_shorter_than_its_titles_has_what_it_has() -> None:
    assert named_cells(("Les Tilleuls", ""), {"employer": 0, "wording": 1, "posts": 2}) == {"employer": "Les Tilleuls"}


def test_a_whole_line_has_no_fault() -> None:
    wanted = understood(WHOLE)
    assert (wanted.faults, wanted.posts, wanted.employer) == ({}, 2, "Les Tilleuls")


@pytest.mark.parametrize(("typed", "posts"), [("3", 3), ("3 postes", 3), ("deux", 2), ("environ 4", 4)])
def test_a_number_of_posts_is_read_as_people_write_it(typed: str, posts: int) -> None:
    assert understood(WHOLE | {"posts": typed}).posts == posts


@pytest.mark.parametrize("typed", ["", "2 à 3", "2,5", "plusieurs", "0", "5000"])
def test_a_number_of_posts_that_is_not_one_is_said(typed: str) -> None:
    assert "posts" in understood(WHOLE | {"posts": typed}).faults


@pytest.mark.parametrize(
    ("typed", "contract", "months"),
    [
        ("CDI", "cdi", None),
        ("CDD 6 mois", "cdd", 6),
        ("cdd de 1 an", "cdd", 12),
        ("Intérim", "ctt", None),
        ("contrat pro", "professionalisation", None),
        ("Contrat d'apprentissage", "apprenticeship", None),
        ("", "", None),
    ],
)
def test_a_contract_is_read_with_its_length(typed: str, contract: str, months: int | None) -> None:
    wanted = understood(WHOLE | {"contract": typed})
    assert (wanted.contract, wanted.months, wanted.faults) == (contract, months, {})


@pytest.mark.parametrize("typed", ["alternance", "CDD ou CDI", "à voir"])
def test_a_contract_that_is_not_one_is_said(typed: str) -> None:
    assert "un seul contrat" in understood(WHOLE | {"contract": typed}).faults["contract"]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("01/09/2026", date(2026, 9, 1)),
        ("1er septembre 2026", date(2026, 9, 1)),
        ("Septembre 2026", date(2026, 9, 1)),
        ("09/2026", date(2026, 9, 1)),
        ("Dès que possible", None),
        ("ASAP", None),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, day: date | None) -> None:
    wanted = understood(WHOLE | {"wanted_from": typed})
    assert (wanted.wanted_from, wanted.faults) == (day, {})


@pytest.mark.parametrize("typed", ["rentrée", "31/02/2026", "45000"])
def test_a_date_that_is_not_one_is_said(typed: str) -> None:
    assert "n'est pas une date" in understood(WHOLE | {"wanted_from": typed}).faults["wanted_from"]


@pytest.mark.parametrize(
    ("typed", "hours"), [("35", "35"), ("35h", "35"), ("24,5 h/semaine", "24.5"), ("Temps plein", "35")]
)
def test_hours_are_read_as_people_write_them(typed: str, hours: str) -> None:
    assert understood(WHOLE | {"weekly_hours": typed}).weekly_hours == Decimal(hours)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("siret", "79026100000000", "abîmé par un tableur"),
        ("siret", "7,90261E+13", "arrondi par un tableur"),
        ("rome", "aide", "une lettre et quatre chiffres"),
        ("email", "ada(at)tilleuls", "adresse électronique"),
        ("wording", "x" * 5000, "5000 signes"),
        ("weekly_hours", "mi-temps", "heures par semaine"),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_to_do(name: str, typed: str, said: str) -> None:
    assert said in understood(WHOLE | {name: typed}).faults[name]


def test_an_employer_and_a_search_are_needed() -> None:
    assert set(understood({}).faults) == {"employer", "wording", "posts", "place"}


@given(st.dictionaries(st.sampled_from(sorted(READERS)), st.text(max_size=40)))
def test_whatever_the_cells_a_line_is_read_without_failing(cells: dict[str, str]) -> None:
    wanted = understood(cells)
    assert set(wanted.faults) <= set(READERS)
