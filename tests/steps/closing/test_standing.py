"""A certificate whose session changed since: the amendment first, or the certificate withdrawn and asked again."""

import hashlib
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import endings
from browsing import browser, page
from defi.journey.models import TurnRow
from defi.journey.projection import rewrite
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.actions import reschedule_session
from defi.steps.closing import actions
from defi.steps.closing.claim_reading import read_claim
from defi.steps.closing.models import BonusClaim, ComplianceCertificate
from defi.steps.closing.rules import Fate, Standing, stale_sentences
from defi.steps.closing.standing import bearing_former_facts
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

    def test_once_paid_nobody_is_told_to_withdraw_it(self):
        [sentence] = stale_sentences(Standing(SESSION, (endings.FIRST, LATER, 6), fate=Fate.PAID))
        assert "ne se retire plus" in sentence
        assert "La Région retire" not in sentence
        for state in ("owed", "sent"):
            [sentence] = stale_sentences(Standing(SESSION, SESSION, state, SPRING, Fate.PAID))
            assert "d'abord" not in sentence

    def test_once_withdrawn_another_is_asked(self):
        [sentence] = stale_sentences(Standing(SESSION, (endings.FIRST, LATER, 6), fate=Fate.WITHDRAWN))
        assert "retirée portait d'autres faits" in sentence
        assert "en demande une nouvelle" in sentence


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


def sign_the_amendment(document=None):
    Amendment._base_manager.update(state="signed", signed_on=SPRING, document=document)
    rewrite([Amendment._base_manager.get().operation_id], SPRING)


def unchanged(claim):
    with scope(TASK):
        row = BonusClaim.objects.select_related("operation", "certificate", "holder").get(pk=claim.pk)
        return next(check for check in read_claim(row).checks if check.key == "unchanged")


def turns(ending):
    with scope(TASK):
        rows = TurnRow.objects.filter(operation=ending.operation, step__in=["convention", "closing"])
        return sorted(rows.values_list("key", "party"))


@pytest.fixture
def granted(ending, asked):
    with endings.on(SPRING):
        return actions.grant_claim(ending.office, asked.pk, reason="complet")


@pytest.fixture
def paid(ending, granted):
    with endings.on(SPRING):
        return actions.pay_claim(ending.office, granted.pk, paid_on=SPRING, amount=Decimal("3000"))


class TestOnceWithdrawn:
    def test_the_check_says_what_differed_and_never_that_it_still_holds(self, ending, asked):
        with endings.on(SPRING):
            move(ending)
            actions.withdraw_certificate(ending.officer, certificate().pk, reason="dates changées")
            check = unchanged(asked)
            assert not check.found
            assert "un avenant" in check.facts.lower()
            assert "retirée portait d'autres faits" in check.facts

    def test_with_nothing_changed_it_says_what_it_bore(self, ending, asked):
        with endings.on(SPRING):
            actions.withdraw_certificate(ending.officer, certificate().pk, reason="pièce fausse")
            assert "portait les dates et les places" in unchanged(asked).facts


class TestOncePaid:
    def test_a_session_moved_afterwards_is_said_and_a_correction_keeps_it(self, ending, paid):
        move(ending)
        with endings.on(SPRING):
            check = unchanged(paid)
            assert (check.found, check.blocks) == (False, "")
            assert "ne se retire plus" in check.facts
            actions.correct_payment(ending.office, paid.pk, amount=Decimal("300"), paid_on=SPRING, reason="un zéro")
            shown = page(browser(ending.office), "closing:claim", paid.pk)
        assert "rien ne bloquait, mais un écart" in shown
        assert "la session n&#x27;est plus celle de l" in shown or "la session n'est plus celle de l" in shown

    def test_nobody_is_led_to_withdraw_it(self, ending, paid):
        withdrawing = reverse("closing:withdraw", args=[certificate().pk])
        move(ending)
        officer = browser(ending.officer)
        with clock.at(SPRING):
            shown = page(officer, "closing:closing", ending.operation.pk)
            assert "La prime est payée" in shown
            assert "la prime attend" not in shown
            assert withdrawing not in shown
            assert "ne se retire plus ici" in page(officer, "closing:withdraw", certificate().pk, status=409)
        with endings.on(SPRING), pytest.raises(WrongState, match="ne se retire plus ici"):
            actions.withdraw_certificate(ending.officer, certificate().pk, reason="dates changées")


