"""Scenario (b) by clicking: an employer withdraws 4 posts, two people are paired again, the officer admits 10 of 12.

The story begins by its play file; from the dates of the signing on, each does their part on the pages they see."""

from __future__ import annotations

import re
from datetime import date

import pytest

from browser.conftest import Stage
from browser.visitor import Visitor

OPERATION = "Magasinier, Vierzon"
PROVIDER, OFFICER, CABINET = "Jules Organise", "Hélène Territoire", "Andréa Protocole"
WITHDRAWN = ["Salomé", "Rosa", "Tom", "Inaya"]
REASON = "Perte d'un marché : nous ne pouvons plus recruter."
ADMISSION = "Retrait d'un employeur trois semaines avant le démarrage ; deux promesses sont cherchées."


@pytest.fixture
def somebody(actor_of_the_story: Visitor) -> Visitor:
    return actor_of_the_story


def test_an_employer_withdraws_and_the_region_admits_ten_of_twelve(somebody: Visitor, story: Stage) -> None:
    dates_are_offered_forwarded_and_one_is_held(somebody)
    the_convention_is_validated_with_each_and_sent(somebody)
    an_employer_withdraws_its_posts(somebody)
    two_people_are_paired_again(somebody)
    the_region_admits(somebody)
    twelve_people_come(somebody)
    everybody_signs(somebody, story)
    the_operation_tells_it_all(somebody)


def dates_are_offered_forwarded_and_one_is_held(somebody: Visitor) -> None:
    somebody.on(date(2025, 10, 10))
    somebody.become(PROVIDER)
    somebody.take_up("Proposer des dates de signature", OPERATION)
    somebody.follow("Proposer des dates")
    somebody.fill(**{"Date 1": "2025-11-21", "Heure 1": "10:00", "Lieu 1": "Salle du conseil"})
    somebody.fill(**{"Date 2": "2025-11-24", "Heure 2": "14:00"})
    somebody.press("Proposer", status=422)
    somebody.reads("Complétez cette date, ou effacez-la.")
    somebody.fill(**{"Lieu 2": "Salle du conseil"})
    somebody.press("Proposer")
    somebody.reads("Les dates sont proposées", "vendredi 21 nov.", "25-118-0941")

    somebody.on(date(2025, 10, 12))
    somebody.become(OFFICER)
    somebody.take_up("Transmettre les dates au Cabinet", OPERATION)
    somebody.press("Transmettre au Cabinet")
    somebody.reads("Les dates sont transmises au Cabinet.")

    somebody.on(date(2025, 10, 13))
    somebody.become(CABINET)
    somebody.take_up("Retenir une date de signature", OPERATION)
    somebody.press("Retenir vendredi 21 nov.")
    somebody.reads("La date est retenue.")


def the_convention_is_validated_with_each_and_sent(somebody: Visitor) -> None:
    somebody.on(date(2025, 10, 19))
    somebody.become(PROVIDER)
    somebody.take_up("Transmettre le projet de convention", OPERATION)
    somebody.press("Préparer la convention")
    somebody.reads("Avant de transmettre")
    for signatory in (
        "Formation des Quais",
        "Logis Demain",
        "Entrepôts du Cher",
        "Colis Rapides",
        "Mission locale de Vierzon",
        "France Travail Vierzon",
        "Région Centre-Val de Loire",
    ):
        line = somebody.line(signatory)
        if signatory == "Formation des Quais":
            somebody.follow("Valider", line)
            somebody.press("Je valide ces engagements")
        else:
            somebody.follow("Noter l'accord", line)
            somebody.page.get_by_label("téléphone").check()
            somebody.press("Enregistrer")
    somebody.reads("engagements : 7 sur 7")
    somebody.press("Transmettre à la Région")
    somebody.reads("La convention et la fiche contact sont transmises", "signatures : 0 sur 7")
    somebody.press("Envoyer le « réservez la date »")
    somebody.reads("Le « réservez la date » est parti")


def an_employer_withdraws_its_posts(somebody: Visitor) -> None:
    somebody.on(date(2025, 10, 20))
    somebody.become("Denis Palette")
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.follow("Tableau d'appairage →")
    somebody.follow("Colis Rapides")
    somebody.reads("Promesse : Colis Rapides")
    somebody.follow("Retirer des postes")
    somebody.fill(**{"Nombre de postes à retirer": "4"})
    somebody.press("Retirer", status=422)
    somebody.fill(Motif=REASON)
    for name in WITHDRAWN:
        somebody.page.get_by_label(name).check()
    somebody.press("Retirer")
    somebody.reads("retirée")

    somebody.on(date(2025, 10, 21))
    somebody.become(PROVIDER)
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.reads("8 appairages attendent que la personne confirme sa venue.", "l'employeur a retiré le poste")


