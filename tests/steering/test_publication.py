"""A year published for anybody: taken once, kept as it was, told in groups; its report, the sheet of an operation."""

import csv
import io
from datetime import date, timedelta

import pypdfium2 as pdfium
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import endings
import factories as make
from browsing import browser
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import NotAllowed, WrongState
from defi.steering.actions import print_sheet, publish_year, withdraw_year
from defi.steering.models import FigureRow, PublishedYear
from defi.steering.publishing import MOMENTS
from walking import text_of

pytestmark = pytest.mark.django_db
LATER = date(2027, 2, 1)
NAMES = [f"Personne{n}" for n in range(12)]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Twelve people entered in Châteaudun in 2025, all to the end; and an operation of 2025 in Chartres, of eight."""

    def build():
        ending = endings.begun(seats=12, people=12, paired=12)
        ending.end()
        with endings.on(endings.FIRST):
            small = make.an_operation(make.a_provider("Autre"), basin=make.a_basin("Chartres"))
            make.a_session(small, endings.FIRST + timedelta(days=10), seats=8)
        with scope(TASK):
            FigureRow.objects.get(operation=small)  # its row stands before it is told of eight persons
            FigureRow.objects.filter(operation=small).update(
                entered=8, filled_seats=8, out=8, started=1, started_seats=8
            )
        return ending, small

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(stage):
    with endings.on(LATER):
        yield stage[0]


@pytest.fixture
def small(stage):
    return stage[1]


def direction():
    return make.actor(Who.STEERING, make.a_region())


def told(query=""):
    found = Client().get(f"/chiffres/2025/?export=csv{query}")
    assert found.status_code == 200
    rows = csv.DictReader(io.StringIO(found.content.decode("utf-8-sig")), delimiter=";")
    return {row["Chiffre"]: row["En mots"].replace("\u00a0", " ") for row in rows}


def test_anybody_reads_a_published_year_and_finds_no_small_group_in_it(ending, small):
    publish_year(direction(), 2025)
    everything = told()
    # The eight of Chartres are told with the twelve of Châteaudun, and neither of them alone.
    assert everything["Opérations"] == "2"
    assert everything["Places remplies"] == "100 % (20 sur 20)"
    assert told(f"&basin={small.basin_id}")["Places remplies"] == "non publié"
    assert told(f"&basin={ending.operation.basin_id}")["Places remplies"] == "non publié"
    assert told(f"&basin={small.basin_id}")["Places"] == "8"
    page = Client().get("/chiffres/2025/").content.decode()
    assert "Aucun chiffre ne porte sur moins de 11 personnes" in page


def test_what_is_true_of_some_operations_only_is_not_told_in_page_export_report_and_chart(ending, small):
    """Nobody is out of Chartres, and eleven of the twelve of Châteaudun were hired: the one who was not is few."""
    with scope(TASK):
        FigureRow.objects.filter(operation=small).update(entered=30, filled_seats=30, out=0, started_seats=30)
        FigureRow.objects.filter(operation=ending.operation).update(hired=11, left_early=1, paired=12)
    publish_year(direction(), 2025)
    for query in ("", f"&basin={small.basin_id}", f"&basin={ending.operation.basin_id}"):
        everything = told(query)
        assert everything["Embauchées"] == "non publié"
        assert everything["Parties avant la fin"] == "non publié"
    page = Client().get("/chiffres/2025/").content.decode()
    assert "rien à compter" not in page.split("Contrats signés")[1].split("Situation")[0]
    assert "un groupe de moins de 11 personnes pourrait s&#x27;en déduire" in page
    assert "Parties avant la fin, non publié" in page
    words = " ".join(text_of(Client().get("/chiffres/2025/bilan.pdf").content, "pdf").split())
    assert "opérations sur" not in page + words
    assert "un groupe de moins de 11 personnes" in words


def test_a_year_published_before_in_parts_is_read_as_not_published(ending, small):
    row = publish_year(direction(), 2025)
    content = {**row.content, "blocks": {**row.content["blocks"], "entered": row.content["blocks"]["entered"][:0]}}
    content["blocks"]["left_early"] = [{"cells": [0], "counts": {"left_early": 0, "entered": 13}}]
    with scope(TASK):
        PublishedYear.objects.filter(pk=row.pk).update(content=content)
    assert told()["Parties avant la fin"] == "non publié"
    assert told()["Entrées en formation"] == "non publié"


def test_a_filter_that_is_not_known_is_said_and_no_file_is_given_of_everything(ending):
    publish_year(direction(), 2025)
    for query in ("?provider=999999", "?provider=999999&export=csv"):
        answer = Client().get(f"/chiffres/2025/{query}")
        assert answer["Content-Type"].startswith("text/html")
        assert "pas connue ici" in answer.content.decode()


def test_it_stays_as_it_was_whatever_becomes_of_the_facts(ending):
    publish_year(direction(), 2025)
    before = told()
    with scope(TASK):
        FigureRow.objects.update(entered=11, left_early=1)
    assert told() == before


def test_a_year_is_published_by_the_direction_once_it_is_over_and_once(ending):
    with pytest.raises(NotAllowed):
        publish_year(ending.officer, 2025)
    with pytest.raises(WrongState, match="n'est pas finie"):
        publish_year(direction(), 2027)
    with pytest.raises(WrongState, match="rien à publier"):
        publish_year(direction(), 2026)
    publish_year(direction(), 2025)
    with pytest.raises(WrongState, match="déjà publiés"):
        publish_year(direction(), 2025)


def test_taken_back_with_a_reason_it_is_read_no_more_and_may_be_published_again(ending):
    row = publish_year(direction(), 2025)
    withdraw_year(direction(), row.pk, reason="Une session comptée deux fois.")
    assert Client().get("/chiffres/2025/").status_code == 404
    assert Client().get("/chiffres/2025/bilan.pdf").status_code == 404
    publish_year(direction(), 2025)
    assert Client().get("/chiffres/", follow=True).status_code == 200
    with scope(TASK):
        assert [row.state for row in PublishedYear.objects.order_by("pk")] == ["withdrawn", "published"]


def verified(document):
    """What anybody reads of a document by its code, then by its file."""
    by_code = Client().get(f"/verifier/{document.code}/").content.decode()
    dropped = SimpleUploadedFile("recu.pdf", bytes(document.content), "application/pdf")
    by_file = Client().post("/verifier/", {"file": dropped}).content.decode()
    return [" ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split()) for page in (by_code, by_file)]


def test_who_verifies_a_report_or_a_sheet_of_figures_taken_back_reads_the_day_and_what_replaces_it(ending, small):
    with scope(TASK):
        FigureRow.objects.filter(operation=small).update(entered=0, filled_seats=0, out=0, started=0, started_seats=0)
    row = publish_year(direction(), 2025)
    with scope(TASK):
        report = Document.objects.get(pk=row.document_id)
    sheets = [print_sheet(direction(), operation.pk) for operation in (ending.operation, small)]
    for document in (report, *sheets):
        assert not any("a retiré le" in page for page in verified(document))
    with endings.on(LATER + timedelta(days=3)):
        withdraw_year(direction(), row.pk, reason="Une session comptée deux fois.")
        for document in (report, sheets[0]):
            for page in verified(document):
                assert "a retiré le 4 février 2027 les chiffres de 2025" in page
                assert "Aucun document ne le remplace" in page
        # Of the sheet that told nothing of trainees, nothing was taken back.
        assert not any("a retiré le" in page for page in verified(sheets[1]))
    with endings.on(LATER + timedelta(days=5)):
        again = publish_year(direction(), 2025)
        sheet = print_sheet(direction(), ending.operation.pk)
        with scope(TASK):
            new = Document.objects.get(pk=again.document_id)
        for old, current in ((report, new), (sheets[0], sheet)):
            assert all(f"Le document {current.number} le remplace" in page for page in verified(old))
            assert not any("a retiré le" in page for page in verified(current))


def test_the_journal_tells_that_a_year_was_published_and_not_its_content(ending):
    row = publish_year(direction(), 2025)
    entries = JournalEntry.objects.filter(verb="figures.publish", object_id=row.pk)
    assert entries.exists()
    assert "blocks" not in "".join(str(entry.after) for entry in entries)


def test_the_yearly_report_is_tagged_says_the_same_and_names_nobody(ending):
    publish_year(direction(), 2025)
    answer = Client().get("/chiffres/2025/bilan.pdf")
    words = text_of(answer.content, "pdf")
    assert b"/StructTreeRoot" in answer.content
    assert "100 % (20 sur 20)" in words.replace("\u00a0", " ").replace("\r\n", " ").replace("\n", " ")
    assert "non publié" in words
    assert not any(name in words for name in NAMES)


def test_the_sheet_of_an_operation_is_one_page_names_nobody_and_waits_for_the_year(ending):
    document = print_sheet(ending.coordinator, ending.operation.pk)
    words = text_of(bytes(document.content), "pdf")
    assert len(pdfium.PdfDocument(bytes(document.content))) == 1
    assert "Les Tilleuls" in words
    assert "publiés avec ceux de l'année" in " ".join(words.split())
    assert not any(name in words for name in NAMES)


def test_once_the_year_is_published_the_sheet_tells_only_what_the_year_tells_of_it(ending, small):
    publish_year(direction(), 2025)
    for operation in (ending.operation, small):
        words = " ".join(text_of(bytes(print_sheet(direction(), operation.pk).content), "pdf").split())
        assert "Places remplies" not in words, operation


def test_an_operation_large_enough_alone_is_told_on_its_sheet(ending, small):
    with scope(TASK):
        FigureRow.objects.filter(operation=small).update(entered=0, filled_seats=0, out=0, started=0, started_seats=0)
    publish_year(direction(), 2025)
    words = " ".join(text_of(bytes(print_sheet(direction(), ending.operation.pk).content), "pdf").split())
    assert "Places remplies" in words
    assert "(12 sur 12)" in words.replace("\u00a0", " ")


def test_the_sheet_stays_one_page_when_everything_is_told_of_its_trainees(ending, small):
    many = {f"{key}_{name}": n for key in MOMENTS for name, n in (("due", 60), ("reached", 48), ("working", 24))}
    with scope(TASK):
        FigureRow.objects.filter(operation=small).update(entered=0, filled_seats=0, out=0, started=0, started_seats=0)
        FigureRow.objects.filter(operation=ending.operation).update(
            **many, entered=60, filled_seats=60, started_seats=60, out=60, paired=60, left_early=12, certified=40,
            hired=40, hired_promised=20, m6_lasting=12, m6_promised=12,
        )  # fmt: skip
    publish_year(direction(), 2025)
    made = bytes(print_sheet(direction(), ending.operation.pk).content)
    words = " ".join(text_of(made, "pdf").replace("\u00a0", " ").split())
    assert "En emploi à 6 mois" in words
    assert "50 % (24 sur 48)" in words
    assert "20 % (12 sur 60)" in words
    assert len(pdfium.PdfDocument(made)) == 1


def test_nobody_else_prints_a_sheet(ending):
    for actor in (ending.stranger, make.actor(Who.SIGNATORY, ending.employers[0]), ending.office):
        assert browser(actor).post(f"/operations/{ending.operation.pk}/fiche/").status_code in {403, 404}
    answer = browser(ending.officer).post(f"/operations/{ending.operation.pk}/fiche/", follow=True)
    assert answer["Content-Type"] == "application/pdf"
    assert Document.objects.filter(kind="operation-sheet").count() == 1


def test_the_page_of_publications_publishes_and_takes_back(ending):
    client = browser(direction())
    assert "n&#x27;est pas finie" in client.post("/pilotage/publications/", {"year": 2027}).content.decode()
    page = client.post("/pilotage/publications/", {"year": 2025}, follow=True).content.decode()
    assert "Les chiffres de 2025 sont publiés." in page
    with scope(TASK):
        row = PublishedYear.objects.get()
    assert client.post(f"/pilotage/publications/{row.pk}/retirer/", {"reason": ""}).status_code == 422
    client.post(f"/pilotage/publications/{row.pk}/retirer/", {"reason": "Erreur"})
    assert "retirés" in client.get("/pilotage/publications/").content.decode()
    officer = browser(ending.officer)
    assert "Publier une année" not in officer.get("/pilotage/publications/").content.decode()
    assert officer.post("/pilotage/publications/", {"year": 2025}).status_code == 403
    assert browser(ending.coordinator).get("/pilotage/publications/").status_code == 403


def test_without_a_published_year_the_public_page_says_so(db):
    page = Client().get("/chiffres/").content.decode()
    assert "Aucune année n&#x27;est encore publiée" in page or "Aucune année n'est encore publiée" in page


def test_the_public_page_asks_few_queries(ending, django_assert_max_num_queries):
    publish_year(direction(), 2025)
    with django_assert_max_num_queries(6):
        assert Client().get("/chiffres/2025/").status_code == 200
