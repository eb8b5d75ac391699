"""Certificate, bonus, closing: each verb once, then each refusal with its sentence."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import endings
import factories as make
from defi.kernel.access import TASK, Who, scope
from defi.kernel.journal import acting
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import entrust, record_order
from defi.people.actions import grant_membership
from defi.people.models import Person
from defi.schemes.rulebook import Amount, Rulebook
from defi.steps.closing import actions, claim_queries, queries
from defi.steps.closing.facts import gather
from defi.steps.closing.models import BonusClaim, ComplianceCertificate, ReportedMoment
from defi.steps.closing.verifying import verification
from defi.steps.convention.models import Convention
from defi.steps.pairing.actions import admit, refuse_admission
from defi.steps.pairing.models import Finding
from endings import FIRST, LAST

pytestmark = pytest.mark.django_db
WINTER, SPRING = date(2025, 12, 1), date(2026, 4, 20)


def request(ending, on=WINTER):
    with endings.on(on):
        return actions.request_certificate(ending.coordinator, ending.operation.pk)


def issue(ending, on=WINTER):
    certificate = request(ending, on)
    with endings.on(on):
        return actions.issue_certificate(ending.officer, certificate.pk)


def claim(ending, on=date(2026, 1, 15), **facts):
    with endings.on(on):
        facts = {"kind": "interim", "order_number": "BC-2025-118"} | facts
        return actions.send_claim(ending.coordinator, ending.operation.pk, **facts)


def as_found(ending, paired, entered=8, seats=8):
    """Another finding than the six of six."""
    with scope(TASK):
        Finding.objects.filter(session=ending.session).update(seats=seats, entered=entered, paired=paired)


class TestRequesting:
    def test_the_provider_asks_and_the_officer_learns_it(self, ending):
        assert request(ending).state == "requested"
        assert {m.address for m in endings.mails_about("Attestation demandée")} == {"claire@region.example"}

    def test_twice_is_refused(self, ending):
        request(ending)
        with pytest.raises(WrongState, match="déjà demandée"):
            request(ending)

    def test_not_before_the_start(self):
        early = endings.prepared(people=1, paired=1)
        with pytest.raises(WrongState, match="une fois la session démarrée"):
            request(early)

    def test_the_officer_does_not_ask_for_it(self, ending):
        with endings.on(WINTER), pytest.raises(NotAllowed):
            actions.request_certificate(ending.officer, ending.operation.pk)

    def test_another_provider_does_not_know_of_it(self, ending):
        with endings.on(WINTER), pytest.raises(Unknown):
            actions.request_certificate(ending.stranger, ending.operation.pk)


class TestIssuing:
    def test_it_has_number_code_document_and_the_checks_as_found(self, ending):
        certificate = issue(ending)
        assert certificate.number == "ATT-2025-0001"
        document = certificate.document
        assert bytes(document.content).startswith(b"%PDF")
        assert (document.code, document.object_id) == (certificate.code, certificate.pk)
        found = {check["key"]: check["found"] for check in certificate.checks}
        assert found["conformity"] is True
        assert found["convention_signed"] is True
        assert found["review_held"] is False
        assert endings.mails_about("ATT-2025-0001 délivrée")

    def test_it_is_issued_once(self, ending):
        certificate = issue(ending)
        with endings.on(WINTER), pytest.raises(WrongState):
            actions.issue_certificate(ending.officer, certificate.pk)
        with pytest.raises(WrongState, match="déjà délivrée"):
            request(ending)

    def test_not_while_the_convention_is_unsigned(self, ending):
        with scope(TASK):
            Convention.objects.filter(operation=ending.operation).update(state="sent", signed_on=None)
        with pytest.raises(Invalid, match="convention"):
            issue(ending)
        with scope(TASK):
            assert ComplianceCertificate.objects.get().state == "requested"

    def test_not_below_the_minimum(self, ending):
        as_found(ending, paired=5)
        with pytest.raises(Invalid, match="il manque 1 personne"):
            issue(ending)

    def test_under_the_target_only_once_admitted(self, ending):
        as_found(ending, paired=6)
        certificate = request(ending)
        with endings.on(WINTER):
            with pytest.raises(Invalid, match="Décidez d'abord"):
                actions.issue_certificate(ending.officer, certificate.pk)
            admit(ending.officer, ending.session.pk, reason="perte d'un marché")
            assert actions.issue_certificate(ending.officer, certificate.pk).state == "issued"

    def test_the_provider_does_not_issue_its_own(self, ending):
        certificate = request(ending)
        with endings.on(WINTER), pytest.raises(NotAllowed):
            actions.issue_certificate(ending.coordinator, certificate.pk)

    def test_an_officer_of_another_territory_does_not(self, ending):
        certificate = request(ending)
        elsewhere = make.an_officer(basins=[make.a_basin("Bourges")])
        with endings.on(WINTER), pytest.raises(NotAllowed, match="hors de votre territoire"):
            actions.issue_certificate(elsewhere, certificate.pk)

    def test_nobody_stands_on_both_sides(self, ending):
        certificate = request(ending)
        with scope(TASK):
            officer = Person.objects.get(pk=ending.officer.person_id)
            grant_membership(TASK, officer, ending.operation.provider, Who.TRAINER)
        with endings.on(WINTER), pytest.raises(NotAllowed, match="un autre agent"):
            actions.issue_certificate(ending.officer, certificate.pk)

    def test_a_stale_page_is_refused(self, ending):
        certificate = request(ending)
        with endings.on(WINTER):
            actions.ask_certificate_correction(ending.officer, certificate.pk, reason="numéro EOS à corriger")
            actions.resubmit_certificate(ending.coordinator, certificate.pk)
            with pytest.raises(Stale):
                actions.issue_certificate(ending.officer, certificate.pk, version=certificate.version)


class TestOtherDecisions:
    def test_a_correction_is_asked_then_presented_again(self, ending):
        certificate = request(ending)
        with endings.on(WINTER):
            with pytest.raises(Invalid, match="motif"):
                actions.ask_certificate_correction(ending.officer, certificate.pk, reason="")
            row = actions.ask_certificate_correction(ending.officer, certificate.pk, reason="Numéro EOS ?")
            assert (row.state, row.decision_reason) == ("correction", "Numéro EOS ?")
            assert actions.resubmit_certificate(ending.coordinator, certificate.pk).state == "requested"

    def test_a_refusal_leaves_room_for_a_new_request(self, ending):
        certificate = request(ending)
        with endings.on(WINTER):
            row = actions.refuse_certificate(ending.officer, certificate.pk, reason="pas DEFI")
        assert (row.state, row.number) == ("refused", None)
        assert row.checks
        assert request(ending).pk != certificate.pk

    def test_withdrawing_makes_the_claim_fall(self, ending):
        certificate = issue(ending)
        asked = claim(ending)
        with endings.on(date(2026, 2, 1)):
            row = actions.withdraw_certificate(ending.officer, certificate.pk, reason="pièce fausse")
        assert (row.state, row.number) == ("withdrawn", "ATT-2025-0001")
        with scope(TASK):
            asked.refresh_from_db()
        assert asked.state == "refused"
        assert "pièce fausse" in asked.decision_reason
        told = endings.mails_about("retirée")
        assert "rejetée" in told[0].body
        assert {"certificate.withdraw", "claim.fall"} <= set(endings.verbs(ending.operation))

    def test_not_once_the_bonus_is_paid(self, ending):
        certificate = issue(ending)
        asked = claim(ending)
        with endings.on(date(2026, 2, 1)):
            actions.grant_claim(ending.office, asked.pk, reason="dossier complet")
            actions.pay_claim(ending.office, asked.pk, paid_on=date(2026, 2, 1), amount=Decimal("3000.00"))
            with pytest.raises(WrongState, match="payée"):
                actions.withdraw_certificate(ending.officer, certificate.pk, reason="pièce fausse")

    def test_an_admission_is_not_taken_back_under_a_certificate(self, ending):
        as_found(ending, paired=6)
        with endings.on(WINTER):
            admit(ending.officer, ending.session.pk, reason="perte d'un marché")
        issue(ending)
        with endings.on(WINTER), pytest.raises(WrongState, match="retirez d'abord l'attestation"):
            refuse_admission(ending.officer, ending.session.pk, reason="finalement non")


class TestClaiming:
    def test_the_holder_asks_on_an_acompte_while_the_session_runs(self, ending):
        issue(ending)
        row = claim(ending)
        assert (row.state, row.kind, row.amount) == ("sent", "interim", None)
        [mail] = endings.mails_about("Demande de prime")
        assert mail.address == "gestionfp@centrevalldeloire.fr"
        assert row.document.code in mail.body
        assert bytes(row.document.content).startswith(b"%PDF")

    def test_the_order_of_the_session_is_known_already(self, ending):
        issue(ending)
        with endings.on(WINTER):
            record_order(ending.coordinator, ending.session.pk, "BC-7")
        assert claim(ending, order_number="").order_number == "BC-7"

    def test_an_order_is_needed(self, ending):
        issue(ending)
        with pytest.raises(Invalid) as refusal:
            claim(ending, order_number=" ")
        assert "order_number" in refusal.value.fields

    def test_without_certificate_it_is_refused(self, ending):
        with pytest.raises(Invalid, match="une fois l'attestation"):
            claim(ending)

    def test_the_solde_waits_for_the_end_and_the_bilan(self, ending):
        issue(ending)
        with pytest.raises(Invalid, match="solde"):
            claim(ending, kind="balance")
        ending.hold_review()
        ending.end()
        assert claim(ending, SPRING, kind="balance").kind == "balance"

    def test_one_living_claim(self, ending):
        issue(ending)
        claim(ending)
        with pytest.raises(WrongState, match="déjà été demandée"):
            claim(ending)

    def test_a_provider_that_does_not_hold_the_market_does_not_ask(self, ending):
        issue(ending)
        holder = make.a_provider("Groupement Dunois")
        with endings.on(WINTER), acting(ending.officer, "operation.add_partner") as act:
            entrust(act, ending.operation, ending.operation.provider, holder)
        with pytest.raises(NotAllowed, match="Groupement Dunois"):
            claim(ending)
        asker = make.actor(Who.COORDINATOR, holder)
        with endings.on(SPRING):
            assert actions.send_claim(asker, ending.operation.pk, kind="interim", order_number="BC-1").holder == holder

    def test_the_officer_does_not_ask(self, ending):
        issue(ending)
        with endings.on(SPRING), pytest.raises(NotAllowed):
            actions.send_claim(ending.officer, ending.operation.pk, kind="interim", order_number="BC-1")

    def test_the_amount_of_the_rulebook_that_day_is_asked(self, ending, monkeypatch):
        issue(ending)
        amounts = (Amount(date(2026, 1, 1), Decimal("3000.00"), "délibération d'essai"),)
        monkeypatch.setattr(Rulebook, "bonus_on", lambda book, day: amounts[0].amount)
        assert claim(ending).amount == Decimal("3000.00")

    def test_eos_is_noted_without_changing_the_state(self, ending):
        issue(ending)
        row = claim(ending)
        with endings.on(date(2026, 1, 20)):
            row = actions.record_claim_in_eos(ending.coordinator, row.pk, on=date(2026, 1, 19))
            assert (row.state, row.eos_requested_on) == ("sent", date(2026, 1, 19))
            with pytest.raises(WrongState, match="déjà notée"):
                actions.record_claim_in_eos(ending.coordinator, row.pk, on=date(2026, 1, 19))
            for day in (date(2026, 1, 21), WINTER - timedelta(days=1)):
                with pytest.raises(Invalid):
                    actions.record_claim_in_eos(ending.coordinator, row.pk, on=day)
            actions.grant_claim(ending.office, row.pk, reason="complet")
            row = actions.record_claim_in_eos(ending.coordinator, row.pk, on=date(2026, 1, 20))
            assert row.state == "granted"

    def test_the_holder_may_say_it_will_not_ask_then_ask_after_all(self, ending):
        with endings.on(WINTER), pytest.raises(WrongState, match="Sans attestation"):
            actions.waive_claim(ending.coordinator, ending.operation.pk, reason="trop peu")
        issue(ending)
        with endings.on(WINTER):
            row = actions.waive_claim(ending.coordinator, ending.operation.pk, reason="trop peu")
            assert row.state == "waived"
            with pytest.raises(WrongState, match="déjà réglé"):
                actions.waive_claim(ending.coordinator, ending.operation.pk, reason="trop peu")
        assert claim(ending).state == "sent"


class TestPaying:
    @pytest.fixture
    def asked(self, ending):
        issue(ending)
        return claim(ending)

    DAY = date(2026, 2, 2)

    def test_granting_keeps_the_checks_and_its_reason(self, ending, asked):
        with endings.on(self.DAY):
            row = actions.grant_claim(ending.office, asked.pk, reason="dossier complet")
        assert (row.state, row.decision_reason) == ("granted", "dossier complet")
        assert {check["key"] for check in row.checks} >= {"conformity", "session_held"}
        assert endings.mails_about("Prime accordée")

    def test_a_reason_is_needed(self, ending, asked):
        with endings.on(self.DAY), pytest.raises(Invalid, match="motif"):
            actions.grant_claim(ending.office, asked.pk, reason="")

    def test_nobody_but_the_paying_office_decides(self, ending, asked):
        for other in (ending.officer, ending.coordinator):
            with endings.on(self.DAY), pytest.raises(NotAllowed):
                actions.grant_claim(other, asked.pk, reason="oui")

    def test_the_paying_agent_is_not_of_the_provider(self, ending, asked):
        with scope(TASK):
            agent = Person.objects.get(pk=ending.office.person_id)
            grant_membership(TASK, agent, ending.operation.provider, Who.TRAINER)
        with endings.on(self.DAY), pytest.raises(NotAllowed, match="un autre agent"):
            actions.grant_claim(ending.office, asked.pk, reason="oui")

    def test_a_correction_then_the_request_again_with_a_new_pack(self, ending, asked):
        first = asked.document_id
        with endings.on(self.DAY):
            actions.ask_claim_correction(ending.office, asked.pk, reason="bon de commande illisible")
            row = actions.resend_claim(ending.coordinator, asked.pk, order_number="BC-9")
        assert (row.state, row.order_number, row.decision_reason) == ("sent", "BC-9", "")
        assert row.document_id != first
        with scope(TASK):
            assert Document.objects.filter(kind="bonus-request").count() == 2

    def test_a_refusal_leaves_room_for_another_request(self, ending, asked):
        with endings.on(self.DAY):
            actions.refuse_claim(ending.office, asked.pk, reason="pièces manquantes")
            with pytest.raises(WrongState):
                actions.grant_claim(ending.office, asked.pk, reason="finalement")
        assert claim(ending, self.DAY).pk != asked.pk

    def test_a_payment_needs_an_amount_and_a_possible_day(self, ending, asked):
        with endings.on(self.DAY):
            with pytest.raises(WrongState):
                actions.pay_claim(ending.office, asked.pk, paid_on=self.DAY, amount=Decimal("3000"))
            actions.grant_claim(ending.office, asked.pk, reason="complet")
            with pytest.raises(Invalid, match="montant"):
                actions.pay_claim(ending.office, asked.pk, paid_on=self.DAY)
            for day in (self.DAY - timedelta(days=1), self.DAY + timedelta(days=1)):
                with pytest.raises(Invalid):
                    actions.pay_claim(ending.office, asked.pk, paid_on=day, amount=Decimal("3000"))
            row = actions.pay_claim(ending.office, asked.pk, paid_on=self.DAY, amount=Decimal("3000.50"))
            assert (row.state, row.amount) == ("paid", Decimal("3000.50"))
            with pytest.raises(WrongState):
                actions.pay_claim(ending.office, asked.pk, paid_on=self.DAY, amount=Decimal("3000.50"))
        assert "3 000,50" in endings.mails_about("Prime payée")[0].body.replace("\u202f", " ")

    def test_an_employer_sees_no_claim(self, ending, asked):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        with scope(signatory):
            assert not BonusClaim.objects.visible_to(signatory).exists()
            page = queries.closing_page(signatory, ending.operation)
        assert page.checks == ()
        assert page.claim is None


class TestClosing:
    def test_what_is_missing_is_said_then_it_closes(self, ending):
        with endings.on(SPRING), pytest.raises(Invalid) as refusal:
            actions.close_operation(ending.officer, ending.operation.pk)
        for word in ("fin de la session", "bilan", "attestation", "EOS"):
            assert word in refusal.value.sentence
        ending.hold_review()
        ending.end()
        issue(ending, SPRING)
        with endings.on(SPRING):
            actions.waive_claim(ending.coordinator, ending.operation.pk, reason="trop peu")
            actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=SPRING)
            closed = actions.close_operation(ending.officer, ending.operation.pk)
            assert (closed.state, closed.closed_on) == ("closed", SPRING)
            with pytest.raises(WrongState, match="close"):
                claim(ending, SPRING)
            with pytest.raises(WrongState, match="close"):
                actions.close_operation(ending.officer, ending.operation.pk)
        assert endings.mails_about("Opération close")

    def test_a_granted_bonus_is_paid_after_the_closing(self, ending):
        ending.hold_review()
        ending.end()
        issue(ending, SPRING)
        asked = claim(ending, SPRING, kind="balance")
        with endings.on(SPRING):
            actions.grant_claim(ending.office, asked.pk, reason="complet")
            actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=SPRING)
            actions.close_operation(ending.officer, ending.operation.pk)
            row = actions.pay_claim(ending.office, asked.pk, paid_on=SPRING, amount=Decimal("3000"))
        assert row.state == "paid"

    def test_a_wrong_certificate_is_withdrawn_even_from_a_closed_file(self, ending):
        ending.hold_review()
        ending.end()
        certificate = issue(ending, SPRING)
        with endings.on(SPRING):
            actions.waive_claim(ending.coordinator, ending.operation.pk, reason="trop peu")
            actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=SPRING)
            actions.close_operation(ending.officer, ending.operation.pk)
            row = actions.withdraw_certificate(ending.officer, certificate.pk, reason="pièce fausse")
        assert row.state == "withdrawn"

    def test_the_claim_of_a_withdrawn_certificate_settles_nothing_for_the_next(self, ending):
        certificate = issue(ending)
        claim(ending)
        with endings.on(SPRING):
            actions.withdraw_certificate(ending.officer, certificate.pk, reason="erreur")
        issue(ending, SPRING)
        with endings.on(SPRING), scope(ending.officer):
            page = queries.closing_page(ending.officer, ending.operation)
        assert any("ni demandée ni écartée" in gap for gap in page.gaps)

    def test_eos_is_closed_once_after_the_end(self, ending):
        with endings.on(SPRING), pytest.raises(WrongState, match="pas constatée"):
            actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=SPRING)
        ending.end()
        with endings.on(SPRING):
            for day in (LAST - timedelta(days=1), SPRING + timedelta(days=1)):
                with pytest.raises(Invalid):
                    actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=day)
            actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=LAST)
            with pytest.raises(WrongState, match="déjà notée"):
                actions.record_eos_closed(ending.coordinator, ending.operation.pk, closed_on=LAST)

    def test_only_an_officer_of_the_territory_closes(self, ending):
        elsewhere = make.an_officer(basins=[make.a_basin("Bourges")])
        for other in (ending.coordinator, elsewhere):
            with endings.on(SPRING), pytest.raises(NotAllowed):
                actions.close_operation(other, ending.operation.pk)


class TestVerifying:
    def test_anyone_holding_the_code_reads_the_verdict_and_neither_a_count_nor_a_name(self, ending):
        certificate = issue(ending)
        found = verification(certificate.code.lower()[:5] + "-" + certificate.code[5:])
        assert (found.number, found.valid) == ("ATT-2025-0001", True)
        assert found.conformity_label == "objectif atteint"
        assert (found.starts_on, found.provider) == (FIRST, "Atelier du Loir")
        assert "Modèle" not in repr(found)

    def test_a_withdrawn_one_says_so(self, ending):
        certificate = issue(ending)
        with endings.on(SPRING):
            actions.withdraw_certificate(ending.officer, certificate.pk, reason="erreur")
        found = verification(certificate.code)
        assert (found.valid, found.withdrawn_on) == (False, SPRING)

    def test_the_pack_is_verifiable_without_its_facts(self, ending):
        issue(ending)
        found = verification(claim(ending).document.code)
        assert found.kind == "bonus-request"
        assert found.title == found.provider == ""

    @pytest.mark.parametrize("code", ["", "  ", "ATT-2025-0001", "ABCDEFGHJK"])
    def test_a_sequence_number_or_a_guess_leads_nowhere(self, ending, code):
        issue(ending)
        assert verification(code) is None


class TestReading:
    def test_the_checks_are_seen_from_the_first_day_by_officer_and_provider(self):
        early = endings.prepared(people=1, paired=1)
        for who in (early.officer, early.coordinator):
            with endings.on(date(2025, 9, 2)), scope(who):
                page = queries.closing_page(who, early.operation)
            assert len(page.checks) == 21
            assert page.issue_faults

    def test_the_page_takes_few_queries(self, ending):
        issue(ending)
        claim(ending)
        with scope(ending.officer), CaptureQueriesContext(connection) as taken:
            queries.closing_page(ending.officer, ending.operation)
        assert len(taken) <= 22

    def test_buttons_are_those_of_the_role(self, ending):
        certificate = request(ending)
        with endings.on(WINTER):
            with scope(ending.officer):
                page = queries.closing_page(ending.officer, ending.operation)
                assert page.may("certificate.issue")
                assert not page.may("certificate.resubmit")
            actions.issue_certificate(ending.officer, certificate.pk)
            with scope(ending.coordinator):
                page = queries.closing_page(ending.coordinator, ending.operation)
                assert page.may("claim.send")
                assert not page.may("certificate.withdraw")

    def test_the_journal_holds_no_reason_in_its_values(self, ending):
        certificate = issue(ending)
        with endings.on(SPRING):
            actions.withdraw_certificate(ending.officer, certificate.pk, reason="Madame Dupont a menti")
        assert "Dupont" not in endings.journal_text()
        assert JournalEntry.objects.filter(verb="certificate.withdraw").first().reason.text.startswith("Madame")

    def test_the_list_of_claims_filters(self, ending):
        issue(ending)
        claim(ending)
        with scope(ending.office):
            assert claim_queries.claims(ending.office, claim_queries.ClaimFilters(state="sent")).count() == 1
            assert claim_queries.claims(ending.office, claim_queries.ClaimFilters(state="paid")).count() == 0
            assert claim_queries.claims(ending.office, claim_queries.ClaimFilters(kind="balance")).count() == 0
            assert (
                claim_queries.claims(ending.office, claim_queries.ClaimFilters(basin=ending.operation.basin_id)).count()
                == 1
            )
        with scope(ending.stranger):
            assert claim_queries.claims(ending.stranger, claim_queries.ClaimFilters()).count() == 0


def test_a_reported_moment_is_noted_once(ending):
    with endings.on(SPRING):
        ReportedMoment.objects.create(operation=ending.operation, moment="exit", reported_on=SPRING)
        assert gather(ending.operation).reported_moments == frozenset({"exit"})
