"""Scenario (j) by clicking: the last of ten pairings, somebody gives up, the reserve is proposed and it is mended.

The story begins by its play file, with eight people paired; from then on provider, prescriber, two employers (one by a
link, on a phone) and officer each do their part, and the officer reads the gauge after each move."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, Page

from browser.conftest import Stage
from browser.visitor import PHONES, WIDE, Visitor

OPERATION = "Commis de cuisine, Tours"
PROVIDER, OFFICER, PRESCRIBER = "Régis Fourneau", "Solène Territoire", "Irène Oriente"
LAST, GONE, CALLED = ("Mehdi T.", "Lucie T."), "Bruno Tablier", "Ousmane"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/lien/\S+)")


@pytest.fixture
def somebody(page: Page, ten_pairs: Stage) -> Iterator[Visitor]:
    """A tab on the story; what was wrong on the pages crossed fails the test at its end."""
    visitor = Visitor(page, ten_pairs.address)
    yield visitor
    assert not visitor.faults, "\n".join(visitor.faults)


def test_ten_are_paired_and_the_one_who_gives_up_is_replaced_from_the_reserve(
    somebody: Visitor, ten_pairs: Stage
) -> None:
    somebody.on(date(2026, 4, 1))
    an_employer_signs_its_promise_from_a_link(somebody, ten_pairs)
    two_people_meet_the_last_employer(somebody)
    the_last_two_are_paired_with_the_keyboard(somebody)
    the_officer_reads(somebody, "10 appairés, 10 confirmés", "objectif atteint")
    somebody.on(date(2026, 4, 14))
    a_prescriber_says_that_somebody_gives_up(somebody)
    the_officer_reads(somebody, "9 appairés, 9 confirmés", "admission à décider")
    the_reserve_is_proposed(somebody)
    the_officer_reads(somebody, "10 appairés, 10 confirmés", "objectif atteint")


def the_file(somebody: Visitor) -> None:
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.unfold()


def board(somebody: Visitor) -> None:
    the_file(somebody)
    somebody.follow("Tableau d'appairage →")


def the_officer_reads(somebody: Visitor, *sentences: str) -> None:
    somebody.become(OFFICER)
    board(somebody)
    somebody.reads(*sentences)


def an_employer_signs_its_promise_from_a_link(somebody: Visitor, stage: Stage) -> None:
    somebody.become(PROVIDER)
    board(somebody)
    somebody.follow(re.compile("^Traiteur Exemple$"))
    somebody.press("Envoyer le lien pour signer")
    somebody.leave()
    somebody.page.set_viewport_size({"width": PHONES[0], "height": 740})
    link = LINK.search(stage.last_mail("employeur4@tablier.invalid"))
    assert link
    somebody.open(link[1])
    somebody.reads("Ce que cette promesse engage", "Tours")
    somebody.press("Signer")
    somebody.reads("Merci, la promesse est signée")
    somebody.page.set_viewport_size({"width": WIDE, "height": 900})


def two_people_meet_the_last_employer(somebody: Visitor) -> None:
    somebody.become(PROVIDER)
    board(somebody)
    for name in LAST:
        somebody.follow(re.compile(re.escape(f"({name}, Résidence Fictive)")))
        somebody.fill(**{"Rencontrés le": "2026-03-30"})
        somebody.page.get_by_label("La personne dit").select_option(label="oui")
        somebody.press("Noter")
    somebody.become("Violette Résidence")
    board(somebody)
    somebody.reads(*LAST)
    somebody.reads_not("Amina T.", GONE)
    for name in LAST:
        says_yes(somebody, name)


def says_yes(somebody: Visitor, name: str) -> None:
    somebody.follow(re.compile(re.escape(f"({name}, ")))
    somebody.page.get_by_label("oui", exact=True).check()
    somebody.press("Envoyer ma réponse")


def the_last_two_are_paired_with_the_keyboard(somebody: Visitor) -> None:
    somebody.become(PROVIDER)
    for name in LAST:
        pair_with_the_keyboard(somebody, name)
    somebody.reads(
        "10 appairages dont 8 qui comptent, 8 confirmés", "2 appairages attendent que la personne confirme sa venue."
    )
    confirm_all(somebody)


def pair_with_the_keyboard(somebody: Visitor, name: str) -> None:
    """From the board itself, by its arrows, to the cell where both said yes; Enter pairs them."""
    board(somebody)
    page = somebody.page
    page.get_by_role("region", name="Tableau d'appairage").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Home")
    press_until(page, "ArrowDown", lambda focused: name in focused.inner_text())
    press_until(page, "ArrowRight", lambda focused: focused.evaluate("e => e.tagName") == "BUTTON")
    assert name in page.locator(":focus").inner_text()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    somebody.reads("L'appairage est fait.")
    somebody.examine()


def press_until(page: Page, key: str, there: Callable[[Locator], bool]) -> None:
    """Press a key until what has the focus is what is looked for."""
    for _press in range(40):
        if there(page.locator(":focus")):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} leads nowhere")


def confirm_all(somebody: Visitor) -> None:
    the_file(somebody)
    somebody.follow("Candidatures →")
    people = somebody.page.locator("tbody")
    while people.get_by_role("button", name="Confirmer la venue").count():
        somebody.press("Confirmer la venue", people)


def a_prescriber_says_that_somebody_gives_up(somebody: Visitor) -> None:
    somebody.become(PRESCRIBER)
    the_file(somebody)
    somebody.follow("Candidatures →")
    somebody.reads("Les personnes que vous orientez")
    somebody.follow(GONE)
    somebody.follow("Noter un renoncement…")
    somebody.page.get_by_label("Motif").select_option(label="a trouvé un emploi")
    somebody.press("Noter un renoncement")
    somebody.reads("a renoncé")


def the_reserve_is_proposed(somebody: Visitor) -> None:
    somebody.become(PROVIDER)
    the_file(somebody)
    somebody.follow("Candidatures →")
    somebody.reads("1 place peut être proposée", "par ordre alphabétique")
    somebody.examine_on_phones()
    somebody.press(re.compile(f"Proposer la place : {CALLED}"))
    somebody.become("Gaspard Cantine")
    board(somebody)
    says_yes(somebody, f"{CALLED} T.")
    somebody.become(PROVIDER)
    pair_with_the_keyboard(somebody, f"{CALLED} T.")
    confirm_all(somebody)
