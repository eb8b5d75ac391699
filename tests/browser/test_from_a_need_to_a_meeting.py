"""From a phone to the first meeting, by clicks alone: a new employer's need is grouped with two others, becomes an
operation entrusted to the holder of a lot, whose preparatory meeting is held with a Mission locale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, Page

from browser.conftest import Stage
from browser.test_a_need_on_a_phone import LINK, MOST_TYPED, PHONE, Employer
from browser.visitor import WIDE

FEWER_CLICKS_THAN = 10
OFFICER, PROVIDER = "Hélène Territoire", "Jules Organise"
OPERATION = "Magasinier / Magasinière, Vierzon"
NEWCOMER = "Quincaillerie d'essai"


class Somebody(Employer):
    """Counts the links too."""

    def follow(self, name: object, within: Locator | None = None) -> None:
        self.pressed += 1
        super().follow(name, within)  # type: ignore[arg-type]

    def starts_counting(self) -> None:
        """From here on."""
        self.pressed = self.typed = 0


@pytest.fixture
def somebody(page: Page, two_needs: Stage) -> Iterator[Somebody]:
    """A tab on the morning after the lot was recorded."""
    one = Somebody(page, two_needs.address)
    one.on(date(2025, 6, 19))
    yield one
    assert not one.faults, "\n".join(one.faults)


def test_a_need_on_a_phone_becomes_an_operation_in_under_ten_clicks(somebody: Somebody, two_needs: Stage) -> None:
    a_new_employer_sends_and_confirms_its_need(somebody, two_needs)
    the_officer_groups_it_with_two_others_and_opens_the_operation(somebody)
    the_officer_entrusts_it_to_the_holder_of_the_lot(somebody)
    the_provider_adds_the_mission_locale_and_holds_the_meeting(somebody)
    the_provider_replaced_keeps_its_own_deeds(somebody)


def a_new_employer_sends_and_confirms_its_need(somebody: Somebody, stage: Stage) -> None:
    somebody.page.set_viewport_size(PHONE)
    somebody.open("/besoin/")
    somebody.fill(**{"Qui cherchez-vous ?": "magasinier", "Combien de postes ?": "3", "SIRET ou nom": NEWCOMER})
    somebody.choose("Magasinier")
    somebody.press("Continuer")
    somebody.fill(**{"Où se trouve le poste ?": "Vierzon", "Comment vous répondre ?": "gerante@exemple.invalid"})
    somebody.press("Envoyer")
    somebody.open(LINK.search(stage.last_mail("gerante@exemple.invalid"))[1])
    somebody.press("Confirmer")
    somebody.reads("C'est confirmé, merci")
    assert somebody.typed <= MOST_TYPED
    somebody.page.set_viewport_size({"width": WIDE, "height": 900})


def the_officer_groups_it_with_two_others_and_opens_the_operation(somebody: Somebody) -> None:
    somebody.become(OFFICER)
    somebody.starts_counting()
    somebody.follow("Besoins")
    somebody.follow("Regrouper", somebody.line(NEWCOMER, ".item"))
    somebody.reads("3 besoins", "11 postes", NEWCOMER, "Logis Demain", "Entrepôts du Cher")
    somebody.press("Regrouper")
    somebody.reads("Les besoins sont regroupés.")
    somebody.examine_on_phones()
    somebody.press("Ouvrir l'opération")
    somebody.reads("Vierzon", "3 employeurs")
    assert somebody.pressed < FEWER_CLICKS_THAN
    assert somebody.typed == 0


def the_officer_entrusts_it_to_the_holder_of_the_lot(somebody: Somebody) -> None:
    somebody.take_up("Décider la réponse", "Vierzon")
    # The lot that alone covers the need is chosen already, for the posts that the needs say.
    assert somebody.page.locator("[name=route][value=covered]").is_checked()
    assert somebody.page.locator("[name=seats]").first.input_value() == "11"
    somebody.page.locator("[name=reason]").fill("Le lot 2 couvre ce métier dans ce bassin.")
    somebody.press("Décider cette réponse")
    somebody.reads("Formation des Quais")


def the_provider_adds_the_mission_locale_and_holds_the_meeting(somebody: Somebody) -> None:
    somebody.become(PROVIDER)
    somebody.starts_counting()
    somebody.open("/operations/")
    somebody.follow("Vierzon")
    somebody.follow("Préparation")
    somebody.follow("Partenaires →")
    somebody.reads("Aucun prescripteur ne participe encore")
    somebody.fill(Nom="mission locale vierzon")
    somebody.press("Chercher")
    somebody.press("Ajouter : Mission locale de Vierzon (exemple)")
    somebody.reads("Mission locale de Vierzon (exemple)")
    somebody.open("/operations/")
    somebody.follow("Vierzon")
    somebody.follow("Préparation")
    somebody.follow("Noter la réunion tenue")
    for organisation in ("Mission locale de Vierzon", NEWCOMER):
        somebody.page.get_by_label(organisation).select_option(label="présent")
    somebody.press("Enregistrer")
    somebody.reads("La réunion est notée.", "Tenue le 19 juin 2025", "Mission locale de Vierzon (exemple)", NEWCOMER)
    somebody.examine_on_phones()
    assert somebody.pressed < 2 * FEWER_CLICKS_THAN


def the_provider_replaced_keeps_its_own_deeds(somebody: Somebody) -> None:
    somebody.become(OFFICER)
    somebody.open("/operations/")
    somebody.follow("Vierzon")
    somebody.follow("Réponse")
    somebody.unfold()
    somebody.page.locator("[name=route][value=postponed]").check()
    somebody.page.locator("[name=reason]").fill("Le chantier attend un an.")
    somebody.press("Décider cette réponse")
    somebody.become(PROVIDER)
    somebody.open("/operations/")
    somebody.reads("Ne vous sont plus confiées")
    somebody.follow("Vierzon")
    somebody.reads("Cette opération ne vous est plus confiée", "Ce que vous avez fait", PROVIDER)
    somebody.reads_not("Le chantier attend un an.", OFFICER)
    somebody.examine_on_phones()
    somebody.open("/employeurs/")