class TestAGrantedClaim:
    def test_its_payment_is_offered_by_no_page_while_something_blocks_it(self, ending, granted):
        office, paying = browser(ending.office), reverse("closing:pay_claim", args=[granted.pk])
        with clock.at(SPRING):
            assert paying in page(office, "closing:claim", granted.pk)
            page(office, "closing:pay_claim", granted.pk)
        move(ending)
        with clock.at(SPRING):
            shown = page(office, "closing:claim", granted.pk)
            assert paying not in shown
            assert "Le paiement attend" in shown
            assert "porte les anciens faits" in page(office, "closing:pay_claim", granted.pk, status=409)
            assert "Voir ce qui bloque le paiement" in page(office, "closing:closing", ending.operation.pk)


class TestWhoseTurnItIs:
    def test_the_amendment_then_the_certificate_then_the_bonus_again(self, ending, granted):
        assert ("claim.pay", "paying_office") in turns(ending)
        move(ending)
        assert turns(ending) == [("amendment.send", "provider")]
        sign_the_amendment()
        assert turns(ending) == [("certificate.withdraw", "officer")]
        with endings.on(SPRING):
            actions.withdraw_certificate(ending.officer, certificate().pk, reason="dates changées")
            assert turns(ending) == [("certificate.request", "provider")]
            again = actions.request_certificate(ending.coordinator, ending.operation.pk)
            assert turns(ending) == [("certificate.decide", "officer")]
            actions.issue_certificate(ending.officer, again.pk)
        # What was asked of the former certificate fell with it: of this one nothing was asked yet.
        assert turns(ending) == [("claim.send", "holder")]

    def test_nobody_is_asked_to_claim_on_former_facts(self, ending):
        move(ending)
        sign_the_amendment()
        assert turns(ending) == [("certificate.withdraw", "officer")]

    def test_the_facts_of_many_cost_two_queries_and_agree_with_those_of_one(self, ending):
        with scope(TASK):
            rows = [certificate()]
            ending.refresh()
            assert bearing_former_facts(rows, {ending.operation.pk: ending.session}) == {}
            move(ending)
            ending.refresh()
            with CaptureQueriesContext(connection) as queries:
                found = bearing_former_facts(rows, {ending.operation.pk: ending.session})
            assert found == {ending.operation.pk: SPRING}
            assert len(queries) == 2
            move(ending, endings.LAST)
            ending.refresh()
            assert bearing_former_facts(rows, {ending.operation.pk: ending.session}) == {}
            assert bearing_former_facts([], {}) == {}


def test_the_pack_holds_the_amendment_that_all_have_signed(ending, asked):
    move(ending)
    content = b"%PDF-1.7 avenant"
    document = Document.objects.create(
        kind="amendment",
        number="AV-2026-0001",
        code="ABCDEFGHJK",
        title="Avenant à la convention",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        pages=1,
        file_id=ending.operation.pk,
        object_type="convention.amendment",
        object_id=Amendment._base_manager.get().pk,
        made_at=clock.now(),
    )
    with endings.on(SPRING):
        office = browser(ending.office)
        Amendment._base_manager.update(document=document)
        assert "AV-2026-0001.pdf" not in names_of(office, asked)
        sign_the_amendment(document)
        assert "AV-2026-0001.pdf" in names_of(office, asked)
        assert "AV-2026-0001" in page(office, "closing:claim", asked.pk)
        actions.withdraw_certificate(ending.officer, certificate().pk, reason="dates changées")
        again = actions.request_certificate(ending.coordinator, ending.operation.pk)
        actions.issue_certificate(ending.officer, again.pk)
        new = actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")
    pages = pypdfium2.PdfDocument(bytes(new.document.content))
    printed = "".join(sheet.get_textpage().get_text_bounded() for sheet in pages)
    assert "AV-2026-0001" in printed


def names_of(office, claim):
    answer = office.get(reverse("closing:claim_pack", args=[claim.pk]))
    return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
