"""Who signs is named: in the text, and when it is another, in the annex of the seal and in the proof."""

from __future__ import annotations

import json
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from pyhanko.pdf_utils.reader import PdfFileReader

from browsing import browser
from convention.by_code import signs
from convention.ink_stage import deposited, pages_of, scans, text_of
from convention.read_bytes import words_of
from convention.signing_stage import NOW, Stage
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.files.models import FileVersion
from defi.kernel.models import Document, Mail
from defi.kernel.refusals import WrongState
from defi.kernel.signing.proof import Given
from defi.people.models import Membership
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.ink import actions as ink
from defi.steps.convention.issuing import living_signatories
from defi.steps.convention.sealing import proof_of, seal_convention
from factories import a_person, actor

pytestmark = pytest.mark.django_db
LEA = Signer("Léa", "Morin", "gérante", "lea@tilleuls.example")
ROSE = Signer("Rose", "Hue", "adjointe", "rose@tilleuls.example")


@pytest.fixture
def named(stage: Stage) -> Stage:
    """The text that is out names Léa for the firm; nobody for the provider and the Region."""
    stage.draft()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, LEA)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    return stage


def page_of(stage: Stage) -> str:
    return browser(stage.lead).get(f"/operations/{stage.operation.pk}/convention/").content.decode()


def given_of(stage: Stage, name: str) -> Given:
    """The signature of an organisation as the proof would tell it."""
    with scope(TASK):
        convention = stage.convention()
        rows = [row for row in living_signatories(convention) if row.signed_on and row.organisation.name == name]
        return proof_of(convention, rows).signatures[0]


def test_who_signs_with_an_account_is_named_in_the_proof_and_in_whose_place(named: Stage) -> None:
    zoe = actor(Who.SIGNATORY, named.firm, a_person("Zoé", email="zoe@tilleuls.example"))
    signs(zoe, named.signatory(named.firm), named.convention().fingerprint)
    given = given_of(named, "Les Tilleuls")
    assert given.name.startswith("Zoé")
    assert (given.stead, given.stead_of, given.in_text) == ("instead", "Léa Morin", "Léa Morin")
    assert (given.quality, given.stead_quality) == ("", "gérante")
    assert "à la place de Léa Morin (gérante), que nomme le texte" in page_of(named)
    signs(named.officer, named.signatory(named.region), named.convention().fingerprint)
    region = given_of(named, named.region.name)
    assert region.name.startswith("Claire")
    assert (region.stead, region.in_text) == ("unnamed", "")


def test_who_signs_instead_of_another_has_the_function_of_their_own_and_not_the_quality_of_the_other(named: Stage):
    zoe = actor(Who.SIGNATORY, named.firm, a_person("Zoé", email="zoe@tilleuls.example"))
    with scope(TASK):
        Membership.objects.filter(person_id=zoe.person_id, organisation=named.firm).delete()
        Membership.objects.create(
            person_id=zoe.person_id, organisation=named.firm, role=Who.SIGNATORY.value, function="directrice"
        )
    signs(zoe, named.signatory(named.firm), named.convention().fingerprint)
    given = given_of(named, "Les Tilleuls")
    assert (given.quality, given.stead_of, given.stead_quality) == ("directrice", "Léa Morin", "gérante")


def signing_page(who: Actor, stage: Stage) -> str:
    answer = browser(who).get(f"/signataires/{stage.signatory(stage.firm).pk}/signer/")
    return unescape(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def test_the_page_that_signs_says_whom_the_text_names_and_not_who_was_named_since(named: Stage) -> None:
    zoe = actor(Who.SIGNATORY, named.firm, a_person("Zoé", email="zoe@tilleuls.example"))
    actions.replace_signer(named.lead, named.signatory(named.firm).pk, ROSE, reason="a quitté l'entreprise")
    assert "Le texte nomme Léa Morin" in signing_page(zoe, named)
    rose = Mail.objects.get(address=ROSE.email, purpose="convention/mail/ask_signature")
    own = unescape(Client().get(f"/lien/{rose.body.split('/lien/')[1].split('/')[0]}/").content.decode())
    assert "Le texte nomme Léa Morin" in own


def test_the_page_that_signs_a_text_that_names_nobody_says_so_to_who_is_named_since(stage: Stage) -> None:
    stage.send()
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, LEA)
    zoe = actor(Who.SIGNATORY, stage.firm, a_person("Zoé", email="zoe@tilleuls.example"))
    page = signing_page(zoe, stage)
    assert "Le texte nomme" not in page
    assert "Le texte dit « à désigner » pour Les Tilleuls" in page


