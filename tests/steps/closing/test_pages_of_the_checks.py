"""The pages of two signatures, of the rounds of correction, of the controls, of the pack, as their roles see them."""

import html
import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, Stale, WrongState
from defi.schemes.rulebook import current
from defi.steps.closing import actions, queries
from defi.steps.closing.actions import certificate as certificate_actions
from defi.steps.closing.models import BonusClaim, ComplianceCertificate

pytestmark = pytest.mark.django_db
WINTER = date(2025, 12, 1)


@pytest.fixture
def ending(full):
    full.refresh()
    with clock.at(WINTER):
        yield full


def certificate():
    return ComplianceCertificate._base_manager.latest("pk")


def claim():
    return BonusClaim._base_manager.latest("pk")


def asked(ending):
    post(browser(ending.coordinator), "closing:request_certificate", ending.operation.pk)
    return certificate().pk


def claimed(ending):
    post(browser(ending.officer), "closing:issue", asked(ending))
    post(browser(ending.coordinator), "closing:send_claim", ending.operation.pk, kind="interim", order_number="BC-1")
    return claim().pk


def test_two_signatures_by_clicking(ending, monkeypatch):
    book = replace(current(), second_signature="steering")
    for room in (certificate_actions, queries):
        monkeypatch.setattr(room, "rulebook", lambda scheme, version: book)
    steering = browser(
        make.actor(Who.STEERING, make.a_region(), make.a_person("Dominique", "Cap", "cap@region.example"))
    )
    officer, here, pk = browser(ending.officer), ending.operation.pk, asked(ending)
    assert "Signer l'attestation" in page(officer, "closing:closing", here)
    assert "Si vous confirmez" in page(officer, "closing:sign", pk)
    post(officer, "closing:sign", pk)
    assert "contresigne" in page(browser(ending.coordinator), "closing:closing", here)
    assert officer.post(reverse("closing:countersign", args=[pk])).status_code == 403
    post(steering, "closing:send_back", pk, answered=422, reason="")
    assert "Renvoyer sans contresigner" in page(steering, "closing:closing", here)
    post(steering, "closing:countersign", pk)
    assert certificate().state == "issued"


def test_the_provider_answers_a_correction_and_the_officer_reads_it(ending):
    officer, provider, here, pk = (
        browser(ending.officer),
        browser(ending.coordinator),
        ending.operation.pk,
        asked(ending),
    )
    post(officer, "closing:ask_correction", pk, answered=422, reason="")
    post(officer, "closing:ask_correction", pk, reason="Numéro EOS ?")
    assert "Numéro EOS" in page(provider, "closing:resubmit", pk)
    post(provider, "closing:resubmit", pk, reply="Corrigé le 30.")
    assert "Corrigé le 30." in page(officer, "closing:closing", here)


def test_each_line_has_its_source_and_the_provider_a_way_to_mend_it(ending):
    shown = page(browser(ending.coordinator), "closing:closing", ending.operation.pk)
    assert shown.count("Source :") == 21
    assert f"{reverse('operation', args=[ending.operation.pk])}#design" in shown
    assert "#design" not in page(browser(ending.officer), "closing:closing", ending.operation.pk)


def test_the_office_keeps_a_control_by_a_click_and_the_holder_reads_it(ending):
    pk = claimed(ending)
    office, holder = browser(ending.office), browser(ending.coordinator)
    assert "rien ne bloque" in page(office, "closing:claim", pk)
    post(office, "closing:control_claim", pk)
    assert "Contrôler la demande de prime" in page(holder, "closing:claim", pk)
    assert "Garder ce contrôle" not in page(holder, "closing:claim", pk)
    assert holder.post(reverse("closing:control_claim", args=[pk])).status_code == 403


def test_an_old_page_of_the_office_is_refused_and_told_and_what_was_typed_stays(ending):
    pk = claimed(ending)
    office, holder, old = browser(ending.office), browser(ending.coordinator), claim().version
    post(office, "closing:correct_claim", pk, reason="bon illisible", version=old)
    post(holder, "closing:resend_claim", pk, kind="interim", order_number="BC-1", reply="scanné de nouveau")
    shown = post(office, "closing:grant_claim", pk, answered=422, reason="dossier complet", version=old)
    assert "modifiée pendant que vous la lisiez" in shown
    assert "dossier complet" in shown
    assert claim().state == "sent"


