"""A partner that left the operation is taken off the signatories from its page, and told when it had signed."""

from __future__ import annotations

from html import unescape

import pytest

from browsing import browser
from convention.signing_stage import Stage
from defi.kernel.access import TASK, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner
from defi.people.models import Network, Organisation
from defi.steps.convention import actions
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.pairing.models import Promise
from factories import a_prescriber, a_promise, an_employer

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


def signed_but(stage: Stage, *organisations: Organisation) -> None:
    waiting = {one.pk for one in organisations}
    for row in stage.signatories():
        if row.organisation_id not in waiting:
            actions.record_ink(stage.lead, row.pk)


def removes(stage: Stage, organisation: Organisation) -> None:
    actions.remove_signatory(stage.lead, stage.signatory(organisation).pk, reason="a quitté le projet")


def removal_page(stage: Stage, organisation: Organisation) -> str:
    return page_of(stage, f"/signataires/{stage.signatory(organisation).pk}/retirer/")


@pytest.mark.parametrize("before", [True, False])
def test_a_required_one_that_left_unsigned_and_is_taken_off_keeps_the_convention_from_being_signed_by_all(
    stage: Stage, *, before: bool
) -> None:
    stage.send()
    leaves(stage, stage.agency)
    if before:
        signed_but(stage, stage.agency)
    asked = removal_page(stage, stage.agency)
    assert "la convention n'est ni signée par tous ni scellée, même quand tous les autres ont signé" in asked
    assert "il nomme encore France Travail Châteaudun" in asked
    assert "aussitôt signée par tous" not in asked
    removes(stage, stage.agency)
    if not before:
        signed_but(stage)
    assert stage.convention().state == "sent"
    shown = page_of(stage)
    assert "Il manque un signataire : l'agence France Travail" in shown
    assert "Tant que ce signataire manque, la convention n'est ni signée par tous ni scellée" in shown


def test_it_is_signed_by_all_once_another_of_its_kind_is_added_and_all_sign_the_corrected_text(stage: Stage) -> None:
    stage.send()
    leaves(stage, stage.agency)
    removes(stage, stage.agency)
    signed_but(stage)
    other = a_prescriber("France Travail Chartres", Network.FRANCE_TRAVAIL, "ft28@example.org")
    add_partner(stage.officer, stage.operation.pk, other)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="une autre agence")
    added = actions.add_signatory(stage.lead, stage.operation.pk, other)
    actions.validate_commitments(stage.lead, added.pk, how="phone")
    actions.send_convention(stage.lead, stage.operation.pk)
    signed_but(stage)
    assert stage.convention().state == "signed"


def test_taking_off_the_last_one_that_has_not_signed_says_before_that_it_seals(stage: Stage) -> None:
    chamber = a_prescriber("Chambre de métiers", Network.OTHER, "cm@example.org")
    add_partner(stage.officer, stage.operation.pk, chamber)
    stage.draft()
    actions.add_signatory(stage.lead, stage.operation.pk, chamber)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    assert "aussitôt signée par tous" not in removal_page(stage, chamber)
    signed_but(stage, chamber)
    assert "la convention est aussitôt signée par tous, puis scellée" in removal_page(stage, chamber)
    removes(stage, chamber)
    assert stage.convention().state == "signed"


def test_a_firm_that_promises_once_the_text_is_out_does_not_hold_it_back(stage: Stage) -> None:
    stage.send()
    a_promise(stage.operation, an_employer("Service Plus", email="direction@service.example"), posts=1)
    assert "Tant que ce signataire manque" not in page_of(stage)
    signed_but(stage)
    assert stage.convention().state == "signed"


def test_a_firm_that_signed_then_withdrew_still_counts_among_the_signatories(stage: Stage) -> None:
    stage.send()
    actions.record_ink(stage.lead, stage.signatory(stage.firm).pk)
    with scope(TASK):
        promise = Promise.objects.get(operation=stage.operation)
    withdraw_promise(stage.lead, promise.pk, reason="le marché est perdu")
    signed_but(stage, stage.firm)
    assert stage.convention().state == "signed"


def test_taking_off_one_that_signed_says_before_that_its_signature_falls_and_that_abandoning_ends(stage: Stage) -> None:
    stage.send()
    signed_but(stage, stage.firm)
    leaves(stage, stage.agency)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un départ")
    asked = removal_page(stage, stage.agency)
    assert "France Travail Châteaudun a signé le texte transmis : cette signature tombe dès l'enregistrement" in asked
    assert "la correction ne pourra plus être abandonnée" in asked
    removes(stage, stage.agency)
    assert "La correction ne s'abandonne plus." in page_of(stage)


def test_taking_off_one_added_while_the_text_is_corrected_leaves_the_correction_to_be_abandoned(stage: Stage) -> None:
    stage.send()
    chamber = a_prescriber("Chambre de métiers", Network.OTHER, "cm@example.org")
    add_partner(stage.officer, stage.operation.pk, chamber)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un partenaire de plus")
    actions.add_signatory(stage.lead, stage.operation.pk, chamber)
    asked = removal_page(stage, chamber)
    assert "tombe dès l'enregistrement" not in asked
    assert "abandonnée" not in asked
    removes(stage, chamber)
    assert "La correction ne s'abandonne plus." not in page_of(stage)
