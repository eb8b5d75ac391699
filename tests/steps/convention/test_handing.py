"""Somebody else of the organisation signs: delegated by who was to sign, or in the stead of who left."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from convention.by_code import another, bearer_of, code_sent_to, delegates, signs
from convention.signing_stage import NOW, Stage
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Link, Mail
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.people.models import Organisation
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from factories import a_person, actor

pytestmark = pytest.mark.django_db
JEAN = Signer("Jean", "Tilleul", "gérant", "jean@tilleuls.example")
ROSE = Signer("Rose", "Hue", "directrice adjointe", "rose@tilleuls.example")


@pytest.fixture
def named(stage: Stage) -> Stage:
    """Jean is to sign for the firm, and has his link."""
    stage.draft()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, JEAN)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    return stage


def test_who_is_asked_to_sign_delegates_from_its_link_and_the_delegate_has_its_own(named: Stage):
    firm = named.signatory(named.firm)
    hand = bearer_of(JEAN.email, "ask_signature")
    given = delegates(hand, firm, ROSE, JEAN.email)
    assert (str(given.person), given.quality, given.state) == ("Rose Hue", "directrice adjointe", "to_sign")
    assert (str(given.stands_for), given.stands_how, given.stands_since) == ("Jean Tilleul", "delegated", NOW)
    assert Link.objects.get(pk=hand.link.link_id).revoked_at
    assert "déléguée à Rose Hue" in Mail.objects.get(address=JEAN.email, subject__contains="déléguée").body
    assert Mail.objects.filter(address="lead@of.example", subject__contains="délègue").exists()
    rose = bearer_of(ROSE.email, "ask_signature")
    signed = signs(rose, firm, named.convention().fingerprint, ROSE.email)
    assert (signed.state, signed.person_id) == ("signed_click", given.person_id)


@pytest.mark.parametrize(
    ("signer", "said"),
    [
        (Signer("Rose", "Hue", "", "rose@tilleuls.example"), "quelle qualité"),
        (Signer("Rose", "Hue", "adjointe"), "adresse"),
        (Signer("Rose", "", "adjointe", "rose@tilleuls.example"), "nom"),
        (Signer("jean", "TILLEUL", "gérant", "autre@tilleuls.example"), "déjà cette personne"),
        (Signer("Rose", "Hue", "adjointe", "Jean@tilleuls.example"), "déjà cette personne"),
    ],
)
def test_a_delegate_is_somebody_else_with_name_quality_and_address(named: Stage, signer: Signer, said: str):
    with pytest.raises(Invalid, match=said):
        actions.send_delegation_code(bearer_of(JEAN.email, "ask_signature"), named.signatory(named.firm).pk, signer)
    assert str(named.signatory(named.firm).stands_how) == ""


def test_a_forwarded_link_names_nobody_without_the_code_sent_to_its_owner(named: Stage):
    firm, hand = named.signatory(named.firm), bearer_of(JEAN.email, "ask_signature")
    with pytest.raises(WrongState, match="code"):
        actions.delegate(hand, firm.pk, ROSE)
    actions.send_delegation_code(hand, firm.pk, ROSE)
    code = code_sent_to(JEAN.email)
    assert "donne à Rose Hue la signature" in Mail.objects.latest("pk").body
    # The code is for Rose, and signs nothing.
    with pytest.raises(Invalid, match="pas été envoyé pour cette personne"):
        actions.delegate_with_code(hand, firm.pk, Signer("Luc", "Mai", "comptable", "luc@autre.example"), code=code)
    with pytest.raises(Invalid):
        actions.sign_with_code(hand, firm.pk, fingerprint=named.convention().fingerprint, code=code)
    assert str(actions.delegate_with_code(hand, firm.pk, ROSE, code=code).person) == "Rose Hue"


def test_who_delegated_is_told_whom_to_call_and_the_provider_learns_it_at_once(named: Stage):
    with scope(TASK):
        Organisation.objects.filter(pk=named.operation.provider_id).update(phone="02 00 00 00 01")
    delegates(bearer_of(JEAN.email, "ask_signature"), named.signatory(named.firm), ROSE, JEAN.email)
    assert "au 02 00 00 00 01" in Mail.objects.get(purpose="convention/mail/signature_delegated").body
    told = Mail.objects.get(purpose="convention/mail/signature_delegated_provider")
    assert told.address == "lead@of.example"
    assert told.urgency == "now"


def test_nobody_delegates_for_another_nor_once_signed(named: Stage):
    with pytest.raises(NotAllowed):
        actions.delegate(actor(Who.SIGNATORY, named.firm), named.signatory(named.mission).pk, ROSE)
    firm = named.signatory(named.firm)
    actions.record_ink(named.lead, firm.pk)
    with pytest.raises(WrongState, match="déjà signé"):
        actions.delegate(named.lead, firm.pk, ROSE)


def test_a_delegate_may_refuse_then_sign_and_delegate_again(named: Stage):
    firm = named.signatory(named.firm)
    delegates(bearer_of(JEAN.email, "ask_signature"), firm, ROSE, JEAN.email)
    rose = bearer_of(ROSE.email, "ask_signature")
    actions.refuse_to_sign(rose, firm.pk, reason="le nombre de postes est faux")
    third = Signer("Luc", "Mai", "comptable", "luc@tilleuls.example")
    again = delegates(rose, firm, third, ROSE.email)
    assert str(again.stands_for) == "Rose Hue"
    luc = bearer_of("luc@tilleuls.example", "ask_signature")
    assert signs(luc, firm, named.convention().fingerprint, "luc@tilleuls.example").state == "signed_click"


def test_who_left_is_replaced_by_its_firm_or_the_provider_with_a_reason(named: Stage):
    firm = named.signatory(named.firm)
    with pytest.raises(Invalid, match="motif"):
        actions.replace_signer(named.lead, firm.pk, ROSE, reason=" ")
    with pytest.raises(NotAllowed):
        actions.replace_signer(bearer_of(JEAN.email, "ask_signature"), firm.pk, ROSE, reason="a quitté l'entreprise")
    member = actor(Who.SIGNATORY, named.firm, a_person("Eve", email="eve@tilleuls.example"))
    replaced = actions.replace_signer(member, firm.pk, ROSE, reason="a quitté l'entreprise")
    assert (str(replaced.stands_for), replaced.stands_how) == ("Jean Tilleul", "replaced")
    assert bearer_of(ROSE.email, "ask_signature").person_id == replaced.person_id


def test_the_former_hand_gets_no_new_link(named: Stage):
    firm = named.signatory(named.firm)
    mail = Mail.objects.filter(address=JEAN.email, purpose="convention/mail/ask_signature").latest("pk")
    secret = mail.body.split("/lien/")[1].split("/")[0]
    delegates(links.bearer(links.find(secret)), firm, ROSE, JEAN.email)
    sent = Mail.objects.count()
    with clock.at(NOW.replace(day=20)):
        answer = Client().post(f"/lien/{secret}/", {"renew": "1"})
    assert "Vous avez délégué cette signature" in unescape(answer.content.decode())
    assert Mail.objects.count() == sent


def test_on_the_pages_delegation_is_typed_and_who_delegated_is_said(named: Stage):
    from convention.test_pages import lead_of, root, text_of

    mail = Mail.objects.filter(address=JEAN.email, purpose="convention/mail/ask_signature").latest("pk")
    url, phone = f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/", Client()
    assert "Quelqu'un d'autre signe" in text_of(phone.get(url))
    typed = {"first_name": "Rose", "last_name": "Hue", "quality": "", "email": ROSE.email}
    short = phone.post(f"{url}deleguer/", typed)
    assert short.status_code == 422
    assert 'value="Rose"' in text_of(short)
    typed["quality"] = "adjointe"
    asked = text_of(phone.post(f"{url}deleguer/", typed))
    assert "Un code est parti à j…@tilleuls.example" in asked
    assert 'for="id_code">Code reçu pour déléguer</label>' in asked
    assert named.signatory(named.firm).stands_how == ""
    code = code_sent_to(JEAN.email)
    wrong = phone.post(f"{url}deleguer/", {**typed, "code": another(code)})
    assert wrong.status_code == 422
    assert 'value="Rose"' in text_of(wrong)
    assert "reçoit son lien" in text_of(phone.post(f"{url}deleguer/", {**typed, "code": code}))
    reopened = phone.get(url)
    assert reopened.status_code == 410
    assert "à Rose Hue (adjointe), qui a reçu son propre lien" in text_of(reopened)
    assert "Recevoir un nouveau lien" not in text_of(reopened)
    lead = lead_of(named)
    listed = text_of(lead.get(root(named)))
    assert "par délégation de Jean Tilleul" in listed
    firm = named.signatory(named.firm)
    again = {"first_name": "Luc", "last_name": "Mai", "quality": "", "email": "", "reason": "a quitté l'entreprise"}
    answer = lead.post(f"/signataires/{firm.pk}/remplacer/", {**again, "quality": "gérant", "version": firm.version})
    assert answer.status_code == 302
    shown = text_of(lead.get(f"/signataires/{firm.pk}/"))
    assert "à la place de Jean Tilleul, que nomme le texte" in shown
    assert "a quitté l'entreprise" in shown
