"""The index over a few sheets written here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.reference.reading.index import MOST_OF_A_FAMILY, Index, Sheet

SHEETS = (
    Sheet(
        1, "H2913", "Soudeur / Soudeuse", ("Soudeur / Soudeuse TIG", "Braseur / Braseuse"), core=("Souder un métal",)
    ),
    Sheet(2, "G1803", "Serveur / Serveuse en restauration", ("Serveur / Serveuse",), "Sert les plats en salle."),
    Sheet(3, "G1602", "Cuisinier / Cuisinière", ("Chef cuisinier / Cheffe cuisinière",), core=("Cuire des aliments",)),
    Sheet(4, "I1304", "Monteur-régleur / Monteuse-régleuse", ("Monteur / Monteuse", "Régleur / Régleuse")),
    Sheet(5, "K1304", "Aide à domicile", ("Auxiliaire de vie",), knowledge=("Gestes d'hygiène du logement",)),
)

FEW = Index(SHEETS)


@pytest.fixture
def index() -> Index:
    return FEW


def jobs(index: Index, text: str, limit: int = 5) -> list[int]:
    return [index.sheets[ranked.place].key for ranked in index.rank(text, limit)]


def test_a_title_leads_to_its_job_first(index: Index):
    for sheet in SHEETS:
        for title in (sheet.label, *sheet.titles):
            assert jobs(index, title)[0] == sheet.key, title


def test_what_the_job_does_leads_to_it_without_its_title(index: Index):
    assert jobs(index, "quelqu'un pour l'hygiène du logement")[0] == 5


def test_each_job_named_in_a_sentence_has_its_turn_with_its_own_words(index: Index):
    found = index.rank("2 serveurs et un cuisinier en CDI", 5)
    assert [index.sheets[ranked.place].key for ranked in found[:2]] == [2, 3]
    assert [ranked.because for ranked in found[:2]] == [("serveurs",), ("cuisinier",)]


def test_a_title_that_holds_the_word_et_is_one_job(index: Index):
    assert len(index.asked("monteur et régleur")) == 1


def test_words_after_a_comma_that_name_no_job_belong_to_the_job_before(index: Index):
    assert len(index.asked("soudeur TIG, lecture de plan, et motivé")) == 1
    assert jobs(index, "soudeur TIG, lecture de plan")[0] == 1


def test_the_words_that_led_there_are_those_typed(index: Index):
    assert index.rank("Soudeuse TIG, permis B", 1)[0].because == ("Soudeuse TIG",)


@pytest.mark.parametrize("text", ["", "nurse", "we are looking for a plumber", "il fait beau à Orléans", "x" * 5000])
def test_a_text_that_speaks_of_something_else_leads_nowhere(index: Index, text: str):
    assert jobs(index, text) == []


def test_one_former_sheet_never_takes_the_whole_list():
    near = tuple(Sheet(number, "A1", f"Soudeur {number}", ()) for number in range(6))
    other = Sheet(9, "B1", "Soudeur-tuyauteur", ())
    found = jobs(Index((*near, other)), "soudeur")
    assert len(found) == MOST_OF_A_FAMILY + 1
    assert 9 in found


@pytest.mark.parametrize("sheets", [(), (Sheet(1, "A", "***", ()),), (Sheet(1, "A", "Soudeur", ()),) * 3])
def test_an_empty_a_wordless_and_a_repeated_reference_do_no_harm(sheets: tuple[Sheet, ...]):
    assert len(Index(sheets).rank("soudeur", 5)) in {0, 3}


@given(st.text(max_size=200), st.integers(-1, 7))
def test_any_text_gives_at_most_what_was_asked_each_once_and_the_same_twice(text: str, limit: int):
    found = FEW.rank(text, limit)
    assert len({ranked.place for ranked in found}) == len(found) <= max(limit, 0)
    assert all(ranked.because for ranked in found)
    assert found == FEW.rank(text, limit)
