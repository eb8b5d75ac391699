"""A signature noted by mistake is taken back until all have signed; the last one noted is confirmed, since it seals."""

from __future__ import annotations

import pytest

from browsing import browser
from convention.by_code import signs
from convention.ink_stage import deposited, pages_of, scans, text_of
from convention.signing_stage import NOW, Stage
from defi.kernel.access import Who
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, WrongState
from defi.steps.convention import actions
from defi.steps.convention.ink import actions as ink
from factories import actor

pytestmark = pytest.mark.django_db


def test_the_last_signature_noted_is_confirmed_since_it_seals(stage: Stage) -> None:
    stage.send()
    *others, last = stage.signatories()
    lead = browser(stage.lead)
    for row in others:
        actions.record_ink(stage.lead, row.pk)
    with pytest.raises(Invalid, match="dernière signature"):
        actions.record_ink(stage.lead, last.pk, confirmed=False)
    address, sent = f"/signataires/{last.pk}/encre/", {"on": NOW, "version": last.version}
    assert "Précisez-le avant la dernière signature" in lead.get(address).content.decode()
    assert lead.post(address, sent).status_code == 422
    assert stage.convention().state == "sent"
    assert lead.post(address, {**sent, "confirmed": "on"}).status_code == 302
    assert stage.convention().state == "signed"


def test_on_a_page_the_last_signatures_read_are_confirmed_too(stage: Stage) -> None:
    stage.send()
    text, lead = text_of(stage), browser(stage.lead)
    deposited(stage.lead, stage.operation.pk, pages_of(text, text.pages))
    (page,) = scans(stage, "placed")
    address, rows = f"/pages-signees/{page.pk}/signataires/", stage.signatories()
    sent = {"on": NOW, "version": page.version, "signatories": [row.pk for row in rows]}
    refused = lead.post(address, sent)
    assert refused.status_code == 422
    assert "dernière signature" in refused.content.decode()
    assert lead.post(address, {**sent, "confirmed": "on"}).status_code == 302
    assert stage.convention().state == "signed"


def test_a_signature_noted_by_mistake_is_taken_back_with_a_reason_and_noted_again(stage: Stage) -> None:
    stage.send()
    text, firm = text_of(stage), stage.signatory(stage.firm)
    deposited(stage.lead, stage.operation.pk, pages_of(text, text.pages))
    (page,) = scans(stage, "placed")
    ink.sign_on_page(stage.lead, page.pk, [firm.pk])
    with pytest.raises(Invalid, match="motif"):
        actions.take_back_signature(stage.lead, firm.pk, reason="")
    lead = browser(stage.lead)
    assert "Retirer cette signature" in lead.get(f"/signataires/{firm.pk}/").content.decode()
    sent = {"reason": "lue sur la mauvaise case", "version": stage.signatory(stage.firm).version}
    assert lead.post(f"/signataires/{firm.pk}/signature-notee/", sent).status_code == 302
    row = stage.signatory(stage.firm)
    assert (row.state, row.signed_on, row.signed_by_id) == ("to_sign", None, None)
    assert JournalEntry.objects.filter(verb="signatory.take_back", object_id=firm.pk).exists()
    told = Mail.objects.get(purpose="convention/mail/signature_taken_back")
    assert told.address == "direction@tilleuls.example"
    assert "lue sur la mauvaise case" in told.body
    assert "lue sur la mauvaise case" in lead.get(f"/signataires/{firm.pk}/").content.decode()
    ink.sign_on_page(stage.lead, page.pk, [firm.pk])
    assert stage.signatory(stage.firm).state == "signed_ink"


def test_neither_a_click_nor_what_all_have_signed_is_taken_back(stage: Stage) -> None:
    stage.send()
    signs(actor(Who.SIGNATORY, stage.firm), stage.signatory(stage.firm), stage.convention().fingerprint)
    with pytest.raises(WrongState):
        actions.take_back_signature(stage.lead, stage.signatory(stage.firm).pk, reason="non")
    for row in stage.signatories():
        if row.state == "to_sign":
            actions.record_ink(stage.lead, row.pk)
    with pytest.raises(WrongState, match="signé par tous"):
        actions.take_back_signature(stage.lead, stage.signatory(stage.mission).pk, reason="non")