def two_people_are_paired_again(somebody: Visitor) -> None:
    somebody.on(date(2025, 10, 25))
    somebody.become(PROVIDER)
    somebody.take_up("Appairer les personnes retenues", OPERATION)
    somebody.follow("Enregistrer une promesse")
    somebody.page.get_by_label("Employeur").select_option(label="Ferme des Caisses")
    somebody.fill(**{"Nombre de postes": "2", "Heures par semaine": "30", "Salaire brut": "1 850"})
    somebody.page.get_by_label("Contrat", exact=True).select_option(label="CDI")
    somebody.press("Enregistrer la promesse")
    somebody.reads("Ferme des Caisses", "2 CDI")

    somebody.on(date(2025, 10, 27))
    for name in ("Salomé", "Rosa"):
        somebody.follow("Ferme des Caisses", somebody.line(name))
        somebody.fill(**{"Rencontrés le": "2025-10-26"})
        somebody.page.get_by_label("L'employeur dit").select_option(label="oui")
        somebody.page.get_by_label("La personne dit").select_option(label="oui")
        somebody.press("Noter")
        somebody.press("appairer", somebody.line(name))
        somebody.reads("L'appairage est fait.")
    somebody.reads("10 appairages attendent que la personne confirme sa venue.")


def the_region_admits(somebody: Visitor) -> None:
    somebody.on(date(2025, 11, 3))
    somebody.become(PROVIDER)
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.follow("Candidatures →")
    people = somebody.page.locator("tbody")
    while people.get_by_role("button", name="Confirmer la venue").count():
        somebody.press("Confirmer la venue", people)

    somebody.on(date(2025, 11, 4))
    somebody.become(OFFICER)
    somebody.take_up("Décider l'admission sous 100 %", OPERATION)
    somebody.follow("Décider l'admission")
    somebody.page.get_by_label("Admettre la session").check()
    somebody.press("Enregistrer la décision", status=422)
    somebody.fill(Motif=ADMISSION)
    somebody.press("Enregistrer la décision")
    somebody.reads("La décision est enregistrée. Par courriel : Formation des Quais.")


def twelve_people_come(somebody: Visitor) -> None:
    somebody.on(date(2025, 11, 10))
    somebody.become(PROVIDER)
    somebody.take_up("Constater le démarrage", OPERATION)
    somebody.follow("Constater le démarrage")
    came = somebody.page.get_by_role("group", name="Qui est entré en formation ?")
    for person in came.get_by_role("checkbox", name="confirmé").all():
        person.check()
    somebody.press("Voir le constat")
    somebody.reads("Voici le constat qui sera fixé")
    somebody.press("Confirmer le démarrage")
    somebody.reads("Le démarrage est constaté avec 12 stagiaires.")


def everybody_signs(somebody: Visitor, story: Stage) -> None:
    somebody.on(date(2025, 11, 21))
    somebody.become("Bastien Signe")
    somebody.take_up("Signer la convention", OPERATION)
    somebody.follow("Lire et signer")
    assert somebody.page.get_by_role("img", name="Page 1 sur").is_visible()
    somebody.press("Recevoir mon code", status=422)
    somebody.reads("Cochez la case après avoir lu le texte.")
    signs_with_the_code(somebody, story, "signataire1@vierzon.invalid")
    somebody.reads("C'est signé. Merci.")

    somebody.become(OFFICER)
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.follow("Convention")
    ink = somebody.page.get_by_role("link", name="Noter l'encre")
    while ink.count():
        somebody.follow("Noter l'encre")
        somebody.press("Enregistrer")
    somebody.follow("Signer", somebody.line("Région Centre-Val de Loire"))
    signs_with_the_code(somebody, story, "helene.territoire@region.invalid")
    somebody.reads("signatures : 7 sur 7")


def signs_with_the_code(somebody: Visitor, story: Stage, mailbox: str) -> None:
    """Say that one has read, and type the code that was sent."""
    somebody.page.get_by_label("J'ai lu ce texte").check()
    somebody.press("Recevoir mon code")
    somebody.reads("Un code est parti à")
    somebody.examine_on_phones()
    code = re.search(r"(?m)^\d{6}$", story.last_mail(mailbox))
    assert code is not None
    somebody.fill(**{"Code reçu": code[0]})
    somebody.press("Signer la convention")


def the_operation_tells_it_all(somebody: Visitor) -> None:
    somebody.open("/operations/")
    somebody.follow(OPERATION)
    somebody.reads("10 appairés", "admise", ADMISSION, "Constat")
    somebody.examine_on_phones()
