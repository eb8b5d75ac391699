"""A new employer on a phone 360 pixels wide, without account: a need sent and confirmed, and what it took."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import Stage
from browser.visitor import Visitor

LINK = re.compile(r"https?://[^/\s]+(/lien/\S+)")
PHONE = {"width": 360, "height": 740}
MOST_REQUIRED, MOST_TYPED, MOST_SECONDS = 5, 14, 180
SECONDS_A_FIELD, SECONDS_A_CLICK, SECONDS_A_PAGE = 12, 3, 10
"""How long a person takes on a phone, generously: to type an answer, to press, to read a page."""


class Employer(Visitor):
    """Counts what it types, what it presses and what it is made to answer."""

    typed = 0
    pressed = 0

    def fill(self, **fields: str) -> None:
        self.typed += len(fields)
        super().fill(**fields)

    def choose(self, name: str) -> None:
        """Press a choice."""
        self.pressed += 1
        self.page.get_by_role("radio", name=name).first.check()

    def press(self, *args: object, **kwargs: object) -> None:
        self.pressed += 1
        super().press(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def required(self) -> int:
        """The answers this page asks for and that must be typed."""
        return self.page.locator(
            "input[aria-required=true]:not([type=radio]), input[required]:not([type=radio])"
        ).count()

    def seconds(self, of_the_machine: float) -> float:
        """How long it all took, for a person."""
        by_hand = self.typed * SECONDS_A_FIELD + self.pressed * SECONDS_A_CLICK + len(self.crossed) * SECONDS_A_PAGE
        return by_hand + of_the_machine


@pytest.fixture
def employer(page: Page, demonstration: Stage) -> Iterator[Employer]:
    """On a phone, without account."""
    somebody = Employer(page, demonstration.address)
    page.set_viewport_size(PHONE)
    yield somebody
    assert not somebody.faults, "\n".join(somebody.faults)


def test_a_need_is_sent_and_confirmed_in_three_minutes_and_fourteen_fields(
    employer: Employer, demonstration: Stage
) -> None:
    began = time.monotonic()
    employer.open("/besoin/")
    required = employer.required
    employer.fill(
        **{"Qui cherchez-vous ?": "magasinier", "Combien de postes ?": "2", "SIRET ou nom": "Quincaillerie d'essai"}
    )
    employer.choose("Magasinier")
    employer.press("Continuer")
    required += employer.required
    employer.fill(**{"Où se trouve le poste ?": "Vierzon", "Comment vous répondre ?": "gerante@exemple.invalid"})
    employer.press("Envoyer")
    employer.reads("Encore un geste : confirmez")
    employer.open(LINK.search(demonstration.last_mail("gerante@exemple.invalid"))[1])
    employer.press("Confirmer")
    employer.reads("C'est confirmé, merci", "Vierzon", "Quincaillerie d'essai")
    assert required <= MOST_REQUIRED
    assert employer.typed <= MOST_TYPED
    assert employer.seconds(time.monotonic() - began) <= MOST_SECONDS
    employer.examine_on_phones()

    employer.follow("Compléter ma fiche")
    employer.examine_on_phones()
    employer.page.get_by_label("Le plus important pour vous").select_option(label="être accompagné")
    employer.page.get_by_label("En deuxième").select_option(label="être accompagné")
    employer.press("Enregistrer", status=422)
    employer.reads("La même attente est à deux places")
    employer.page.get_by_label("En deuxième").select_option(label="une meilleure image de mes métiers")
    employer.press("Enregistrer")
    employer.reads("la fiche est complétée")


def test_what_is_typed_is_there_when_the_phone_comes_back(employer: Employer) -> None:
    employer.open("/besoin/")
    with employer.page.expect_response(lambda answer: answer.url.endswith("/besoin/brouillon/")):
        employer.fill(**{"Combien de postes ?": "3"})
        employer.page.get_by_label("SIRET ou nom").focus()
    employer.open("/besoin/")
    assert employer.page.get_by_label("Combien de postes ?").input_value() == "3"
    employer.reads("comme vous l'aviez laissée")
    employer.press("Finir plus tard")
    employer.examine_on_phones()
    employer.fill(**{"Votre adresse électronique": "gerante@exemple.invalid"})
    employer.press("Recevoir le lien")
    employer.reads("Le lien est parti vers gerante@exemple.invalid")


def test_the_same_without_script_and_with_the_keyboard_alone(browser: Browser, demonstration: Stage) -> None:
    phone = browser.new_context(locale="fr-FR", viewport=PHONE, java_script_enabled=False)
    phone.set_default_timeout(10_000)
    page = phone.new_page()
    page.goto(demonstration.address + "besoin/")
    for name, text in (("wording", "magasinier"), ("posts", "2"), ("siret", "Quincaillerie d'essai")):
        page.locator(f"[name={name}]").focus()
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Choisissez le métier le plus proche" in page.content()
    page.locator("[name=job]").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for name, text in (("place", "Vierzon"), ("reach", "02 48 00 00 00")):
        page.locator(f"[name={name}]").focus()
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "la Région vous appelle" in page.content()
    phone.close()


def test_a_table_is_mended_by_clicks(visitor: Visitor) -> None:
    visitor.become("Basile Accueil")
    visitor.open("/besoin/")
    visitor.reads("Votre fiche commencée le")
    visitor.follow("Importer le tableau")
    visitor.follow("reunion-club-drouais.csv")
    visitor.reads("« deux ou trois » ne dit pas un nombre de postes")
    visitor.examine_on_phones()
    visitor.follow("ligne 5")
    visitor.reads("Est-ce la même recherche ?", "ligne 2")
    visitor.examine_on_phones()
    visitor.press("Écarter cette ligne")
    visitor.follow("ligne 4")
    visitor.fill(**{"Nombre de postes": "3"})
    visitor.press("Corriger et importer")
    visitor.reads("La ligne est corrigée et importée")
