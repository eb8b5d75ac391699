"""A plan of 25 competences, 12 modules and 560 hours goes round four people by clicks: its provider's coordinator, an
employer, another without account who reads it by the link mailed to it on a phone, an officer of the Region.

It comes back once to be corrected. At each stage each of them is told whose turn it is, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from browser.conftest import Stage
from browser.test_a_need_on_a_phone import LINK, PHONE
from browser.visitor import Visitor

OPERATION = "Technicien de maintenance industrielle, Vendôme"
PROVIDER, REGION = "Ateliers du Val de Braye d'essai", "Région Centre-Val de Loire"
FIRST, SECOND = "Mécanique du Loir d'essai", "Laiterie de la Braye (exemple)"
SECOND_ADDRESS = "atelier@laiterie-braye.invalid"
REASON = "Les automatismes demandent un automate : faites les 7 h à distance en centre."
OWED = {PROVIDER: "Soumettre le plan de formation"}
TO_APPROVE = "Approuver le plan de formation"


class Party(Visitor):
    """One of the four, in a browser of their own."""

    def __init__(self, browser: Browser, stage: Stage, house: str) -> None:
        context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce")
        context.set_default_timeout(10_000)
        super().__init__(context.new_page(), stage.address)
        self.house = house
        self.plan = ""


@dataclass
class Four:
    """The four, and the address that each reads the plan at."""

    coordinator: Party
    first: Party
    second: Party
    officer: Party
    stage: Stage
    link: str = ""

    def on(self, day: date) -> None:
        """All live this day."""
        for somebody in (self.coordinator, self.first, self.second, self.officer):
            somebody.on(day)

    def each_knows(self, whose: str, since: str) -> None:
        """Each of the four reads whose turn it is and since when, on the plan and in « À faire »."""
        for somebody in (self.coordinator, self.first, self.officer):
            somebody.open("/a-faire/")
            line = somebody.page.locator("tr", has_text=OPERATION).filter(has_text="le plan de formation")
            assert line.count() == (somebody.house == whose), f"{somebody.house}: {somebody.text}"
            if somebody.house == whose:
                told = line.inner_text()
                assert OWED.get(whose, TO_APPROVE) in told
                assert "à vous depuis" in told
            open_the_plan(somebody)
            somebody.reads(f"Le plan est chez {whose}, depuis", f"({since})")
            somebody.reads("C'est à vous") if somebody.house == whose else somebody.reads_not("C'est à vous")
        if self.link:
            self.second.open(self.link)
            if whose == SECOND:
                self.second.reads("C'est à vous depuis", f"({since})")
            else:
                self.second.reads(f"Le plan est chez {whose}, depuis", f"({since})")


@pytest.fixture
def four(browser: Browser, a_plan: Stage) -> Iterator[Four]:
    """Signed in, each in a window of their own; the second employer holds a phone and has no account."""
    people = [Party(browser, a_plan, house) for house in (PROVIDER, FIRST, SECOND, REGION)]
    found = Four(*people, stage=a_plan)
    found.on(date(2026, 3, 9))
    found.second.page.set_viewport_size(PHONE)
    found.coordinator.become("Malika Programme")
    found.first.become("Hugo Atelier")
    found.officer.become("Bruno Secteur")
    yield found
    faults = [fault for somebody in people for fault in somebody.faults]
    for somebody in people:
        somebody.page.context.close()
    assert not faults, "\n".join(faults)


def test_a_plan_goes_round_four_people_and_comes_back_once(four: Four) -> None:
    the_grid_is_filled_by_keyboard(four.coordinator)
    four.each_knows(PROVIDER, "2 mars 2026")
    the_provider_asks_the_first_employer(four)
    the_first_employer_approves(four)
    the_second_approves_on_a_phone(four)
    the_region_gives_it_back(four)
    the_provider_corrects_one_module(four)
    the_second_reads_what_changed_and_approves_again(four)
    the_region_approves_and_nobody_is_awaited(four)


def open_the_plan(somebody: Party) -> None:
    """By links the first time, then by its address."""
    if somebody.plan:
        somebody.open(somebody.plan)
        return
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.unfold()
    somebody.follow("Plan de formation →")
    somebody.plan = somebody.here


def the_grid_is_filled_by_keyboard(coordinator: Party) -> None:
    coordinator.take_up("Soumettre le plan de formation", OPERATION)
    coordinator.reads("25 ont leur réponse sur 25", "420 h en centre, 140 h en entreprise", "Tout y est")
    coordinator.examine_on_phones()
    coordinator.follow("Remplir la grille")
    keys, where = coordinator.page.keyboard, coordinator.page.locator(".plan-grid input:focus")
    assert coordinator.page.locator(".plan-grid input").count() == 25 * 12
    coordinator.page.locator(".plan-grid").focus()
    keys.press("Tab")
    expect(where).to_have_accessible_name("Lire et exploiter un plan, un schéma Accueil, sécurité et consignation")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home"):
        keys.press(key)
    expect(where).to_have_accessible_name(re.compile("^Réparer un équipement, une machine, une installation Accueil"))
    keys.press("Space")
    # Tab leaves the grid in one step, for the button that saves it.
    keys.press("Tab")
    coordinator.examine_on_phones()
    with coordinator._a_page():
        keys.press("Enter")
    coordinator.reads("1 compétence a changé.", "Accueil, sécurité et consignation, Diagnostic et dépannage")


def the_provider_asks_the_first_employer(four: Four) -> None:
    four.coordinator.take_up("Soumettre le plan de formation", OPERATION)
    four.coordinator.follow("Passer le plan à une partie")
    four.coordinator.reads("Le plan est complet : c'est un accord que vous demandez.")
    four.coordinator.page.get_by_label(FIRST, exact=True).check()
    four.coordinator.fill(**{"Votre mot": "Relisez surtout le soudage."})
    four.coordinator.press("Passer le plan")
    four.on(date(2026, 3, 10))
    four.each_knows(FIRST, "9 mars 2026")


def the_first_employer_approves(four: Four) -> None:
    four.first.take_up(TO_APPROVE, OPERATION)
    four.first.reads("Relisez surtout le soudage.")
    four.first.press("Approuver le plan")
    four.first.reads("L'approbation est enregistrée.")
    four.link = LINK.search(four.stage.last_mail(SECOND_ADDRESS))[1]
    four.on(date(2026, 3, 12))
    four.each_knows(SECOND, "10 mars 2026")


def the_second_approves_on_a_phone(four: Four) -> None:
    four.second.reads("Ce plan vous convient-il ?", "Hygiène et nettoyage en place")
    four.second.reads_not("Relisez surtout le soudage.")
    four.second.examine_on_phones()
    four.second.press(f"Approuver pour {SECOND}")
    four.second.reads("Merci, le plan est approuvé", "Vous n'avez plus rien à faire.")
    four.on(date(2026, 3, 16))
    four.each_knows(REGION, "12 mars 2026")


def the_region_gives_it_back(four: Four) -> None:
    four.officer.take_up(TO_APPROVE, OPERATION)
    four.officer.follow("Rendre le plan")
    four.officer.press("Rendre le plan", status=422)
    four.officer.fill(**{"Ce qui doit changer": REASON})
    four.officer.press("Rendre le plan")
    four.on(date(2026, 3, 17))
    four.each_knows(PROVIDER, "16 mars 2026")


def the_provider_corrects_one_module(four: Four) -> None:
    coordinator = four.coordinator
    coordinator.take_up("Soumettre le plan de formation", OPERATION)
    coordinator.reads(REASON)
    coordinator.follow("Automatismes")
    coordinator.fill(**{"Heures en centre": "49", "Heures à distance": "0"})
    coordinator.page.get_by_label("À la demande de").select_option(label=REGION)
    coordinator.press("Enregistrer")
    # Said before anything is written: whose approval falls, and only that one.
    told = coordinator.page.get_by_role("alert").inner_text()
    assert SECOND in told
    assert FIRST not in told
    coordinator.press("Enregistrer quand même")
    coordinator.reads("avait approuvé l'édition 1 ; un changement l'a touché le 17 mars 2026")
    coordinator.follow("Passer le plan à une partie")
    assert coordinator.page.get_by_label(FIRST, exact=True).count() == 0
    coordinator.page.get_by_label(SECOND, exact=True).check()
    coordinator.press("Passer le plan")
    former, four.link = four.link, LINK.search(four.stage.last_mail(SECOND_ADDRESS))[1]
    four.second.open(former, status=410)
    four.second.reads("Ce lien a été remplacé par un plus récent")
    four.on(date(2026, 3, 18))
    four.each_knows(SECOND, "17 mars 2026")


def the_second_reads_what_changed_and_approves_again(four: Four) -> None:
    four.second.reads("Ce qui a changé depuis l'édition 1", "42 h en centre, 7 h à distance", "49 h en centre", REGION)
    four.second.examine_on_phones()
    four.second.press(f"Approuver pour {SECOND}")
    four.on(date(2026, 3, 19))
    four.each_knows(REGION, "18 mars 2026")


def the_region_approves_and_nobody_is_awaited(four: Four) -> None:
    four.officer.take_up(TO_APPROVE, OPERATION)
    four.officer.follow("Ce qui a changé")
    four.officer.reads("Automatismes", "42 h en centre, 7 h à distance", "49 h en centre")
    four.officer.examine_on_phones()
    open_the_plan(four.officer)
    four.officer.press("Approuver le plan")
    for somebody in (four.coordinator, four.first, four.officer):
        somebody.open("/a-faire/")
        somebody.reads_not("le plan de formation")
        open_the_plan(somebody)
        somebody.reads("Le plan est approuvé depuis le 19 mars 2026. Personne n'a rien à faire.")
    four.second.open(four.link)
    four.second.reads("Ce plan est approuvé par tous, depuis le 19 mars 2026 : vous n'avez rien à faire.")
