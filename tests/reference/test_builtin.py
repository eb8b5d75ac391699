"""The small set that the product works on before any official file is loaded."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from defi.reference.builtin import ensure_builtin
from defi.reference.models import Basin, Commune, Competence, Job, JobCompetence, JobTitle, ReferenceLoad
from defi.reference.queries import (
    communes_of,
    competences_by_ogr,
    competences_of,
    current_basins,
    job_by_code,
    titles_of,
)

pytestmark = pytest.mark.django_db

TABLES = (Basin, Commune, Job, JobTitle, Competence, JobCompetence)


@pytest.fixture
def nothing() -> None:
    for table in (JobCompetence, Competence, JobTitle, Job, Commune, Basin):
        table.objects.all().delete()


def everything() -> list[list[tuple[object, ...]]]:
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


def test_it_holds_the_22_basins_in_french_case(nothing: None):
    ensure_builtin()
    names = [basin.name for basin in current_basins()]
    assert len(names) == 22
    assert {basin.code for basin in current_basins()} == {str(code) for code in range(2401, 2423)}
    assert {"Châteaudun", "Nogent-le-Rotrou", "Saint-Amand-Montrond", "Vendôme"} <= set(names)
    assert names == sorted(names, key=lambda name: name.replace("â", "a").replace("é", "e").replace("ô", "o"))


def test_every_basin_has_a_commune_and_every_job_its_titles_and_competences(nothing: None):
    ensure_builtin()
    assert all(communes_of(basin).exists() for basin in current_basins())
    for job in Job.objects.all():
        assert titles_of(job).first().label == job.label
        kinds = {link.competence.kind for link in competences_of(job)}
        assert kinds == {Competence.Kind.COMPETENCE, Competence.Kind.KNOWLEDGE}
        assert 6 <= competences_of(job).count() <= 12


def test_assistant_de_vie_aux_familles_is_k1311_and_leads_back_to_k1302(nothing: None):
    ensure_builtin()
    job = job_by_code("k1311")
    assert job.label == "Assistant / Assistante de vie aux familles"
    assert job.parent_code == "K1302"


def test_a_code_that_only_older_files_know_leads_to_a_job_it_became(nothing: None):
    Job.objects.create(code_rome="G1609", parent_code="G1602", label="Cuisinier / Cuisinière")
    assert job_by_code("G1602").code_rome == "G1609"
    assert job_by_code("Z9999") is None


def test_one_ogr_code_can_be_a_competence_and_a_knowledge(nothing: None):
    Competence.objects.create(ogr="1", kind=Competence.Kind.COMPETENCE, label="Souder")
    Competence.objects.create(ogr="1", kind=Competence.Kind.KNOWLEDGE, label="Soudage")
    assert [row.label for row in competences_by_ogr("1")] == ["Souder", "Soudage"]


def test_done_twice_it_changes_nothing(nothing: None):
    ensure_builtin()
    before = everything()
    ensure_builtin()
    assert everything() == before


def test_it_never_overwrites_what_is_there(nothing: None):
    Job.objects.create(code_rome="K1311", label="Un autre intitulé", regulated=True)
    Basin.objects.create(code="2407", vintage="BE19", name="Dunois", region="24")
    ensure_builtin()
    assert Job.objects.get(code_rome="K1311").label == "Un autre intitulé"
    assert Basin.objects.get(code="2407").name == "Dunois"


@pytest.mark.parametrize(("source", "absent"), [("rome.jobs", Job), ("geo.communes", Commune)])
def test_it_adds_nothing_beside_an_official_file(nothing: None, source: str, absent: type):
    ReferenceLoad.objects.create(source=source, fingerprint="0" * 64, rows_read=1, rows_written=1, rows_refused=0)
    ensure_builtin()
    assert not absent.objects.exists()


def test_its_facts_are_those_of_the_official_files(nothing: None, shared_data: Path):
    ensure_builtin()
    with (shared_data / "geo" / "communes_cvl_rattachements.csv").open(encoding="utf-8") as stream:
        communes = {row["code_insee"]: row for row in csv.DictReader(stream)}
    for commune in Commune.objects.select_related("basin"):
        official = communes[commune.code]
        assert commune.name == official["nom"]
        assert commune.basin.code == official["bassin_emploi_be19"]
        assert commune.epci_name == official["epci_nom"]
    with (shared_data / "rome" / "unix_referentiel_appellation_v460_utf8.csv").open(encoding="utf-8") as stream:
        titles = {row["code_ogr"]: row for row in csv.DictReader(stream)}
    for title in JobTitle.objects.select_related("job"):
        official = titles[title.ogr]
        assert (title.label, title.job.code_rome) == (official["libelle_appellation_long"], official["code_rome"])
