"""Loading official files: what is kept, what is refused, what changes nothing. Small files written here."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defi.kernel.refusals import Invalid
from defi.reference.load import command, load
from defi.reference.load import files as load_files
from defi.reference.load import stage as load_stage
from defi.reference.load.run import LOAD_LOCK
from defi.reference.models import (
    Basin,
    Commune,
    Competence,
    Job,
    JobCompetence,
    JobTitle,
    NearJob,
    ReferenceLoad,
    ReferenceRefusal,
)
from defi.reference.queries import near_jobs

pytestmark = pytest.mark.django_db

TABLES = (Basin, Commune, Job, JobTitle, Competence, JobCompetence, NearJob, ReferenceLoad, ReferenceRefusal)

JOBS = [
    {"code_rome": "X1101", "libelle_rome": "Soudeur / Soudeuse", "emploi_reglemente": "N", "code_rome_parent": "X1100"},
    {
        "code_rome": "X1102",
        "libelle_rome": "Chef d'œuvre, étanchéité",
        "emploi_reglemente": "O",
        "code_rome_parent": "",
    },
]
TITLES = [
    {
        "code_ogr": "900001",
        "libelle_appellation_long": "Soudeur / Soudeuse",
        "libelle_appellation_court": "Soudeur(se)",
        "code_rome": "X1101",
        "classification": "PRINCIPALE",
        "code_rome_parent": "X1099",
        "peu_usite": "N",
    },
    {
        "code_ogr": "900002",
        "libelle_appellation_long": "Braseur / Braseuse",
        "libelle_appellation_court": "Braseur(se)",
        "code_rome": "X1101",
        "classification": "SYNONYME",
        "code_rome_parent": "X1100",
        "peu_usite": "O",
    },
]
COMPETENCES = [
    {"code_ogr": "800001", "libelle_competence": "Souder", "cat_comp": "Savoir-faire", "sous_cat_comp": "Technique"}
]
KNOWLEDGE = [
    {"code_ogr_savoir": "800001", "libelle_savoir": "Soudage", "categorie_savoir": "T", "sous_categorie_savoir": "M"},
    {
        "code_ogr_savoir": "800002",
        "libelle_savoir": "Lecture de plan",
        "categorie_savoir": "",
        "sous_categorie_savoir": "",
    },
]
CONTEXTS = [{"code_ogr": "700001", "libelle_cont_travail": "Travail de nuit"}]
LINKS = [
    {"code_rome": "X1101", "code_ogr": "800001", "coeur_metier": "Principale"},
    {"code_rome": "X1101", "code_ogr": "800002", "coeur_metier": "Émergente"},
    {"code_rome": "X1101", "code_ogr": "700001", "coeur_metier": ""},
]
TEXTS = [
    {"code_rome": "X1101", "libelle_type_texte": "definition", "position_phrase": "2", "libelle_texte": "Contrôle"},
    {
        "code_rome": "X1101",
        "libelle_type_texte": "definition",
        "position_phrase": "1",
        "libelle_texte": "Soude l''acier.",
    },
    {"code_rome": "X1101", "libelle_type_texte": "acces_metier", "position_phrase": "1", "libelle_texte": "CAP."},
]
NEAR = [{"code_rome": "X1101", "code_rome_cible": "X1102", "numero_ordre": "3"}]
COMMUNES = [
    {"code": "99001", "nom": "Les Hauts-d'Essai", "departement": "99", "arrondissement": "991",
     "type": "commune-actuelle", "codesPostaux": ["99120"], "population": 326},
    {"code": "99002", "nom": "Essai-le-Vieux", "departement": "99", "arrondissement": "991", "type": "commune-deleguee",
     "chefLieu": "99001"},
    {"code": "99001", "nom": "Essai", "departement": "99", "arrondissement": "991", "type": "commune-deleguee",
     "chefLieu": "99001"},
]  # fmt: skip
BASINS = [{"CODE_COMMUNE_INSEE": "99001", "REG": "99", "DEP": "99", "BE19": "9901", "NOMBE19": "LES HAUTS D ESSAI"}]
EPCI = [{"code": "1", "nom": "CC des Essais", "membres": [{"code": "99001"}, {"code": "12345"}]}]

ROME = {
    "jobs": JOBS,
    "titles": TITLES,
    "competences": COMPETENCES,
    "knowledge": KNOWLEDGE,
    "contexts": CONTEXTS,
    "links": LINKS,
    "texts": TEXTS,
    "near": NEAR,
}


def table(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(rows[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n", escapechar=None
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a file and gives its path; a list of rows becomes a quoted CSV."""

    def write(name: str, content: object, encoding: str = "utf-8") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else table(content), encoding=encoding)
        return str(path)

    return write


