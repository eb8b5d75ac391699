"""An amendment owed by each cause, sent, signed by those it touches by whatever way, sealed."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2 as pdfium
import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from convention.amendment_stage import SERVICE, firm, said, sent, signing, the_amendment, withdraws
from convention.by_code import FIRM, bearer_of, delegates, signs
from convention.ink_stage import deposited, pages_of
from convention.signing_stage import NOW, Stage
from convention.test_pages import link_sent_to, text_of
from defi.journey.gathering import gather
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.kernel.signing.providers import SignedFile
from defi.kernel.signing.verification import Answer, examine
from defi.operations.actions import reschedule_session
from defi.operations.models import Session
from defi.steps.convention import actions, sealing
from defi.steps.convention.amending import send_amendment
from defi.steps.convention.handlers import terms_changed
from defi.steps.convention.ink import actions as ink
from defi.steps.convention.models import Amendment, ScannedPage
from defi.steps.pairing.actions import withdraw_promise
from factories import a_promise, actor, an_employer
from projection import assert_projection_is_true
from sealing import an_installation

pytestmark = pytest.mark.django_db

ONE_POST = "1 poste « Assistant / Assistante de vie aux familles », CDI"


class TestOwed:
    def test_an_employer_that_withdraws_after_the_signature_owes_one(self, signed: Stage):
        withdraws(signed)
        assert the_amendment().state == "owed"
        assert said() == "Service Plus se retire : les 2 postes promis ne le sont plus."
        mail = Mail.objects.filter(purpose="convention/mail/amendment_owed", address="lead@of.example").get()
        assert "Service Plus se retire" in mail.body

    def test_an_employer_that_joins_owes_one(self, signed: Stage):
        a_promise(signed.operation, an_employer("Nouvelle Maison"), posts=1)
        assert said() == f"Nouvelle Maison s'engage : {ONE_POST} ; aucun poste promis auparavant."

    def test_posts_taken_back_owe_one(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        assert said() == "Postes promis par Les Tilleuls : de 2 à 1."

    def test_dates_that_move_owe_one(self, signed: Stage):
        later = signed.session.ends_on + timedelta(days=14)
        reschedule_session(signed.lead, signed.session.pk, ends_on=later, reason="une semaine de neige")
        assert said().startswith("Dates de la session : du 3 novembre 2025")

    def test_places_that_change_owe_one(self, signed: Stage):
        with scope(TASK):
            before = Session.objects.get(pk=signed.session.pk).seats
            Session.objects.filter(pk=signed.session.pk).update(seats=before + 2)
        entry = JournalEntry(verb="session.plan", file_id=signed.operation.pk)
        from defi.kernel.journal import acting

        with acting(signed.lead, "session.plan") as act:
            terms_changed(act, [entry])
        assert said() == f"Places financées par la Région : de {before} à {before + 2}."

    def test_what_changes_before_it_is_signed_goes_into_the_same_one_and_is_told_once(self, signed: Stage):
        withdraws(signed)
        a_promise(signed.operation, an_employer("Nouvelle Maison"), posts=2)
        with scope(TASK):
            assert Amendment.objects.count() == 1
        assert "Service Plus se retire" in said()
        assert "Nouvelle Maison s'engage" in said()
        assert Mail.objects.filter(purpose="convention/mail/amendment_owed", address="lead@of.example").count() == 1

    def test_it_is_dropped_when_all_is_again_as_agreed(self, signed: Stage):
        withdraws(signed)
        a_promise(signed.operation, firm("Service Plus"), posts=2)
        assert the_amendment().state == "dropped"
        withdraws(signed)
        assert the_amendment().state == "owed"

    @pytest.mark.parametrize("state", ["draft", "sent"])
    def test_not_before_the_convention_is_signed_by_all(self, stage: Stage, state: str):
        stage.draft()
        if state == "sent":
            stage.validate_all()
            actions.send_convention(stage.lead, stage.operation.pk)
        a_promise(stage.operation, an_employer("Service Plus"))
        with scope(TASK):
            assert not Amendment.objects.exists()

    def test_a_convention_signed_with_former_facts_owes_one_at_once(self, stage: Stage):
        stage.send()
        a_promise(stage.operation, an_employer("Service Plus"), posts=1)
        for signatory in stage.signatories():
            actions.record_ink(stage.lead, signatory.pk)
        assert said() == f"Service Plus s'engage : {ONE_POST} ; aucun poste promis auparavant."

    def test_nothing_is_owed_once_the_training_is_over(self, signed: Stage):
        with clock.at(signed.session.ends_on + timedelta(days=1)):
            withdraws(signed)
        with scope(TASK):
            assert not Amendment.objects.exists()

    def test_a_cancelled_convention_owes_nothing_more(self, signed: Stage):
        withdraws(signed)
        actions.cancel_convention(signed.lead, signed.operation.pk, reason="à refaire")
        assert the_amendment().state == "dropped"


class TestSigned:
    def test_it_is_sent_to_those_it_touches_by_its_provider_only(self, signed: Stage):
        withdraws(signed)
        with pytest.raises(NotAllowed):
            send_amendment(signed.officer, the_amendment().pk)
        amendment = sent(signed)
        assert (amendment.state, amendment.edition) == ("sent", 1)
        assert set(signing()) == {"Service Plus", "Atelier du Loir", "Région Centre-Val de Loire"}
        assert not signing()["Service Plus"].required
        assert Mail.objects.filter(address=SERVICE, purpose="convention/mail/ask_amendment").count() == 1
        assert not Mail.objects.filter(address=FIRM, purpose="convention/mail/ask_amendment").exists()
        with pytest.raises(WrongState):
            sent(signed)

    def test_by_click_by_code_in_ink_and_outside_it_ends_signed_and_the_facts_are_agreed(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        amendment = sent(signed)
        rows = signing()
        hand = bearer_of(FIRM, "ask_amendment")
        signs(hand, rows["Les Tilleuls"], amendment.fingerprint)
        file = SignedFile("avenant.pdf", b"%PDF-1.7\nsigned elsewhere\n%%EOF\n")
        actions.record_outside(signed.lead, rows["Région Centre-Val de Loire"].pk, file)
        assert the_amendment().state == "sent"
        actions.record_ink(signed.lead, rows["Atelier du Loir"].pk)
        assert (the_amendment().state, the_amendment().signed_on) == ("signed", NOW)
        assert ProcrastinateJob.objects.filter(task_name="seal_amendment").count() == 1
        withdraws(signed, "Les Tilleuls")
        assert said() == "Les Tilleuls se retire : le poste promis ne l'est plus."

    def test_a_text_that_was_not_read_is_not_signed(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        sent(signed)
        with pytest.raises(Stale):
            actions.sign(signed.lead, signing()["Atelier du Loir"].pk, fingerprint=signed.convention().fingerprint)
        other = signed.signatory(signed.firm)
        with pytest.raises(WrongState):
            actions.sign(actor(Who.SIGNATORY, signed.firm), other.pk, fingerprint=the_amendment().fingerprint)

    def test_what_changes_while_it_is_signed_opens_it_again_and_only_another_text_makes_signatures_fall(
        self, signed: Stage
    ):
        withdraws(signed, "Les Tilleuls", posts=1)
        first = sent(signed)
        actions.record_ink(signed.lead, signing()["Les Tilleuls"].pk)
        maison = an_employer("Nouvelle Maison")
        promise = a_promise(signed.operation, maison, posts=1)
        assert the_amendment().state == "owed"
        assert signing()["Les Tilleuls"].state == "signed_ink"
        with pytest.raises(WrongState, match="en préparation"):
            actions.record_ink(signed.lead, signing()["Atelier du Loir"].pk)
        withdraw_promise(signed.lead, promise.pk, reason="elle renonce")
        again = sent(signed)
        assert (again.edition, again.fingerprint) == (1, first.fingerprint)
        assert signing()["Les Tilleuls"].state == "signed_ink"
        withdraws(signed, "Service Plus", posts=1)
        other = sent(signed)
        assert other.edition == 2
        assert signing()["Les Tilleuls"].state == "to_sign"
        assert Mail.objects.filter(address=FIRM, purpose="convention/mail/signature_voided").count() == 1
        assert "Service Plus" in signing()

    def test_one_that_is_no_longer_touched_leaves_the_list_and_its_link(self, signed: Stage):
        maison = an_employer("Nouvelle Maison", email="contact@maison.example")
        promise = a_promise(signed.operation, maison, posts=1)
        withdraws(signed)
        sent(signed)
        assert "Nouvelle Maison" in signing()
        withdraw_promise(signed.lead, promise.pk, reason="elle renonce")
        sent(signed)
        assert "Nouvelle Maison" not in signing()
        page = Client().get(link_sent_to("contact@maison.example", "ask_amendment"))
        assert "Signer l'avenant" not in text_of(page)

    def test_an_employer_gone_silent_is_taken_off_with_a_reason_and_the_others_are_not(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        rows = signing()
        for name in ("Atelier du Loir", "Région Centre-Val de Loire"):
            actions.record_ink(signed.lead, rows[name].pk)
        with pytest.raises(WrongState):
            actions.remove_signatory(signed.lead, rows["Atelier du Loir"].pk, reason="non")
        with pytest.raises(Invalid, match="motif"):
            actions.remove_signatory(signed.lead, rows["Service Plus"].pk, reason="")
        actions.remove_signatory(signed.lead, rows["Service Plus"].pk, reason="en liquidation, ne répond plus")
        assert the_amendment().state == "signed"

    def test_it_is_refused_delegated_then_signed(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        amendment = sent(signed)
        row = signing()["Les Tilleuls"]
        hand = bearer_of(FIRM, "ask_amendment")
        actions.refuse_to_sign(hand, row.pk, reason="c'est deux postes")
        assert "refuse de signer l'avenant" in Mail.objects.latest("pk").body
        delegates(hand, row, actions.Signer("Anne", "Relais", "adjointe", "anne@tilleuls.example"))
        relay = bearer_of("anne@tilleuls.example", "ask_amendment")
        signs(relay, signing()["Les Tilleuls"], amendment.fingerprint, "anne@tilleuls.example")
        assert signing()["Les Tilleuls"].state == "signed_click"

    def test_it_is_signed_after_the_end_of_the_training_but_not_before_it_was_sent(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        row = signing()["Atelier du Loir"]
        with pytest.raises(Invalid, match="n'existait pas"):
            actions.record_ink(signed.lead, row.pk, on=NOW - timedelta(days=1))
        with clock.at(signed.session.ends_on + timedelta(days=3)):
            assert actions.record_ink(signed.lead, row.pk).state == "signed_ink"

    def test_no_commitments_are_validated_for_it(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        with pytest.raises(WrongState, match="se signe"):
            actions.validate_commitments(signed.lead, signing()["Service Plus"].pk, how="phone")

    def test_signatories_of_the_convention_stay_those_of_the_convention(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        facts = gather([signed.operation])[signed.operation.pk]
        assert facts.unsigned == ()
        assert len(facts.amendment_unsigned) == 3
        assert assert_projection_is_true(NOW) >= 1
        assert signed.convention().state == "signed"


class TestInk:
    def test_its_pages_bear_codes_by_which_scans_find_it_from_anywhere(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        document = the_amendment().document
        assert document is not None
        done = deposited(signed.lead, signed.operation.pk, pages_of(document))
        assert len(done.fates) == document.pages
        assert f"de l'avenant {document.number} ; elle y est classée" in " ".join(done.sentences)
        with scope(TASK):
            scans = list(ScannedPage.objects.filter(state="placed").order_by("page"))
        assert {scan.amendment_id for scan in scans} == {the_amendment().pk}
        rows = signing()
        marks = ink.sign_on_page(signed.lead, scans[-1].pk, [row.pk for row in rows.values()])
        assert len(marks) == 3
        assert the_amendment().state == "signed"

    def test_a_signatory_of_the_convention_is_not_read_on_a_page_of_the_amendment(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        document = the_amendment().document
        assert document is not None
        deposited(signed.lead, signed.operation.pk, pages_of(document, 1))
        with scope(TASK):
            scan = ScannedPage.objects.get(state="placed")
        with pytest.raises(Invalid, match="Cochez"):
            ink.sign_on_page(signed.lead, scan.pk, [signed.signatory(signed.mission).pk])

    def test_a_page_of_a_former_edition_is_told_so(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        document = the_amendment().document
        assert document is not None
        withdraws(signed, "Les Tilleuls", posts=1)
        sent(signed)
        with pytest.raises(Invalid, match="édition 1 de l'avenant"):
            deposited(signed.lead, signed.operation.pk, pages_of(document, 1))


def words_of(document: Document) -> str:
    """The words of a PDF, on one line, its apostrophes made plain."""
    told = " ".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(bytes(document.content)))
    return " ".join(told.replace("\u2019", "'").replace("\xa0", " ").split())


class TestSealed:
    def test_once_all_have_signed_it_is_sealed_with_its_proof_and_verifiable(self, signed: Stage):
        an_installation()
        withdraws(signed)
        sent(signed)
        for row in signing().values():
            actions.record_ink(signed.lead, row.pk)
        sealed = sealing.seal_amendment(the_amendment().pk)
        assert sealed is not None
        document = Document.objects.get(pk=the_amendment().document_id)
        assert (sealed.kind, sealed.number) == ("amendment-sealed", f"{document.number}-S")
        assert bytes(sealed.content).startswith(bytes(document.content))
        assert examine(bytes(sealed.content)).answer is Answer.SEALED
        assert sealed.number in text_of(Client().get(f"/verifier/{sealed.code}/"))
        assert sealing.seal_amendment(the_amendment().pk) == sealed
        assert Mail.objects.filter(purpose="convention/mail/amendment_sealed", address=SERVICE).count() == 1
        shown = Client().get(f"{link_sent_to(SERVICE, 'amendment_sealed')}convention.pdf")
        assert b"".join(shown) == bytes(sealed.content)

    def test_a_second_one_says_which_was_signed_before_it(self, signed: Stage):
        withdraws(signed)
        sent(signed)
        first = the_amendment()
        with scope(TASK):
            assert "déjà été" not in words_of(first.document)
        for row in signing().values():
            actions.record_ink(signed.lead, row.pk)
        withdraws(signed, "Les Tilleuls", posts=1)
        second = sent(signed)
        assert second.pk != first.pk
        with scope(TASK):
            told = words_of(second.document)
        assert f"Elle l'a déjà été par l'avenant n° {first.document.number} du 6 octobre 2025" in told
        assert "Les autres termes de la convention, ainsi modifiée, restent" in told

    def test_the_hourly_task_seals_what_waits(self, signed: Stage):
        an_installation()
        withdraws(signed)
        sent(signed)
        for row in signing().values():
            actions.record_ink(signed.lead, row.pk)
        assert sealing.seal_what_waits() == 2
        assert sealing.seal_what_waits() == 0
