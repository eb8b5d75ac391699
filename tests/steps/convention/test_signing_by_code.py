"""Signing by click: the code sent to the person signs the text that was read, once, for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from convention.by_code import FIRM, another, at, bearer_of, code_sent_to, mailbox_of, signs
from convention.signing_stage import Stage
from defi.kernel import clock, limits
from defi.kernel.access import TASK, Who, scope
from defi.kernel.limits import Limit
from defi.kernel.mail.secret_links import forgotten, hidden
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.people.models import Account
from defi.steps.convention import actions
from defi.steps.convention.channels import Holder, MailChannel, channels_for, configured
from defi.steps.convention.code_rules import (
    LASTS,
    MOST_AN_HOUR,
    TRIES,
    CodeFacts,
    asking_fault,
    cleaned,
    code_fault,
    is_living,
)
from defi.steps.convention.models import SigningCode
from defi.steps.convention.sms import SmsChannel, mobile
from defi.steps.convention.states import SIGNED
from factories import a_person, actor

NOON = at(12)
LIVING = CodeFacts("f", NOON + LASTS)


def fault(code, *, matches=True, fingerprint="f", now=NOON):
    return code_fault(code, matches=matches, fingerprint=fingerprint, now=now)


def test_the_right_code_signs_the_text_it_was_sent_for_and_no_other():
    assert fault(LIVING) == ""
    assert "Le texte a changé" in fault(LIVING, fingerprint="g")
    assert "Demandez d'abord" in fault(None)


def test_a_code_lasts_a_quarter_of_an_hour_and_serves_once():
    assert "un quart d'heure a passé" in fault(LIVING, now=NOON + LASTS)
    assert "déjà servi" in fault(CodeFacts("f", NOON + LASTS, used=True))
    assert is_living(LIVING, fingerprint="f", now=NOON)
    assert not is_living(LIVING, fingerprint="f", now=NOON + LASTS)


def test_a_wrong_code_is_said_with_the_tries_left_then_dies():
    assert "il reste 4 essais" in fault(LIVING, matches=False)
    assert "il reste 1 essai." in fault(CodeFacts("f", NOON + LASTS, tries=TRIES - 2), matches=False)
    assert "ne vaut plus" in fault(CodeFacts("f", NOON + LASTS, tries=TRIES - 1), matches=False)
    assert "trop de fois" in fault(CodeFacts("f", NOON + LASTS, tries=TRIES))


def test_another_code_waits_a_minute_and_five_leave_in_an_hour():
    assert asking_fault([], NOON) == ""
    just_now = NOON - timedelta(seconds=30)
    assert "attendez une minute" in asking_fault([(just_now, True)], NOON)
    assert asking_fault([(just_now, False)], NOON) == "", "for another edition: who reads the new one need not wait"
    five = [(NOON - timedelta(minutes=10 * n), n > 3) for n in range(1, 6)]
    assert "Trop de codes" in asking_fault(five, NOON)
    assert asking_fault(five[:4], NOON) == ""


def test_a_code_copied_with_spaces_is_read():
    assert cleaned(" 123 456\n") == "123456"


def test_a_telephone_is_written_as_gateways_take_it():
    assert mobile("06 12 34 56 78") == mobile("0033 6 12 34 56 78") == "+33612345678"
    assert mobile("02 37 00 00 00") == mobile("") == mobile("06 12") == ""


def test_the_way_a_code_takes_is_the_first_that_reaches_the_person(settings):
    settings.SMS_URL = "https://sms.example/send"
    settings.CODE_CHANNELS = [f"{SmsChannel.__module__}.SmsChannel", f"{MailChannel.__module__}.MailChannel"]
    holder = Holder("claire@tilleuls.example", "06 12 34 56 78")
    assert [way.name for way in channels_for(holder)] == ["sms", "mail"]
    assert [way.reach(holder) for way in channels_for(holder)] == ["•• •• •• •• 78", "c…@tilleuls.example"]
    assert [way.name for way in channels_for(Holder("claire@tilleuls.example"))] == ["mail"]
    with pytest.raises(ImproperlyConfigured, match="DEFI_CODE_CHANNELS"):
        configured(("defi.nothing.Here",))


@pytest.mark.django_db
class TestFromALink:
    def test_a_link_alone_does_not_sign(self, stage: Stage):
        convention = stage.send()
        hand = bearer_of(FIRM, "ask_signature")
        with pytest.raises(WrongState, match="le code"):
            actions.sign(hand, stage.signatory(stage.firm).pk, fingerprint=convention.fingerprint)

    def test_wrong_codes_are_counted_and_the_right_one_then_comes_too_late(self, stage: Stage):
        text = stage.send().fingerprint
        hand, firm = bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm)
        with clock.at(NOON):
            actions.send_code(hand, firm.pk, fingerprint=text)
            code = code_sent_to(FIRM)
            for _ in range(TRIES):
                with pytest.raises(Invalid):
                    actions.sign_with_code(hand, firm.pk, fingerprint=text, code=another(code))
            with pytest.raises(Invalid, match="trop de fois"):
                actions.sign_with_code(hand, firm.pk, fingerprint=text, code=code)
        with clock.at(NOON + timedelta(minutes=2)):
            assert signs(hand, firm, text).state == "signed_click"

    def test_only_the_last_code_sent_is_worth_anything(self, stage: Stage):
        text = stage.send().fingerprint
        hand, firm = bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm)
        with clock.at(NOON):
            actions.send_code(hand, firm.pk, fingerprint=text)
            first = code_sent_to(FIRM)
            with pytest.raises(WrongState, match="vient de partir"):
                actions.send_code(hand, firm.pk, fingerprint=text)
        with clock.at(NOON + timedelta(minutes=2)):
            actions.send_code(hand, firm.pk, fingerprint=text)
            if code_sent_to(FIRM) != first:
                with pytest.raises(Invalid, match="dernier message"):
                    actions.sign_with_code(hand, firm.pk, fingerprint=text, code=first)

    def test_a_code_asked_before_a_correction_does_not_sign_the_new_text(self, stage: Stage):
        former = stage.send().fingerprint
        hand, firm = bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm)
        actions.send_code(hand, firm.pk, fingerprint=former)
        code = code_sent_to(FIRM)
        new = stage.send_another_text().fingerprint
        with pytest.raises(Invalid, match="Le texte a changé"):
            actions.sign_with_code(hand, firm.pk, fingerprint=new, code=code)
        with pytest.raises(Stale):
            actions.sign_with_code(hand, firm.pk, fingerprint=former, code=code)
        with pytest.raises(Stale):
            actions.send_code(hand, firm.pk, fingerprint=former)
        assert stage.signatory(stage.firm).state == "to_sign"

    def test_neither_the_code_nor_what_could_find_it_again_is_in_the_journal(self, stage: Stage):
        text = stage.send().fingerprint
        hand, firm = bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm)
        signs(hand, firm, text)
        with scope(TASK):
            row = SigningCode.objects.get()
        assert row.used_at
        kept = str(list(JournalEntry.objects.filter(object_type="convention.signingcode").values("before", "after")))
        assert row.secret not in kept
        code, mail = code_sent_to(FIRM), Mail.objects.filter(purpose="convention/mail/signing_code").latest("pk")
        assert code not in kept
        assert code not in hidden(mail.body)
        assert code not in forgotten(mail.body)

    def test_on_a_telephone_the_pages_are_read_the_code_is_asked_and_a_button_signs(self, stage: Stage):
        convention = stage.send()
        mail = Mail.objects.filter(address=FIRM, purpose="convention/mail/ask_signature").latest("pk")
        url, phone = f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/", Client()
        page = unescape(phone.get(url).content.decode())
        assert 'src="page-1.png"' in page
        assert "Recevoir mon code" in page
        picture = phone.get(f"{url}page-1.png")
        assert picture.content.startswith(b"\x89PNG")
        assert phone.get(f"{url}page-99.png").status_code == 404
        unread = phone.post(url, {"fingerprint": convention.fingerprint})
        assert unread.status_code == 422
        asked = phone.post(url, {"fingerprint": convention.fingerprint, "read": "on"}, follow=True)
        assert "Un code est parti à d…@tilleuls.example" in unescape(asked.content.decode())
        assert "au nom de Les Tilleuls." in unescape(asked.content.decode())
        code = code_sent_to(FIRM)
        wrong = phone.post(url, {"fingerprint": convention.fingerprint, "code": another(code)})
        assert wrong.status_code == 422
        assert "il reste 4 essais" in unescape(wrong.content.decode())
        assert f'value="{another(code)}"' in wrong.content.decode()
        done = phone.post(url, {"fingerprint": convention.fingerprint, "code": code}, follow=True)
        assert "Merci, c'est signé" in unescape(done.content.decode())
        assert stage.signatory(stage.firm).signed_fingerprint == convention.fingerprint


@pytest.mark.django_db
class TestSignedIn:
    """With an account one reads the same pages and types the same code: a session left open signs nothing."""

    def test_an_account_alone_does_not_sign(self, stage: Stage):
        text = stage.send().fingerprint
        with pytest.raises(WrongState, match="le code"):
            actions.sign(actor(Who.SIGNATORY, stage.firm), stage.signatory(stage.firm).pk, fingerprint=text)

    def test_the_code_of_one_hand_does_not_sign_in_another(self, stage: Stage):
        text, firm = stage.send().fingerprint, stage.signatory(stage.firm)
        hand, colleague = actor(Who.SIGNATORY, stage.firm), actor(Who.SIGNATORY, stage.firm)
        mailbox = mailbox_of(hand)
        actions.send_code(hand, firm.pk, fingerprint=text)
        for other in (colleague, bearer_of(FIRM, "ask_signature")):
            with pytest.raises(Invalid, match="Demandez d'abord"):
                actions.sign_with_code(other, firm.pk, fingerprint=text, code=code_sent_to(mailbox))
        assert actions.sign_with_code(hand, firm.pk, fingerprint=text, code=code_sent_to(mailbox)).state in SIGNED

    def test_the_codes_of_a_colleague_do_not_keep_who_signs_from_theirs(self, stage: Stage):
        text, firm = stage.send().fingerprint, stage.signatory(stage.firm)
        colleague = actor(Who.SIGNATORY, stage.firm)
        mailbox_of(colleague)
        for minute in range(MOST_AN_HOUR):
            with clock.at(at(9, 2 * minute)):
                actions.send_code(colleague, firm.pk, fingerprint=text)
        with clock.at(at(9, 20)), pytest.raises(WrongState, match="Trop de codes"):
            actions.send_code(colleague, firm.pk, fingerprint=text)
        with clock.at(at(9, 20)):
            assert signs(bearer_of(FIRM, "ask_signature"), firm, text).state in SIGNED

    def test_nobody_asks_a_code_for_another_organisation(self, stage: Stage):
        text, firm = stage.send().fingerprint, stage.signatory(stage.firm)
        for hand in (stage.lead, stage.officer, actor(Who.ADVISER, stage.mission)):
            with pytest.raises(NotAllowed, match="signe pour soi"):
                actions.send_code(hand, firm.pk, fingerprint=text)

    def test_without_an_address_ink_is_left(self, stage: Stage):
        text = stage.send().fingerprint
        with pytest.raises(WrongState, match="signez à l'encre"):
            actions.send_code(actor(Who.SIGNATORY, stage.firm), stage.signatory(stage.firm).pk, fingerprint=text)

    @pytest.mark.parametrize("who", [Who.SIGNATORY, Who.COORDINATOR, Who.OFFICER, Who.ADVISER])
    def test_each_role_reads_the_pages_and_types_its_code(self, stage: Stage, who: Who):
        text = stage.send().fingerprint
        houses = {
            Who.SIGNATORY: stage.firm,
            Who.COORDINATOR: stage.operation.provider,
            Who.OFFICER: stage.region,
            Who.ADVISER: stage.mission,
        }
        signatory = stage.signatory(houses[who])
        browser = Client()
        person = a_person("Sam", email="sam@example.org")
        actor(who, houses[who], person)
        browser.force_login(Account.objects.get(person=person))
        url = f"/signataires/{signatory.pk}/signer/"
        page = unescape(browser.get(url).content.decode())
        assert 'src="page-1.png"' in page
        assert "Recevoir mon code" in page
        assert browser.get(f"{url}page-1.png").content.startswith(b"\x89PNG")
        assert browser.get(f"{url}convention.pdf").content.startswith(b"%PDF")
        assert browser.get(f"{url}autre").status_code == 404
        asked = browser.post(url, {"fingerprint": text, "read": "on"}, follow=True)
        assert "Un code est parti à s…@example.org" in unescape(asked.content.decode())
        code = code_sent_to("sam@example.org")
        wrong = browser.post(url, {"fingerprint": text, "code": another(code)})
        assert wrong.status_code == 422
        assert "il reste 4 essais" in unescape(wrong.content.decode())
        done = browser.post(url, {"fingerprint": text, "code": code}, follow=True)
        assert "C'est signé. Merci." in unescape(done.content.decode())
        assert stage.signatory(houses[who]).state == "signed_click"
        assert "a signé le" in unescape(browser.get(url).content.decode())

    def test_the_page_of_another_signatory_is_not_opened(self, stage: Stage):
        stage.send()
        person = a_person("Sam", email="sam@example.org")
        actor(Who.SIGNATORY, stage.firm, person)
        browser = Client()
        browser.force_login(Account.objects.get(person=person))
        assert browser.get(f"/signataires/{stage.signatory(stage.mission).pk}/signer/").status_code == 403

    def test_codes_are_not_tried_without_end_and_what_was_typed_stays(self, stage: Stage, monkeypatch):
        monkeypatch.setattr(limits, "LIMITS", {"signing_code": Limit(9, 1)})
        text = stage.send().fingerprint
        person = a_person("Sam", email="sam@example.org")
        actor(Who.SIGNATORY, stage.firm, person)
        browser = Client()
        browser.force_login(Account.objects.get(person=person))
        url = f"/signataires/{stage.signatory(stage.firm).pk}/signer/"
        assert browser.post(url, {"fingerprint": text, "read": "on"}).status_code == 302
        refused = browser.post(url, {"fingerprint": text, "code": "123456"})
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
        assert "réessayez dans" in unescape(refused.content.decode())
        assert 'value="123456"' in refused.content.decode()
        with scope(TASK):
            assert SigningCode.objects.get().tries == 0
