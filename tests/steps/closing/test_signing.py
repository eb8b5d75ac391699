"""The certificate with one signature or two, its seal, its rounds of correction, and what verification says of it."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

import endings
import factories as make
from browsing import page
from defi.kernel.access import TASK, Who, scope
from defi.kernel.documents import readable
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.kernel.signing.verification import Answer, examine
from defi.people.actions import grant_membership
from defi.people.models import Person
from defi.schemes.rulebook import current
from defi.steps.closing import actions, queries, sealing
from defi.steps.closing.actions import certificate as certificate_actions
from defi.steps.closing.models import CheckRun, ComplianceCertificate
from defi.steps.closing.verifying import verification
from defi.steps.convention.models import Amendment, Convention

pytestmark = pytest.mark.django_db
WINTER, LATER = date(2025, 12, 1), date(2025, 12, 8)


@pytest.fixture
def asked(ending):
    with endings.on(WINTER):
        return actions.request_certificate(ending.coordinator, ending.operation.pk)


@pytest.fixture
def steering(ending):
    return make.actor(Who.STEERING, make.a_region(), make.a_person("Dominique", "Cap", "cap@region.example"))


@pytest.fixture
def two(monkeypatch):
    """A rulebook that asks for two signatures."""
    book = replace(current(), second_signature="steering")
    for room in (certificate_actions, queries):
        monkeypatch.setattr(room, "rulebook", lambda scheme, version: book)


class TestTwoSignatures:
    def test_the_second_issues_what_the_first_signed(self, ending, asked, steering, two):
        with endings.on(WINTER):
            row = actions.sign_certificate(ending.officer, asked.pk)
            assert (row.state, row.signed_on, row.number) == ("signed", WINTER, None)
            assert [mail.address for mail in endings.mails_about("à contresigner")] == ["cap@region.example"]
            row = actions.countersign_certificate(steering, asked.pk)
        assert (row.state, row.issued_by_id) == ("issued", steering.person_id)
        assert row.signed_by_id == ending.officer.person_id

    def test_one_signature_does_not_issue_it(self, ending, asked, steering, two):
        with endings.on(WINTER):
            with pytest.raises(WrongState, match="deux signatures"):
                actions.issue_certificate(ending.officer, asked.pk)
            with pytest.raises(WrongState):
                actions.countersign_certificate(steering, asked.pk)

    def test_the_second_is_another_person(self, ending, asked, two):
        officer = Person._base_manager.get(pk=ending.officer.person_id)
        with scope(TASK):
            grant_membership(TASK, officer, ending.operation.region, Who.STEERING)
        same = make.actor(Who.STEERING, ending.operation.region, officer)
        with endings.on(WINTER):
            actions.sign_certificate(ending.officer, asked.pk)
            with pytest.raises(NotAllowed, match="une autre personne"):
                actions.countersign_certificate(same, asked.pk)

    def test_it_may_be_sent_back_with_the_reason_and_is_decided_again(self, ending, asked, steering, two):
        with endings.on(WINTER):
            actions.sign_certificate(ending.officer, asked.pk)
            with pytest.raises(Invalid, match="motif"):
                actions.send_back_certificate(steering, asked.pk, reason=" ")
            row = actions.send_back_certificate(steering, asked.pk, reason="effectif à relire")
            assert (row.state, row.signed_by_id, row.decision_reason) == ("requested", None, "effectif à relire")
            assert "effectif à relire" in endings.mails_about("sans seconde signature")[0].body
            actions.sign_certificate(ending.officer, asked.pk)
            assert actions.countersign_certificate(steering, asked.pk).state == "issued"

    def test_each_sees_its_own_button(self, ending, asked, steering, two):
        with endings.on(WINTER):
            page = queries.closing_page(ending.officer, ending.operation)
            assert (page.may_issue, page.may_sign) == (False, True)
            actions.sign_certificate(ending.officer, asked.pk)
            page = queries.closing_page(steering, ending.operation)
            assert (page.may_countersign, page.may_send_back) == (True, True)
            assert not queries.closing_page(ending.officer, ending.operation).may_countersign

    def test_where_the_rulebook_asks_for_one_there_is_no_first(self, ending, asked, steering):
        with endings.on(WINTER):
            with pytest.raises(WrongState, match="qu'une signature"):
                actions.sign_certificate(ending.officer, asked.pk)
            assert not queries.closing_page(ending.officer, ending.operation).may_sign


class TestTheSeal:
    @pytest.fixture
    def issued(self, ending, asked):
        with endings.on(WINTER):
            return actions.issue_certificate(ending.officer, asked.pk)

    def test_it_covers_the_very_bytes_that_were_issued(self, ending, issued):
        with endings.on(WINTER):
            sealed = sealing.seal_certificate(issued.pk)
            document = Document.objects.get(pk=issued.document_id)
        assert sealed.number == f"{document.number}-S"
        assert bytes(sealed.content).startswith(bytes(document.content))
        assert examine(bytes(sealed.content)).answer is Answer.SEALED

    def test_sealing_again_gives_the_same_and_what_waits_is_sealed_once(self, ending, issued):
        with endings.on(WINTER):
            assert sealing.seal_what_waits() == 1
            assert sealing.seal_what_waits() == 0
            row = ComplianceCertificate.objects.get(pk=issued.pk)
            assert sealing.seal_certificate(issued.pk) == row.sealed

    def test_its_code_leads_to_the_certificate(self, ending, issued):
        with endings.on(WINTER):
            sealed = sealing.seal_certificate(issued.pk)
            found = verification(sealed.code)
            first, second = (page(Client(), "verify", code) for code in (issued.code, sealed.code))
        assert (found.number, found.valid) == (issued.number, True)
        # Either file may be the one that was received: neither is said to be wrong.
        for shown in (first, second):
            for kept in (issued.document, sealed):
                assert readable(kept.sha256) in shown
                assert kept.number in shown

    def test_once_withdrawn_file_and_code_say_so(self, ending, issued):
        with endings.on(WINTER):
            sealed = sealing.seal_certificate(issued.pk)
        with endings.on(LATER):
            actions.withdraw_certificate(ending.officer, issued.pk, reason="pièce fausse")
            assert verification(sealed.code).withdrawn_on == LATER
            assert examine(bytes(sealed.content)).document.cancelled_on == LATER
            assert sealing.seal_certificate(issued.pk).pk == sealed.pk

    def test_one_withdrawn_before_its_seal_is_never_sealed(self, ending, issued):
        with endings.on(WINTER):
            actions.withdraw_certificate(ending.officer, issued.pk, reason="pièce fausse")
            assert sealing.seal_certificate(issued.pk) is None


class TestRounds:
    def test_a_correction_its_answer_and_what_was_mended_are_read_together(self, ending, asked):
        with scope(TASK):
            Convention.objects.filter(operation=ending.operation).update(state="sent", signed_on=None)
        with endings.on(WINTER):
            actions.ask_certificate_correction(ending.officer, asked.pk, reason="la convention ?")
        with scope(TASK):
            Convention.objects.filter(operation=ending.operation).update(state="signed", signed_on=endings.SIGNED)
        with endings.on(LATER):
            actions.resubmit_certificate(ending.coordinator, asked.pk, reply="signée depuis")
            for reader in (ending.officer, ending.coordinator):
                page = queries.closing_page(reader, ending.operation)
                assert [(r.reason, r.passed) for r in page.rounds] == [
                    ("", True),
                    ("la convention ?", False),
                    ("signée depuis", True),
                ]
                assert page.moved.mended == ("Signer la convention",)

    def test_an_old_page_issues_nothing(self, ending, asked):
        with endings.on(WINTER):
            actions.ask_certificate_correction(ending.officer, asked.pk, reason="numéro EOS ?")
            actions.resubmit_certificate(ending.coordinator, asked.pk)
            with pytest.raises(Stale):
                actions.issue_certificate(ending.officer, asked.pk, version=asked.version)

    def test_an_employer_reads_no_round(self, ending, asked):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        with endings.on(WINTER):
            actions.refuse_certificate(ending.officer, asked.pk, reason="trop tôt")
            assert queries.closing_page(signatory, ending.operation).rounds == ()
            assert not CheckRun.objects.visible_to(signatory).exists()


def test_an_amended_session_gets_no_certificate_until_the_avenant_is_signed(ending, asked):
    with endings.on(WINTER):
        convention = Convention.objects.get(operation=ending.operation)
        avenant = Amendment.objects.create(
            operation=ending.operation, convention=convention, state="owed", owed_on=WINTER
        )
        with pytest.raises(Invalid, match="avenant"):
            actions.issue_certificate(ending.officer, asked.pk)
        Amendment.objects.filter(pk=avenant.pk).update(state="signed", signed_on=WINTER)
        assert actions.issue_certificate(ending.officer, asked.pk).state == "issued"
