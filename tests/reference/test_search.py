from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defi.reference.builtin import ensure_builtin
from defi.reference.models import Basin, Commune, Competence, Job, JobTitle
from defi.reference.search import search_communes, search_competences, search_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def builtin(db: None) -> None:
    ensure_builtin()


def first(text: str) -> tuple[str, str]:
    found = search_jobs(text)[0]
    return found.job.code_rome, found.title


@pytest.mark.parametrize(
    ("text", "code", "title"),
    [
        ("soudeuse", "H2913", "Soudeur / Soudeuse"),
        ("SOUDEUR", "H2913", "Soudeur / Soudeuse"),
        ("soudeurs", "H2913", "Soudeur / Soudeuse"),
        ("soud", "H2913", "Soudeur / Soudeuse"),
        ("assistante de vie", "K1302", "Assistant / Assistante de vie dépendance"),
        ("assistante de vie aux familles", "K1311", "Assistant / Assistante de vie aux familles"),
        ("famille vie assistant", "K1311", "Assistant / Assistante de vie aux familles"),
        ("aide a domicile", "K1304", "Aide à domicile"),
        ("aide à domicile", "K1304", "Aide à domicile"),
        ("aide soignante", "J1501", "Aide-soignant / Aide-soignante"),
        ("conductrice de poids lourds", "N4101", "Conducteur / Conductrice de poids lourd"),
        ("macon", "F1703", "Maçon / Maçonne"),
        ("cuisiniere", "G1609", "Cuisinier / Cuisinière"),
        ("cariste", "N1101", "Cariste"),
        ("préparatrice commande", "N1103", "Préparateur / Préparatrice de commandes"),
    ],
)
def test_a_job_is_found_by_any_of_its_titles(text: str, code: str, title: str):
    assert first(text) == (code, title)


def test_a_job_comes_once_with_its_best_title_and_the_words_recognised():
    found = search_jobs("assistante familles")
    assert [f.job.code_rome for f in found] == ["K1311"]
    assert found[0].recognised == ("assistante", "familles")
    assert found[0].unrecognised == ()


def test_a_word_that_no_title_holds_is_said_and_does_not_hide_the_others():
    found = search_jobs("soudeuse sous-marine")
    assert found[0].job.code_rome == "H2913"
    assert found[0].recognised == ("soudeuse",)
    assert found[0].unrecognised == ("sous", "marine")


@pytest.mark.parametrize(("code", "expected"), [("K1311", "K1311"), ("k1311", "K1311"), ("K131", "K1311")])
def test_a_code_finds_its_job(code: str, expected: str):
    assert search_jobs(code)[0].job.code_rome == expected


def test_an_older_code_finds_the_jobs_that_were_split_from_it():
    assert [found.job.code_rome for found in search_jobs("K1302")] == ["K1302", "K1311"]


def test_what_the_rome_no_longer_holds_is_not_found():
    JobTitle.objects.filter(label="Cariste").update(removed=True)
    assert "Cariste" not in [found.title for found in search_jobs("cariste")]
    Job.objects.filter(code_rome="H2913").update(removed=True)
    assert "H2913" not in [found.job.code_rome for found in search_jobs("soudeuse")]


@pytest.mark.parametrize("text", ["", "   ", "'", "zzzzqq", "; DROP TABLE", "!!! & | ()", "\x00", "soud:*"])
def test_odd_text_finds_nothing_or_something_but_never_fails(text: str):
    for search in (search_jobs, search_communes, search_competences):
        assert isinstance(search(text), list)


def test_the_limit_is_kept():
    assert len(search_jobs("a", limit=3)) == 3
    assert search_jobs("soudeur", limit=0) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_gives_the_same_answer_twice(text: str):
    assert search_jobs(text) == search_jobs(text)
    assert search_communes(text) == search_communes(text)


def test_one_search_of_jobs_costs_two_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        search_jobs("assistante de vie")
    with django_assert_max_num_queries(2):
        search_communes("saint")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chateaudun", "Châteaudun"),
        ("28200", "Châteaudun"),
        ("28088", "Châteaudun"),
        ("st amand", "Saint-Amand-Montrond"),
        ("saint-amand", "Saint-Amand-Montrond"),
        ("Bourges 18000", "Bourges"),
        ("tours", "Tours"),
        ("nog", "Nogent-le-Rotrou"),
        ("rotrou nogent", "Nogent-le-Rotrou"),
    ],
)
def test_a_commune_is_found_by_name_or_postcode(text: str, name: str):
    assert search_communes(text)[0].name == name


def test_the_most_populated_commune_comes_first():
    names = [found.name for found in search_communes("st jean")]
    assert names == ["Saint-Jean-de-Braye", "Saint-Jean-de-la-Ruelle"]


def test_a_merged_commune_leads_to_the_one_that_succeeded_it():
    basin = Basin.objects.get(code="2407")
    new = Commune.objects.create(code="28334", name="Saint-Denis-Lanneray", department="28", basin=basin)
    Commune.objects.create(code="28205", name="Lanneray-Ancien", department="28", current=False, successor=new)
    found = search_communes("lanneray ancien")
    assert [(f.commune.code, f.name) for f in found] == [("28334", "Lanneray-Ancien")]


def test_competences_are_found_by_their_words_and_kind():
    found = search_competences("hygiene")
    assert found
    assert {row.kind for row in search_competences("hygiene", kind=Competence.Kind.KNOWLEDGE)} == {"SAVOIR"}
    assert all("ygiène" in row.label for row in found)
