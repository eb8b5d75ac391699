"""Scenario (m) by clicking: half-days signed in turn, on a phone with the code, without network, and on paper.

The story begins by its play file, on the Wednesday evening; then trainer, trainees and coordinator do their part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from playwright.sync_api import Page

from browser.conftest import Stage
from browser.visitor import PHONES, WIDE, Visitor

OPERATION = "Préparateur de commandes, Blois"
TRAINER, LEAD, TRAINEE = "Farid Atelier", "Régis Amarre", "Amina Quai"
THERE = ["Amina Quai", "Chloé Quai", "Driss Quai", "Farah Quai"]
PARIS = ZoneInfo("Europe/Paris")
CODE = "2468"


KEPT = """async () => {
    const box = await caches.open("defi-sheets-1");
    while (!(await box.match(location.href))) await new Promise((again) => setTimeout(again, 50));
    const names = performance.getEntriesByType("resource").map((one) => one.name);
    const pieces = names.filter((one) => one.includes("/static/"));
    for (const one of pieces) while (!(await box.match(one))) await new Promise((again) => setTimeout(again, 50));
}"""
"""Waits until the worker of the browser has the page and its pieces, as on a phone that stays a moment on it."""


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(datetime(2026, 6, day).date(), time(hour, minute), tzinfo=PARIS)  # noqa: DTZ001


@pytest.fixture
def somebody(page: Page, a_week: Stage) -> Iterator[Visitor]:
    """A tab on the story; what was wrong on the pages crossed fails the test at its end."""
    visitor = Visitor(page, a_week.address)
    yield visitor
    assert not visitor.faults, "\n".join(visitor.faults)


def test_half_days_are_signed_in_turn_without_network_and_on_paper(somebody: Visitor, tmp_path: Path) -> None:
    a_morning_goes_round_the_room(somebody)
    an_afternoon_is_signed_without_network_and_sent_when_it_is_back(somebody)
    a_morning_is_signed_on_paper_and_comes_back(somebody, tmp_path)
    a_phone_without_network_signs_once(somebody)
    the_hours_are_right(somebody)


def at(somebody: Visitor, when: datetime) -> None:
    """The hour of the product, and that of the device, by which a signature says when it was given."""
    somebody.on(when)
    somebody.page.clock.set_fixed_time(when)


def the_session(somebody: Visitor) -> None:
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.unfold()
    somebody.follow("Session →")


def the_sheet(somebody: Visitor, title: str) -> None:
    the_session(somebody)
    somebody.follow(re.compile(title, re.IGNORECASE))


def phone(somebody: Visitor) -> None:
    somebody.page.set_viewport_size({"width": PHONES[0], "height": 740})


def lock(somebody: Visitor, when: datetime) -> None:
    """The trainer signs, and locks the sheet once its half-day is over."""
    at(somebody, when)
    somebody.page.reload()
    somebody.press("Je signe comme formateur")
    somebody.press("Verrouiller la feuille")
    somebody.reads("La feuille est verrouillée")


def nobody_walks_into_the_account(somebody: Visitor) -> None:
    """By the button « back » or by an address, whoever holds the device reads the same page."""
    page, here = somebody.page, somebody.here
    page.go_back()
    page.goto(f"{somebody.address}/a-faire/")
    somebody.reads("Cet appareil sert à signer")
    somebody.faults[:] = [fault for fault in somebody.faults if "403" not in fault]
    page.goto(f"{somebody.address}{here}")


def the_device_comes_back(somebody: Visitor) -> None:
    somebody.follow("Formateur : reprendre l'appareil")
    somebody.page.get_by_label("Code du formateur").fill(CODE)
    somebody.press("Reprendre")


def a_morning_goes_round_the_room(somebody: Visitor) -> None:
    """Two clicks a trainee; a name touched by mistake signs nothing; who is away is noted by the trainer."""
    at(somebody, moment(4, 9, 2))
    somebody.become(TRAINER)
    phone(somebody)
    the_sheet(somebody, "jeudi 4 juin, matin")
    somebody.follow("À tour de rôle sur cet appareil")
    page = somebody.page
    page.get_by_label("Code du formateur").fill(CODE)
    somebody.press("Verrouiller et faire signer")
    clicks = 2
    page.get_by_role("link", name="Driss Quai").click()
    page.get_by_role("button", name="Non, ce n'est pas moi").click()
    for name in THERE:
        if name != "Driss Quai":
            page.get_by_role("link", name=name).click()
            with page.expect_response(re.compile(r"/signatures/$")):
                page.get_by_role("button", name="Oui, je signe ma présence").click()
            clicks += 2
    assert clicks == 8
    somebody.reads("Toutes les signatures sont parties")
    nobody_walks_into_the_account(somebody)
    the_device_comes_back(somebody)
    page.get_by_label("Driss Quai").select_option("absent")
    somebody.press("Enregistrer")
    lock(somebody, moment(4, 12, 30))


def an_afternoon_is_signed_without_network_and_sent_when_it_is_back(somebody: Visitor) -> None:
    """The page opens again without network, signatures wait in the browser, and leave by themselves, once."""
    at(somebody, moment(4, 13, 31))
    the_sheet(somebody, "jeudi 4 juin, après-midi")
    # The code was chosen in the morning: one click, and the worker of the browser has the page.
    somebody.press("À tour de rôle sur cet appareil")
    page, context = somebody.page, somebody.page.context
    # Opened once; then the network goes.
    page.evaluate(KEPT)
    context.set_offline(True)
    page.reload()
    for name in THERE[:2]:
        page.get_by_role("link", name=name).click()
        page.get_by_role("button", name="Oui, je signe ma présence").click()
    somebody.reads("2 signatures attendent le réseau")
    page.reload()
    somebody.reads("2 signatures attendent le réseau", "Touchez votre nom")
    assert page.get_by_role("link", name=THERE[0]).count() == 0
    for name in THERE[2:]:
        page.get_by_role("link", name=name).click()
        page.get_by_role("button", name="Oui, je signe ma présence").click()
    somebody.reads("4 signatures attendent le réseau")
    context.set_offline(False)
    page.get_by_text("Toutes les signatures sont parties").wait_for(timeout=30_000)
    the_device_comes_back(somebody)
    somebody.reads_not("à départager")
    # What the story means by « without network » is told to the console by the browser itself.
    somebody.faults[:] = [fault for fault in somebody.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    lock(somebody, moment(4, 17))


def a_morning_is_signed_on_paper_and_comes_back(somebody: Visitor, folder: Path) -> None:
    """Printed, signed by hand, photographed; its code finds the sheet, the trainer ticks who signed."""
    at(somebody, moment(5, 9, 0))
    page = somebody.page
    page.set_viewport_size({"width": WIDE, "height": 900})
    the_sheet(somebody, "vendredi 5 juin, matin")
    sheet = somebody.here
    form = page.locator("form", has=page.get_by_role("button", name="Imprimer la feuille"))
    sent = page.request.post(
        somebody.address + (form.get_attribute("action") or ""),
        form={"csrfmiddlewaretoken": form.locator("[name=csrfmiddlewaretoken]").input_value()},
        headers={"Referer": page.url, "X-Moment": moment(5, 9).isoformat()},
    )
    assert sent.headers["content-type"] == "application/pdf"
    photo = folder / "feuille.png"
    with pypdfium2.PdfDocument(sent.body()) as pdf:
        pdf[0].render(scale=2).to_pil().save(photo)
    somebody.open(sheet)
    somebody.follow("Déposer la feuille signée")
    page.get_by_label("Feuilles signées").set_input_files(photo)
    somebody.press("Déposer")
    somebody.reads("1 page est à sa place", "À lire")
    somebody.follow(re.compile("^Page 1 de EMARG"))
    for name in ("Quai Amina", "Quai Chloé", "Quai Driss", "Quai Farah"):
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
    page.get_by_role("row", name="Formateur").get_by_role("checkbox").check()
    somebody.press("Noter ces signatures")
    somebody.reads("le papier reste avec les feuilles")
    somebody.examine_on_phones()
    somebody.open(sheet)
    somebody.reads("papier signé")
    at(somebody, moment(5, 12, 30))
    page.reload()
    somebody.press("Verrouiller la feuille")


def a_phone_without_network_signs_once(somebody: Visitor) -> None:
    """Opened once with network, the page of a trainee opens again without; signed, it does not ask again."""
    at(somebody, moment(5, 13, 31))
    somebody.become(TRAINER)
    the_sheet(somebody, "vendredi 5 juin, après-midi")
    sheet = somebody.here
    somebody.become(TRAINEE)
    phone(somebody)
    somebody.open(sheet)
    page, context = somebody.page, somebody.page.context
    page.evaluate(KEPT)
    context.set_offline(True)
    page.reload()
    page.get_by_label("Code affiché").fill("123456")
    page.get_by_role("button", name="Je signe ma présence").click()
    for _time in range(2):
        somebody.reads("1 signature attend le réseau")
        assert not page.get_by_role("button", name="Je signe ma présence").is_visible()
        page.reload()
    with page.expect_response(re.compile(r"/signatures/$")):
        context.set_offline(False)
    somebody.faults[:] = [fault for fault in somebody.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def the_hours_are_right(somebody: Visitor) -> None:
    """Wednesday is still to be signed: of the week, the rest is locked but the Friday afternoon."""
    somebody.become(LEAD)
    the_session(somebody)
    somebody.follow("Heures")
    somebody.reads("21 h", "Ensemble")
    driss = somebody.line("Driss Quai")
    assert "21 h" in " ".join(driss.inner_text().split())
    somebody.examine_on_phones()
