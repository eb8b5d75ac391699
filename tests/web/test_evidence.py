"""The evidence of a session by indicator: what is held, what is missing, the archive and its manifest."""

import csv
import hashlib
import zipfile
from datetime import datetime, time, timedelta
from io import BytesIO, StringIO
from unittest.mock import patch

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.files.models import FileVersion
from defi.kernel.scans.reading import Page
from defi.steps.sourcing.actions import name_referent
from defi.steps.training import actions
from defi.steps.training.models import SheetScan
from steps.training.conftest import FIRST, build
from steps.training.periods import FIRST as FIRST_IN_FIRM
from steps.training.periods import HALVES, agreed, in_the_evening, planned, there
from steps.training.periods import LAST as LAST_IN_FIRM


@pytest.fixture
def stage(db):
    """Two trainees in training, one of them positioned; a barrier noted by the referent."""
    built = build()
    with clock.at(FIRST), scope(TASK):
        actions.start_session(built.coordinator, built.session.pk, on=FIRST, entered=built.ids)
        actions.position(built.coordinator, built.ids[0], actions.PathFacts(FIRST, "test", "Les transferts.", 420, 140))
        name_referent(built.coordinator, built.ids[0], built.coordinator.person_id)
        actions.note_barrier(built.coordinator, built.ids[0], kind="housing", action="Une demande au foyer.")
        actions.record_exchange(built.coordinator, built.operation.pk, built.employer.pk, on=FIRST, how="call")
        sheet = built.sheet(on=FIRST)
        actions.print_sheets(built.coordinator, built.session.pk, [sheet.pk])
        yield built


def archive_of(stage):
    found = browser(stage.coordinator).get(f"/operations/{stage.operation.pk}/preuves/dossier.zip")
    assert found.status_code == 200
    return zipfile.ZipFile(BytesIO(found.content))


def manifest(bundle):
    text = bundle.read("manifeste.csv").decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_each_indicator_says_what_it_asks_and_what_is_missing(stage):
    shown = page(browser(stage.coordinator), "evidence", stage.operation.pk)
    assert shown.count("Indicateur ") >= 32
    assert "procédures de positionnement" in shown
    assert "2 stagiaires n'ont pas de positionnement." in shown.replace("&#x27;", "'").replace("\xa0", " ")
    assert "Ne concerne que l" in shown


def test_the_manifest_names_every_file_with_its_fingerprint_and_every_lack(stage):
    bundle = archive_of(stage)
    rows = manifest(bundle)
    assert {int(row["Indicateur"]) for row in rows} == set(range(1, 33))
    files = [row for row in rows if row["Fichier"]]
    assert {row["Fichier"] for row in files} == {name for name in bundle.namelist() if "/" in name}
    for row in files:
        assert hashlib.sha256(bundle.read(row["Fichier"])).hexdigest() == row["SHA-256"]
    assert any(row["Indicateur"] == "12" and row["Fichier"].endswith(".pdf") for row in files)
    assert all(row["Manque"] or row["Fichier"] for row in rows)
    assert any("positionnement" in row["Manque"] for row in rows if row["Indicateur"] == "8")


def test_barriers_and_the_words_of_interviews_are_in_no_file(stage):
    actions.record_interview(stage.coordinator, stage.ids[0], on=FIRST, about="progress", agreed="Mots de la personne")
    bundle = archive_of(stage)
    said = b"".join(
        zipfile.ZipFile(BytesIO(bundle.read(name))).read("content.xml") if name.endswith(".ods") else bundle.read(name)
        for name in bundle.namelist()
    ).decode("utf-8", errors="replace")
    assert "Les transferts" not in said
    assert "foyer" not in said
    assert "Mots de la personne" not in said


def test_the_evidence_is_the_provider_s_to_take_away(stage):
    for other in (
        stage.officer,
        stage.trainer,
        stage.tutor,
        stage.stranger,
        make.actor(Who.ADVISER, stage.prescriber),
        stage.as_trainee(0),
    ):
        for name in ("evidence", "evidence_archive"):
            page(browser(other), name, stage.operation.pk, status=404)


