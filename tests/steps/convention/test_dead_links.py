"""A dead link says at once what became of what it asked for, and offers another only to who still gets one there."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from convention.signing_stage import NOW, Stage
from defi.kernel import clock
from defi.kernel.models import Mail
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
        opened, pressed = Client().get(url), Client().post(url)
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
        assert "Un nouveau lien est envoyé à p…@tilleuls.example" in unescape(Client().post(url).content.decode())
