"""A certificate whose session changed since: the amendment first, or the certificate withdrawn and asked again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import endings
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Invalid
from defi.operations.actions import reschedule_session
from defi.steps.closing import actions
from defi.steps.closing.models import BonusClaim, ComplianceCertificate
from defi.steps.closing.rules import Standing, stale_sentences
from defi.steps.closing.verifying import verification
from defi.steps.convention.facts import terms_now
from defi.steps.convention.models import Amendment, Convention

pytestmark = pytest.mark.django_db
WINTER, SPRING = date(2025, 12, 1), date(2026, 1, 15)
SESSION = (endings.FIRST, endings.LAST, 6)
LATER = endings.LAST + timedelta(days=14)


class TestTheRule:
    def test_it_says_nothing_while_the_certificate_says_what_is(self):
        assert stale_sentences(Standing(SESSION, SESSION)) == ()

    def test_an_amendment_is_signed_first(self):
        [owed] = stale_sentences(Standing(SESSION, SESSION, "owed", SPRING))
        assert "15\xa0janvier\xa02026" in owed
        assert "le transmet" in owed
        [sent] = stale_sentences(Standing(SESSION, SESSION, "sent", SPRING))
        assert "pas signé par tous" in sent

    def test_former_facts_are_withdrawn_and_asked_again(self):
        for now in ((endings.FIRST, LATER, 6), (endings.FIRST, endings.LAST, 5)):
            [sentence] = stale_sentences(Standing(SESSION, now))
            assert "retire l'attestation" in sentence
            assert "6 places" in sentence


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.sign_convention()
        with scope(TASK):
            agreed = terms_now(ending.operation).kept()
            Convention.objects.filter(operation=ending.operation).update(terms=agreed)
        with endings.on(WINTER):
            certificate = actions.request_certificate(ending.coordinator, ending.operation.pk)
            actions.issue_certificate(ending.officer, certificate.pk)
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def asked(ending):
    with endings.on(SPRING):
        return actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")


def move(ending, day=LATER):
    with endings.on(SPRING):
        reschedule_session(ending.coordinator, ending.session.pk, ends_on=day, reason="formateur indisponible")


def certificate() -> ComplianceCertificate:
    return ComplianceCertificate._base_manager.order_by("pk").last()


def test_a_session_moved_since_stops_the_grant_and_says_why(ending, asked):
    move(ending)
    assert Amendment._base_manager.get().state == "owed"
    with endings.on(SPRING), pytest.raises(Invalid, match="avenant à la convention est dû"):
        actions.grant_claim(ending.office, asked.pk, reason="complet")
    assert BonusClaim._base_manager.get().state == "sent"


def test_it_is_not_asked_either(ending):
    move(ending)
    with endings.on(SPRING), pytest.raises(Invalid, match="porte les anciens faits"):
        actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")


def test_the_form_is_not_offered_meanwhile_and_says_why(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    asking = reverse("closing:send_claim", args=[here])
    with clock.at(SPRING):
        assert asking in page(provider, "closing:closing", here)
        page(provider, "closing:send_claim", here)
    move(ending)
    with clock.at(SPRING):
        shown = page(provider, "closing:closing", here)
        assert asking not in shown
        assert "La prime ne peut pas" in shown
        assert "porte les anciens faits" in page(provider, "closing:send_claim", here, status=409)
        page(provider, "closing:waive_claim", here)


def test_nor_is_a_corrected_request_sent_again(ending, asked):
    with endings.on(SPRING):
        actions.ask_claim_correction(ending.office, asked.pk, reason="pièce illisible")
    move(ending)
    with clock.at(SPRING):
        shown = page(browser(ending.coordinator), "closing:resend_claim", asked.pk, status=409)
    assert "porte les anciens faits" in shown


def test_the_amendment_once_signed_the_certificate_still_bears_the_former_dates(ending, asked):
    move(ending)
    Amendment._base_manager.update(state="signed", signed_on=SPRING)
    with endings.on(SPRING):
        with pytest.raises(Invalid, match="retire l'attestation") as refusal:
            actions.grant_claim(ending.office, asked.pk, reason="complet")
        assert "se signe" not in refusal.value.sentence
        actions.withdraw_certificate(ending.officer, certificate().pk, reason="dates changées")
        again = actions.request_certificate(ending.coordinator, ending.operation.pk)
        actions.issue_certificate(ending.officer, again.pk)
        row = actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")
        assert actions.grant_claim(ending.office, row.pk, reason="complet").state == "granted"


def test_moved_back_nothing_stands_in_the_way(ending, asked):
    move(ending)
    move(ending, endings.LAST)
    with endings.on(SPRING):
        assert actions.grant_claim(ending.office, asked.pk, reason="complet").state == "granted"


def test_a_session_moved_the_same_day_before_the_certificate_is_no_former_fact(ending):
    move(ending)
    Amendment._base_manager.update(state="signed", signed_on=SPRING)
    with endings.on(SPRING):
        actions.withdraw_certificate(ending.officer, certificate().pk, reason="dates changées")
        again = actions.request_certificate(ending.coordinator, ending.operation.pk)
        actions.issue_certificate(ending.officer, again.pk)
        shown = page(browser(ending.officer), "closing:closing", ending.operation.pk)
    assert "ne dit plus ce qui est" not in shown


def test_the_page_of_the_certificate_says_it_to_officer_and_provider(ending):
    address = reverse("closing:closing", args=[ending.operation.pk])
    officer = browser(ending.officer)
    with clock.at(SPRING):
        officer.get(address)
        with CaptureQueriesContext(connection) as before:
            officer.get(address)
    move(ending)
    with clock.at(SPRING):
        for actor in (ending.officer, ending.coordinator):
            shown = page(browser(actor), "closing:closing", ending.operation.pk)
            assert "ne dit plus ce qui est" in shown
            assert "retire l" in shown
        with CaptureQueriesContext(connection) as after:
            officer.get(address)
    assert len(after) <= len(before) + 2


def test_who_verifies_it_reads_the_days_it_bears_and_that_the_session_moved(ending):
    code = certificate().code
    assert verification(code).now_ends_on is None
    assert "ont changé depuis" not in page(Client(), "verify", code)
    move(ending)
    found = verification(code)
    assert (found.starts_on, found.ends_on) == (endings.FIRST, endings.LAST)
    assert (found.now_starts_on, found.now_ends_on) == (endings.FIRST, LATER)
    assert "ont changé depuis" in page(Client(), "verify", code)


def test_a_refused_request_and_its_reason_stay_on_the_page_once_another_is_made(ending):
    with endings.on(SPRING):
        actions.withdraw_certificate(ending.officer, certificate().pk, reason="places mal comptées")
        actions.request_certificate(ending.coordinator, ending.operation.pk)
        for actor in (ending.officer, ending.coordinator):
            shown = page(browser(actor), "closing:closing", ending.operation.pk)
            assert "1 demande d&#x27;attestation précédente" in shown or "1 demande d'attestation précédente" in shown
            assert "places mal comptées" in shown
