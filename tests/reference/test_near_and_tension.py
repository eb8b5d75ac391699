"""Which jobs are near, and how hard it is to recruit for one in a basin: loading them, and reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from defi.reference.builtin import ensure_builtin
from defi.reference.load import load
from defi.reference.models import Basin, Domain, Job, ReferenceLoad, ReferenceRefusal, Tension
from defi.reference.queries import domain_labels, moves_among, tensions_in, tensions_of

pytestmark = pytest.mark.django_db

HEAD = "annee;ROME;rome_label;cbassin;lib_bassin_bmo19;oee;defm_abc;ind_tension_d\n"


@pytest.fixture(autouse=True)
def _small_set() -> None:
    ensure_builtin()


def given(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def basin(name: str) -> Basin:
    return Basin.objects.get(name=name)


def job(code: str) -> Job:
    return Job.objects.get(code_rome=code)


def test_the_small_set_says_which_of_its_jobs_are_near_and_how_hard_they_are_to_recruit_for():
    assert domain_labels(["K1311", "K1304"]) == {"K13": "Aide à la vie quotidienne"}
    magasinier, cariste = job("N1103"), job("N1101")
    moves = moves_among([magasinier.pk, cariste.pk, job("K1311").pk])
    assert moves == {(magasinier.pk, cariste.pk), (cariste.pk, magasinier.pk)}
    assert tensions_of(magasinier)[basin("Châteaudun").pk].index == 5


def test_a_job_born_of_a_split_has_the_tension_of_the_job_it_was_split_from():
    tension = tensions_of(job("K1311"))[basin("Orléans").pk]
    assert (tension.code_rome, tension.label, tension.year) == ("K1302", "Assistance auprès d'adultes", 2020)


def test_a_pair_that_the_file_does_not_tell_is_unknown():
    assert basin("Nogent-le-Rotrou").pk not in tensions_of(job("I1304"))


def test_a_newer_year_comes_first_and_the_former_one_stays(tmp_path: Path):
    rows = "2024;K1311;Aide à domicile;2421;ORLEANS;10;3;4\n2024;K1302;Assistance;2421;ORLEANS;10;3;2\n"
    done = load([given(tmp_path, "tension_2024.csv", HEAD + rows)]).sources[0]
    assert (done.version, done.outcome.added, done.outcome.removed) == ("2024", 2, 0)
    assert [tensions_of(job(code))[basin("Orléans").pk].index for code in ("K1311", "K1302")] == [4, 2]
    assert [row.year for row in tensions_in(basin("Orléans"))] == [2024, 2024]
    assert Tension.objects.filter(year=2020, basin=basin("Orléans"), code_rome="K1302", removed=False).exists()


def test_the_same_file_twice_changes_nothing(tmp_path: Path):
    file = given(tmp_path, "tension_2024.csv", HEAD + "2024;K1302;Assistance;2421;ORLEANS;10;3;2\n")
    load([file])
    assert load([file]).written == 0
    assert ReferenceLoad.objects.filter(source="tension").count() == 1


def test_each_wrong_line_is_refused_with_its_reason_and_the_others_are_kept(tmp_path: Path):
    rows = [
        "2024;K1302;Assistance;2421;ORLEANS;10;3;2",
        "2024;K13;Assistance;2421;ORLEANS;10;3;2",
        "24;K1302;Assistance;2401;BOURGES;10;3;2",
        "2024;K1302;Assistance;2401;BOURGES;10;3;7",
        "2024;K1302;Assistance;2421;ORLEANS;10;3;2",
        "2024;K1302;;2402;VIERZON;10;3;2",
        "2024;K1302;Assistance;3301;BORDEAUX;10;3;2",
    ]
    done = load([given(tmp_path, "t.csv", HEAD + "\n".join(rows) + "\n")]).sources[0]
    assert (done.outcome.added, done.outcome.aside) == (1, 1)
    assert list(ReferenceRefusal.objects.values_list("line", "reason")) == [
        (3, "code ROME « K13 » mal formé"),
        (4, "année « 24 » mal formée"),
        (5, "indice « 7 » : de 1 à 5 attendu"),
        (6, "déjà donné à la ligne 2"),
        (7, "libellé vide (colonne « rome_label »)"),
    ]


def test_tensions_in_an_unknown_cut_of_the_basins_say_what_to_load_first(tmp_path: Path):
    file = given(tmp_path, "t.csv", HEAD.replace("bmo19", "bmo31") + "2024;K1302;Assistance;2421;ORLEANS;10;3;2\n")
    load([file])
    assert "découpage BE31" in ReferenceRefusal.objects.get().reason


def test_a_tension_that_a_newer_file_of_its_year_no_longer_holds_is_marked(tmp_path: Path):
    two = HEAD + "2024;K1302;Assistance;2421;ORLEANS;1;1;2\n2024;K1302;Assistance;2401;BOURGES;1;1;3\n"
    load([given(tmp_path, "a.csv", two)])
    load([given(tmp_path, "b.csv", two.rsplit("2024", 1)[0])])
    assert Tension.objects.get(year=2024, basin=basin("Bourges")).removed
    assert tensions_of(job("K1302"))[basin("Bourges").pk].year == 2020


def test_domains_are_loaded_with_their_labels(tmp_path: Path):
    head = '"code_domaine_professionnel","libelle_domaine_professionnel"\n'
    load([given(tmp_path, "d.csv", head + '"K13","Aide à la personne"\n"Kxx","Faux"\n')])
    assert Domain.objects.get(code="K13").label == "Aide à la personne"
    assert "mal formé" in ReferenceRefusal.objects.get().reason


def test_the_official_tensions_of_the_region_are_loaded_whole(shared_data: Path):
    load([str(shared_data / "geo")])
    done = load([str(shared_data / "tension")]).sources[0]
    assert (done.version, done.read, len(done.refused), done.outcome.aside) == ("2020", 1128, 0, 0)
    assert Tension.objects.filter(year=2020, removed=False).count() == 1128
    # The small set told the same.
    assert done.outcome.changed == 0