@pytest.fixture
def rome(write: Callable[..., str]) -> str:
    for name, rows in ROME.items():
        write(f"rome/{name}_v999_utf8.csv", rows)
    return str(Path(write("rome/version.txt", "Numero de version : 99")).parent)


def everything() -> list[list[tuple[object, ...]]]:
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


def ours(table: type) -> list:
    return list(table.objects.filter(code_rome__startswith="X1"))


def refused(*paths: str, **options: bool) -> str:
    """The sentence of a refused load, having checked that nothing was written."""
    before = everything()
    with pytest.raises(Invalid) as refusal:
        load(list(paths), **options)
    assert everything() == before
    return refusal.value.sentence


def lines_refused(report) -> list[tuple[int, str]]:
    return [line for done in report.sources for line in done.refused]


# What is kept


def test_a_whole_folder_is_loaded_in_the_order_its_files_need(rome: str):
    report = load([rome])
    assert [done.source.name for done in report.sources] == [
        "rome.jobs", "rome.titles", "rome.competences", "rome.knowledge", "rome.contexts", "rome.links", "rome.texts",
        "rome.near",
    ]  # fmt: skip
    assert lines_refused(report) == []
    job = Job.objects.get(code_rome="X1101")
    assert (job.label, job.parent_code, job.regulated) == ("Soudeur / Soudeuse", "X1100", False)
    assert (job.definition, job.access) == ("Soude l'acier. Contrôle.", "CAP.")
    assert [(near.near.code_rome, near.rank) for near in near_jobs(job)] == [("X1102", 3)]
    title = JobTitle.objects.get(ogr="900001")
    assert (title.kind, title.parent_code, title.rarely_used) == ("PRINCIPALE", "X1099", False)
    links = {(link.competence.kind, link.competence.label): link for link in job.job_competences.all()}
    assert links["COMPETENCE", "Souder"].core
    assert links["SAVOIR", "Soudage"].core
    assert links["SAVOIR", "Lecture de plan"].emerging


def test_each_load_remembers_its_version_and_fingerprint(rome: str):
    load([rome])
    kept = ReferenceLoad.objects.get(source="rome.titles")
    assert (kept.version, kept.rows_read, kept.rows_written, kept.rows_refused) == ("999", 2, 2, 0)
    assert len(kept.fingerprint) == 64


def test_a_second_load_changes_nothing_and_says_so(rome: str, capsys: pytest.CaptureFixture[str]):
    load([rome])
    before = everything()
    assert command([rome]) == 0
    assert everything() == before
    assert "Rien n'a changé" in capsys.readouterr().out


def test_the_archive_gives_what_the_folder_gives(rome: str, tmp_path: Path):
    archive = tmp_path / "rome.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in Path(rome).iterdir():
            zipped.write(file, f"dossier/{file.name}")
    load([str(archive)])
    assert len(ours(Job)) == 2
    before = everything()
    load([rome])
    assert everything() == before


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15"])
def test_encoding_and_delimiter_are_found_out(write: Callable[..., str], encoding: str, delimiter: str):
    load([write("any name at all.txt", table(JOBS, delimiter), encoding)])
    assert Job.objects.get(code_rome="X1102").label == "Chef d'œuvre, étanchéité"


def test_files_of_before_rome_4_are_read_without_the_columns_they_lack(write: Callable[..., str]):
    rows = [{"code_rome": "X1103", "code_fiche_metier": "1", "libelle_rome": "Ancien", "statut": "1"}]
    load([write("unix_referentiel_code_rome_v347_utf8.csv", rows)])
    job = Job.objects.get(code_rome="X1103")
    assert (job.parent_code, job.regulated) == ("", None)


def test_a_newer_file_changes_what_changed_and_brings_back_what_returned(write: Callable[..., str]):
    load([write("jobs.csv", JOBS)])
    load([write("jobs.csv", [{**JOBS[0], "libelle_rome": "Soudeur / Soudeuse à l'arc"}])])
    assert Job.objects.get(code_rome="X1101").label == "Soudeur / Soudeuse à l'arc"
    assert Job.objects.get(code_rome="X1102").removed
    report = load([write("jobs.csv", JOBS)])
    assert not Job.objects.get(code_rome="X1102").removed
    assert report.sources[0].outcome.changed == 2


