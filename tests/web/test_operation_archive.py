"""The archive of an operation: what it holds, its fingerprints, who takes it away and who does not."""

import csv
import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import endings
import factories as make
from browsing import browser
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Document, JournalEntry
from defi.steps.closing import actions
from defi.steps.closing.models import BonusClaim

pytestmark = pytest.mark.django_db
WINTER = date(2025, 12, 1)


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.sign_convention()
        with endings.on(WINTER):
            certificate = actions.request_certificate(ending.coordinator, ending.operation.pk)
            actions.issue_certificate(ending.officer, certificate.pk)
            actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(full):
    full.refresh()
    return full


def taken(actor, ending, status=200):
    with clock.at(WINTER):
        response = browser(actor).get(reverse("operation_archive", args=[ending.operation.pk]))
    assert response.status_code == status
    return b"".join(response) if status == 200 else b""


def lines(archive, name):
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter=";"))


def test_the_manifest_names_every_file_with_its_fingerprint(ending):
    archive = zipfile.ZipFile(io.BytesIO(taken(ending.officer, ending)))
    told = lines(archive, "manifeste.csv")[1:]
    assert {line[0] for line in told} == set(archive.namelist()) - {"manifeste.csv"}
    for name, _label, _day, size, sha256 in told:
        held = archive.read(name)
        assert (int(size), sha256) == (len(held), hashlib.sha256(held).hexdigest())


def test_it_holds_documents_journal_lines_and_controls(ending):
    archive = zipfile.ZipFile(io.BytesIO(taken(ending.coordinator, ending)))
    names = archive.namelist()
    assert "documents/ATT-2025-0001.pdf" in names
    assert any(name.startswith("documents/PRIME-") for name in names)
    assert any("attestation" in line[4] for line in lines(archive, "journal.csv"))
    assert len(lines(archive, "lignes.csv")) == 1 + 21
    assert {line[1] for line in lines(archive, "controles.csv")[1:]} == {
        "Demander l'attestation",
        "Délivrer l'attestation",
        "Demander la prime",
    }
    assert "ne se publie pas" in archive.read("LISEZ-MOI.txt").decode()


def test_it_holds_the_amount_paid_and_each_correction(ending):
    with endings.on(WINTER):
        [claim] = BonusClaim._base_manager.all()
        actions.grant_claim(ending.office, claim.pk, reason="complet")
        actions.pay_claim(ending.office, claim.pk, paid_on=WINTER, amount=Decimal("30000.10"))
        actions.correct_payment(
            ending.office, claim.pk, amount=Decimal("3000.10"), paid_on=WINTER, reason="un zéro de trop"
        )
    archive = zipfile.ZipFile(io.BytesIO(taken(ending.officer, ending)))
    [asked] = lines(archive, "prime/demandes.csv")[1:]
    assert asked[4:6] == ["3000,10", "2025-12-01"]
    assert asked[-1] == "2025-12-01"
    paid, corrected = lines(archive, "prime/paiements.csv")[1:]
    assert paid[4:] == ["30000,10", "2025-12-01", "", "", ""]
    assert corrected[3]
    assert corrected[4:] == ["3000,10", "2025-12-01", "30000,10", "2025-12-01", "un zéro de trop"]
    told = [line[4] for line in lines(archive, "journal.csv")]
    assert any("au lieu de 30\u202f000,10" in line for line in told)


def test_the_same_file_gives_the_same_bytes(ending):
    assert taken(ending.officer, ending) == taken(ending.officer, ending)


def test_who_takes_it_away_is_in_the_journal_once_each_time_and_who_may_not_is_not(ending):
    taken(ending.officer, ending)
    taken(ending.coordinator, ending)
    taken(ending.stranger, ending, status=404)
    entries = JournalEntry.objects.filter(verb="operation.take_archive", file_id=ending.operation.pk)
    assert list(entries.order_by("pk").values_list("actor_person_id", flat=True)) == [
        ending.officer.person_id,
        ending.coordinator.person_id,
    ]


def test_who_does_not_run_the_operation_takes_nothing_away(ending):
    region = make.a_region()
    for actor in (
        make.actor(Who.CABINET, region, make.a_person("Andréa", email="a@region.example")),
        make.actor(Who.SIGNATORY, ending.employers[0], make.a_person("Odile", email="o@example.org")),
        ending.stranger,
    ):
        taken(actor, ending, status=404)
    assert Client().get(reverse("operation_archive", args=[ending.operation.pk])).status_code in {302, 403, 404}


def test_the_link_is_on_the_page_of_the_closing(ending):
    address = reverse("operation_archive", args=[ending.operation.pk])
    closing = reverse("closing:closing", args=[ending.operation.pk])
    assert address in browser(ending.officer).get(closing).content.decode()
    cabinet = make.actor(Who.CABINET, make.a_region(), make.a_person("Andréa", email="b@region.example"))
    assert address not in browser(cabinet).get(closing).content.decode()


def test_a_document_more_is_two_queries_more(ending):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            taken(ending.officer, ending)
        return len(seen)

    few = queries()
    for number in ("X-1", "X-2"):
        Document.objects.create(
            kind="plan",
            number=number,
            code=number,
            title="Plan",
            sha256="0" * 64,
            content=b"%PDF",
            file_id=ending.operation.pk,
            made_at=clock.now(),
        )
    assert queries() == few + 2 * 2
