"""The pages of the certifications: the list, found by number, words or job; one with its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import Who
from defi.reference.models import (
    Certification,
    CertificationBlock,
    CertificationJob,
    CertificationSuccession,
    Certifier,
)
from factories import a_basin, a_commune, a_job, a_provider, a_region, actor, an_officer
from steps.offer.catalogue.stage import an_offered_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _winter() -> Iterator[None]:
    with clock.at(date(2026, 1, 5)):
        a_region()
        Certification.objects.all().delete()
        yield


@pytest.fixture
def officer() -> Client:
    return browser(an_officer())


@pytest.fixture
def coordinator() -> Client:
    return browser(actor(Who.COORDINATOR, a_provider()))


def a_sheet(number: str = "RNCP37715", title: str = "Assistant de vie aux familles", **facts: object) -> Certification:
    sheet = Certification.objects.create(number=number, title=title, **facts)
    CertificationJob.objects.create(certification=sheet, code_rome="K1302", label="Assistance auprès d'adultes")
    Certifier.objects.create(certification=sheet, siret="11000007200014", name="MINISTERE D'ESSAI")
    for rank in (2, 1):
        CertificationBlock.objects.create(
            certification=sheet, code=f"{number}BC{rank:02d}", rank=rank, label=f"Bloc numéro {rank}"
        )
    return sheet


def shown(client: Client, **asked: str) -> list[str]:
    return [line.sheet.number for line in client.get("/certifications/", asked).context["lines"]]


def text(client: Client, address: str, status: int = 200) -> str:
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode().replace("&#x27;", "'").replace("\u00a0", " ").replace("&nbsp;", " ")


def test_the_list_shows_those_in_force_first_and_says_of_the_others_that_they_ended(officer):
    a_sheet("RNCP1", "Ancien", active=False, ends_on=date(2025, 8, 31))
    a_sheet("RNCP2", "Nouveau", ends_on=date(2027, 8, 31))
    a_sheet("RNCP3", "Retiré", removed=True)
    assert shown(officer) == ["RNCP2", "RNCP1"]
    assert text(officer, "/certifications/").count("n'est plus active") == 1


def test_it_is_found_by_number_words_and_job(coordinator):
    a_job("K1311")
    a_sheet()
    a_sheet("RS6117", "Tourier")
    CertificationJob.objects.filter(certification__number="RS6117").update(code_rome="D1102")
    assert shown(coordinator, text="rncp 37715") == ["RNCP37715"]
    assert shown(coordinator, text="familles assistante") == ["RNCP37715"]
    assert shown(coordinator, job="D1102") == ["RS6117"]
    assert shown(coordinator, text="tourier", job="K1302") == []
    assert shown(coordinator, text="zzz") == []
    assert "Aucune certification" in text(coordinator, "/certifications/?text=zzz")


def test_an_empty_list_says_what_to_do(officer):
    assert "Aucune certification n'est chargée" in text(officer, "/certifications/")


def test_the_list_is_taken_away_as_it_is_filtered(officer):
    a_sheet("RNCP1", "=1+1")
    a_sheet("RNCP2", "Cuisinier")
    content = officer.get("/certifications/", {"text": "RNCP1", "export": "csv"}).content.decode("utf-8-sig")
    assert "'=1+1" in content
    assert "Cuisinier" not in content


def test_a_sheet_shows_its_blocks_in_order_its_jobs_and_who_delivers_it(coordinator):
    a_job("K1311")
    a_sheet(brand="TP", level="3", ends_on=date(2027, 8, 31))
    page = text(coordinator, "/certifications/RNCP37715/")
    for words in ("TP Assistant de vie aux familles", "31 août 2027", "MINISTERE D'ESSAI", "K1302", "RNCP37715BC02"):
        assert words in page
    assert page.index("Bloc numéro 1") < page.index("Bloc numéro 2")
    assert "francecompetences.fr/recherche/rncp/37715/" in page


def test_a_sheet_that_ended_says_since_when_and_leads_to_what_replaced_it(officer):
    former = a_sheet(active=False, ends_on=date(2025, 8, 31))
    a_sheet("RNCP40000", "Auxiliaire de vie")
    CertificationSuccession.objects.create(certification=former, successor="RNCP40000")
    page = text(officer, "/certifications/RNCP37715/")
    assert "RNCP37715 n'est plus active depuis le 31 août 2025." in page
    assert "Elle est remplacée par RNCP40000 (Auxiliaire de vie)." in page
    assert 'href="/certifications/RNCP40000/"' in page


def test_a_sheet_shows_the_region_the_trainings_of_the_catalogue_that_lead_to_it(officer, coordinator):
    a_sheet(title="Auxiliaire de vie")
    session = an_offered_session(a_commune("Châteaudun", a_basin()))
    training = session.action.training
    assert f'href="/catalogue/{training.pk}/"' in text(officer, "/certifications/RNCP37715/")
    assert "Formations du catalogue" not in text(coordinator, "/certifications/RNCP37715/")
    assert 'href="/certifications/RNCP37715/"' in text(officer, f"/catalogue/{training.pk}/")


def test_a_training_whose_certification_is_not_known_shows_its_number_alone(officer):
    session = an_offered_session(a_commune("Châteaudun", a_basin()))
    page = text(officer, f"/catalogue/{session.action.training_id}/")
    assert "RNCP37715" in page
    assert "/certifications/RNCP37715/" not in page


def test_an_unknown_number_is_not_found_and_one_must_be_signed_in(officer):
    text(officer, "/certifications/RNCP1/", status=404)
    a_sheet()
    for address in ("/certifications/", "/certifications/RNCP37715/"):
        assert Client().get(address).status_code == 302


def test_the_pages_cost_the_same_whatever_they_hold(officer, django_assert_max_num_queries):
    a_job("K1311")
    former = a_sheet(active=False)
    for n in range(1, 60):
        a_sheet(f"RNCP{n}", "Cuisinier")
        CertificationSuccession.objects.create(certification=former, successor=f"RNCP{n}")
        CertificationBlock.objects.create(certification=former, code=f"RNCP37715BC1{n:02d}", rank=n + 10, label="Bloc")
    addresses = ("/certifications/", "/certifications/?text=cuisinier&job=K1302", "/certifications/RNCP37715/")
    for address in addresses:
        with django_assert_max_num_queries(22):
            assert officer.get(address).status_code == 200