def test_what_eos_was_asked_is_mended_while_a_correction_is_asked(ending):
    pk, holder = claimed(ending), browser(ending.coordinator)
    post(holder, "closing:claim_eos", pk, on=clock.today().isoformat(), kind="balance")
    post(browser(ending.office), "closing:correct_claim", pk, reason="acompte ou solde ?")
    shown = page(holder, "closing:closing", ending.operation.pk)
    assert reverse("closing:claim_eos", args=[pk]) in shown
    assert "le titulaire du marché corrige" in html.unescape(shown)
    page(holder, "closing:claim_eos", pk)
    post(holder, "closing:claim_eos", pk, on=clock.today().isoformat(), kind="interim")
    assert (claim().state, claim().eos_kind) == ("correction", "interim")


def test_the_pack_is_for_the_region_and_the_holder(ending):
    pk = claimed(ending)
    address = reverse("closing:claim_pack", args=[pk])
    for actor in (ending.office, ending.coordinator):
        answer = browser(actor).get(address)
        assert answer["Content-Type"] == "application/zip"
        assert "controles.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    signatory = make.actor(Who.SIGNATORY, ending.employers[0], make.a_person("Odile", email="o@example.org"))
    for actor in (ending.stranger, signatory):
        assert browser(actor).get(address).status_code == 404


def test_a_line_is_explained_beside_it_while_it_is_studied_and_the_officer_reads_it(ending):
    officer, provider, here, pk = (
        browser(ending.officer),
        browser(ending.coordinator),
        ending.operation.pk,
        asked(ending),
    )
    line = next(check.key for check in closing(ending).checks if not check.found and not check.later)
    address = reverse("closing:explain", args=[pk, line])
    assert address in page(provider, "closing:closing", here)
    assert address not in page(officer, "closing:closing", here)
    post(provider, "closing:explain", pk, line, answered=422, text="")
    post(provider, "closing:explain", pk, line, text="Le comité s'est tenu chez le titulaire du marché.")
    shown = html.unescape(page(officer, "closing:closing", here)).replace("’", "'")
    assert "Le comité s'est tenu chez le titulaire du marché." in shown
    assert "Expliquer une ligne de l'attestation" in shown
    assert "Demander l'attestation" in shown
    about = next(check for check in closing(ending).checks if check.key == line)
    assert f"sur la ligne « {about.label} : " in shown.replace("\xa0", " ").replace("\u202f", " ")
    assert [(r.line[: len(about.label)], r.lacking) for r in closing(ending).rounds] == [("", ()), (about.label, ())]
    post(provider, "closing:explain", pk, line, text="Le procès-verbal suit.")
    assert closing(ending).checks[[c.key for c in closing(ending).checks].index(line)].explained == (
        "Le procès-verbal suit."
    )
    assert JournalEntry.objects.filter(verb="certificate.explain", file_id=here).count() == 2
    assert not next(check for check in closing(ending).checks if check.key == line).found


def test_nobody_else_explains_and_nothing_once_it_is_decided(ending):
    pk = asked(ending)
    line = closing(ending).checks[0].key
    for actor, status in ((ending.officer, 403), (ending.stranger, 404)):
        answered = browser(actor).post(reverse("closing:explain", args=[pk, line]), {"text": "dit"})
        assert answered.status_code == status
    assert browser(ending.coordinator).get(reverse("closing:explain", args=[pk, "autre"])).status_code == 404
    with pytest.raises(Invalid, match="pas de celles"):
        actions.explain_line(ending.coordinator, pk, line="autre", text="dit")
    with pytest.raises(Stale):
        actions.explain_line(ending.coordinator, pk, line=line, text="dit", version=99)
    actions.issue_certificate(ending.officer, pk)
    with pytest.raises(WrongState):
        actions.explain_line(ending.coordinator, pk, line=line, text="dit")


def closing(ending):
    with scope(ending.coordinator):
        return queries.closing_page(ending.coordinator, ending.operation)
