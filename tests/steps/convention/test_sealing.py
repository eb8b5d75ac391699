"""Once all have signed: the sealed document, who may read it, the ways of signing behind one door."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from browsing import browser
from convention.by_code import signs
from convention.signing_stage import CEREMONY, NOW, Stage
from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Document, JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.kernel.signing import providers
from defi.kernel.signing.binding import SealError
from defi.kernel.signing.providers import Asked, Reading, SignatureProvider, SignedFile, State
from defi.kernel.signing.verification import Answer, examine
from defi.steps.convention import actions, outside, sealing
from defi.steps.convention.models import Convention
from defi.steps.convention.ways import WAYS
from sealing import an_installation

pytestmark = pytest.mark.django_db

ELSEWHERE = SignedFile("convention-signee.pdf", b"%PDF-1.7\nsigned elsewhere\n%%EOF\n")


def bearer_of(address: str, purpose: str) -> tuple[Actor, str]:
    """Who clicks on the link of the last mail of this kind sent to this address, and the secret of the link."""
    mail = Mail.objects.filter(address=address, purpose=f"convention/mail/{purpose}").latest("pk")
    secret = mail.body.split("/lien/")[1].split("/")[0]
    return links.bearer(links.find(secret)), secret


def signed_by_all(stage: Stage, *, on: date = CEREMONY) -> Convention:
    """One clicks on its link, one signed on another platform, the others in ink."""
    stage.send()
    with clock.at(on):
        firm = stage.signatory(stage.firm)
        clicks, _secret = bearer_of("direction@tilleuls.example", "ask_signature")
        signs(clicks, firm, stage.convention().fingerprint)
        actions.record_outside(stage.officer, stage.signatory(stage.agency).pk, ELSEWHERE)
        for signatory in stage.signatories():
            if signatory.state == "to_sign":
                actions.record_ink(stage.lead, signatory.pk)
    an_installation()
    return stage.convention()


def proof_in(content: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return json.loads(pdf.attachments["preuve.json"].get_file().read_bytes())  # type: ignore[no-any-return]


def test_the_last_signature_asks_the_worker_for_the_seal(stage: Stage) -> None:
    convention = signed_by_all(stage)
    (job,) = ProcrastinateJob.objects.filter(task_name="seal_convention")
    assert job.args == {"convention_id": convention.pk}
    shown = Client()
    assert (convention.state, convention.sealed_id) == ("signed", None)
    with clock.at(CEREMONY):
        _actor, secret = bearer_of("direction@tilleuls.example", "ask_signature")
        assert "scellement en cours" in shown.get(f"/lien/{secret}/").content.decode()


def test_the_sealed_document_holds_the_signed_bytes_and_says_who_signed_and_how(stage: Stage) -> None:
    convention = signed_by_all(stage)
    with clock.at(CEREMONY):
        sealed = sealing.seal_convention(convention.pk)
        assert sealed is not None
        again = sealing.seal_convention(convention.pk)
    text = Document.objects.get(pk=convention.document_id)
    assert again == sealed
    assert Document.objects.filter(kind="convention-sealed").count() == 1
    assert bytes(sealed.content).startswith(bytes(text.content))
    assert (sealed.number, sealed.file_id) == (f"{text.number}-S", stage.operation.pk)
    assert stage.convention().sealed_id == sealed.pk
    assert JournalEntry.objects.filter(verb="convention.seal").count() == 1
    proof = proof_in(bytes(sealed.content))
    assert [edition["sha256"] for edition in proof["editions"]] == [text.sha256]
    ways = {given["organisation"]: given for given in proof["signatures"]}
    assert {given["way"] for given in ways.values()} == {"click", "ink", "outside"}
    assert ways["Les Tilleuls"]["way"] == "click"
    assert [one["kind"] for one in ways["Les Tilleuls"]["evidence"]] == ["link", "code"]
    assert ways["Les Tilleuls"]["at"].startswith(CEREMONY.isoformat())
    assert [one["kind"] for one in ways["France Travail Châteaudun"]["evidence"]] == ["file"]
    assert {given["sha256"] for given in ways.values()} == {text.sha256}
    assert "@" not in json.dumps(proof)
    assert examine(bytes(sealed.content)).answer is Answer.SEALED


def test_after_a_correction_the_proof_names_both_texts_and_the_one_in_force(stage: Stage) -> None:
    stage.send()
    stage.send_another_text()
    with clock.at(CEREMONY):
        for signatory in stage.signatories():
            actions.record_ink(stage.lead, signatory.pk)
        with scope(TASK):
            convention = Convention.objects.select_related("document").get(pk=stage.convention().pk)
            proof = sealing.proof_of(convention, stage.signatories())
    assert [edition.in_force for edition in proof.editions] == [False, True]


def test_each_signatory_keeps_a_link_that_shows_the_sealed_document_for_years(stage: Stage) -> None:
    convention = signed_by_all(stage)
    with clock.at(CEREMONY):
        _actor, signed_with = bearer_of("direction@tilleuls.example", "ask_signature")
        sealed = sealing.seal_convention(convention.pk)
        assert sealed is not None
        _actor, copy = bearer_of("direction@tilleuls.example", "convention_sealed")
    with clock.at(CEREMONY + timedelta(days=9 * 365)):
        for secret in (signed_with, copy):
            page = Client().get(f"/lien/{secret}/")
            assert "Garder le document scellé" in page.content.decode()
            assert Client().get(f"/lien/{secret}/convention.pdf").content == bytes(sealed.content)
            assert Client().post(f"/lien/{secret}/refuser/", {"reason": "trop tard"}).status_code in {409, 422}
    with clock.at(CEREMONY + timedelta(days=11 * 365)):
        assert Client().get(f"/lien/{copy}/").status_code == 410
        assert Client().post(f"/lien/{copy}/", {"renew": "1"}).status_code == 200
        _actor, fresh = bearer_of("direction@tilleuls.example", "convention_sealed")
        assert Client().get(f"/lien/{fresh}/").status_code == 200


def test_nothing_is_sealed_before_all_have_signed_and_the_database_says_so_too(stage: Stage) -> None:
    convention = stage.send()
    assert sealing.seal_convention(convention.pk) is None
    with scope(TASK), pytest.raises(IntegrityError), transaction.atomic():
        Convention.objects.filter(pk=convention.pk).update(sealed=convention.document_id)


def test_one_convention_that_cannot_be_sealed_is_tried_again_and_holds_back_no_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    convention = signed_by_all(stage)
    with clock.at(CEREMONY):
        with monkeypatch.context() as down:

            def refuses(*_: Any, **__: Any) -> None:
                raise SealError("the timestamp service is down")

            down.setattr(sealing, "keep_sealed", refuses)
            assert sealing.seal_what_waits() == 0
        assert "is not sealed" in caplog.text
        assert stage.convention().sealed_id is None
        assert sealing.seal_what_waits() == 1
        assert sealing.seal_what_waits() == 0
    assert stage.convention().pk == convention.pk


# Signed outside, and a provider of the configuration


def saved_again(text: bytes, *, mark: bool = False) -> bytes:
    """The text as another program saves it, with a `mark` on its last page or without."""
    kept = io.BytesIO()
    with pikepdf.open(io.BytesIO(text)) as pdf:
        if mark:
            pdf.pages[-1].contents_add(b"q 0 0 0 rg 100 400 120 40 re f Q")
        pdf.save(kept)
    return kept.getvalue()


def test_a_text_merely_saved_again_is_not_one_that_was_signed(stage: Stage) -> None:
    convention = stage.send()
    agency = stage.signatory(stage.agency)
    with scope(TASK):
        text = bytes(convention.document.content)
    with pytest.raises(Invalid, match="ni champ de signature, ni rien d'ajouté"):
        actions.record_outside(stage.officer, agency.pk, SignedFile("c.pdf", saved_again(text)))
    signed = actions.record_outside(stage.officer, agency.pk, SignedFile("c.pdf", saved_again(text, mark=True)))
    assert signed.state == "signed_outside"


def test_the_ways_of_the_product_have_the_three_methods() -> None:
    assert {*WAYS} == {"signed_click", "signed_ink", "signed_outside"}
    assert all(isinstance(way, SignatureProvider) for way in WAYS.values())


def test_a_signature_given_elsewhere_is_noted_with_the_file_that_bears_it(stage: Stage) -> None:
    convention = stage.send()
    agency = stage.signatory(stage.agency)
    actions.record_outside(stage.officer, agency.pk, ELSEWHERE, on=NOW)
    agency = stage.signatory(stage.agency)
    assert (agency.state, agency.signed_on, agency.signed_fingerprint) == (
        "signed_outside",
        NOW,
        convention.fingerprint,
    )
    with scope(TASK):
        way = WAYS["signed_outside"]
        assert way.read(str(agency.pk)).state is State.SIGNED
        fetched = way.fetch(str(agency.pk))
    assert fetched is not None
    assert fetched.content == ELSEWHERE.content
    with pytest.raises(WrongState, match="déjà signé"):
        actions.record_outside(stage.officer, agency.pk, ELSEWHERE)
    stage.send_another_text()
    fallen = stage.signatory(stage.agency)
    assert (fallen.state, fallen.outside_file_id) == ("to_sign", None)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SignedFile("photo.png", b"\x89PNG\r\n\x1a\n"), "PDF signé"),
        (SignedFile("a.pdf", b"hello"), "n'en est pas un"),
        (SignedFile("a.pdf", b""), "vide"),
    ],
)
def test_a_file_that_bears_no_signature_is_refused(stage: Stage, file: SignedFile, said: str) -> None:
    stage.send()
    with pytest.raises(Invalid, match=said):
        actions.record_outside(stage.officer, stage.signatory(stage.agency).pk, file)


def test_the_page_takes_the_signed_file_and_gives_it_back(stage: Stage) -> None:
    stage.send()
    agency, officer = stage.signatory(stage.agency), browser(stage.officer)
    address = reverse("convention:outside", args=[agency.pk])
    refused = officer.post(address, {"on": NOW, "checked": "on", "file": SimpleUploadedFile("c.pdf", b"hello")})
    assert refused.status_code == 422
    assert "en est pas un" in refused.content.decode()
    sent = {"on": NOW, "checked": "on", "file": SimpleUploadedFile("c.pdf", ELSEWHERE.content)}
    done = officer.post(address, sent)
    assert done.status_code == 302
    held = Document.objects.get(kind="signed-outside")
    assert officer.get(reverse("document", args=[held.code])).content == ELSEWHERE.content
    assert held.code in officer.get(reverse("convention:signatory", args=[agency.pk])).content.decode()


def test_the_unsigned_text_is_not_taken_for_a_signed_one(stage: Stage) -> None:
    convention = stage.send()
    text = Document.objects.get(pk=convention.document_id)
    with pytest.raises(Invalid, match="sans signature"):
        actions.record_outside(
            stage.officer, stage.signatory(stage.agency).pk, SignedFile("c.pdf", bytes(text.content))
        )


def test_another_document_of_the_house_is_not_the_signed_text_whatever_was_added_to_it(stage: Stage) -> None:
    former = bytes(Document.objects.get(pk=stage.send().document_id).content)
    now = stage.send_another_text()
    text, agency = bytes(Document.objects.get(pk=now.document_id).content), stage.signatory(stage.agency)
    for content in (former, former + b"1 0 obj<</Type/Sig>>endobj\n%%EOF\n"):
        with pytest.raises(Invalid, match="n'est pas le texte à signer"):
            actions.record_outside(stage.officer, agency.pk, SignedFile("c.pdf", content))
    with pytest.raises(Invalid, match="sans signature"):
        actions.record_outside(stage.officer, agency.pk, SignedFile("c.pdf", text + b"\n \n"))
    signed = actions.record_outside(
        stage.officer, agency.pk, SignedFile("c.pdf", text + b"1 0 obj<</Type/Sig>>endobj\n%%EOF\n")
    )
    with scope(TASK):
        assert outside.seen_of(signed) == "begins"


def test_nobody_notes_such_a_signature_for_the_firm_but_who_runs_the_operation(stage: Stage) -> None:
    stage.send()
    with pytest.raises(NotAllowed):
        actions.record_outside(Actor(Who.RECRUITER), stage.signatory(stage.firm).pk, ELSEWHERE)


class Platform:
    """A provider that answers what the test says."""

    name = "Plateforme"
    reading = Reading(State.AWAITED)

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def ask(self, asked: Asked) -> str:
        self.asked.append(asked)
        return f"req-{len(self.asked)}"

    def read(self, reference: str) -> Reading:
        return self.reading

    def fetch(self, reference: str) -> SignedFile | None:
        return ELSEWHERE


@pytest.fixture
def platform(settings: Any) -> Iterator[Platform]:
    settings.SIGNATURE_PROVIDER = f"{__name__}.Platform"
    providers._loaded.cache_clear()
    made = providers.external()
    assert isinstance(made, Platform)
    yield made
    providers._loaded.cache_clear()


def test_a_provider_of_the_configuration_is_asked_read_and_its_file_kept(stage: Stage, platform: Platform) -> None:
    convention = stage.send()
    firm = stage.signatory(stage.firm)
    actions.ask_outside(stage.lead, firm.pk)
    (asked,) = platform.asked
    assert (asked.sha256, asked.email) == (convention.fingerprint, "direction@tilleuls.example")
    with pytest.raises(WrongState, match="déjà demandée"):
        actions.ask_outside(stage.lead, firm.pk)
    assert outside.read_outside() == 0
    platform.reading = Reading(State.SIGNED, on=NOW)
    assert outside.read_outside() == 1
    assert stage.signatory(stage.firm).state == "signed_outside"
    assert outside.read_outside() == 0


def test_what_the_provider_says_is_refused_is_a_refusal_with_its_reason(stage: Stage, platform: Platform) -> None:
    stage.send()
    actions.ask_outside(stage.lead, stage.signatory(stage.firm).pk)
    platform.reading = Reading(State.REFUSED, reason="pas d'accord sur la date")
    assert outside.read_outside() == 1
    assert stage.signatory(stage.firm).state == "refused"


def test_what_was_signed_there_of_a_former_text_is_not_taken_for_the_new_one(stage: Stage, platform: Platform) -> None:
    stage.send()
    firm = stage.signatory(stage.firm)
    actions.ask_outside(stage.lead, firm.pk)
    convention = stage.send_another_text()
    platform.reading = Reading(State.SIGNED, on=NOW)
    assert outside.read_outside() == 0
    assert stage.signatory(stage.firm).state == "to_sign"
    # Read before the text was sent again, written after.
    with pytest.raises(Stale):
        actions.record_outside(TASK, firm.pk, ELSEWHERE, reference="req-1")
    actions.ask_outside(stage.lead, firm.pk)
    assert platform.asked[-1].sha256 == convention.fingerprint
    assert outside.read_outside() == 1


def test_what_was_asked_of_somebody_else_is_asked_again_of_who_signs(stage: Stage, platform: Platform) -> None:
    stage.send()
    firm = stage.signatory(stage.firm)
    actions.ask_outside(stage.lead, firm.pk)
    actions.delegate(stage.lead, firm.pk, actions.Signer("Rose", "Hue", "adjointe", "r@hue.example"))
    platform.reading = Reading(State.SIGNED, on=NOW)
    assert outside.read_outside() == 0
    actions.ask_outside(stage.lead, firm.pk)
    assert platform.asked[-1].email == "r@hue.example"


def test_the_page_notes_the_text_that_it_showed(stage: Stage) -> None:
    former = stage.send().fingerprint
    agency, officer = stage.signatory(stage.agency), browser(stage.officer)
    address = reverse("convention:outside", args=[agency.pk])
    assert former in officer.get(address).content.decode()
    stage.send_another_text()
    file = SimpleUploadedFile("c.pdf", ELSEWHERE.content)
    sent = {"on": NOW, "checked": "on", "file": file, "fingerprint": former}
    refused = officer.post(address, sent)
    assert refused.status_code == 422
    assert "Le texte a changé depuis" in refused.content.decode()
    assert stage.signatory(stage.agency).state == "to_sign"


def test_without_a_provider_the_product_works_and_says_so(stage: Stage) -> None:
    stage.send()
    assert outside.read_outside() == 0
    with pytest.raises(WrongState, match="Aucun prestataire"):
        actions.ask_outside(stage.lead, stage.signatory(stage.firm).pk)


@pytest.mark.parametrize("path", ["nowhere.at.All", "defi.kernel.signing.proof.Evidence", "json.JSONDecoder"])
def test_a_provider_that_is_not_one_is_said_at_once(path: str, settings: Any) -> None:
    settings.SIGNATURE_PROVIDER = path
    with pytest.raises((ImproperlyConfigured, TypeError)):
        providers.external()
