"""An amendment, from the promise that is withdrawn to the last signature: by link, with an account, on paper; each role
reads what it may, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page

from browser.conftest import Stage
from browser.visitor import PHONES, WIDE, Visitor

OPERATION = "Commis de cuisine, Chartres"
LEAD, OFFICER, CABINET, ADVISER = "Yves Signature", "Ida Plaine", "Andréa Protocole", "Inès Balise"
FIRM = "Traiteur Sainte-Anne (exemple)"
SIGNER = "anne.relais@val.invalid"


@pytest.fixture
def somebody(page: Page, all_signed: Stage) -> Iterator[Visitor]:
    """A tab on the story; what was wrong on the pages crossed fails the test at its end."""
    visitor = Visitor(page, all_signed.address)
    yield visitor
    assert not visitor.faults, "\n".join(visitor.faults)


def test_an_amendment_is_owed_sent_and_signed_by_each_way(somebody: Visitor, all_signed: Stage, tmp_path: Path) -> None:
    an_employer_withdraws_and_the_page_says_what_follows(somebody)
    the_provider_reads_it_then_sends_it(somebody)
    the_firm_signs_from_its_link_on_a_phone(somebody, all_signed)
    the_officer_signs_with_an_account(somebody, all_signed)
    the_provider_signs_on_paper(somebody, tmp_path)
    each_reads_what_it_may(somebody)


def the_convention(somebody: Visitor) -> None:
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.unfold()
    somebody.follow("Convention et signatures →")


def look(somebody: Visitor) -> None:
    """The page as it stands, at both widths."""
    somebody.unfold()
    somebody.examine()
    somebody.examine_on_phones()


def an_employer_withdraws_and_the_page_says_what_follows(somebody: Visitor) -> None:
    somebody.on(date(2025, 11, 20))
    somebody.become(LEAD)
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.unfold()
    somebody.follow("Tableau d'appairage →")
    somebody.follow(FIRM, somebody.page.get_by_role("rowheader"))
    somebody.follow("Retirer des postes")
    somebody.reads("un avenant sera à signer par", FIRM, "Cuisines du Val formation", "Région Centre-Val de Loire")
    look(somebody)
    somebody.fill(Motif="Le traiteur ferme son laboratoire.")
    somebody.press("Retirer ces postes")
    somebody.reads("Les postes sont retirés")


def the_provider_reads_it_then_sends_it(somebody: Visitor) -> None:
    somebody.on(date(2025, 11, 21))
    the_convention(somebody)
    somebody.reads("Avenant", "Il change, de ce qui était convenu", f"{FIRM} se retire", "À signer par")
    look(somebody)
    somebody.press("Transmettre l'avenant à signer")
    somebody.reads("L'avenant est transmis", "signatures : 0 sur 3")
    look(somebody)


def the_firm_signs_from_its_link_on_a_phone(somebody: Visitor, stage: Stage) -> None:
    somebody.leave()
    page = somebody.page
    page.set_viewport_size({"width": PHONES[0], "height": 740})
    asked = stage.last_mail(SIGNER)
    assert asked.startswith("Avenant à signer")
    somebody.open(f"/lien/{asked.split('/lien/')[1].split()[0]}")
    somebody.reads("Signer l'avenant", "à signer pour Traiteur Sainte-Anne")
    look(somebody)
    page.get_by_label("J'ai lu ce texte").check()
    somebody.press("Recevoir mon code")
    type_the_code(somebody, stage, SIGNER)
    somebody.reads("Merci, c'est signé", "D'autres doivent encore signer")
    look(somebody)
    page.set_viewport_size({"width": WIDE, "height": 900})


def type_the_code(somebody: Visitor, stage: Stage, address: str) -> None:
    code = next(line for line in stage.last_mail(address).splitlines() if line.isdigit())
    look(somebody)
    somebody.fill(**{"Code reçu": code})
    somebody.press("Signer l'avenant")


def the_officer_signs_with_an_account(somebody: Visitor, stage: Stage) -> None:
    somebody.on(date(2025, 11, 22))
    somebody.become(OFFICER)
    the_convention(somebody)
    somebody.reads("Votre signature est attendue sur l'avenant", "signatures : 1 sur 3")
    look(somebody)
    somebody.follow("Lire et signer")
    somebody.page.get_by_label("J'ai lu ce texte").check()
    look(somebody)
    somebody.press("Recevoir mon code")
    type_the_code(somebody, stage, "ida.plaine@region.invalid")
    somebody.reads("C'est signé. Merci.", "signatures : 2 sur 3")


def the_provider_signs_on_paper(somebody: Visitor, folder: Path) -> None:
    """The pages are printed, signed, photographed in disorder; their code finds them."""
    somebody.on(date(2025, 11, 24))
    somebody.become(LEAD)
    the_convention(somebody)
    page = somebody.page
    address = page.get_by_role("link", name=re.compile(r"^AV-\d{4}-\d{4} \(PDF\)$")).first.get_attribute("href")
    photos = []
    with pypdfium2.PdfDocument(page.request.get(f"{somebody.address}{address}").body()) as pdf:
        for number in reversed(range(len(pdf))):
            photo = folder / f"photo-{number}.png"
            pdf[number].render(scale=2).to_pil().save(photo)
            photos.append(photo)
    somebody.follow("Pages de l'avenant signées à l'encre")
    somebody.reads("AV-2025")
    look(somebody)
    page.get_by_label("Pages signées").set_input_files(photos)
    somebody.press("Déposer")
    somebody.reads("toutes les pages sont là")
    look(somebody)
    page.locator("figure.sheet-thumb a").last.click()
    page.wait_for_load_state()
    somebody.reads("Qui a signé ?")
    look(somebody)
    page.get_by_label("Cuisines du Val formation").check()
    page.get_by_label("C'est la dernière signature").check()
    somebody.press("Noter ces signatures")
    somebody.reads("signé à l'encre")


def each_reads_what_it_may(somebody: Visitor) -> None:
    for name in (LEAD, OFFICER, CABINET, ADVISER):
        somebody.become(name)
        the_convention(somebody)
        somebody.reads("Signé par tous le 24 nov. 2025", f"{FIRM} se retire")
        somebody.reads_not("Transmettre l'avenant", "Noter l'encre")
        look(somebody)
