"""Each role signs in with one click on the day of the demonstration, and finds what it came for."""

from __future__ import annotations

import re

from browser.conftest import Stage
from browser.visitor import Visitor

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S+)")


def test_an_officer_filters_the_list_and_opens_an_operation(visitor: Visitor) -> None:
    visitor.become("Hélène Territoire")
    visitor.follow("Opérations")
    visitor.reads("opérations", "pas DEFI")
    visitor.page.get_by_label("Bassin").select_option(label="Vierzon")
    visitor.press("Filtrer")
    visitor.reads("1 opération", "Magasinier, Vierzon")
    assert "basin=" in visitor.here
    visitor.examine_on_phones()
    visitor.follow("Magasinier, Vierzon")
    visitor.reads("Groupe et appairage", "Colis Rapides : appairage rompu", "Retirer la promesse : Colis Rapides")
    visitor.examine_on_phones()


def test_the_paying_office_finds_the_claims_to_pay(visitor: Visitor) -> None:
    visitor.become("Camille Dépense")
    visitor.follow("Primes")
    visitor.follow("Assistant de vie aux familles, Châteaudun")
    visitor.reads("accordée", "montant à fixer par la Région", "ATT-2026-0001", "Noter le paiement")
    visitor.examine_on_phones()


def test_the_cabinet_is_told_to_invite(visitor: Visitor) -> None:
    visitor.become("Andréa Protocole")
    visitor.take_up("Envoyer les invitations", "Magasinier, Vierzon")
    visitor.reads("Salle du conseil", "Envoyer les invitations")
    visitor.reads_not("Proposer d'autres dates")


def test_steering_reads_everything_and_decides_nothing(visitor: Visitor) -> None:
    visitor.become("Dominique Cap")
    # The second signature of a certificate may be its turn one day; nothing else is.
    visitor.reads("Rien à faire pour l'instant")
    visitor.follow("Opérations")
    visitor.follow("Soudeur, Blois")
    visitor.reads("pas DEFI", "Journal")
    # The sheet of the operation is printed, which decides nothing.
    assert visitor.page.locator("main form[method=post]:not([action$='/fiche/'])").count() == 0
    visitor.follow("Besoins")
    visitor.examine_on_phones()
    visitor.follow("Chiffres")
    visitor.reads("Entreprises engagées", "Situation inconnue", "objectif 2019")
    visitor.examine_on_phones()
    visitor.follow("Places remplies")
    visitor.reads("Places des sessions commencées", "Emporter cette liste")
    visitor.examine_on_phones()


def test_a_coordinator_asks_for_the_certificate_from_what_is_to_be_done(visitor: Visitor) -> None:
    visitor.become("Quentin Suit")
    visitor.take_up("Demander l'attestation de conformité", "Conducteur routier, Orléans")
    visitor.reads("Ce qui fait d'une formation un DEFI", "Les huit engagements de l'organisme de formation")
    visitor.examine_on_phones()


def test_a_trainer_opens_the_sheet_of_the_day(visitor: Visitor) -> None:
    visitor.become("Rita Volant")
    visitor.follow("Opérations")
    visitor.follow("Conducteur routier, Orléans")
    visitor.follow("Session →")
    visitor.reads("Feuilles d'émargement", "Amina Route")
    visitor.follow(re.compile("mardi 15 sept"))
    visitor.reads("Gestes du métier et sécurité", "Rita Volant", "Amina Route")
    visitor.examine_on_phones()


def test_a_signatory_sees_the_promise_of_its_own_firm_only(visitor: Visitor) -> None:
    visitor.become("Bastien Signe")
    visitor.follow("Opérations")
    visitor.follow("Magasinier, Vierzon")
    visitor.follow("Tableau d'appairage →")
    visitor.reads("Logis Demain", "Amina Q.")
    visitor.reads_not("Colis Rapides", "Jeanne Q.", "Ce qui bloque")
    visitor.examine_on_phones()


def test_a_recruiter_and_a_tutor_find_their_operation(visitor: Visitor) -> None:
    for name in ("Marc Recrute", "Inès Tutrice"):
        visitor.become(name)
        visitor.follow("Opérations")
        visitor.follow("Assistant de vie aux familles, Châteaudun")
        visitor.reads("Châteaudun", "Atelier du Loir")


def test_an_adviser_follows_the_people_it_oriented(visitor: Visitor) -> None:
    visitor.become("Gaëlle Oriente")
    visitor.follow("Opérations")
    visitor.follow("Magasinier, Vierzon")
    visitor.follow("Candidatures →")
    visitor.reads("Les personnes que vous orientez", "Amina Quai", "12 places Région")
    visitor.examine_on_phones()


def test_a_trainee_reads_their_dates_and_signs_the_paper_of_their_period(visitor: Visitor) -> None:
    visitor.become("Amina Route")
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    visitor.reads(
        "Bonjour Amina", "Aujourd'hui", "Salle 2", "Transports du Loiret d'essai", "Rita Volant, votre référent"
    )
    visitor.examine_on_phones()
    visitor.follow("Lire et signer")
    visitor.reads("Transports du Loiret d'essai", "Préparer une tournée et charger en sécurité")
    visitor.press("Je signe")
    visitor.reads("signé")


