"""The pages of the closing: what each role sees and may do, by clicking; the public page that verifies."""

import html
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import endings
import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import Who
from defi.steps.closing.models import BonusClaim, ComplianceCertificate

pytestmark = pytest.mark.django_db
WINTER = date(2025, 12, 1)


@pytest.fixture
def ending(full):
    full.refresh()
    with clock.at(WINTER):
        yield full


def certificate() -> ComplianceCertificate:
    return ComplianceCertificate._base_manager.get()


def claim() -> BonusClaim:
    return BonusClaim._base_manager.get()


def test_from_the_request_to_the_payment_by_clicking(ending):
    provider, officer, office = browser(ending.coordinator), browser(ending.officer), browser(ending.office)
    here = ending.operation.pk
    assert "Demander l&#x27;attestation" in page(provider, "closing:closing", here) or "Demander l'attestation" in page(
        provider, "closing:closing", here
    )
    assert provider.post(reverse("closing:request_certificate", args=[here])).status_code == 303
    shown = page(officer, "closing:closing", here)
    assert "Délivrer" in shown
    issue = reverse("closing:issue", args=[certificate().pk])
    assert "lignes établies sur" in page(officer, "closing:issue", certificate().pk)
    assert certificate().state == "requested"
    assert officer.post(issue, {"version": certificate().version}).status_code == 303
    assert certificate().state == "issued"
    assert "ATT-2025-0001" in page(provider, "closing:closing", here)
    sent = provider.post(reverse("closing:send_claim", args=[here]), {"kind": "interim", "order_number": "BC-1"})
    assert sent.status_code == 303
    assert "BC-1" in page(office, "closing:claims")
    assert "Accorder la prime" in page(office, "closing:claim", claim().pk)
    grant = reverse("closing:grant_claim", args=[claim().pk])
    refused = office.post(grant, {"reason": "", "version": 1})
    assert refused.status_code == 422
    assert office.post(grant, {"reason": "dossier complet", "version": claim().version}).status_code == 303
    assert (
        provider.post(
            reverse("closing:claim_eos", args=[claim().pk]), {"on": "2025-12-01", "kind": "interim"}
        ).status_code
        == 303
    )
    pay = reverse("closing:pay_claim", args=[claim().pk])
    assert office.post(pay, {"paid_on": "2025-12-01"}).status_code == 422
    once = office.post(pay, {"paid_on": "2025-12-01", "amount": "3000,50", "again": "300,50"})
    assert once.status_code == 422
    assert "Les deux montants diffèrent" in once.content.decode()
    assert office.post(pay, {"paid_on": "2025-12-01", "amount": "3000.50", "again": "3000,50"}).status_code == 303
    assert claim().state == "paid"
    assert "payée" in page(provider, "closing:closing", here)


