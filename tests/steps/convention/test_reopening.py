"""Opening a text again says what it would already say otherwise, and may be abandoned; a former edition says it is."""

from __future__ import annotations

from html import unescape

import pytest

from browsing import browser
from convention.signing_stage import Stage
from defi.kernel.models import Document
from defi.kernel.refusals import WrongState
from defi.kernel.signing.verification import examine
from defi.operations.actions import add_partner
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.models import Signatory
from defi.web.verification import said_of
from factories import an_employer

pytestmark = pytest.mark.django_db
ROSE = Signer("Rose", "Hue", "adjointe", "rose@tilleuls.example")


def adds(stage: Stage) -> Signatory:
    """A partner that no rule asks for signs too."""
    partner = an_employer("Service Plus")
    add_partner(stage.lead, stage.operation.pk, partner)
    return actions.add_signatory(stage.lead, stage.operation.pk, partner)


def test_what_changed_since_the_text_left_is_said_before_it_is_opened(stage: Stage) -> None:
    stage.send()
    actions.record_ink(stage.lead, stage.signatory(stage.mission).pk)
    lead, address = browser(stage.lead), f"/operations/{stage.operation.pk}/convention/corriger/"
    assert "Si le texte ne change pas, rien ne tombe." in lead.get(address).content.decode()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, ROSE)
    page = lead.get(address).content.decode()
    assert "Si le texte ne change pas" not in page
    assert "devient Rose Hue" in page
    assert "tombera dès que" in page


def test_a_correction_is_abandoned_and_the_text_that_was_sent_goes_on(stage: Stage) -> None:
    first = stage.send()
    actions.record_ink(stage.lead, stage.signatory(stage.mission).pk)
    stage.reopen()
    newcomer = adds(stage)
    lead, root = browser(stage.lead), f"/operations/{stage.operation.pk}/convention/"
    shown = unescape(lead.get(root).content.decode())
    assert "Abandonner la correction" in shown
    assert "Service Plus s'ajoute aux signataires" in shown
    assert lead.post(f"{root}garder/", {"version": stage.convention().version}).status_code == 302
    kept = stage.convention()
    assert (kept.state, kept.edition, kept.title) == ("sent", 1, first.title)
    assert kept.fingerprint == first.fingerprint
    assert stage.signatory(stage.mission).state == "signed_ink"
    assert newcomer.pk not in {row.pk for row in stage.signatories()}
    # Nothing is left of it: sent again, the same text would go.
    actions.correct_convention(stage.lead, stage.operation.pk, reason="encore")
    assert actions.send_convention(stage.lead, stage.operation.pk).fingerprint == first.fingerprint


def test_a_text_never_sent_or_whose_signatory_was_taken_off_since_is_not_abandoned(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(WrongState, match="pas encore été transmise"):
        actions.keep_convention(stage.lead, stage.operation.pk)
    added = adds(stage)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    actions.correct_convention(stage.lead, stage.operation.pk, reason="un nom")
    actions.remove_signatory(stage.lead, added.pk, reason="elle se retire")
    with pytest.raises(WrongState, match="Service Plus : retiré"):
        actions.keep_convention(stage.lead, stage.operation.pk)
    shown = unescape(browser(stage.lead).get(f"/operations/{stage.operation.pk}/convention/").content.decode())
    assert "Abandonner la correction" not in shown
    assert "La correction ne s'abandonne plus. Service Plus" in shown


def test_a_former_edition_says_that_it_was_replaced_by_code_and_by_file(stage: Stage) -> None:
    former = Document.objects.get(pk=stage.send().document_id)
    now = Document.objects.get(pk=stage.send_another_text().document_id)
    assert said_of(examine(bytes(former.content))).word == "remplacé"
    assert said_of(examine(bytes(now.content))).word == "authentique"
    anybody = browser(stage.lead)
    said = "Une autre édition a remplacé ce document"
    assert said in anybody.get(f"/verifier/{former.code}/").content.decode()
    assert said not in anybody.get(f"/verifier/{now.code}/").content.decode()


def test_another_convention_after_a_cancelled_one_keeps_names_title_and_the_partner_added(stage: Stage) -> None:
    stage.draft()
    adds(stage)
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, ROSE)
    title = "Cap sur l'aide, session EOS n° 24-118-0932"
    actions.retitle_convention(stage.lead, stage.operation.pk, title=title)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    for row in stage.signatories():
        actions.record_ink(stage.lead, row.pk)
    before = {row.organisation_id: (row.person_id, row.quality) for row in stage.signatories()}
    actions.cancel_convention(stage.lead, stage.operation.pk, reason="à refaire")
    again = actions.draft_convention(stage.lead, stage.operation.pk)
    assert again.title == title
    assert {row.organisation_id: (row.person_id, row.quality) for row in stage.signatories()} == before
