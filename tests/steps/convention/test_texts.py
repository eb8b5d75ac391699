"""The convention and its letters in the Region's words: which version, when it changes, what is asked again."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from convention.amendment_stage import sent, withdraws
from convention.signing_stage import NOW, OPTION, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.documents import Template
from defi.kernel.models import Document, Mail
from defi.kernel.refusals import NotAllowed, WrongState
from defi.schemes.models import DocumentText
from defi.schemes.text_actions import adopt_text, try_text, write_text
from defi.steps.convention import actions, printing
from defi.steps.convention.documents import CONVENTION, INVITATION, LETTER_SIGNATORY
from defi.steps.convention.queries import signing
from defi.steps.convention.signatory_rows import commitments_of
from defi.steps.convention.text_kinds import KINDS, facts_of, operations_to_try
from factories import a_region, actor

pytestmark = pytest.mark.django_db

FORMER = "prévenir au plus tôt l'organisme de formation"


def text_of(content: bytes) -> str:
    pages = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
    return re.sub(r"\s+", " ", pages)


def in_force(kind: Template, former: str, put: str) -> DocumentText:
    """The shipped text with other words, put in force today by the direction."""
    director = actor(Who.STEERING, a_region())
    text = kind.shipped_text.replace(former, put)
    assert text != kind.shipped_text
    draft = write_text(director, kind.kind, kind.words, text)
    try_text(director, draft.pk, kind.words, None)
    return adopt_text(director, draft.pk, kind.words, clock.today())


def test_a_convention_is_drafted_with_the_version_in_force_that_day(stage: Stage):
    kept = in_force(CONVENTION, "chaque stagiaire correspond", "tout stagiaire répond")
    convention = stage.draft()
    assert convention.text == kept
    assert "à tout stagiaire répond une promesse" in text_of(printing.preview(convention, clock.now()).pdf)


def test_a_convention_in_preparation_keeps_its_text_and_is_offered_the_newer(stage: Stage):
    convention = stage.draft()
    in_force(CONVENTION, "chaque stagiaire correspond", "tout stagiaire répond")
    assert "à chaque stagiaire correspond" in text_of(printing.preview(convention, clock.now()).pdf)
    with scope(stage.lead):
        used = signing(stage.lead, stage.operation).text
    assert used is not None
    assert (used.number, used.newer and used.newer.number) == (1, 2)
    with scope(TASK):
        changes = printing.text_changes(convention, used.newer.version if used.newer else None)
    assert [piece.text for change in changes for piece in change.pieces if piece.kind == "removed"] == [
        "chaque",
        "correspond",
    ]
    actions.take_text(stage.lead, stage.operation.pk)
    assert "à tout stagiaire répond" in text_of(printing.preview(stage.convention(), clock.now()).pdf)


def test_only_those_whose_commitments_change_are_asked_again(stage: Stage):
    stage.draft()
    stage.validate_all()
    in_force(CONVENTION, FORMER, "dire sans attendre à l'organisme de formation")
    asked = actions.take_text(stage.lead, stage.operation.pk)
    assert [one.organisation for one in asked] == [stage.firm]
    assert [one.organisation for one in stage.signatories() if one.validated_on is None] == [stage.firm]
    assert Mail.objects.filter(purpose="convention/mail/ask_validation", address="direction@tilleuls.example").exists()
    with scope(TASK):
        assert commitments_of(stage.signatory(stage.firm))[-1].startswith("dire sans attendre")


def test_the_text_is_taken_only_while_the_convention_is_prepared_and_by_its_provider(stage: Stage):
    convention = stage.send()
    former = bytes(convention.document.content)
    in_force(CONVENTION, FORMER, "dire sans attendre à l'organisme de formation")
    with pytest.raises(WrongState, match="corrigez-la"):
        actions.take_text(stage.lead, stage.operation.pk)
    with pytest.raises(NotAllowed):
        actions.take_text(stage.officer, stage.operation.pk)
    # What was sent is stored bytes, in the words it was sent with.
    assert bytes(Document.objects.get(pk=convention.document_id).content) == former
    with scope(TASK):
        assert commitments_of(stage.signatory(stage.firm))[-1].startswith(FORMER)


def test_there_is_nothing_to_take_without_a_newer_text(stage: Stage):
    stage.draft()
    with pytest.raises(WrongState, match="déjà préparée avec le texte en vigueur"):
        actions.take_text(stage.lead, stage.operation.pk)


def test_a_text_that_no_longer_fills_is_said_to_who_needs_the_document(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    convention = stage.draft()
    monkeypatch.setattr("defi.kernel.documents.text.filling.MOST_SIGNS", 500)
    with pytest.raises(WrongState, match=r"à corriger par la Région .* dépasse 80 pages"):
        printing.preview(convention, clock.now())


def held(stage: Stage) -> None:
    actions.propose_options(stage.lead, stage.operation.pk, [OPTION])
    option = actions.forward_options(stage.officer, stage.operation.pk)[0]
    actions.hold_option(stage.cabinet, option.pk)


def test_the_cabinet_invites_by_a_letter_that_is_kept_for_each_signatory(stage: Stage):
    stage.draft()
    held(stage)
    in_force(INVITATION, "a l'honneur de vous inviter", "serait honorée de vous recevoir")
    actions.invite(stage.cabinet, stage.operation.pk)
    letters = list(Document.objects.filter(kind="invitation").order_by("number"))
    assert len(letters) == len(stage.signatories())
    text = text_of(bytes(letters[0].content))
    assert "serait honorée de vous recevoir" in text
    assert "le 5 novembre 2025 à 14 h 30 Mairie de Châteaudun" in text
    assert "INV-2025-0001" in text


def test_the_date_to_keep_is_a_letter_too(stage: Stage):
    stage.draft()
    held(stage)
    actions.save_the_date(stage.lead, stage.operation.pk)
    assert Document.objects.filter(kind="save-the-date").count() == len(stage.signatories())


def test_each_kind_is_filled_with_the_facts_of_an_operation(stage: Stage):
    stage.draft()
    with scope(stage.officer):
        assert operations_to_try(stage.officer) == [stage.operation]
    for kind in KINDS.values():
        made = printing.unregistered(kind.template, facts_of(kind, stage.operation), clock.now())
        assert made.pages >= 1
        assert kind.template.words is not None


def test_the_day_is_that_of_the_stage():
    assert clock.today() == NOW


def letters_sent(purpose: str) -> dict[str, Document]:
    rows = Mail.objects.filter(purpose=f"convention/mail/{purpose}").select_related("document").order_by("pk")
    return {mail.address: mail.document for mail in rows}


def test_the_letter_of_the_convention_leaves_with_the_mail_that_asks_to_sign(stage: Stage):
    in_force(LETTER_SIGNATORY, "un doute : dites-le", "un doute : écrivez-le")
    stage.send()
    sent = letters_sent("ask_signature")
    for address, house in (("direction@tilleuls.example", stage.firm), ("ml@example.org", stage.mission)):
        letter = sent[address]
        assert (letter.kind, letter.object_id) == ("letter-signatory", stage.signatory(house).pk)
        assert "un doute : écrivez-le" in text_of(bytes(letter.content))
        assert house.name in text_of(bytes(letter.content))
    # Who has no address has a letter too: it is printed.
    assert Document.objects.filter(kind="letter-signatory").count() == len(stage.signatories())


def test_who_is_asked_again_or_in_the_stead_of_another_has_a_letter_of_their_own(stage: Stage):
    stage.send()
    firm = stage.signatory(stage.firm)
    first = letters_sent("ask_signature")["direction@tilleuls.example"]
    actions.send_link(stage.lead, firm.pk)
    assert letters_sent("ask_signature")["direction@tilleuls.example"].pk > first.pk
    actions.delegate(stage.lead, firm.pk, actions.Signer("Rose", "Hue", "adjointe", "r@hue.example"))
    assert "Rose Hue" in text_of(bytes(letters_sent("ask_signature")["r@hue.example"].content))
    actions.record_ink(stage.lead, stage.signatory(stage.mission).pk)
    stage.send_another_text()
    again = text_of(bytes(letters_sent("signature_voided")["ml@example.org"].content))
    assert "Aide à domicile en Dunois" in again


def test_an_amendment_has_no_letter(signed: Stage):
    withdraws(signed)
    sent(signed)
    assert set(letters_sent("ask_amendment").values()) == {None}