def test_what_disappears_is_marked_never_deleted(rome: str, write: Callable[..., str]):
    load([rome])
    known = JobTitle.objects.count()
    write("rome/titles_v999_utf8.csv", TITLES[:1])
    write("rome/links_v999_utf8.csv", LINKS[:1])
    report = load([rome])
    removed = {done.source.name: done.outcome.removed for done in report.sources}
    assert (removed["rome.titles"], removed["rome.links"]) == (1, 1)
    assert JobTitle.objects.count() == known
    assert JobTitle.objects.get(ogr="900002").removed
    assert JobCompetence.objects.get(competence__ogr="800002").removed


def test_the_territory_is_loaded_whatever_the_order_of_the_files(write: Callable[..., str]):
    paths = [
        write("bassins.csv", BASINS),
        write("epci.json", json.dumps(EPCI)),
        write("communes_cog2026.json", json.dumps(COMMUNES)),
    ]
    report = load(paths)
    assert [done.source.name for done in report.sources] == ["geo.communes", "geo.epci", "geo.basins"]
    assert report.sources[2].version == "BE19"
    commune = Commune.objects.get(code="99001")
    assert (commune.name, commune.postcodes, commune.population) == ("Les Hauts-d'Essai", ["99120"], 326)
    assert commune.epci_name == "CC des Essais"
    assert (commune.basin.code, commune.basin.vintage, commune.basin.region) == ("9901", "BE19", "99")
    assert commune.basin.name == "Les Hauts-d'Essai"
    merged = Commune.objects.get(code="99002")
    assert (merged.current, merged.successor_id, merged.basin) == (False, "99001", commune.basin)


def test_a_basin_in_capitals_is_written_in_french_case_when_no_commune_bears_its_name(write: Callable[..., str]):
    communes = write("communes.json", json.dumps(COMMUNES))
    load([communes, write("bassins.csv", [{**BASINS[0], "NOMBE19": "ESSAI SUR LE LAC"}])])
    assert Basin.objects.get(code="9901").name == "Essai-sur-le-Lac"


def test_a_commune_that_left_the_code_is_no_longer_current(write: Callable[..., str]):
    other = {**COMMUNES[0], "code": "99003", "nom": "Ailleurs"}
    load([write("communes.json", json.dumps([*COMMUNES, other]))])
    load([write("communes.json", json.dumps(COMMUNES))])
    assert not Commune.objects.get(code="99003").current
    assert Commune.objects.get(code="99001").current


def test_files_of_no_use_in_a_folder_are_named(rome: str, write: Callable[..., str]):
    write("rome/cr_gd_dp.csv", [{"code_rome": "X1101", "libelle_rome": "Soudeur", "code_grand_domaine": "X"}])
    assert load([rome]).unused == ["cr_gd_dp.csv"]


# What is refused, line by line


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('"900003","Sans métier","","Z9999","","","N"', "code ROME Z9999 inconnu"),
        ('"900003","","","X1101","","","N"', "libellé vide (colonne « libelle_appellation_long »)"),
        ('"900003","Trop","court"', "3 colonnes au lieu de 7"),
        ('"900003","a","b","X1101","","","N","de trop"', "8 colonnes au lieu de 7"),
        ('"neuf","Mal numéroté","","X1101","","","N"', "code OGR « neuf » mal formé"),
        ('"900001","Doublon","","X1101","","","N"', "déjà donné à la ligne 2"),
        ('"900003","Guillemet " perdu","","X1101","","","N"', "guillemets mal fermés"),
        (f'"900003","{"a" * 251}","","X1101","","","N"', "libellé trop long : 251 caractères, au plus 250"),
        ('"900003","nul \x00","","X1101","","","N"', "caractère interdit (nul)"),
    ],
)
def test_a_refused_line_is_told_with_its_number_and_its_reason(
    rome: str, write: Callable[..., str], line: str, reason: str
):
    text = table(TITLES) + line + "\n" + '"900004","Après","","X1102","SYNONYME","","N"\n'
    write("rome/titles_v999_utf8.csv", text)
    report = load([rome])
    assert lines_refused(report) == [(4, reason)]
    assert JobTitle.objects.filter(ogr="900004").exists()
    kept = ReferenceLoad.objects.get(source="rome.titles")
    assert list(kept.refusals.values_list("line", "reason")) == [(4, reason)]


def test_a_line_number_counts_the_lines_of_the_file_not_the_records(rome: str, write: Callable[..., str]):
    rows = [{**TITLES[0], "libelle_appellation_long": "Sur deux\nlignes"}, {**TITLES[1], "code_rome": "Z9999"}]
    write("rome/titles_v999_utf8.csv", rows)
    assert lines_refused(load([rome])) == [(4, "code ROME Z9999 inconnu")]
    assert JobTitle.objects.get(ogr="900001").label == "Sur deux lignes"