def test_a_button_pressed_twice_says_so_and_changes_nothing(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    for _ in range(2):
        shown = provider.post(reverse("closing:request_certificate", args=[here]), follow=True)
    assert "déjà demandée" in shown.content.decode()


def test_what_was_typed_is_kept_when_it_is_refused(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    shown = provider.post(reverse("closing:send_claim", args=[here]), {"kind": "interim", "order_number": "BC-77"})
    assert shown.status_code == 422
    assert "BC-77" in shown.content.decode()
    assert "une fois l" in shown.content.decode()


def test_the_solde_is_refused_beside_its_field(ending):
    endings_issue(ending)
    provider, here = browser(ending.coordinator), ending.operation.pk
    shown = provider.post(reverse("closing:send_claim", args=[here]), {"kind": "balance", "order_number": "BC-1"})
    assert shown.status_code == 422
    assert "ne peut pas encore être demandé" in shown.content.decode()


def endings_issue(ending):
    browser(ending.coordinator).post(reverse("closing:request_certificate", args=[ending.operation.pk]))
    browser(ending.officer).post(reverse("closing:issue", args=[certificate().pk]))


def test_decisions_with_a_reason(ending):
    provider, officer, here = browser(ending.coordinator), browser(ending.officer), ending.operation.pk
    provider.post(reverse("closing:request_certificate", args=[here]))
    pk = certificate().pk
    assert "Demander une correction" in page(officer, "closing:ask_correction", pk)
    officer.post(reverse("closing:ask_correction", args=[pk]), {"reason": "Numéro EOS ?", "version": 1})
    assert "Numéro EOS ?" in page(provider, "closing:closing", here)
    assert provider.post(reverse("closing:resubmit", args=[pk])).status_code == 303
    stale = officer.post(reverse("closing:refuse", args=[pk]), {"reason": "non", "version": 1})
    assert stale.status_code == 422
    assert "modifiée pendant que vous la lisiez" in stale.content.decode()
    officer.post(reverse("closing:issue", args=[pk]))
    assert "Si vous confirmez" in page(officer, "closing:withdraw", pk)
    officer.post(reverse("closing:withdraw", args=[pk]), {"reason": "pièce fausse"})
    assert certificate().state == "withdrawn"


def test_the_cabinet_reads_the_states_and_neither_a_claim_nor_its_pack_nor_a_paper_that_counts_few(ending):
    endings_issue(ending)
    provider, here = browser(ending.coordinator), ending.operation.pk
    provider.post(reverse("closing:send_claim", args=[here]), {"kind": "interim", "order_number": "BC-1"})
    cabinet = browser(make.actor(Who.CABINET, ending.operation.region))
    for office in (browser(ending.office), browser(make.actor(Who.STEERING, ending.operation.region))):
        assert office.get(reverse("closing:claim_pack", args=[claim().pk])).status_code == 200
    for name in ("claim", "claim_pack"):
        page(cabinet, f"closing:{name}", claim().pk, status=404)
    assert "BC-1" not in page(cabinet, "closing:claims")
    for paper in (certificate().document, claim().document):
        assert paper is not None
        assert browser(ending.officer).get(reverse("document", args=[paper.code])).status_code == 200
        assert cabinet.get(reverse("document", args=[paper.code])).status_code == 404
    read = page(cabinet, "closing:closing", here)
    assert "délivrée" in read
    assert "établis sur" not in read
    assert "Prime et fin du dossier" not in read
    card = reverse("operation_card", args=[here, "closing"])
    assert "Prime" not in cabinet.get(card, headers={"HX-Request": "true"}).content.decode()


def test_an_employer_reads_the_state_and_no_check(ending):
    endings_issue(ending)
    signatory = browser(make.actor(Who.SIGNATORY, ending.employers[0], make.a_person("Odile", email="o@example.org")))
    shown = page(signatory, "closing:closing", ending.operation.pk)
    assert "délivrée" in shown
    assert "Les huit engagements" not in shown
    assert "Prime DEFI" not in shown
    assert signatory.post(reverse("closing:withdraw", args=[certificate().pk]), {"reason": "x"}).status_code == 403


def test_a_stranger_finds_nothing(ending):
    stranger = browser(ending.stranger)
    page(stranger, "closing:closing", ending.operation.pk, status=404)
    assert stranger.post(reverse("closing:request_certificate", args=[ending.operation.pk])).status_code == 404


def test_closing_says_what_is_missing_then_confirms(ending):
    officer, provider, here = browser(ending.officer), browser(ending.coordinator), ending.operation.pk
    shown = officer.post(reverse("closing:close", args=[here]), {})
    assert shown.status_code == 422
    assert "bilan" in shown.content.decode()
    assert "Le bilan n'est pas tenu" in html.unescape(page(officer, "closing:close", here, status=409))
    page(provider, "closing:close", here, status=403)
    with clock.at(endings.LAST):
        ending.hold_review()
        ending.end()
        endings_issue(ending)
        provider.post(reverse("closing:waive_claim", args=[here]), {"reason": "trop peu"})
        done = provider.post(reverse("closing:eos_closed", args=[here]), {"closed_on": endings.LAST.isoformat()})
        assert done.status_code == 303
        assert "peut être close" in page(officer, "closing:closing", here)
        assert "ne se modifie plus" in page(officer, "closing:close", here)
        assert officer.post(reverse("closing:close", args=[here]), {}).status_code == 303
        assert "Opération close" in page(provider, "closing:closing", here)


class TestVerification:
    def test_anyone_reads_it_without_signing_in(self, ending):
        endings_issue(ending)
        shown = page(Client(), "verify", certificate().code)
        assert "ATT-2025-0001" in shown
        assert "valable" in shown
        assert ending.people[0].person.last_name not in shown
        assert "Modèle" not in shown

    def test_the_search_leads_there_or_says_why_not(self, ending):
        endings_issue(ending)
        code = certificate().code
        found = Client().get(reverse("verification"), {"code": f"{code[:5].lower()} {code[5:].lower()}"})
        assert found.status_code == 303
        assert code in found["Location"]
        missing = Client().get(reverse("verification"), {"code": "AAAAABBBBB"})
        assert missing.status_code == 422
        assert "Aucun document" in missing.content.decode()
        page(Client(), "verify", "AAAAABBBBB", status=404)
        assert "Code du document" in page(Client(), "verification")


def test_the_filters_of_the_claims_stay_in_the_address(ending):
    office = browser(ending.office)
    shown = office.get(reverse("closing:claims"), {"state": "paid"})
    assert "Aucune demande" in shown.content.decode()
    assert "effacez-en un" in shown.content.decode()


def test_every_page_stays_under_thirty_queries(ending):
    endings_issue(ending)
    provider, office, here = browser(ending.coordinator), browser(ending.office), ending.operation.pk
    provider.post(reverse("closing:send_claim", args=[here]), {"kind": "interim", "order_number": "BC-1"})
    for client, address in (
        (provider, reverse("closing:closing", args=[here])),
        (office, reverse("closing:claim", args=[claim().pk])),
        (office, reverse("closing:claims")),
        (Client(), reverse("verify", args=[certificate().code])),
    ):
        with CaptureQueriesContext(connection) as taken:
            assert client.get(address).status_code == 200
        assert len(taken) < 30, address


def test_the_list_of_claims_takes_a_constant_number_of_queries(ending):
    endings_issue(ending)
    provider, office, here = browser(ending.coordinator), browser(ending.office), ending.operation.pk

    def taken():
        with CaptureQueriesContext(connection) as queries:
            page(office, "closing:claims")
        return len(queries)

    for number in ("BC-1", "BC-2", "BC-3"):
        provider.post(reverse("closing:send_claim", args=[here]), {"kind": "interim", "order_number": number})
        last = BonusClaim._base_manager.latest("pk")
        if number == "BC-1":
            few = taken()
        office.post(reverse("closing:refuse_claim", args=[last.pk]), {"reason": "à refaire", "version": last.version})
    assert BonusClaim._base_manager.count() == 3
    assert taken() == few
