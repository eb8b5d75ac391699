"""A partner that left the operation is taken off the signatories from its page, and told when it had signed."""

from __future__ import annotations

from html import unescape

import pytest

from browsing import browser
from convention.signing_stage import Stage
from defi.kernel.access import TASK, scope
from defi.kernel.models import Mail
from defi.operations.actions import partner_leaves
from defi.operations.models import Partner
from defi.people.models import Organisation
from defi.steps.convention import actions

pytestmark = pytest.mark.django_db


def leaves(stage: Stage, organisation: Organisation) -> None:
    with scope(TASK):
        partner = Partner.objects.get(operation=stage.operation, organisation=organisation)
    partner_leaves(stage.officer, partner.pk, reason="se retire du projet")


def page_of(stage: Stage, address: str = "") -> str:
    address = address or f"/operations/{stage.operation.pk}/convention/"
    return unescape(browser(stage.lead).get(address).content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def test_one_that_left_unsigned_is_taken_off_from_its_page_while_the_text_is_out(stage: Stage) -> None:
    stage.send()
    agency = stage.signatory(stage.agency)
    assert "Retirer de la liste" not in page_of(stage, f"/signataires/{agency.pk}/")
    leaves(stage, stage.agency)
    assert "France Travail Châteaudun ne participe plus à l'opération : ouvrez sa ligne" in page_of(stage)
    assert "Retirer de la liste" in page_of(stage, f"/signataires/{agency.pk}/")
    address = f"/signataires/{agency.pk}/retirer/"
    posted = browser(stage.lead).post(address, {"reason": "a quitté le projet", "version": agency.version})
    assert posted.status_code == 302
    assert agency.pk not in {row.pk for row in stage.signatories()}
    assert not Mail.objects.filter(purpose="convention/mail/signature_fallen").exists()


def test_one_that_signed_then_left_keeps_its_signature_until_the_text_is_opened_again(stage: Stage) -> None:
    stage.send()
    agency = actions.record_ink(stage.lead, stage.signatory(stage.agency).pk)
    leaves(stage, stage.agency)
    assert "a signé, puis quitté l'opération : sa signature reste" in page_of(stage)
    assert "Il manque un signataire" not in page_of(stage)
    assert "Retirer de la liste" not in page_of(stage, f"/signataires/{agency.pk}/")
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un départ")
    assert "ne participe plus à l'opération : ouvrez sa ligne" in page_of(stage)
    assert "Retirer de la liste" in page_of(stage, f"/signataires/{agency.pk}/")
    actions.remove_signatory(stage.lead, agency.pk, reason="a quitté le projet")
    told = Mail.objects.get(purpose="convention/mail/signature_fallen")
    assert told.address == "ft@example.org"
    assert "France Travail Châteaudun ne figure plus parmi les signataires" in told.body
    assert "Motif : a quitté le projet" in told.body
    shown = page_of(stage)
    assert "une signature est déjà tombée : France Travail Châteaudun" in shown
    assert "Aucune organisation de ce genre ne participe : ajoutez-en une aux partenaires" in shown