def test_an_unknown_competence_and_an_unknown_commune_are_refused(rome: str, write: Callable[..., str]):
    write("rome/links_v999_utf8.csv", [*LINKS, {"code_rome": "X1101", "code_ogr": "1", "coeur_metier": ""}])
    write("rome/bassins.csv", BASINS)
    assert lines_refused(load([rome])) == [
        (5, "code OGR 1 inconnu : ni compétence, ni savoir, ni contexte de travail"),
        (2, "commune 99001 absente du fichier des communes (fusionnée, ou ce fichier reste à charger)"),
    ]


def test_a_damaged_line_does_not_make_its_row_disappear(rome: str, write: Callable[..., str]):
    load([rome])
    write("rome/titles_v999_utf8.csv", [TITLES[0], {**TITLES[1], "libelle_appellation_long": " "}])
    load([rome])
    assert not JobTitle.objects.get(ogr="900002").removed
    write("rome/titles_v999_utf8.csv", table(TITLES[:1]) + '"90000\n2"\n')
    load([rome])
    assert not JobTitle.objects.get(ogr="900002").removed


def test_damaged_objects_of_a_json_file_are_refused_with_their_line(write: Callable[..., str]):
    rows = [COMMUNES[0], 12, {**COMMUNES[0], "code": "9900X"}, {**COMMUNES[0], "code": "99004", "nom": ""}]
    path = write("communes.json", "[" + ",\n".join(json.dumps(row) for row in rows) + "]\n")
    assert lines_refused(load([path])) == [
        (2, "ce n'est pas un objet"),
        (3, "code INSEE « 9900X » mal formé"),
        (4, "libellé vide (colonne « nom »)"),
    ]


# What is refused as a whole


def test_a_csv_cut_in_a_quoted_field_writes_nothing(rome: str, write: Callable[..., str]):
    whole = table(TITLES)
    write("rome/titles_v999_utf8.csv", whole[: whole.index("Braseur") + 3])
    sentence = refused(rome)
    assert sentence.startswith("« titles_v999_utf8.csv » s'arrête au milieu de l'enregistrement commencé ligne 3")
    assert not ours(Job)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.floats(0, 1, exclude_max=True))
def test_wherever_it_is_cut_a_file_is_refused_or_ends_on_a_whole_record(write: Callable[..., str], kept: float):
    whole = table(TITLES)
    header = whole.index("\n") + 1
    start = whole[: header + int(kept * (len(whole) - header))]
    jobs, titles = write("jobs.csv", JOBS), write("titles.csv", start)
    whole_records = {
        whole[:end].removesuffix("\n") for end in (header, header + whole[header:].index("\n"), len(whole))
    }
    if start.removesuffix("\n") in whole_records:
        assert not lines_refused(load([jobs, titles]))
        return
    with pytest.raises(Invalid, match="s'arrête au milieu"):
        load([jobs, titles])