def test_a_delegate_is_said_to_be_one_in_the_annex_and_the_proof(named: Stage) -> None:
    actions.delegate(named.lead, named.signatory(named.firm).pk, ROSE)
    for row in named.signatories():
        actions.record_ink(named.lead, row.pk)
    sealed = seal_convention(named.convention().pk)
    assert sealed is not None
    document = Document.objects.get(pk=sealed.pk)
    assert "par délégation de Léa Morin, que nomme le texte" in words_of(document)
    names = PdfFileReader(BytesIO(bytes(document.content))).root["/Names"]["/EmbeddedFiles"]["/Names"]
    proof = json.loads(names[1]["/EF"]["/F"].data)
    (firm,) = [one for one in proof["signatures"] if one["organisation"] == "Les Tilleuls"]
    assert (firm["name"], firm["stead"], firm["stead_of"]) == ("Rose Hue", "delegated", "Léa Morin")


def test_a_text_corrected_after_a_replacement_names_the_new_person_and_says_no_more(named: Stage) -> None:
    actions.replace_signer(named.lead, named.signatory(named.firm).pk, ROSE, reason="a quitté l'entreprise")
    assert "à la place de Léa Morin, que nomme le texte" in page_of(named)
    actions.correct_convention(named.lead, named.operation.pk, reason="le nom")
    actions.send_convention(named.lead, named.operation.pk)
    actions.record_ink(named.lead, named.signatory(named.firm).pk)
    given = given_of(named, "Les Tilleuls")
    assert (given.name, given.stead) == ("Rose Hue", "")


def test_whom_nobody_is_named_for_is_said_before_the_text_leaves_and_while_it_is_signed(stage: Stage) -> None:
    stage.draft()
    stage.validate_all()
    assert "Le texte y imprimera" in page_of(stage)
    actions.send_convention(stage.lead, stage.operation.pk)
    assert "Précisez-le avant la dernière signature" in page_of(stage)


def test_the_name_of_an_ink_signature_is_asked_when_nobody_was_named_and_may_be_given_after(stage: Stage) -> None:
    stage.send()
    lead, mission, region = browser(stage.lead), stage.signatory(stage.mission), stage.signatory(stage.region)
    address = f"/signataires/{mission.pk}/encre/"
    assert "Nom de qui a signé" in lead.get(address).content.decode()
    sent = {"on": NOW, "version": mission.version, "first_name": "Ana", "last_name": "Roy"}
    assert lead.post(address, sent).status_code == 302
    assert given_of(stage, stage.mission.name).name == "Ana Roy"
    actions.record_ink(stage.lead, region.pk)
    actions.describe_signatory(stage.lead, region.pk, Signer("Luc", "Mai", "élu"))
    assert stage.signatory(stage.region).state == "signed_ink"
    assert given_of(stage, stage.region.name).name == "Luc Mai"


def test_an_ink_signature_read_on_a_page_is_proved_by_that_page(stage: Stage) -> None:
    stage.send()
    text = text_of(stage)
    deposited(stage.lead, stage.operation.pk, pages_of(text, 1, text.pages))
    first, last = scans(stage, "placed")
    with pytest.raises(WrongState, match="pas de case"):
        ink.sign_on_page(stage.lead, first.pk, [stage.signatory(stage.firm).pk])
    assert "Qui a signé" not in browser(stage.lead).get(f"/pages-signees/{first.pk}/").content.decode()
    ink.sign_on_page(stage.lead, last.pk, [stage.signatory(stage.firm).pk])
    (evidence,) = given_of(stage, "Les Tilleuls").evidence
    with scope(TASK):
        assert (evidence.kind, evidence.sha256) == ("scan", FileVersion.objects.get(stored=last.stored_id).sha256)
