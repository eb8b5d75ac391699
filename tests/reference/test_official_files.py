"""The official files themselves, whole: ROME 4.0 version 60 and the geography of Centre-Val de Loire."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from defi.reference.builtin import ensure_builtin
from defi.reference.load import load
from defi.reference.models import Basin, Commune, Competence, Job, JobCompetence, JobTitle, NearJob, ReferenceLoad
from defi.reference.queries import current_basins
from defi.reference.search import search_communes, search_jobs

pytestmark = pytest.mark.django_db

SEARCHES = {
    "soudeuse": "H2913",
    "assistante de vie": "K1302",
    "assistante vie familles": "K1311",
    "aide a domicile": "K1304",
    "conductrice d'engins de chantier": "F1302",
    "ouvriere agricole": "A1419",
    "preparatrice de commandes": "N1103",
    "maconne": "F1703",
}


def test_the_whole_rome_is_loaded_then_found_then_left_alone(shared_data: Path):
    ensure_builtin()
    start = perf_counter()
    report = load([str(shared_data / "rome")])
    assert perf_counter() - start < 60
    assert [len(done.refused) for done in report.sources] == [0] * 9
    counts = {kind: Competence.objects.filter(kind=kind, removed=False).count() for kind in Competence.Kind.values}
    assert Job.objects.filter(removed=False).count() == 1584
    assert JobTitle.objects.filter(removed=False).count() == 13120
    assert counts == {"COMPETENCE": 18317, "SAVOIR": 15354}
    assert JobCompetence.objects.filter(removed=False).count() == 104_219 - 13_663
    assert "''" not in Job.objects.get(code_rome="K1302").definition
    assert Job.objects.get(code_rome="K1311").parent_code == "K1302"
    assert Job.objects.exclude(access="").count() > 1000
    assert NearJob.objects.filter(removed=False).count() == 14_912

    start = perf_counter()
    for text, code in SEARCHES.items():
        assert search_jobs(text)[0].job.code_rome == code, text
    assert (perf_counter() - start) / len(SEARCHES) < 0.2

    loads = ReferenceLoad.objects.count()
    assert load([str(shared_data / "rome")]).written == 0
    assert ReferenceLoad.objects.count() == loads
    ensure_builtin()
    assert Job.objects.count() == 1584


def test_every_commune_of_the_region_gets_its_basin(shared_data: Path):
    ensure_builtin()
    report = load([str(shared_data / "geo")])
    current = Commune.objects.filter(current=True)
    assert current.count() == 1754
    assert not current.filter(basin=None).exists()
    assert not current.filter(epci_name="").exists()
    assert not Commune.objects.filter(current=False, successor=None).exists()
    assert Basin.objects.count() == current_basins().count() == 22
    assert current_basins().first().name == "Amboise"
    assert [len(done.refused) for done in report.sources] == [0, 0, 7, 0]
    assert load([str(shared_data / "geo")]).written == 0
    assert search_communes("st jean de braye")[0].commune.basin.name == "Orléans"
    merged = search_communes("allaines mervilliers")[0]
    assert (merged.name, merged.commune.name) == ("Allaines-Mervilliers", "Janville-en-Beauce")


def test_the_names_of_the_basins_are_found_without_the_built_in_set(shared_data: Path):
    Commune.objects.all().delete()
    Basin.objects.all().delete()
    load([str(shared_data / "geo")])
    names = {basin.name for basin in current_basins()}
    assert {"Châteaudun", "Nogent-le-Rotrou", "Saint-Amand-Montrond", "Orléans", "Aubigny", "Romorantin"} <= names
