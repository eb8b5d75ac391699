"""The mailbox of who signs does not receive: it is mended; what is no longer true of the signing does not leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from convention.by_code import FIRM, at, bearer_of, code_sent_to, signs
from convention.signing_stage import CEREMONY, OPTION, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.mail.reviewing import look_again
from defi.kernel.models import FailingAddress, JournalEntry, Mail, MailServer
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations import mails as operation_mails
from defi.people.models import Account, Person
from defi.steps.convention import actions
from defi.steps.convention.actions import OptionFacts, Signer
from defi.steps.convention.differing import differs
from defi.steps.convention.models import SigningOption
from factories import a_coordinator, a_provider, an_operation

pytestmark = pytest.mark.django_db
DEAD, NEW = "lea@parti.example", "lea@tilleuls.example"
NOON = at(12)


def client_of(actor: Actor) -> Client:
    client = Client()
    with scope(TASK):
        person = Person.objects.get(pk=actor.person_id)
    known = Account.objects.filter(person=person).first()
    client.force_login(known or Account.objects.create_user(person.email, person=person))
    return client


def fails(address: str) -> FailingAddress:
    return FailingAddress.objects.create(address=address, since=clock.now(), said="550 boîte inconnue", bounced=True)


@pytest.fixture
def signed(stage: Stage) -> Stage:
    """Léa signed for the firm, then her mailbox died."""
    stage.draft()
    lea = Signer("Léa", "Tilleul", "gérante", email=DEAD)
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, lea)
    stage.validate_all()
    text = actions.send_convention(stage.lead, stage.operation.pk).fingerprint
    mail = Mail.objects.filter(address=DEAD, purpose="convention/mail/ask_signature").latest("pk")
    signs(bearer_of(DEAD, "ask_signature"), stage.signatory(stage.firm), text, DEAD)
    assert mail.body
    return stage


class TestWhoHasSigned:
    def test_gets_another_address_and_keeps_their_signature(self, signed: Stage):
        fails(DEAD)
        mended = actions.mend_address(signed.lead, signed.signatory(signed.firm).pk, f" {NEW.upper()} ")
        assert mended.state == "signed_click"
        assert mended.person is not None
        assert (mended.person.first_name, mended.person.email) == ("Léa", NEW)
        noted = JournalEntry.objects.filter(verb="signatory.mend_address")
        assert noted.exists()
        assert not any(NEW in str(entry.after) or DEAD in str(entry.before) for entry in noted)

    def test_is_left_alone_while_their_address_receives(self, signed: Stage):
        with pytest.raises(WrongState, match="rien à corriger"):
            actions.mend_address(signed.lead, signed.signatory(signed.firm).pk, NEW)

    @pytest.mark.parametrize("typed", ["", "lea@", DEAD])
    def test_is_not_given_an_address_that_does_not_receive(self, signed: Stage, typed: str):
        fails(DEAD)
        with pytest.raises(Invalid):
            actions.mend_address(signed.lead, signed.signatory(signed.firm).pk, typed)

    def test_is_not_reached_by_another_provider(self, signed: Stage):
        fails(DEAD)
        with pytest.raises((Unknown, NotAllowed)):
            actions.mend_address(
                a_coordinator(an_operation(provider=a_provider("Autre"))), signed.signatory(signed.firm).pk, NEW
            )

    def test_finds_the_way_in_the_list_of_addresses_that_fail(self, signed: Stage):
        fails(DEAD)
        Mail.objects.filter(address=DEAD).update(failed_at=clock.now())
        page = client_of(signed.lead).get("/adresses-en-echec/").content.decode()
        where = f"/signataires/{signed.signatory(signed.firm).pk}/adresse/"
        assert where in page
        answer = client_of(signed.lead).post(where, {"email": NEW, "version": signed.signatory(signed.firm).version})
        assert answer.status_code in {302, 303}
        assert signed.signatory(signed.firm).person_id is not None


def test_who_is_to_sign_is_named_again_where_their_address_is_mended(stage: Stage):
    stage.draft()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, Signer("Léa", "Tilleul", email=DEAD))
    fails(DEAD)
    with pytest.raises(WrongState, match="dites plutôt qui signe"):
        actions.mend_address(stage.lead, stage.signatory(stage.firm).pk, NEW)
    actions.send_link(stage.lead, stage.signatory(stage.firm).pk)
    Mail.objects.filter(address=DEAD).update(failed_at=clock.now())
    page = client_of(stage.lead).get("/adresses-en-echec/").content.decode()
    assert f"/signataires/{stage.signatory(stage.firm).pk}/qui-signe/" in page


def test_a_member_is_mended_by_who_answers_for_their_access(stage: Stage):
    stage.send()
    officer = stage.signatory(stage.region)
    with scope(TASK):
        officer.person_id = stage.officer.person_id
        officer.save()
    signs(stage.officer, officer, stage.convention().fingerprint)
    fails("claire@region.example")
    with pytest.raises(NotAllowed, match="ses accès"):
        actions.mend_address(stage.lead, officer.pk, NEW)


class TestACode:
    def test_is_not_sent_again_as_a_mail(self, stage: Stage):
        text = stage.send().fingerprint
        actions.send_code(bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm).pk, fingerprint=text)
        code = Mail.objects.get(purpose="convention/mail/signing_code")
        Mail.objects.filter(pk=code.pk).update(sent_at=clock.now())
        with pytest.raises(WrongState, match="ne se renvoie pas"):
            operation_mails.resend_mail(stage.lead, stage.operation.pk, code.pk, set(), {})

    def test_that_left_can_be_typed_though_another_is_refused(self, stage: Stage):
        text = stage.send().fingerprint
        mail = Mail.objects.filter(address=FIRM, purpose="convention/mail/ask_signature").latest("pk")
        url, phone = f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/", Client()
        with clock.at(NOON):
            phone.post(url, {"fingerprint": text, "read": "on"})
        with clock.at(NOON + timedelta(seconds=20)):
            page = phone.post(url, {"fingerprint": text, "read": "on"}).content.decode()
            assert "attendez une minute" in page
            assert 'name="code"' in page
            phone.post(url, {"fingerprint": text, "code": code_sent_to(FIRM)})
        assert stage.signatory(stage.firm).state == "signed_click"

    def test_that_waits_for_the_server_is_not_said_to_have_arrived(self, stage: Stage):
        text = stage.send().fingerprint
        mail = Mail.objects.filter(address=FIRM, purpose="convention/mail/ask_signature").latest("pk")
        url, phone = f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/", Client()
        with clock.at(NOON):
            MailServer.objects.update_or_create(pk=1, defaults={"down_since": NOON - timedelta(hours=2)})
            phone.post(url, {"fingerprint": text, "read": "on"})
            page = phone.get(url).content.decode()
        assert "ne répond pas depuis" in page


class TestWhatIsNoLongerTrue:
    def told(self, purpose: str) -> list[Mail]:
        rows = list(Mail.objects.filter(purpose=f"convention/mail/{purpose}").order_by("pk"))
        return look_again(rows, clock.now())

    def test_dates_passed_on_are_not_said_again(self, stage: Stage):
        actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
        assert self.told("options_proposed")
        actions.forward_options(stage.officer, stage.operation.pk)
        assert self.told("options_proposed") == []
        assert self.told("options_forwarded")
        with scope(TASK):
            option = SigningOption.objects.get(operation=stage.operation)
        actions.hold_option(stage.cabinet, option.pk)
        assert self.told("options_forwarded") == []
        assert self.told("date_held")

    def test_whom_to_invite_is_said_once_for_the_last_text(self, stage: Stage):
        stage.send()
        stage.send_another_text()
        last = Mail.objects.filter(purpose="convention/mail/guests_told").latest("pk")
        assert [mail.pk for mail in self.told("guests_told")] == [last.pk]
        actions.correct_convention(stage.lead, stage.operation.pk, reason="encore une faute")
        assert self.told("guests_told") == []

    def test_a_moved_date_is_one_mail_to_each_mailbox(self, stage: Stage):
        actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
        actions.forward_options(stage.officer, stage.operation.pk)
        with scope(TASK):
            option = SigningOption.objects.get(operation=stage.operation)
        actions.hold_option(stage.cabinet, option.pk)
        stage.draft()
        actions.save_the_date(stage.lead, stage.operation.pk)
        later = OptionFacts(CEREMONY + timedelta(days=1), OPTION.at, OPTION.place)
        actions.change_date(stage.cabinet, stage.operation.pk, later, reason="salle prise")
        boxes = [m.address for m in Mail.objects.filter(purpose__startswith="convention/mail/date_changed")]
        assert boxes
        assert len(boxes) == len(set(boxes))

    def test_who_signed_on_a_sunday_is_not_asked_on_monday(self, stage: Stage):
        text = stage.send().fingerprint
        assert self.told("ask_signature")
        signs(bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm), text)
        assert FIRM not in {mail.address for mail in self.told("ask_signature")}

    def test_a_text_replaced_before_it_was_mailed_is_asked_once(self, stage: Stage):
        stage.send()
        stage.send_another_text()
        asked = [mail for mail in self.told("ask_signature") if mail.address == FIRM]
        last = Mail.objects.filter(purpose="convention/mail/ask_signature", address=FIRM).latest("pk")
        assert [mail.pk for mail in asked] == [last.pk], "the link of the former opens nothing"

    def test_who_validated_is_not_asked_to(self, stage: Stage):
        stage.draft()
        actions.send_link(stage.lead, stage.signatory(stage.firm).pk)
        assert self.told("ask_validation")
        stage.validate_all()
        assert self.told("ask_validation") == []

    def test_a_refusal_taken_back_by_a_signature_is_not_told(self, stage: Stage):
        text = stage.send().fingerprint
        hand, firm = bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm)
        actions.refuse_to_sign(hand, firm.pk, reason="une erreur au contrat")
        assert self.told("signature_refused")
        signs(hand, firm, text)
        assert self.told("signature_refused") == []

    def test_a_mail_of_the_signing_says_the_title_that_is_signed(self, stage: Stage):
        stage.send()
        stage.send_another_text()
        hand, firm = bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm)
        actions.refuse_to_sign(hand, firm.pk, reason="une erreur au contrat")
        told = Mail.objects.filter(purpose="convention/mail/signature_refused").latest("pk")
        assert "Aide à domicile en Dunois" in told.body

    def test_a_date_moved_while_it_is_corrected_is_named(self, stage: Stage):
        actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
        actions.forward_options(stage.officer, stage.operation.pk)
        with scope(TASK):
            option = SigningOption.objects.get(operation=stage.operation)
        actions.hold_option(stage.cabinet, option.pk)
        stage.send()
        later = OptionFacts(CEREMONY + timedelta(days=1), OPTION.at, "Salle du conseil")
        actions.change_date(stage.cabinet, stage.operation.pk, later, reason="salle prise")
        stage.reopen()
        with scope(TASK):
            told = " ".join(differs(stage.convention())).replace("\xa0", " ")
        assert "Intitulé" in told
        assert "Mairie de Châteaudun devient le 6 novembre 2025 à 14 h 30, Salle du conseil" in told

    def test_a_delegate_writes_back_to_the_provider(self, stage: Stage):
        stage.draft()
        actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, Signer("Léa", "Tilleul", email=DEAD))
        stage.validate_all()
        actions.send_convention(stage.lead, stage.operation.pk)
        hand, firm = bearer_of(DEAD, "ask_signature"), stage.signatory(stage.firm)
        zoe = Signer("Zoé", "Tilleul", "adjointe", email=NEW)
        actions.send_delegation_code(hand, firm.pk, zoe)
        actions.delegate_with_code(hand, firm.pk, zoe, code=code_sent_to(DEAD))
        asked = Mail.objects.filter(address=NEW, purpose="convention/mail/ask_signature").latest("pk")
        assert asked.from_organisation_id == stage.operation.provider_id