def test_a_json_cut_anywhere_writes_nothing(write: Callable[..., str]):
    whole = json.dumps(COMMUNES)
    for at in (len(whole) // 3, len(whole) // 2, len(whole) - 1):
        assert "s'arrête au milieu" in refused(write("communes.json", whole[:at]))


def test_a_cut_archive_writes_nothing(rome: str, tmp_path: Path):
    archive = tmp_path / "rome.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in Path(rome).iterdir():
            zipped.write(file, file.name)
    archive.write_bytes(archive.read_bytes()[:-200])
    assert refused(str(archive)) == "L'archive « rome.zip » est coupée ou abîmée : téléchargez-la de nouveau."


def test_an_archive_with_a_damaged_member_writes_nothing(rome: str, tmp_path: Path):
    archive = tmp_path / "rome.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(Path(rome).iterdir()):
            zipped.write(file, file.name)
    damaged = archive.read_bytes().replace(b"Soude l''acier", b"Soude l''aXier")
    archive.write_bytes(damaged)
    assert "est coupée ou abîmée" in refused(str(archive))
    assert not ours(Job)


def test_a_file_that_lost_most_of_its_rows_is_refused_unless_it_is_said_to_be_whole(
    write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(load_stage, "REMOVED_AT_LEAST", 10)
    Job.objects.update(removed=True)
    many = [{**JOBS[0], "code_rome": f"X{number}"} for number in range(2000, 2040)]
    load([write("jobs.csv", many)])
    few = write("jobs.csv", many[:20])
    assert "ferait disparaître 20 des 40 lignes" in refused(few)
    load([few], accept_removals=True)
    assert Job.objects.filter(removed=False).count() == 20


def test_a_missing_column_is_named(write: Callable[..., str]):
    rows = [{name: value for name, value in row.items() if name != "code_ogr"} for row in TITLES]
    assert refused(write("titles.csv", rows)) == (
        "« titles.csv » ressemble au fichier des appellations, mais il y manque la colonne « code_ogr »."
    )


def test_a_column_that_gives_a_file_away_is_named_too(write: Callable[..., str]):
    rows = [{name: value for name, value in row.items() if name != "libelle_texte"} for row in TEXTS]
    assert "fichier des définitions, mais il y manque la colonne « libelle_texte »" in refused(write("t.csv", rows))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "est vide"),
        (" \n", "est vide"),
        ("a,b\n1,2\n", "n'est pas un fichier connu. Ses colonnes : a, b."),
        (b"\x89PNG\x00\x00", "n'est pas un fichier de texte"),
        ('{"a": 1}', "n'est pas une liste JSON"),
        ("[]", "n'est pas un fichier connu"),
        ("[" * 100_000, "s'arrête au milieu"),
        ('"sans fin', "s'arrête au milieu"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(write: Callable[..., str], content: object, sentence: str):
    assert sentence in refused(write("autre.csv", content))


def test_a_folder_without_any_known_file_is_refused(write: Callable[..., str]):
    folder = str(Path(write("vide/lisez-moi.txt", "bonjour\n")).parent)
    assert refused(folder).startswith("Aucun fichier connu")


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert command([str(tmp_path / "absent.zip")]) == 1
    told = capsys.readouterr().err
    assert "n'existe pas : vérifiez le chemin." in told
    assert "Rien n'a été écrit." in told


def test_two_versions_of_the_same_file_are_not_loaded_together(write: Callable[..., str]):
    one, other = write("v455.csv", JOBS), write("v460.csv", JOBS[:1])
    assert "contiennent tous deux les fiches métier : n'en donnez qu'un" in refused(one, other)
    same = write("copie.csv", JOBS)
    assert len(load([one, same]).sources) == 1


def test_a_load_does_not_run_beside_another(rome: str):
    settings_ = connection.settings_dict
    with psycopg.connect(
        dbname=settings_["NAME"],
        user=settings_["USER"] or None,
        password=settings_["PASSWORD"] or None,
        host=settings_["HOST"] or None,
        port=settings_["PORT"] or None,
    ) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        assert refused(rome).startswith("Un autre chargement est en cours")


# From a URL


@contextmanager
def serving(body: bytes, announced: int | None = None, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if announced is None else announced))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/open-data/csv"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def zipped(folder: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in Path(folder).iterdir():
            archive.write(file, file.name)
    return buffer.getvalue()


def test_an_archive_is_loaded_from_a_url(rome: str):
    with serving(zipped(rome)) as url:
        load([url])
    assert len(ours(Job)) == 2


def test_a_download_that_stops_before_the_end_writes_nothing(rome: str):
    body = zipped(rome)
    with serving(body[: len(body) // 2], announced=len(body)) as url:
        assert "s'est arrêté avant la fin" in refused(url)


def test_a_server_that_answers_an_error_is_told():
    with serving(b"", status=503) as url:
        assert refused(url) == f"{url} répond 503 : rien à charger."


def test_a_server_that_does_not_answer_is_told():
    assert "ne répond pas" in refused("http://127.0.0.1:9/rome.zip")


def test_a_download_has_a_size_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(load_files, "DOWNLOAD_BYTES", 10)
    with serving(b"x" * 11) as url:
        assert "ce n'est pas un référentiel" in refused(url)
    with serving(b"x" * 11, announced=5) as url:
        assert refused(url)


def test_a_near_job_that_is_unknown_or_has_no_rank_is_refused_and_one_that_left_is_marked(
    rome: str, write: Callable[..., str]
):
    load([rome])
    rows = [{**NEAR[0], "code_rome_cible": "Z9999"}, {**NEAR[0], "code_rome": "X1102", "numero_ordre": "un"}]
    write("rome/near_v999_utf8.csv", rows)
    assert lines_refused(load([rome])) == [
        (2, "code ROME Z9999 inconnu"),
        (3, "rang « un » : un nombre est attendu"),
    ]
    assert list(near_jobs(Job.objects.get(code_rome="X1101"))) == []
    assert NearJob.objects.get().removed
