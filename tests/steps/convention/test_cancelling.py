"""A convention signed by all is cancelled by its owner, with a reason; another is prepared and signed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from browsing import browser
from convention.by_code import FIRM
from convention.signing_stage import CEREMONY, NOW, Stage
from convention.test_pages import lead_of, link_sent_to, root, signed_in, text_of
from defi.journey.gathering import gather
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Document, JournalEntry, Mail, Reason
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.kernel.signing.verification import Answer, examine
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.convention import actions, sealing
from defi.steps.convention.ink.rules import Fate, Named, fate, sentence
from defi.steps.convention.models import Convention, Signatory
from defi.web.verification import said_of
from factories import a_basin, a_person, a_provider, actor, an_officer
from projection import assert_projection_is_true

pytestmark = pytest.mark.django_db

WHY = "le mauvais bassin est écrit"


def signed(stage: Stage, *, seal: bool = False) -> Convention:
    """Signed by all in ink, the day it was sent."""
    stage.send()
    for signatory in stage.signatories():
        actions.record_ink(stage.lead, signatory.pk)
    if seal:
        sealing.seal_convention(stage.convention().pk)
    return stage.convention()


def cancelled(stage: Stage) -> Convention:
    actions.cancel_convention(stage.lead, stage.operation.pk, reason=WHY)
    with scope(TASK):
        return Convention.objects.select_related("document", "sealed").get(operation=stage.operation)


def test_it_stays_as_it_was_signed_and_its_documents_say_that_they_are_cancelled(stage: Stage) -> None:
    before = signed(stage, seal=True)
    row = cancelled(stage)
    assert (row.state, row.cancelled_on, row.signed_on) == ("cancelled", NOW, before.signed_on)
    with scope(TASK):
        rows = Signatory.objects.filter(convention=row)
        assert {one.state for one in rows} == {"signed_ink"}
    document, sealed = row.document, row.sealed
    assert document is not None
    assert sealed is not None
    for one in (document, sealed):
        assert one.cancelled_on == NOW
        page = text_of(Client().get(f"/verifier/{one.code}/"))
        assert "Ce document a été annulé le 6 oct. 2025. Il n'a plus d'effet." in page
    found = examine(bytes(sealed.content))
    assert found.answer is Answer.SEALED
    assert (said_of(found).pill, said_of(found).word) == ("late", "annulé")
    assert text_of(Client().get(f"/verifier/{document.code}/")).count("annulé") >= 1


def test_its_contact_sheet_is_cancelled_with_it_and_no_other_document(stage: Stage) -> None:
    signed(stage)
    cancelled(stage)
    kinds = set(Document.objects.exclude(cancelled_on=None).values_list("kind", flat=True))
    assert kinds == {"convention", "contact-sheet"}


def test_everybody_is_told_once_with_the_reason(stage: Stage) -> None:
    signed(stage, seal=True)
    cancelled(stage)
    told = list(
        Mail.objects.filter(purpose="convention/mail/convention_cancelled")
        .order_by("address")
        .values_list("address", flat=True)
    )
    assert len(told) == len(set(told))
    assert {FIRM, "ml@example.org", "ft@example.org", "lead@of.example", "claire@region.example"} <= set(told)
    assert "cabinet@region.example" in told
    body = Mail.objects.filter(purpose="convention/mail/convention_cancelled")[0].body
    assert WHY in body
    assert "/verifier/" in body


def test_the_journal_keeps_who_and_why(stage: Stage) -> None:
    signed(stage)
    cancelled(stage)
    entry = JournalEntry.objects.get(verb="convention.cancel")
    assert entry.actor_person_id == stage.lead.person_id
    assert Reason.objects.get(pk=entry.reason_id).text == WHY


def test_another_is_prepared_signed_and_sealed(stage: Stage) -> None:
    first = signed(stage, seal=True)
    cancelled(stage)
    with clock.at(NOW + timedelta(days=1)):
        second = actions.draft_convention(stage.lead, stage.operation.pk)
        assert second.pk != first.pk
        with scope(TASK):
            rows = list(Signatory.objects.filter(convention=second))
        assert {row.state for row in rows} == {"to_sign"}
        for row in rows:
            actions.validate_commitments(stage.lead, row.pk, how="phone")
        actions.send_convention(stage.lead, stage.operation.pk)
        for row in rows:
            actions.record_ink(stage.lead, row.pk)
        sealed = sealing.seal_convention(second.pk)
    assert sealed is not None
    assert sealed.cancelled_on is None
    with scope(TASK):
        states = list(
            Convention.objects.filter(operation=stage.operation).order_by("pk").values_list("state", flat=True)
        )
    assert states == ["cancelled", "signed"]


def test_the_ceremony_is_not_announced_a_second_time(stage: Stage) -> None:
    signed(stage)
    with scope(TASK):
        Convention.objects.update(save_the_date_on=NOW, invited_on=NOW)
    cancelled(stage)
    second = actions.draft_convention(stage.lead, stage.operation.pk)
    assert (second.save_the_date_on, second.invited_on) == (NOW, NOW)


@pytest.mark.parametrize("who", [Who.SIGNATORY, Who.ADVISER, Who.CABINET])
def test_nobody_else_cancels_it(stage: Stage, who: Who) -> None:
    signed(stage)
    homes = {Who.SIGNATORY: stage.firm, Who.ADVISER: stage.mission, Who.CABINET: stage.region}
    with pytest.raises(NotAllowed):
        actions.cancel_convention(actor(who, homes[who]), stage.operation.pk, reason=WHY)


def test_another_provider_does_not_know_of_it_and_another_territory_reads_only(stage: Stage) -> None:
    signed(stage)
    with pytest.raises(Unknown):
        actions.cancel_convention(actor(Who.COORDINATOR, a_provider("Autre")), stage.operation.pk, reason=WHY)
    elsewhere: Actor = an_officer(a_person("Luc", email="luc@region.example"), basins=[a_basin("Blois")])
    with pytest.raises(NotAllowed):
        actions.cancel_convention(elsewhere, stage.operation.pk, reason=WHY)
    assert actions.cancel_convention(stage.officer, stage.operation.pk, reason=WHY).state == "cancelled"


def test_it_asks_why_and_refuses_a_stale_page(stage: Stage) -> None:
    convention = signed(stage)
    with pytest.raises(Invalid, match="motif"):
        actions.cancel_convention(stage.lead, stage.operation.pk, reason=" ")
    with pytest.raises(Stale):
        actions.cancel_convention(stage.lead, stage.operation.pk, reason=WHY, version=convention.version - 1)
    assert stage.convention().state == "signed"


def test_one_that_is_not_signed_by_all_is_corrected_not_cancelled(stage: Stage) -> None:
    with pytest.raises(WrongState, match="pas encore préparée"):
        actions.cancel_convention(stage.lead, stage.operation.pk, reason=WHY)
    stage.send()
    with pytest.raises(WrongState, match="transmise"):
        actions.cancel_convention(stage.lead, stage.operation.pk, reason=WHY)


def test_not_under_a_certificate_that_rests_on_it(stage: Stage) -> None:
    signed(stage)
    with scope(TASK):
        document = Document.objects.latest("pk")
        ComplianceCertificate.objects.create(
            operation=stage.operation,
            state="issued",
            number="ATT-2025-0001",
            code="CODE000001",
            requested_on=NOW,
            decided_on=NOW,
            issued_on=NOW,
            document=document,
        )
    with pytest.raises(WrongState, match="retirez d'abord l'attestation"):
        actions.cancel_convention(stage.lead, stage.operation.pk, reason=WHY)
    assert stage.convention().state == "signed"
    assert not Document.objects.exclude(cancelled_on=None).exists()


def test_what_was_cancelled_is_touched_no_more(stage: Stage) -> None:
    signed(stage)
    firm = stage.signatory(stage.firm)
    cancelled(stage)
    for act in (
        lambda: actions.record_ink(stage.lead, firm.pk),
        lambda: actions.refuse_to_sign(stage.lead, firm.pk, reason="trop tard"),
        lambda: actions.remove_signatory(stage.lead, firm.pk, reason="trop tard"),
        lambda: actions.validate_commitments(stage.lead, firm.pk, how="phone"),
        lambda: actions.describe_signatory(stage.lead, firm.pk, actions.Signer("A", "B")),
        lambda: actions.send_link(stage.lead, firm.pk),
        lambda: actions.cancel_convention(stage.lead, stage.operation.pk, reason="deux fois"),
    ):
        with pytest.raises(WrongState):
            act()


def test_the_journey_awaits_another_since_that_day(stage: Stage) -> None:
    signed(stage)
    cancelled(stage)
    assert assert_projection_is_true(NOW) >= 1
    facts = gather([stage.operation])[stage.operation.pk]
    page = text_of(lead_of(stage).get(f"/operations/{stage.operation.pk}/"))
    assert "signée par tous le" not in page
    assert (facts.convention, facts.signed_on, facts.convention_cancelled_on) == ("", None, NOW)


def test_the_page_says_before_what_follows_then_what_was_done(stage: Stage) -> None:
    convention = signed(stage, seal=True)
    lead = lead_of(stage)
    assert "Annuler la convention signée…" in text_of(lead.get(root(stage)))
    asked = text_of(lead.get(f"{root(stage)}annuler/"))
    # Going back keeps: only one button says « Annuler ».
    assert "Garder la convention" in asked
    assert not re.search(r">\s*Annuler\s*<", asked)
    assert "Les Tilleuls" in asked
    assert "sa page de vérification publique dit qu'il est annulé" in asked
    done = lead.post(f"{root(stage)}annuler/", {"reason": WHY, "version": convention.version}, follow=True)
    page = text_of(done)
    assert "La convention est annulée, et chacun en est prévenu." in page
    assert f"Motif : {WHY}" in page.replace("\xa0", " ")
    assert "Préparer la convention" in page
    assert "Annuler la convention signée…" not in text_of(signed_in(Who.SIGNATORY, stage.firm).get(root(stage)))


def test_the_link_of_a_signatory_says_that_it_is_cancelled_and_still_shows_it(stage: Stage) -> None:
    signed(stage, seal=True)
    row = cancelled(stage)
    url = link_sent_to(FIRM, "convention_sealed")
    assert "La convention est annulée" in text_of(Client().get(url))
    assert row.sealed is not None
    assert b"".join(Client().get(f"{url}convention.pdf")) == bytes(row.sealed.content)


def test_a_page_of_it_that_comes_back_is_told_so():
    named = Named(title="ASVF", number="CONV-2025-0001", page=1, pages=3, cancelled_on=CEREMONY)
    assert fate(1, named, blank=False) is Fate.CANCELLED
    said = sentence(Fate.CANCELLED, named, "« scan.pdf »").replace("\xa0", " ")
    assert "annulée le 5 novembre 2025" in said


def test_it_is_not_sealed_once_cancelled(stage: Stage) -> None:
    signed(stage)
    row = cancelled(stage)
    assert sealing.seal_convention(row.pk) is None


def test_a_text_that_is_not_signed_by_all_is_corrected_not_cancelled(stage: Stage) -> None:
    stage.send()
    client = browser(stage.lead)
    refused = client.get(reverse("convention:cancel", args=[stage.operation.pk]))
    assert refused.status_code == 409
    assert "corrigez-la" in refused.content.decode()
