"""The pages of the signatures in ink: sent, recognised, signed, taken off by clicks; what they cost."""

from __future__ import annotations

import io
from html import unescape

import pypdfium2
import pytest
from django.test import Client

from convention.ink_stage import a_page, deposited, pages_of, scans, text_of
from convention.signing_stage import Stage
from convention.test_pages import lead_of, signed_in
from defi.kernel.access import Who
from defi.steps.convention import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(stage: Stage) -> Stage:
    stage.send()
    return stage


def said(content: bytes) -> str:
    return " ".join(unescape(content.decode()).split())


def words(client: Client, url: str) -> str:
    return said(client.get(url).content)


def paper(stage: Stage) -> str:
    return f"/operations/{stage.operation.pk}/convention/papier/"


def copied(stage: Stage, *, turned: int) -> io.BytesIO:
    """The last page of the printed convention, as a copier sends it."""
    text = text_of(stage)
    pdf = pypdfium2.PdfDocument(bytes(text.content))
    page = pdf[text.pages - 1].render(scale=1.5).to_pil().convert("L").rotate(turned, expand=True)
    pdf.close()
    kept = io.BytesIO()
    page.save(kept, "JPEG", quality=60)
    kept.seek(0)
    kept.name = "photo.jpg"
    return kept


def test_a_photo_upside_down_is_sent_signed_and_shown(sent: Stage) -> None:
    lead = lead_of(sent)
    text = text_of(sent)
    assert f"il en faut {text.pages}" in words(lead, paper(sent))
    assert lead.post(paper(sent), {"scans": [copied(sent, turned=180)]}).status_code == 302
    (scan,) = scans(sent, "placed")
    assert scan.page == text.pages
    page = words(lead, paper(sent))
    assert "1 page est à sa place." in page
    assert "Il manque" in page
    assert f"page {text.pages}, reçue : dites si elle est signée" in page
    image = lead.get(f"/pages-signees/{scan.pk}/image.jpg")
    assert (image["Content-Type"], image["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    firm = sent.signatory(sent.firm)
    form = {"signatories": [firm.pk], "on": "2025-10-06", "version": scan.version}
    assert lead.post(f"/pages-signees/{scan.pk}/signataires/", form).status_code == 302
    assert sent.signatory(sent.firm).state == "signed_ink"
    assert f"lue page {text.pages}" in words(lead, paper(sent))


def test_several_missing_are_not_called_the_last_signature_and_those_noted_are_told_apart(sent: Stage) -> None:
    lead, text = lead_of(sent), text_of(sent)
    deposited(sent.lead, sent.operation.pk, pages_of(text, text.pages))
    (scan,) = scans(sent, "placed")
    sheet = f"/pages-signees/{scan.pk}/"
    rows = sent.signatories()
    actions.record_ink(sent.lead, rows[0].pk)
    several = words(lead, sheet)
    assert f"À cocher si vous notez les {len(rows) - 1} qui manquent" in several
    assert "C'est la dernière signature" not in several
    assert several.count("signature déjà notée") == 1
    for row in rows[1:-1]:
        actions.record_ink(sent.lead, row.pk)
    assert "C'est la dernière signature" in words(lead, sheet)


def test_what_is_refused_is_said_and_the_page_stays(sent: Stage) -> None:
    lead = lead_of(sent)
    answer = lead.post(paper(sent), {})
    assert answer.status_code == 422
    assert "Choisissez au moins un fichier" in said(answer.content)
    wrong = io.BytesIO(b"GIF89a")
    wrong.name = "logo.gif"
    answer = lead.post(paper(sent), {"scans": [wrong]})
    assert answer.status_code == 422
    assert "« logo.gif » n'est ni un PDF ni une photo" in said(answer.content)


def test_a_page_that_is_not_recognised_is_placed_or_rejected_by_hand(sent: Stage) -> None:
    lead = lead_of(sent)
    deposited(sent.lead, sent.operation.pk, [a_page(), a_page()])
    first, second = scans(sent, "to_place")
    assert "À reconnaître" in words(lead, paper(sent))
    assert "Quelle page est-ce ?" in words(lead, f"/pages-signees/{first.pk}/")
    answer = lead.post(f"/pages-signees/{first.pk}/place/", {"page": "", "version": first.version})
    assert answer.status_code == 422
    placed = {"page": "2", "version": first.version}
    assert lead.post(f"/pages-signees/{first.pk}/place/", placed).status_code == 302
    lead.post(f"/pages-signees/{second.pk}/autre-chose/")
    assert [(scan.state, scan.page) for scan in scans(sent)] == [("placed", 2), ("rejected", None)]
    assert lead.get(f"/pages-signees/{second.pk}/").status_code == 404
    now = scans(sent, "placed")[0]
    corrected = {"page": "1", "reason": "mal lue", "version": now.version}
    assert lead.post(f"/pages-signees/{now.pk}/corriger/", corrected).status_code == 302


def test_taking_a_page_off_says_before_which_signatures_fall(sent: Stage) -> None:
    lead = lead_of(sent)
    text = text_of(sent)
    deposited(sent.lead, sent.operation.pk, pages_of(text, text.pages))
    (scan,) = scans(sent)
    firm = sent.signatory(sent.firm)
    lead.post(
        f"/pages-signees/{scan.pk}/signataires/",
        {"signatories": [firm.pk], "on": "2025-10-06", "version": scan.version},
    )
    url = f"/pages-signees/{scan.pk}/retirer/"
    assert "sont à noter de nouveau : Les Tilleuls" in words(lead, url)
    assert lead.post(url, {"reason": "", "version": scan.version}).status_code == 422
    (scan,) = scans(sent)
    assert lead.post(url, {"reason": "floue", "version": scan.version}).status_code == 302
    assert sent.signatory(sent.firm).state == "to_sign"


@pytest.mark.parametrize(("who", "status"), [(Who.STEERING, 200), (Who.CABINET, 404)])
def test_the_region_reads_and_only_its_officers_act(sent: Stage, who: Who, status: int) -> None:
    deposited(sent.lead, sent.operation.pk, pages_of(text_of(sent), 1))
    client = signed_in(who, sent.region)
    answer = client.get(paper(sent))
    assert answer.status_code == status
    assert "Déposer des pages" not in answer.content.decode()
    assert client.post(paper(sent), {"scans": [copied(sent, turned=0)]}).status_code in {403, 404}
    assert client.get(f"/pages-signees/{scans(sent)[0].pk}/image.jpg").status_code == status


def test_a_firm_sees_nobody_s_signature(sent: Stage) -> None:
    deposited(sent.lead, sent.operation.pk, pages_of(text_of(sent), 1))
    firm = signed_in(Who.SIGNATORY, sent.firm)
    scan = scans(sent)[0]
    for url in (paper(sent), f"/pages-signees/{scan.pk}/", f"/pages-signees/{scan.pk}/image.jpg"):
        assert firm.get(url).status_code == 404
    assert "Pages signées" not in words(firm, f"/operations/{sent.operation.pk}/convention/")


def test_the_page_costs_the_same_whatever_the_number_of_scans(
    sent: Stage, django_assert_max_num_queries: object
) -> None:
    lead = lead_of(sent)
    deposited(sent.lead, sent.operation.pk, pages_of(text_of(sent)) + pages_of(text_of(sent)))
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert lead.get(paper(sent)).status_code == 200
