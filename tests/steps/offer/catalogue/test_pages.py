"""The pages of the catalogue: the trainings, one of them, the imports and their report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.people.models import Account, Organisation
from defi.reference.models import JobTitle
from defi.steps.offer.catalogue.models import CatalogueImport, ImportRow, Training
from defi.steps.offer.lheo.importing import import_catalogue
from factories import a_basin, a_commune, a_job, a_person, a_provider, a_region, actor
from steps.offer.lheo.samples import Node, a_file, a_training, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _winter() -> Iterator[None]:
    with clock.at(date(2026, 1, 5)):
        a_region()
        yield


def signed_in(role: Who, organisation: Organisation) -> Client:
    person = a_person("Alex", email=f"{role}-{organisation.pk}@example.org")
    actor(role, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


@pytest.fixture
def officer() -> Client:
    return signed_in(Who.OFFICER, a_region())


def load(*trainings: Node) -> CatalogueImport:
    return import_catalogue(TASK, a_file(*trainings), name="offre.xml", source="essai")


def a_titled(number: str, title: str, *, code: str = "K1304", town: str = "", provider: str = "") -> Node:
    training = a_training(number)
    training.first("intitule-formation").text = title
    training.first("domaine-formation", "code-ROME").text = code
    place = training.first("action", "lieu-de-formation", "coordonnees", "adresse")
    place.first("code-INSEE-commune").text = "00000"
    place.first("codepostal").text = "00000"
    place.first("ville").text = town or "Ailleurs"
    if provider:
        training.first("organisme-formation-responsable", "nom-organisme").text = provider
    return training


def shown(client: Client, **filters: object) -> list[str]:
    page = client.get("/catalogue/", filters)
    assert page.status_code == 200
    return [line.training.number for line in page.context["lines"]]


def sent(client: Client, content: bytes, source: str = "GIP Alfa", name: str = "offre.xml"):
    file = SimpleUploadedFile(name, content, content_type="text/xml")
    return client.post("/catalogue/imports/", {"file": file, "source": source})


# --- the trainings


def test_trainings_are_found_by_words_job_place_and_organisation(officer):
    job = a_job("H2913", "Soudeur manuel / Soudeuse manuelle")
    JobTitle.objects.create(ogr="1", label="Soudeur / Soudeuse", job=job, kind=JobTitle.Kind.MAIN)
    commune = a_commune()
    load(
        a_titled("F1", "Soudeur TIG", code="H2913", provider="Métal du Loir"),
        a_titled("F2", "Aide à domicile"),
        a_titled("F3", "Cuisinier", code="G1602"),
    )
    with scope(TASK):
        Training.objects.get(number="F2").actions.get().places.update(commune=commune)
    assert shown(officer) == ["F2", "F3", "F1"]
    assert shown(officer, title="soudeuses") == ["F1"]
    assert shown(officer, job="soudeur") == ["F1"]
    assert shown(officer, job="g1602") == ["F3"]
    assert shown(officer, basin=a_basin().pk) == ["F2"]
    assert shown(officer, commune="chateaudun") == ["F2"]
    assert shown(officer, provider="métal") == ["F1"]
    assert shown(officer, provider="732 829 320") == ["F2", "F3", "F1"]
    assert shown(officer, title="zzz") == []


def test_what_is_no_longer_offered_is_shown_when_asked_for(officer):
    first, second = a_titled("F1", "Soudeur"), a_titled("F2", "Cuisinier")
    load(first, second)
    load(first)
    assert shown(officer) == ["F1"]
    assert shown(officer, withdrawn="on") == ["F1", "F2"]
    with scope(TASK):
        gone = Training.objects.get(number="F2")
    assert "ne l'annonce plus" in officer.get(f"/catalogue/{gone.pk}/").content.decode().replace("&#x27;", "'")


def test_the_page_of_a_training_says_where_when_and_for_how_long(officer):
    training = a_training("F1", full=True)
    training.first("objectif-formation").text = "<p>Souder <b>TIG</b></p>"
    load(training)
    with scope(TASK):
        kept = Training.objects.get()
    page = officer.get(f"/catalogue/{kept.pk}/").content.decode()
    for words in ("420 h en centre", "140 h en entreprise", "12 places de la Région", "Châteaudun", "Souder TIG"):
        assert words in page
    assert "&lt;p&gt;" not in page


def test_the_list_is_taken_away_as_it_is_filtered(officer):
    load(a_titled("F1", "=1+1"), a_titled("F2", "Cuisinier"))
    content = officer.get("/catalogue/", {"title": "1", "export": "csv"}).content.decode("utf-8-sig")
    assert "'=1+1" in content
    assert "Cuisinier" not in content


def test_the_lists_cost_the_same_whatever_they_hold(officer, django_assert_max_num_queries):
    load(*(a_titled(f"F{n}", "Soudeur", town="Châteaudun") for n in range(30)))
    broken = a_titled("F99", "Soudeur")
    broken.first("certifiante").text = "9"
    run = load(*(broken.copy() for _ in range(60)))
    for address in ("/catalogue/", "/catalogue/imports/", f"/catalogue/imports/{run.pk}/"):
        with django_assert_max_num_queries(22):
            assert officer.get(address).status_code == 200


# --- imports


def test_an_officer_hands_in_a_file_and_reads_its_report(officer):
    broken = a_training("F2")
    broken.first("certifiante").text = "9"
    page = sent(officer, written([a_training("F1"), broken]))
    assert page.status_code == 302
    report = officer.get(page.url).content.decode()
    assert "GIP Alfa" in report
    assert "n&#x27;est pas un code de &lt;certifiante&gt;" in report
    assert f"{broken.first('certifiante').line}" in report
    assert "offre.xml" in officer.get("/catalogue/imports/").content.decode()


def test_a_file_that_is_refused_leaves_the_source_that_was_typed(officer):
    page = sent(officer, b"PK\x03\x04...", name="offre.zip")
    assert page.status_code == 422
    assert "archive zip" in page.content.decode()
    assert 'value="GIP Alfa"' in page.content.decode()
    with scope(TASK):
        assert not CatalogueImport.objects.exists()


def test_the_report_is_filtered_and_taken_away(officer):
    doubtful, broken = a_training("F1"), a_training("F2")
    doubtful.first("action", "session", "periode", "debut").text = "20170900"
    broken.first("certifiante").text = "9"
    run = load(doubtful, broken)
    page = officer.get(f"/catalogue/imports/{run.pk}/", {"kind": ImportRow.Kind.WARNING})
    assert [row.element for row in page.context["page"]] == ["debut"]
    content = officer.get(f"/catalogue/imports/{run.pk}/", {"kind": "refused", "export": "csv"}).content
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{broken.first('certifiante').line};certifiante;F2;formation refusée;")


def test_the_paying_office_reads_the_imports_and_hands_in_none():
    reader = signed_in(Who.PAYING_OFFICE, a_region())
    assert b'type="file"' not in reader.get("/catalogue/imports/").content
    assert sent(reader, written([a_training("F1")])).status_code == 403


@pytest.mark.parametrize("role", [Who.COORDINATOR, Who.TRAINER])
def test_outside_the_region_the_catalogue_is_closed(role):
    run = load(a_training("F1"))
    with scope(TASK):
        kept = Training.objects.get()
    client = signed_in(role, a_provider())
    assert client.get("/catalogue/").status_code == 403
    assert client.get("/catalogue/imports/").status_code == 403
    assert client.get(f"/catalogue/imports/{run.pk}/").status_code == 404
    assert client.get(f"/catalogue/{kept.pk}/").status_code == 404