def test_locked_sheets_scans_and_the_ledger_are_in_it_though_nobody_printed_them(stage):
    sheet = stage.sheet(on=FIRST, half="afternoon")
    picture = Page((), False, b"\xff\xd8\xff1", "image/jpeg", b"\xff\xd8\xff\xd9")
    with patch("defi.steps.convention.ink.depositing.read", lambda name, content: [picture]):
        actions.deposit_papers(stage.coordinator, stage.operation.pk, [("copieur.pdf", b"x")])
    evening = datetime.combine(FIRST, time(18), tzinfo=clock.PARIS)
    with clock.at(evening):
        actions.record_attendance(stage.trainer, sheet.pk, dict.fromkeys(stage.ids, "present"))
        actions.sign_as_trainer(stage.trainer, sheet.pk)
    before = archive_of(stage).namelist()
    assert not any("emargement-" in name for name in before)
    with clock.at(evening):
        actions.close_sheet(stage.trainer, sheet.pk)
    bundle = archive_of(stage)
    rows = [row for row in manifest(bundle) if row["Indicateur"] == "12"]
    (copy,) = (row["Fichier"] for row in rows if "verrouillées" in row["Pièce"])
    said = "".join(sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(bundle.read(copy)))
    assert said.count("signé sur papier") >= len(stage.ids)
    assert "Amina" in said
    assert any(row["Fichier"].endswith("releve-des-heures-par-stagiaire.ods") for row in rows)
    kept = FileVersion.objects.get(stored=SheetScan.objects.get().stored)
    (scan,) = (row["Fichier"] for row in rows if row["Fichier"].startswith(f"indicateur-12/{kept.pk}-"))
    assert bundle.read(scan) == bytes(kept.content)


def test_presence_in_a_firm_says_what_the_tutor_signed_and_who_corrected_it(stage):
    placement = agreed(stage)
    with clock.at(in_the_evening(FIRST_IN_FIRM)):
        actions.sign_presence(stage.tutor, placement.pk, {HALVES[0]: "absent", HALVES[1]: "present"})
        actions.correct_presence(stage.coordinator, placement.pk, HALVES[0], "present", reason="Vérifié au téléphone.")
        bundle = archive_of(stage)
    (name,) = (name for name in bundle.namelist() if name.endswith("presence-en-entreprise-par-demi-journee.ods"))
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(bundle.read(name))).get_sheet_by_index(0).to_python()
    told = [dict(zip(head, row, strict=True)) for row in rows]
    corrected, as_signed = sorted(told, key=lambda row: row["Demi-journée"] != "matin")
    assert (corrected["Présence"], corrected["Signé"], corrected["Signé par"]) == ("présent", "absent", "Rose Tuteur")
    assert corrected["Correction"].startswith("corrigé le 5 janvier 2026 par ")
    assert corrected["Correction"].endswith("Motif : Vérifié au téléphone.")
    assert (as_signed["Présence"], as_signed["Signé"]) == ("présent", "présent")
    assert not as_signed["Correction"]


def test_periods_that_did_not_take_place_or_ended_early_are_told_so_in_the_list_and_in_the_manifest(stage):
    unsigned, ended, cancelled = planned(stage, 0), agreed(stage, 1), agreed(stage, 2)
    actions.cancel_placement(stage.coordinator, cancelled.pk, reason="L'atelier ferme.")
    with clock.at(in_the_evening(FIRST_IN_FIRM)):
        actions.sign_presence(stage.tutor, ended.pk, there(*HALVES[:2]))
        actions.finish_placement(stage.coordinator, ended.pk, on=FIRST_IN_FIRM)
    with clock.at(LAST_IN_FIRM + timedelta(days=3)):
        bundle = archive_of(stage)
    rows = [row for row in manifest(bundle) if row["Indicateur"] == "13"]
    (name,) = (row["Fichier"] for row in rows if row["Pièce"] == "Périodes en entreprise")
    head, *lines = CalamineWorkbook.from_filelike(BytesIO(bundle.read(name))).get_sheet_by_index(0).to_python()
    told = {line["Stagiaire"]: line for line in (dict(zip(head, line, strict=True)) for line in lines)}
    lapsed, early, off = (told[str(one.person)] for one in stage.people)
    assert (lapsed["État"], lapsed["Commencée le"], lapsed["Finie le"]) == ("n'a pas commencé", "", "")
    assert (early["Prévue au"], early["État"]) == (LAST_IN_FIRM, "terminée le 05/01/2026")
    assert (early["Commencée le"], early["Finie le"]) == (FIRST_IN_FIRM, FIRST_IN_FIRM)
    assert (off["État"], off["Finie le"]) == ("annulée", "")
    papers = {row["Pièce"].partition(" (")[0][-4:]: row["Pièce"].partition(" (")[2] for row in rows}
    words = {one.pk: papers[one.agreement.number[-4:]] for one in (unsigned, ended, cancelled)}
    assert words == {
        unsigned.pk: "la période n'a pas commencé, non signée par le stagiaire, l'entreprise et l'organisme de "
        "formation)",
        ended.pk: "",
        cancelled.pk: "période annulée)",
    }
    assert {row["État"] for row in rows} == {"incomplet"}
    assert "1 période n'a pas commencé : sa convention n'est pas signée par les trois." in rows[0]["Manque"]


def test_an_agreement_that_waits_for_a_signature_is_told_so_before_its_first_day(stage):
    placement = planned(stage)
    actions.sign_placement(stage.tutor, placement.pk)
    (row,) = (row for row in manifest(archive_of(stage)) if placement.agreement.number in row["Pièce"])
    assert row["Pièce"].endswith("(non signée par le stagiaire et l'organisme de formation)")
    assert not row["Manque"]
