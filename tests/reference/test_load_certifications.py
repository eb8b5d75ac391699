"""The export of France compétences: its real columns, its traps, and what is refused of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from defi.kernel.refusals import Invalid
from defi.reference.builtin import ensure_builtin
from defi.reference.load import LoadReport, command, load
from defi.reference.models import (
    Certification,
    CertificationBlock,
    CertificationJob,
    CertificationSuccession,
    Certifier,
    Job,
    ReferenceLoad,
    ReferenceRefusal,
)

pytestmark = pytest.mark.django_db

TABLES = (Certification, CertificationBlock, CertificationJob, Certifier, CertificationSuccession, ReferenceLoad)

STANDARD = [
    {"Id_Fiche": "1", "Numero_Fiche": "RNCP90001", "Intitule": "Cuisinier de collectivité", "Abrege_Libelle": "TP",
     "Nomenclature_Europe_Niveau": "NIV3", "Nomenclature_Europe_Intitule": "Niveau 3", "Date_Decision": "02/05/2022",
     "Date_Fin_Enregistrement": "02/05/2027", "Type_Enregistrement": "Enregistrement sur demande", "Actif": "ACTIVE"},
    {"Id_Fiche": "2", "Numero_Fiche": "RNCP80001", "Intitule": "Cuisinier", "Abrege_Libelle": "",
     "Nomenclature_Europe_Niveau": "REPRISE", "Nomenclature_Europe_Intitule": "Sans niveau", "Date_Decision": "",
     "Date_Fin_Enregistrement": "31/08/2022", "Type_Enregistrement": "Enregistrement de droit", "Actif": "INACTIVE"},
    {"Id_Fiche": "3", "Numero_Fiche": "RS7001", "Intitule": "Hygiène alimentaire : « le cœur »", "Abrege_Libelle": "",
     "Nomenclature_Europe_Niveau": "", "Nomenclature_Europe_Intitule": "", "Date_Decision": "01/02/2023",
     "Date_Fin_Enregistrement": "", "Type_Enregistrement": "Enregistrement sur demande", "Actif": "ACTIVE"},
]  # fmt: skip
BLOCKS = [
    {"Numero_Fiche": "RNCP90001", "Bloc_Competences_Code": "RNCP90001BC02", "Bloc_Competences_Libelle": "Servir"},
    {"Numero_Fiche": "RNCP90001", "Bloc_Competences_Code": "RNCP90001BC01", "Bloc_Competences_Libelle": "Préparer"},
]
ROME = [
    {"Numero_Fiche": "RNCP90001", "Codes_Rome_Code": "G1602", "Codes_Rome_Libelle": "Personnel de l''office"},
    {"Numero_Fiche": "RNCP80001", "Codes_Rome_Code": "G1602", "Codes_Rome_Libelle": "Personnel de l''office"},
]
CERTIFIERS = [
    {"Numero_Fiche": "RNCP90001", "Siret_Certificateur": "\t11004301500012", "Nom_Certificateur": "MINISTÈRE D'ESSAI"},
    {"Numero_Fiche": "RS7001", "Siret_Certificateur": "", "Nom_Certificateur": "Maison étrangère"},
]
SUCCESSIONS = [
    {"Numero_Fiche": "RNCP80001", "Ancienne_Certification": "", "Nouvelle_Certification": "RNCP90001"},
    {"Numero_Fiche": "RNCP90001", "Ancienne_Certification": "RNCP80001", "Nouvelle_Certification": ""},
]
UNUSED = [{"Numero_Fiche": "RNCP90001", "Si_Jury": "Par expérience"}]
EXPORT = {
    "Standard": STANDARD,
    "Blocs_De_Compétences": BLOCKS,
    "Rome": ROME,
    "Certificateurs": CERTIFIERS,
    "Ancienne_Nouvelle_Certification": SUCCESSIONS,
    "VoixdAccès": UNUSED,
}

Rows = list[dict[str, str]]


def table(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def name_of(kind: str) -> str:
    return f"export_fiches_CSV_{kind}_2025_03_04.csv"


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., str]:
    """Writes a whole export, some of its tables changed, and gives its folder."""

    def write(encoding: str = "utf-8", without: str = "", **changed: Rows | str | bytes) -> str:
        folder = tmp_path / "export"
        folder.mkdir(exist_ok=True)
        for kind, rows in EXPORT.items():
            content = changed.get(kind.partition("_")[0], rows)
            path = folder / name_of(kind)
            path.unlink(missing_ok=True)
            if kind.partition("_")[0] == without:
                continue
            if isinstance(content, list):
                content = table(content)
            path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return str(folder)

    return write


def everything() -> list[list[tuple[object, ...]]]:
    return [list(table.objects.order_by("pk").values_list()) for table in (*TABLES, ReferenceRefusal)]


def told(report: LoadReport, name: str) -> list[tuple[int, str]]:
    return next(done.refused for done in report.sources if done.source.name == f"rncp.{name}")


def refused(place: str) -> str:
    before = everything()
    with pytest.raises(Invalid) as refusal:
        load([place])
    assert everything() == before
    return refusal.value.sentence


def sheet(number: str) -> Certification:
    return Certification.objects.get(number=number)


# What is kept


def test_an_export_gives_certifications_with_all_that_hangs_on_them(export: Callable[..., str]):
    report = load([export()])
    assert [done.source.name for done in report.sources] == [
        "rncp.certifications", "rncp.blocks", "rncp.jobs", "rncp.certifiers", "rncp.successions",
    ]  # fmt: skip
    assert {done.version for done in report.sources} == {"2025-03-04"}
    assert not any(done.refused for done in report.sources)
    assert report.unused == [name_of("VoixdAccès")]
    one = sheet("RNCP90001")
    assert (one.title, one.brand, one.level, one.active) == ("Cuisinier de collectivité", "TP", "3", True)
    assert (one.decided_on, one.ends_on, one.register) == (date(2022, 5, 2), date(2027, 5, 2), "RNCP")
    assert [(b.code, b.label, b.rank) for b in one.blocks.all()] == [
        ("RNCP90001BC01", "Préparer", 1),
        ("RNCP90001BC02", "Servir", 2),
    ]
    assert list(one.jobs.values_list("code_rome", "label")) == [("G1602", "Personnel de l'office")]
    former = sheet("RNCP80001")
    assert (former.active, former.level, former.ends_on) == (False, "", date(2022, 8, 31))
    assert list(former.successions.values_list("successor", flat=True)) == ["RNCP90001"]
    assert sheet("RS7001").ends_on is None


def test_a_tab_before_a_siret_is_no_part_of_it(export: Callable[..., str]):
    load([export()])
    assert list(sheet("RNCP90001").certifiers.values_list("siret", "name")) == [("11004301500012", "MINISTÈRE D'ESSAI")]
    assert sheet("RS7001").certifiers.get().siret == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15"])
def test_the_encoding_is_found_out(export: Callable[..., str], encoding: str):
    rows = [{**row, "Intitule": row["Intitule"].replace("« le cœur »", "le cœur")} for row in STANDARD]
    load([export(encoding, Standard=rows)])
    assert sheet("RS7001").title == "Hygiène alimentaire : le cœur"
    assert sheet("RNCP90001").blocks.first().label == "Préparer"


def test_the_archive_of_the_export_and_an_archive_in_a_folder_give_the_same(export: Callable[..., str], tmp_path: Path):
    archive = tmp_path / "kept" / "export-fiches-csv-2025-03-05.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(Path(export()).iterdir()):
            zipped.write(file, file.name)
    load([str(archive)])
    assert Certification.objects.count() == 3
    before = everything()
    assert load([str(archive.parent)]).written == 0
    assert load([export()]).written == 0
    assert everything() == before


def test_a_second_load_changes_nothing_and_says_so(export: Callable[..., str], capsys: pytest.CaptureFixture[str]):
    place = export()
    load([place])
    before = everything()
    assert command([place]) == 0
    assert everything() == before
    assert "Rien n'a changé" in capsys.readouterr().out


def test_what_a_newer_export_no_longer_holds_is_marked_never_deleted(export: Callable[..., str]):
    load([export()])
    load([export(Standard=STANDARD[:2], Blocs=BLOCKS[:1], Certificateurs=CERTIFIERS[:1])])
    assert sheet("RS7001").removed
    assert CertificationBlock.objects.get(code="RNCP90001BC01").removed
    assert Certifier.objects.get(name="Maison étrangère").removed
    report = load([export()])
    assert report.written == 3
    assert not sheet("RS7001").removed


def test_a_newer_export_says_what_has_ended_since(export: Callable[..., str]):
    load([export()])
    load([export(Standard=[{**STANDARD[0], "Actif": "INACTIVE"}, *STANDARD[1:]])])
    assert not sheet("RNCP90001").active


def test_the_built_in_sheets_leave_when_an_export_does_not_hold_them_and_do_not_come_back(export: Callable[..., str]):
    ensure_builtin()
    assert sheet("RNCP509").blocks.count() == 6
    load([export()])
    assert sheet("RNCP509").removed
    Certification.objects.filter(number="RNCP1197").delete()
    ensure_builtin()
    assert not Certification.objects.filter(number="RNCP1197").exists()


# What is refused, line by line


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Numero_Fiche": "90002"}, "numéro de certification « 90002 » mal formé"),
        ({"Intitule": " "}, "libellé vide (colonne « intitule »)"),
        ({"Actif": "OUI"}, "« OUI » : ACTIVE ou INACTIVE attendu"),
        ({"Date_Fin_Enregistrement": "31/02/2025"},
         "date « 31/02/2025 » : jour/mois/année attendu (colonne « date_fin_enregistrement »)"),
        ({"Numero_Fiche": "RS7001"}, "déjà donné à la ligne 4"),
    ],
)  # fmt: skip
def test_a_refused_certification_is_told_with_its_line(export: Callable[..., str], changed: dict, reason: str):
    odd = {**STANDARD[0], "Numero_Fiche": "RNCP90002", **changed}
    report = load([export(Standard=[*STANDARD, odd])])
    assert told(report, "certifications") == [(5, reason)]
    kept = ReferenceLoad.objects.get(source="rncp.certifications")
    assert list(kept.refusals.values_list("line", "reason")) == [(5, reason)]
    assert Certification.objects.count() == 3


@pytest.mark.parametrize(
    ("number", "code", "label", "reason"),
    [
        ("RNCP70000", "RNCP70000BC01", "Seul", "certification RNCP70000 inconnue"),
        ("RNCP90001", "RNCP80001BC01", "Autre", "le bloc RNCP80001BC01 n'est pas un bloc de RNCP90001"),
        ("RNCP90001", "BC03", "Mal", "code de bloc « BC03 » mal formé"),
        ("RNCP90001", "RNCP90001BC03", "", "libellé vide (colonne « bloc_competences_libelle »)"),
        ("RNCP90001", "RNCP90001BC01", "Double", "déjà donné à la ligne 3"),
    ],
)
def test_a_refused_block_is_told_with_its_line(
    export: Callable[..., str], number: str, code: str, label: str, reason: str
):
    odd = {"Numero_Fiche": number, "Bloc_Competences_Code": code, "Bloc_Competences_Libelle": label}
    assert told(load([export(Blocs=[*BLOCKS, odd])]), "blocks") == [(4, reason)]
    assert CertificationBlock.objects.count() == 2


def test_a_damaged_line_of_a_known_sheet_does_not_make_it_disappear(export: Callable[..., str]):
    load([export()])
    load([export(Standard=[STANDARD[0], {**STANDARD[1], "Actif": "?"}, STANDARD[2]])])
    assert not sheet("RNCP80001").removed


def test_an_unknown_rome_code_is_refused_once_the_rome_is_loaded_and_kept_before(export: Callable[..., str]):
    odd = {"Numero_Fiche": "RNCP90001", "Codes_Rome_Code": "Z9999", "Codes_Rome_Libelle": ""}
    place = export(Rome=[*ROME, odd])
    assert told(load([place]), "jobs") == []
    assert CertificationJob.objects.filter(code_rome="Z9999").exists()
    # G1602 is here the code of before ROME 4.0.
    Job.objects.create(code_rome="G1609", parent_code="G1602", label="Cuisinier / Cuisinière")
    ReferenceLoad.objects.create(source="rome.jobs", fingerprint="0" * 64, rows_read=1, rows_written=1, rows_refused=0)
    assert told(load([place]), "jobs") == [(4, "code ROME Z9999 inconnu")]


def test_a_malformed_siret_and_a_malformed_rome_code_are_refused(export: Callable[..., str]):
    siret = {"Numero_Fiche": "RS7001", "Siret_Certificateur": "1,1E+13", "Nom_Certificateur": "Tableur"}
    code = {"Numero_Fiche": "RS7001", "Codes_Rome_Code": "G16", "Codes_Rome_Libelle": ""}
    report = load([export(Certificateurs=[*CERTIFIERS, siret], Rome=[*ROME, code])])
    assert told(report, "certifiers") == [(4, "SIRET « 1,1E+13 » : 14 chiffres attendus")]
    assert told(report, "jobs") == [(4, "code ROME « G16 » mal formé")]


def test_a_replacement_told_from_both_sides_is_one_and_may_lead_to_a_sheet_that_was_not_loaded(
    export: Callable[..., str],
):
    beyond = {"Numero_Fiche": "RS7001", "Ancienne_Certification": "", "Nouvelle_Certification": "RS7999"}
    report = load([export(Ancienne=[*SUCCESSIONS, beyond])])
    assert told(report, "successions") == []
    assert set(CertificationSuccession.objects.values_list("certification__number", "successor")) == {
        ("RNCP80001", "RNCP90001"),
        ("RS7001", "RS7999"),
    }


# What is refused as a whole


def test_without_the_table_of_certifications_nothing_is_written(export: Callable[..., str]):
    sentence = refused(export(without="Standard"))
    assert sentence.startswith(f"« {name_of('Blocs_De_Compétences')} » : il manque le fichier des certifications")


def test_a_missing_table_is_named_and_what_it_told_before_stays(
    export: Callable[..., str], capsys: pytest.CaptureFixture[str]
):
    load([export()])
    assert command([export(without="Blocs")]) == 0
    assert "Absent de ce chargement : blocs de compétences." in capsys.readouterr().out
    assert CertificationBlock.objects.filter(removed=False).count() == 2


@pytest.mark.parametrize(
    ("kind", "column", "label"),
    [
        ("Standard", "Actif", "certifications"),
        ("Standard", "Nomenclature_Europe_Niveau", "certifications"),
        ("Blocs", "Bloc_Competences_Code", "blocs de compétences"),
        ("Blocs", "Numero_Fiche", "blocs de compétences"),
        ("Rome", "Codes_Rome_Code", "métiers des certifications"),
        ("Certificateurs", "Siret_Certificateur", "certificateurs"),
        ("Ancienne", "Nouvelle_Certification", "remplacements de certifications"),
    ],
)
def test_a_renamed_column_is_told_and_nothing_is_written(
    export: Callable[..., str], kind: str, column: str, label: str
):
    rows = next(rows for name, rows in EXPORT.items() if name.startswith(kind))
    renamed = [{("Colonne_Neuve" if name == column else name): cell for name, cell in row.items()} for row in rows]
    sentence = refused(export(**{kind: renamed}))
    assert f"ressemble au fichier des {label}, mais il y manque la colonne « {column.lower()} »" in sentence


@pytest.mark.parametrize("kept", [0.4, 0.6, 0.9])
def test_an_export_cut_in_a_line_writes_nothing(export: Callable[..., str], kept: float):
    whole = table(STANDARD).encode()
    assert "s'arrête au milieu" in refused(export(Standard=whole[: int(kept * len(whole))]))


def test_an_export_cut_between_two_lines_is_refused_for_what_it_would_make_disappear(export: Callable[..., str]):
    many = [{**STANDARD[0], "Numero_Fiche": f"RNCP{n}"} for n in range(1, 301)]
    load([export(Standard=[*STANDARD, *many])])
    sentence = refused(export(Standard=[*STANDARD, *many[:150]]))
    assert "ferait disparaître 150 des 303 lignes" in sentence


def test_two_exports_of_different_days_in_one_load_are_refused(export: Callable[..., str]):
    place = Path(export())
    (place / "export_fiches_CSV_Standard_2025_03_03.csv").write_text(table(STANDARD[:2]))
    assert "n'en donnez qu'un" in refused(str(place))


# The official sample


def test_the_official_sample_is_loaded_whole_and_is_what_the_built_in_sheets_say(shared_data: Path):
    ensure_builtin()
    before = {
        model: list(model.objects.order_by("pk").values_list())
        for model in (Certification, CertificationBlock, CertificationJob, Certifier, CertificationSuccession)
    }
    report = load([str(shared_data / "rncp" / "export-fiches-csv-2024-02-22_extrait")])
    assert [(done.read, len(done.refused)) for done in report.sources] == [(9, 0), (6, 0), (15, 0), (6, 0), (9, 0)]
    for model, rows in before.items():
        assert list(model.objects.order_by("pk").values_list()) == rows
    assert sheet("RNCP509").name == "CAP Agent vérificateur d'appareils extincteurs"
    assert {version for (version,) in ReferenceLoad.objects.values_list("version")} == {"2024-02-22"}
