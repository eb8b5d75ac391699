"""A text opened again: signatures fall when another is sent, and only then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from convention.by_code import bearer_of, mailbox_of, signs
from convention.signing_stage import NOW, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import WrongState
from defi.operations.actions import add_partner
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.models import Convention
from factories import actor, an_employer

pytestmark = pytest.mark.django_db


def a_member(stage: Stage) -> Actor:
    return actor(Who.SIGNATORY, stage.firm)


def test_another_text_makes_the_signatures_fall_and_asks_again(stage: Stage) -> None:
    first = stage.send()
    firm = stage.signatory(stage.firm)
    signs(a_member(stage), firm, first.fingerprint)
    (falling,) = actions.correct_convention(stage.lead, stage.operation.pk, reason="une adresse était fausse")
    assert falling.pk == firm.pk
    assert stage.signatory(stage.firm).state == "signed_click"
    title = "Aide à domicile, session EOS n° 24-118-0932"
    actions.retitle_convention(stage.lead, stage.operation.pk, title=title)
    second = actions.send_convention(stage.lead, stage.operation.pk)
    assert (second.edition, second.state) == (2, "sent")
    assert second.fingerprint != first.fingerprint
    firm = stage.signatory(stage.firm)
    assert (firm.state, firm.signed_on, firm.signed_fingerprint) == ("to_sign", None, "")
    fell = Mail.objects.get(purpose="convention/mail/signature_voided")
    assert "une adresse était fausse" in fell.body
    with clock.at(NOW + timedelta(days=1)):
        signs(bearer_of(fell.address, "signature_voided"), firm, second.fingerprint, fell.address)
    assert stage.signatory(stage.firm).state == "signed_click"


def test_who_signed_is_told_once_when_another_text_is_sent(stage: Stage) -> None:
    first = stage.send()
    member = a_member(stage)
    signs(member, stage.signatory(stage.firm), first.fingerprint)
    before = Mail.objects.filter(address=mailbox_of(member)).count()
    stage.send_another_text()
    assert Mail.objects.filter(address=mailbox_of(member)).count() == before + 1


def test_a_text_sent_again_that_reads_the_same_keeps_its_signatures(stage: Stage) -> None:
    first = stage.send()
    signs(a_member(stage), stage.signatory(stage.firm), first.fingerprint)
    mails = Mail.objects.count()
    with clock.at(NOW + timedelta(days=2)):
        actions.correct_convention(stage.lead, stage.operation.pk, reason="une adresse semblait fausse")
        second = actions.send_convention(stage.lead, stage.operation.pk)
    assert (second.edition, second.document_id, second.fingerprint) == (1, first.document_id, first.fingerprint)
    assert (second.state, second.sent_on) == ("sent", NOW)
    assert stage.signatory(stage.firm).signed_fingerprint == first.fingerprint
    assert Mail.objects.count() == mails
    assert not JournalEntry.objects.filter(verb="signatory.void").exists()


def test_a_title_changed_and_put_back_changes_nothing(stage: Stage) -> None:
    first = stage.send()
    title = first.title
    stage.reopen()
    actions.retitle_convention(stage.lead, stage.operation.pk, title=title)
    assert actions.send_convention(stage.lead, stage.operation.pk).fingerprint == first.fingerprint


def test_a_text_sent_before_its_reading_was_kept_is_taken_for_another(stage: Stage) -> None:
    first = stage.send()
    with scope(TASK):
        Convention.objects.update(reading="")
    actions.correct_convention(stage.lead, stage.operation.pk, reason="une erreur")
    assert actions.send_convention(stage.lead, stage.operation.pk).fingerprint != first.fingerprint


def test_while_it_is_corrected_a_signatory_is_taken_off_or_named_again_and_only_its_own_signature_falls(
    stage: Stage,
) -> None:
    stage.draft()
    newcomer = an_employer("Service Plus")
    add_partner(stage.lead, stage.operation.pk, newcomer)
    actions.add_signatory(stage.lead, stage.operation.pk, newcomer)
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, Signer("Paula", "Roux", "gérante"))
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    for organisation in (stage.firm, stage.mission, newcomer):
        actions.record_ink(stage.lead, stage.signatory(organisation).pk)
    with pytest.raises(WrongState, match="corrigez d'abord"):
        actions.remove_signatory(stage.lead, stage.signatory(newcomer).pk, reason="elle se retire")
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un nom")
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, Signer("Jean", "Tilleul", "gérant"))
    actions.remove_signatory(stage.lead, stage.signatory(newcomer).pk, reason="elle se retire")
    assert stage.signatory(stage.firm).state == "to_sign"
    assert stage.signatory(stage.mission).state == "signed_ink"
