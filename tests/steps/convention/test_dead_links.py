"""A dead link says at once what became of what it asked for, and offers another only to who still gets one there."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from convention.by_code import at
from convention.signing_stage import NOW, Stage
from defi.kernel import clock
from defi.kernel.models import Link, Mail
from defi.operations.actions import add_partner
from defi.people.models import Network
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from factories import a_prescriber

pytestmark = pytest.mark.django_db
PAULA = Signer("Paula", "Roux", "gérante", "paula@tilleuls.example")
ROSE = Signer("Rose", "Hue", "gérante", "rose@tilleuls.example")


@pytest.fixture
def asked(stage: Stage) -> Stage:
    """Paula is asked to sign for the firm; a chamber signs too, whom no rule asks for."""
    stage.draft()
    chamber = a_prescriber("Chambre de métiers", Network.OTHER, "cm@example.org")
    add_partner(stage.officer, stage.operation.pk, chamber)
    actions.add_signatory(stage.lead, stage.operation.pk, chamber)
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, PAULA)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    return stage


def link_of(address: str) -> str:
    mail = Mail.objects.filter(address=address, purpose="convention/mail/ask_signature").earliest("pk")
    return f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/"


def opened_and_pressed(url: str) -> str:
    """What the dead page says, opened then pressed, which must be the same; nothing leaves."""
    sent = Mail.objects.count()
    with clock.at(NOW.replace(day=20)):
        opened, pressed = Client().get(url), Client().post(url, {"renew": "1"})
    assert (opened.status_code, pressed.status_code) == (410, 410)
    texts = [unescape(one.content.decode()).split("<h1")[1] for one in (opened, pressed)]
    assert all("Recevoir un nouveau lien" not in text and "plus récent" not in text for text in texts)
    assert Mail.objects.count() == sent
    assert texts[0] == texts[1]
    return texts[0]


def test_who_was_replaced_reads_that_another_signs(asked: Stage) -> None:
    url = link_of(PAULA.email)
    actions.replace_signer(asked.lead, asked.signatory(asked.firm).pk, ROSE, reason="a quitté la maison")
    said = opened_and_pressed(url)
    assert "Une autre personne a été nommée pour signer au nom de Les Tilleuls" in said
    assert "Rose" not in said


def test_who_was_named_by_mistake_reads_that_another_signs(asked: Stage) -> None:
    url = link_of(PAULA.email)
    actions.describe_signatory(asked.lead, asked.signatory(asked.firm).pk, ROSE)
    assert "Une autre personne signe" in opened_and_pressed(url)


def test_who_was_taken_off_the_list_reads_that_nothing_is_asked(asked: Stage) -> None:
    url = link_of("cm@example.org")
    row = next(one for one in asked.signatories() if one.organisation.name == "Chambre de métiers")
    actions.remove_signatory(asked.lead, row.pk, reason="ne signe pas")
    assert "Chambre de métiers n'est plus parmi les signataires de ce texte" in opened_and_pressed(url)


def test_a_former_mailbox_is_not_told_that_a_link_left_to_it(asked: Stage) -> None:
    url = link_of(PAULA.email)
    moved = Signer(PAULA.first_name, PAULA.last_name, "", "p.roux@tilleuls.example")
    actions.describe_signatory(asked.lead, asked.signatory(asked.firm).pk, moved)
    said = opened_and_pressed(url)
    assert "partent désormais à une autre adresse" in said
    assert "p.roux" not in said


def test_a_link_that_a_newer_one_replaced_may_still_be_asked_again(asked: Stage) -> None:
    url = link_of(PAULA.email)
    actions.send_link(asked.lead, asked.signatory(asked.firm).pk)
    assert "Recevoir un nouveau lien" in unescape(Client().get(url).content.decode())
    with clock.at(NOW.replace(day=20)):
        answer = Client().post(url, {"renew": "1"})
        assert "Un nouveau lien est envoyé à p…@tilleuls.example" in unescape(answer.content.decode())


def typed_on_the_dead_page(stage: Stage, url: str, fingerprint: str, page: str = "") -> str:
    """What is answered to a code typed on a page opened before; no link leaves."""
    links = Link.objects.count()
    answer = Client().post(f"{url}{page}", {"fingerprint": fingerprint, "code": "123456"})
    assert answer.status_code == 410
    assert Link.objects.count() == links
    assert stage.signatory(stage.firm).state == "to_sign"
    return unescape(answer.content.decode())


@pytest.mark.parametrize("page", ["", "refuser/"])
def test_a_code_typed_on_a_page_whose_text_was_sent_again_meanwhile_says_that_nothing_is_signed_and_why(
    asked: Stage, page: str
) -> None:
    url = link_of(PAULA.email)
    former = asked.convention().fingerprint
    with clock.at(at(15)):
        asked.send_another_text()
        said = typed_on_the_dead_page(asked, url, former, page)
    assert "Rien n'est signé, ni enregistré : le texte (la convention) a changé" in said.replace("\xa0", " ")
    assert "Un lien vient de partir" not in said
    assert "Recevoir un nouveau lien" in said


def test_a_code_typed_on_a_page_whose_link_was_sent_again_says_that_nothing_is_signed(asked: Stage) -> None:
    url = link_of(PAULA.email)
    actions.send_link(asked.lead, asked.signatory(asked.firm).pk)
    said = typed_on_the_dead_page(asked, url, asked.convention().fingerprint)
    assert "Rien n'est signé, ni enregistré : ce lien a cessé" in said.replace("\xa0", " ")
    assert "a changé" not in said


def test_an_agreement_pressed_on_a_dead_page_is_said_not_to_be_kept_and_asks_for_no_link(stage: Stage) -> None:
    stage.draft()
    firm = stage.signatory(stage.firm)
    actions.send_link(stage.lead, firm.pk)
    mail = Mail.objects.get(address="direction@tilleuls.example", purpose="convention/mail/ask_validation")
    url = f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/"
    actions.send_link(stage.lead, firm.pk)
    answer = unescape(Client().post(url).content.decode())
    assert "Ce que vous venez d'envoyer n'est pas enregistré" in answer
    assert stage.signatory(stage.firm).validated_on is None
