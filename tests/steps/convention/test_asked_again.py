"""A corrected text: each is told that it replaces the former, why and in what; who had refused it is asked again."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from browsing import browser
from convention.by_code import at
from convention.signing_stage import Stage
from convention.test_pages import text_of
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.differing import differs
from factories import actor, an_employer

pytestmark = pytest.mark.django_db
PAULA = Signer("Paula", "Roux", "gérante", "paula@tilleuls.example")
ROSE = Signer("Rose", "Hue", "gérante", "rose@tilleuls.example")
TITLE = "Aide à domicile, session EOS n° 24-118-0932"


@pytest.fixture
def corrected(stage: Stage) -> Stage:
    """The firm refuses, the mission signs, the agency waits; the text is corrected and sent again with one more."""
    stage.draft()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, PAULA)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    actions.refuse_to_sign(stage.lead, stage.signatory(stage.firm).pk, reason="l'intitulé est faux")
    actions.record_ink(stage.lead, stage.signatory(stage.mission).pk)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un intitulé faux")
    actions.retitle_convention(stage.lead, stage.operation.pk, title=TITLE)
    newcomer = an_employer("Service Plus", email="contact@service.example")
    add_partner(stage.lead, stage.operation.pk, newcomer)
    actions.add_signatory(stage.lead, stage.operation.pk, newcomer)
    actions.validate_commitments(stage.lead, stage.signatory(newcomer).pk, how="phone")
    actions.send_convention(stage.lead, stage.operation.pk)
    return stage


def last_to(address: str) -> Mail:
    return Mail.objects.filter(address=address, body__contains="/lien/").latest("pk")


def page_of(mail: Mail) -> str:
    answer = Client().get(f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/")
    return unescape(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def test_who_had_refused_is_asked_again_of_a_text_it_has_not_refused(corrected: Stage) -> None:
    assert corrected.signatory(corrected.firm).state == "to_sign"
    mail = last_to(PAULA.email)
    assert "texte corrigé" in mail.subject
    assert "Vous aviez refusé de signer le texte précédent" in mail.body
    assert "Motif : un intitulé faux" in mail.body
    assert f"« {TITLE} »" in mail.body
    page = page_of(mail)
    assert "Vous avez refusé" not in page
    assert "Ce texte remplace le précédent" in page
    assert "Service Plus s'ajoute aux signataires" in page


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ft@example.org", "Ce texte remplace celui que vous aviez reçu"),
        ("ml@example.org", "portait sur le texte précédent"),
    ],
)
def test_who_waited_and_who_signed_are_told_why_and_what_changed(corrected: Stage, address: str, said: str) -> None:
    mail = last_to(address)
    assert said in mail.body
    assert "Motif : un intitulé faux" in mail.body
    assert "- Service Plus s'ajoute aux signataires." in mail.body


def test_who_was_never_asked_before_is_simply_asked(corrected: Stage) -> None:
    mail = last_to("contact@service.example")
    assert "texte corrigé" not in mail.subject
    assert "remplace" not in mail.body
    assert "prête à être signée par Service Plus" in mail.body


def test_what_changed_is_kept_with_the_text_without_the_name_of_anybody(corrected: Stage) -> None:
    actions.correct_convention(corrected.lead, corrected.operation.pk, reason="un nom")
    actions.describe_signatory(corrected.lead, corrected.signatory(corrected.firm).pk, ROSE)
    sent = actions.send_convention(corrected.lead, corrected.operation.pk)
    assert sent.terms["told"] == ["Pour Les Tilleuls : la personne nommée pour signer change."]
    assert "la personne nommée pour signer change" in last_to("ml@example.org").body
    assert "remplace" not in last_to(ROSE.email).body


def test_another_quality_is_among_what_changed(corrected: Stage) -> None:
    actions.correct_convention(corrected.lead, corrected.operation.pk, reason="une qualité")
    firm = corrected.signatory(corrected.firm)
    former = firm.quality
    actions.describe_signatory(
        corrected.lead, firm.pk, Signer(PAULA.first_name, PAULA.last_name, "directrice", PAULA.email)
    )
    said = f"Pour Les Tilleuls : la qualité « {former} » devient « directrice »."
    with scope(TASK):
        assert said in differs(corrected.convention())
    assert actions.send_convention(corrected.lead, corrected.operation.pk).terms["told"] == [said]


def test_whoever_answers_for_an_organisation_is_told_that_the_text_they_had_is_replaced(corrected: Stage) -> None:
    mail = last_to("claire@region.example")
    assert "texte corrigé" in mail.subject
    assert "Ce texte remplace celui que vous aviez reçu" in mail.body


def test_the_page_says_when_each_link_left_to_who_follows_the_signing_and_to_nobody_else(stage: Stage) -> None:
    address = f"/operations/{stage.operation.pk}/convention/"
    stage.draft()
    lead, member = browser(stage.lead), browser(actor(Who.SIGNATORY, stage.firm))
    assert "lien envoyé" not in text_of(lead.get(address))
    with clock.at(at(14, 30)):
        actions.send_link(stage.lead, stage.signatory(stage.agency).pk)
        assert text_of(lead.get(address)).count("lien envoyé") == 1
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    # Each link to sign; those to validate are of no use any more.
    reached = Mail.objects.filter(purpose="convention/mail/ask_signature").values("address").distinct().count()
    assert text_of(lead.get(address)).count("lien envoyé") == reached
    assert "lien envoyé" not in text_of(member.get(address))
    actions.record_ink(stage.lead, stage.signatory(stage.agency).pk)
    assert text_of(lead.get(address)).count("lien envoyé") == reached - 1
    assert "Lien envoyé" in text_of(lead.get(f"/signataires/{stage.signatory(stage.mission).pk}/"))


def test_a_text_sent_for_the_first_time_replaces_nothing(stage: Stage) -> None:
    sent = stage.send()
    assert "told" not in sent.terms
    mail = last_to("ft@example.org")
    assert "remplace" not in mail.body
    assert "remplace" not in page_of(mail)
