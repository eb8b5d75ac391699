"""While a text is corrected, another name makes one signature fall: it is said before, and its giver is told."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from browsing import browser
from convention.by_code import bearer_of, signs
from convention.signing_stage import NOW, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry, Mail
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.models import Signatory
from defi.steps.convention.ways import way_of

pytestmark = pytest.mark.django_db
PAULA = Signer("Paula", "Roux", "gérante", "paula@tilleuls.example")
REACHED = Signer("Paula", "Roux", "gérante", "p.roux@tilleuls.example", "02 37 00 00 01")
ROSE = Signer("Rose", "Hue", "gérante", "rose@tilleuls.example")


@pytest.fixture
def signed_by_paula(stage: Stage) -> Stage:
    """Paula signed for the firm from her link; the text is opened again."""
    stage.draft()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, PAULA)
    stage.validate_all()
    sent = actions.send_convention(stage.lead, stage.operation.pk)
    hand = bearer_of(PAULA.email, "ask_signature")
    signs(hand, stage.signatory(stage.firm), sent.fingerprint, PAULA.email)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="une date")
    return stage


def describes(stage: Stage, signer: Signer) -> Signatory:
    return actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, signer)


def page_of(stage: Stage) -> str:
    answer = browser(stage.lead).get(f"/operations/{stage.operation.pk}/convention/")
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "signer",
    [REACHED, Signer("Paula", "Roux", "gérante", PAULA.email, "02 37 00 00 01"), Signer(" Paula", "Roux ", "gérante")],
)
def test_an_address_or_a_telephone_makes_no_signature_fall(signed_by_paula: Stage, signer: Signer) -> None:
    stage = signed_by_paula
    described = describes(stage, signer)
    assert (described.state, str(described.person)) == ("signed_click", "Paula Roux")
    assert (described.person.email, described.person.phone) == (signer.email, signer.phone)
    assert "La signature donnée reste" in page_of(stage)
    kept = actions.keep_convention(stage.lead, stage.operation.pk)
    row = stage.signatory(stage.firm)
    assert (row.state, row.signed_fingerprint) == ("signed_click", kept.fingerprint)
    assert not JournalEntry.objects.filter(verb="signatory.void").exists()


def test_when_the_text_then_changes_it_is_asked_again_at_the_new_address(signed_by_paula: Stage) -> None:
    describes(signed_by_paula, REACHED)
    title = "Aide à domicile, session EOS n° 24-118-0932"
    actions.retitle_convention(signed_by_paula.lead, signed_by_paula.operation.pk, title=title)
    actions.send_convention(signed_by_paula.lead, signed_by_paula.operation.pk)
    assert Mail.objects.get(purpose="convention/mail/signature_voided").address == REACHED.email
    assert not Mail.objects.filter(purpose="convention/mail/ask_signature", address=REACHED.email).exists()


def test_another_name_says_before_that_the_signature_falls_and_tells_whom_it_was(signed_by_paula: Stage) -> None:
    stage = signed_by_paula
    firm = stage.signatory(stage.firm)
    form = unescape(browser(stage.lead).get(f"/signataires/{firm.pk}/qui-signe/").content.decode())
    assert "Paula Roux a signé le texte transmis" in form
    assert "Un autre nom fait tomber cette signature" in form
    assert describes(stage, ROSE).state == "to_sign"
    told = Mail.objects.get(purpose="convention/mail/signature_fallen")
    assert told.address == PAULA.email
    assert "une autre personne y est nommée" in told.body
    void = JournalEntry.objects.get(verb="signatory.void", object_type=type_of(firm), object_id=firm.pk)
    assert void.reason.text == "une autre personne est nommée pour signer"
    shown = page_of(stage)
    assert "une signature est déjà tombée : Les Tilleuls" in shown
    assert "personne n'avait encore signé" not in shown
    lead = browser(stage.lead)
    root = f"/operations/{stage.operation.pk}/convention/"
    answer = lead.post(f"{root}garder/", {"version": stage.convention().version}, follow=True)
    assert "Il n'a aucune signature" in unescape(answer.content.decode())


def test_a_name_given_to_who_signed_without_one_makes_no_signature_fall_before_the_text_leaves(stage: Stage) -> None:
    stage.send()
    actions.record_ink(stage.lead, stage.signatory(stage.firm).pk)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un nom")
    firm = stage.signatory(stage.firm)
    assert firm.signer is None
    form = unescape(browser(stage.lead).get(f"/signataires/{firm.pk}/qui-signe/").content.decode())
    assert "notée sans nom" in form
    named = describes(stage, ROSE)
    assert (named.state, str(named.signer)) == ("signed_ink", "Rose Hue")
    assert "en le transmettant, 1 signature tombe (Les Tilleuls)" in page_of(stage)
    kept = actions.keep_convention(stage.lead, stage.operation.pk)
    assert stage.signatory(stage.firm).signed_fingerprint == kept.fingerprint


def test_a_telephone_added_leaves_the_link_of_who_is_to_sign_alive(stage: Stage) -> None:
    stage.draft()
    describes(stage, PAULA)
    stage.validate_all()
    sent = actions.send_convention(stage.lead, stage.operation.pk)
    mail = Mail.objects.get(address=PAULA.email, purpose="convention/mail/ask_signature")
    describes(stage, Signer("Paula", "Roux", "gérante", PAULA.email, "02 37 00 00 01"))
    secret = mail.body.split("/lien/")[1].split("/")[0]
    assert Client().get(f"/lien/{secret}/").status_code == 200
    hand = bearer_of(PAULA.email, "ask_signature")
    assert hand.person_id == stage.signatory(stage.firm).person_id
    assert signs(hand, stage.signatory(stage.firm), sent.fingerprint, PAULA.email).state == "signed_click"


def page_behind(url: str) -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def link_in(mail: Mail) -> str:
    return f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/"


def test_who_signed_and_is_reached_elsewhere_gets_there_at_once_a_link_to_what_they_signed(
    signed_by_paula: Stage,
) -> None:
    stage = signed_by_paula
    former = link_in(Mail.objects.get(address=PAULA.email, purpose="convention/mail/ask_signature"))
    describes(stage, REACHED)
    kept = link_in(Mail.objects.get(address=REACHED.email, purpose="convention/mail/signature_kept"))
    actions.keep_convention(stage.lead, stage.operation.pk)
    assert "Merci, c'est signé" in page_behind(kept)
    assert Client().get(f"{kept}convention.pdf").content.startswith(b"%PDF")
    dead = Client().get(former)
    assert dead.status_code == 410
    assert "partent désormais à une autre adresse" in unescape(dead.content.decode())


def test_a_name_given_to_who_signed_from_the_same_mailbox_leaves_the_link_that_shows_what_was_signed(
    stage: Stage,
) -> None:
    sent = stage.send()
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/ask_signature")
    signs(bearer_of(mail.address, "ask_signature"), stage.signatory(stage.firm), sent.fingerprint)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un nom")
    named = describes(stage, Signer("Carl", "Roux", "gérant", mail.address))
    assert (named.state, str(named.signer)) == ("signed_click", "Carl Roux")
    assert "votre signature reste" in page_behind(link_in(mail))
    actions.keep_convention(stage.lead, stage.operation.pk)
    assert "Merci, c'est signé" in page_behind(link_in(mail))
    assert not Mail.objects.filter(purpose="convention/mail/signature_kept").exists()
    with scope(TASK):
        read = way_of(stage.signatory(stage.firm)).read(str(named.pk))
    assert [one.kind for one in read.evidence] == ["link", "code"]


def test_who_signed_may_ask_again_from_a_dead_link_for_what_they_signed(signed_by_paula: Stage) -> None:
    mail = Mail.objects.get(address=PAULA.email, purpose="convention/mail/ask_signature")
    with clock.at(NOW + timedelta(days=200)):
        answer = Client().post(link_in(mail), {"renew": "1"})
        assert "Un nouveau lien est envoyé à p…@tilleuls.example" in unescape(answer.content.decode())
        kept = Mail.objects.get(address=PAULA.email, purpose="convention/mail/signature_kept")
        assert "Les Tilleuls a signé" in page_behind(link_in(kept))