def test_an_employer_says_a_need_without_an_account_and_confirms_it_by_mail(
    visitor: Visitor, demonstration: Stage
) -> None:
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    visitor.open("/")
    visitor.follow("Dire un besoin de recrutement")
    visitor.fill(**{"Qui cherchez-vous ?": "magasinier", "Combien de postes ?": "2", "SIRET": "79026100000000"})
    visitor.press("Continuer", status=422)
    visitor.reads("SIRET")
    visitor.examine_on_phones()
    visitor.fill(SIRET="552 100 554 00021")
    visitor.page.get_by_role("radio", name="Magasinier").first.check()
    visitor.press("Continuer")
    visitor.reads("Où, et comment vous répondre ?")
    visitor.examine_on_phones()
    visitor.fill(**{"Où se trouve le poste ?": "Vierzon", "Comment vous répondre ?": "patronne@exemple.invalid"})
    visitor.press("Envoyer")
    visitor.reads("Encore un geste : confirmez")
    visitor.examine_on_phones()

    visitor.open(LINK.search(demonstration.last_mail("patronne@exemple.invalid")).group(1))
    visitor.fill(**{"Nom de l'entreprise": "Quincaillerie d'essai"})
    visitor.press("Confirmer")
    visitor.reads("C'est confirmé, merci", "Vierzon", "Quincaillerie d'essai")


def test_a_certificate_is_verified_by_its_code(visitor: Visitor) -> None:
    visitor.become("Paul Exemple")
    visitor.open("/operations/1/cloture/")
    visitor.follow("Page de vérification")
    code = visitor.here.strip("/").rpartition("/")[2]
    visitor.leave()
    visitor.open("/")
    visitor.follow("Vérifier")
    visitor.fill(Code="ABCDEFGHJK")
    visitor.press("Vérifier le code", status=422)
    visitor.reads("Aucun document ne porte ce code.")
    visitor.fill(Code=code.lower())
    visitor.press("Vérifier le code")
    visitor.reads("Attestation de conformité DEFI", "valable", "Atelier du Loir", "Châteaudun")
    visitor.reads_not("Amina")
    visitor.examine_on_phones()


def test_a_trainee_without_mail_enters_with_the_card_the_provider_printed(visitor: Visitor) -> None:
    visitor.become("Quentin Suit")
    visitor.open("/operations/4/candidatures/")
    visitor.follow("Zoé Route")
    visitor.press("Imprimer une carte")
    number, code = (visitor.page.locator(".personal-card dd").nth(n).inner_text() for n in (0, 1))
    visitor.leave()
    visitor.open("/")
    visitor.follow("Entrer avec ma carte")
    visitor.fill(Numéro=number, Code="mauvais")
    visitor.press("Entrer", status=422)
    visitor.fill(Code=code)
    visitor.press("Entrer")
    visitor.reads("Bonjour Zoé")


def test_a_member_signs_in_with_a_code_sent_by_mail(visitor: Visitor, demonstration: Stage) -> None:
    visitor.open("/operations/2/")
    visitor.fill(Courriel="coordination@vierzon.invalid")
    visitor.press("Recevoir un code")
    visitor.reads("Un code vient d'être envoyé à coordination@vierzon.invalid")
    code = demonstration.last_mail("coordination@vierzon.invalid")
    visitor.fill(Code=re.search(r"Votre code est (\S+)\.", code).group(1))
    visitor.press("Entrer")
    visitor.reads("Jules Organise", "Magasinier, Vierzon")


def test_a_change_of_plan_is_read_and_decided_then_another_is_written(visitor: Visitor) -> None:
    visitor.become("Véra Pilote")
    visitor.take_up("Décider une modification du plan", "Assistant auprès d'adultes, Tours")
    visitor.reads("Ce qui change", "350 h en centre", "357 h en centre", "un avenant sera à signer", "Votre décision")
    visitor.examine_on_phones()
    visitor.follow("Faire corriger…")
    visitor.examine_on_phones()
    visitor.follow("Annuler")
    visitor.press("Approuver la modification")
    visitor.reads("approuvée", "Ses effets, le jour de la décision")
    visitor.follow("Ce qui a changé")
    visitor.reads("Modifications demandées pendant la formation")
    visitor.examine_on_phones()

    visitor.become("William Relie")
    visitor.follow("Opérations")
    visitor.follow("Assistant auprès d'adultes, Tours")
    visitor.follow("Plan de formation →")
    visitor.reads("accord redemandé")
    visitor.follow("Demander une modification")
    visitor.examine_on_phones()
    visitor.fill(**{"Pourquoi le plan doit changer": "Un module de plus"})
    visitor.press("Continuer")
    visitor.follow("Équipe et communication")
    visitor.examine_on_phones()
    visitor.fill(**{"Heures en centre": "63"})
    visitor.press("Garder dans la demande")
    visitor.reads("70 h en centre", "63 h en centre", "Envoyer la demande à la Région")
    visitor.examine_on_phones()
    visitor.follow("Changer le rythme")
    visitor.examine_on_phones()
    visitor.follow("Annuler")
    visitor.follow("Retirer la demande…")
    visitor.examine_on_phones()


def test_an_adviser_gives_their_calendar_a_private_address_by_keyboard_then_closes_it(visitor: Visitor) -> None:
    visitor.become("Gaëlle Oriente")
    visitor.open("/mon-agenda/")
    visitor.examine_on_phones()
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Obtenir mon adresse").press("Enter")
    visitor.reads("Votre adresse est prête.", "Ce qui vient")
    visitor.examine_on_phones()
    address = visitor.page.get_by_label("Adresse de mon agenda").inner_text()
    path = address.split("/", 3)[3]
    answer = visitor.page.request.get(f"{visitor.address}/{path}")
    assert answer.status == 200
    assert "BEGIN:VCALENDAR" in answer.text()
    visitor.press("Fermer l'adresse")
    visitor.reads("L'adresse de votre agenda ne répond plus.")
    assert visitor.page.request.get(f"{visitor.address}/{path}").status == 410
