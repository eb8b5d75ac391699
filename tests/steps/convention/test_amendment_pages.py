"""The pages of an amendment, as those who see them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from convention.amendment_stage import firm, sent, signing, the_amendment, withdraws
from convention.by_code import FIRM, code_sent_to
from convention.signing_stage import Stage
from convention.test_pages import lead_of, link_sent_to, root, signed_in, text_of
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import partner_leaves
from defi.operations.models import Partner
from defi.steps.convention import actions
from defi.steps.convention.models import Amendment
from factories import a_promise, an_employer

pytestmark = pytest.mark.django_db


class TestPages:
    def test_the_provider_reads_sends_and_follows_it_on_the_page_of_the_convention(self, signed: Stage):
        withdraws(signed)
        lead = lead_of(signed)
        page = text_of(lead.get(root(signed)))
        assert "Service Plus se retire" in page
        assert "À signer par : Atelier du Loir, Région Centre-Val de Loire, Service Plus." in page
        preview = lead.get(f"/avenants/{the_amendment().pk}/projet.pdf")
        assert preview["Content-Type"] == "application/pdf"
        typed = {"version": the_amendment().version}
        done = lead.post(f"/avenants/{the_amendment().pk}/transmettre/", typed, follow=True)
        assert "L'avenant est transmis" in text_of(done)
        assert "signatures : 0 sur 3" in text_of(done)
        assert lead.get(f"/avenants/{the_amendment().pk}/papier/").status_code == 200

    def test_a_firm_it_touches_signs_it_from_its_page_and_another_sees_no_button(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        amendment = sent(signed)
        member = signed_in(Who.SIGNATORY, signed.firm)
        assert "Votre signature est attendue" in text_of(member.get(root(signed)))
        row = signing()["Les Tilleuls"]
        page = text_of(member.get(f"/signataires/{row.pk}/signer/"))
        assert "Signer l'avenant" in page
        read = {"fingerprint": amendment.fingerprint, "read": "on"}
        assert member.post(f"/signataires/{row.pk}/signer/", read).status_code == 302
        mail = Mail.objects.filter(purpose="convention/mail/signing_code").latest("pk")
        typed = {"fingerprint": amendment.fingerprint, "code": code_sent_to(mail.address)}
        assert member.post(f"/signataires/{row.pk}/signer/", typed).status_code == 302
        assert signing()["Les Tilleuls"].state == "signed_click"
        other = signed_in(Who.SIGNATORY, firm("Service Plus"))
        assert "Votre signature est attendue" not in text_of(other.get(root(signed)))

    def test_the_link_shows_its_pages_and_asks_the_code(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        sent(signed)
        url = link_sent_to(FIRM, "ask_amendment")
        page = text_of(Client().get(url))
        assert "Signer l'avenant" in page
        assert "page-1.png" in page
        assert Client().get(f"{url}page-1.png")["Content-Type"] == "image/png"

    def test_sent_again_it_says_before_which_signatures_fall(self, signed: Stage):
        withdraws(signed, "Les Tilleuls", posts=1)
        sent(signed)
        actions.record_ink(signed.lead, signing()["Les Tilleuls"].pk)
        withdraws(signed, "Service Plus", posts=1)
        assert "en le transmettant, 1 signature tombe (Les Tilleuls)" in text_of(lead_of(signed).get(root(signed)))

    def test_the_page_asks_no_more_of_the_database_with_more_amendments(self, signed: Stage):
        def signs_one(name: str) -> None:
            a_promise(signed.operation, an_employer(name), posts=1)
            sent(signed)
            for row in signing().values():
                actions.record_ink(signed.lead, row.pk)

        lead, counts = lead_of(signed), []
        signs_one("Maison 0")
        for name in ("Maison 1", "Maison 2"):
            lead.get(root(signed))
            with CaptureQueriesContext(connection) as asked:
                lead.get(root(signed))
            counts.append(len(asked))
            signs_one(name)
        assert counts[0] == counts[1]
        assert counts[0] < 30

    def test_the_day_is_not_confused_with_the_convention_s(self, signed: Stage):
        with clock.at(date(2025, 12, 1)):
            withdraws(signed)
            sent(signed)
            for row in signing().values():
                actions.record_ink(signed.lead, row.pk)
            page = text_of(lead_of(signed).get(root(signed)))
        assert "Signé par tous le 1er déc. 2025" in page

    def test_a_partner_that_leaves_after_the_signature_keeps_its_own(self, signed: Stage):
        with scope(TASK):
            partner = Partner.objects.get(operation=signed.operation, organisation=signed.mission)
        said = text_of(lead_of(signed).get(f"/partenaires/{partner.pk}/depart/"))
        assert "La convention, signée par tous, garde sa signature" in said
        assert "retirez-la aussi de la liste" not in said


class TestANewPromise:
    """The page where a promise is made says what becomes of the text that is out (article 5)."""

    def shown(self, stage: Stage) -> str:
        response = lead_of(stage).get(f"/operations/{stage.operation.pk}/promesses/nouvelle/")
        assert response.status_code == 200
        return text_of(response)

    def test_nothing_is_said_while_the_text_is_not_out(self, stage: Stage):
        stage.draft()
        assert "La convention est" not in self.shown(stage)

    def test_at_the_signature_it_is_corrected_or_amended(self, stage: Stage):
        stage.send()
        assert "à la signature et ne dira rien de cette promesse" in self.shown(stage)

    def test_signed_by_all_an_amendment_follows_until_the_training_ends(self, signed: Stage):
        assert "un avenant est à transmettre par l'organisme de formation" in self.shown(signed)
        with clock.at(signed.session.ends_on + timedelta(days=1)):
            assert "un avenant est à transmettre" not in self.shown(signed)


class TestAPartnerThatLeaves:
    def test_the_text_names_it_so_an_amendment_says_that_it_left(self, signed: Stage):
        with scope(TASK):
            partner = Partner.objects.get(operation=signed.operation, organisation=signed.mission)
        partner_leaves(signed.officer, partner.pk, reason="la structure ferme")
        page = text_of(lead_of(signed).get(root(signed)))
        assert "Mission locale du Dunois a quitté l'opération et n'est plus partie à la convention." in page
        assert "À signer par : Atelier du Loir, Mission locale du Dunois, Région Centre-Val de Loire." in page

    def test_before_all_signed_it_owes_none(self, stage: Stage):
        stage.send()
        with scope(TASK):
            partner = Partner.objects.get(operation=stage.operation, organisation=stage.mission)
        partner_leaves(stage.officer, partner.pk, reason="la structure ferme")
        with scope(TASK):
            assert not Amendment.objects.exists()


def test_a_cancelled_convention_keeps_listing_the_avenant_signed_to_it(signed: Stage) -> None:
    withdraws(signed)
    amendment = sent(signed)
    for row in signing().values():
        actions.record_ink(signed.lead, row.pk)
    actions.cancel_convention(signed.lead, signed.operation.pk, reason="à refaire")
    for client in (lead_of(signed), signed_in(Who.SIGNATORY, signed.firm)):
        page = text_of(client.get(root(signed)))
        assert "Son avenant, signé par tous le 6 oct." in page
        assert f'href="/documents/{amendment.document.code}/"' in page
