"""Scenario (n) by clicking: a tutor signs two days and gives an opinion on a phone, the provider talks it over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from browser.conftest import Stage
from browser.visitor import PHONES, WIDE, Visitor

OPERATION = "Commis de cuisine, Vendôme"
TUTOR_MAIL, LEAD, TRAINEE = "rose@fournil.invalid", "Inès Levain", "Bruno Four"
PARIS = ZoneInfo("Europe/Paris")


def evening(day: int) -> datetime:
    return datetime(2026, 10, day, 18, tzinfo=PARIS)


@pytest.fixture
def somebody(page: Page, a_period: Stage) -> Iterator[Visitor]:
    """A tab on the story; what was wrong on the pages crossed fails the test at its end."""
    visitor = Visitor(page, a_period.address)
    yield visitor
    assert not visitor.faults, "\n".join(visitor.faults)


def test_a_period_is_signed_told_of_and_talked_over(somebody: Visitor, a_period: Stage) -> None:
    link = re.search(r"/lien/\S+", a_period.last_mail(TUTOR_MAIL))
    assert link
    a_tutor_signs_two_days_and_says_how_it_went(somebody, link.group())
    the_provider_reads_it_and_notes_the_debrief(somebody)
    the_trainee_reads_what_the_tutor_says(somebody)


def a_tutor_signs_two_days_and_says_how_it_went(tutor: Visitor, link: str) -> None:
    tutor.page.set_viewport_size({"width": PHONES[0], "height": 740})
    tutor.on(evening(5))
    tutor.open(link)
    tutor.page.get_by_label("présent toute la journée").check()
    tutor.press("Je signe sa présence")
    tutor.reads("2 demi-journées sont signées", "Tout est signé jusqu'à aujourd'hui")
    tutor.on(evening(6))
    tutor.open(link)
    tutor.page.get_by_label("présent le matin seulement").check()
    tutor.press("Je signe sa présence")
    tutor.examine_on_phones()
    tutor.follow("Donner mon avis")
    tutor.page.get_by_label("atteints en partie").check()
    tutor.page.get_by_label("le travail en équipe").first.check()
    tutor.page.get_by_label("le rythme de travail").last.check()
    tutor.press("Envoyer mon avis")
    tutor.reads("Merci, votre avis est noté", "le rythme de travail")
    tutor.examine_on_phones()
    tutor.page.set_viewport_size({"width": WIDE, "height": 900})


def the_provider_reads_it_and_notes_the_debrief(lead: Visitor) -> None:
    lead.become(LEAD)
    lead.take_up("Faire le retour d'expérience d'une période", OPERATION)
    lead.reads(TRAINEE, "atteints en partie", "préparation à noter", "n'a pas signé la convention DEFI")
    lead.examine_on_phones()
    lead.follow("Noter le retour d'expérience")
    lead.fill(**{"Ce que la personne en retient": "Le rythme du matin."})
    lead.press("Noter le retour d'expérience")
    lead.reads("retour d'expérience fait", "Le rythme du matin.")
    lead.open("/operations/")
    lead.follow(OPERATION)
    lead.unfold()
    lead.follow("Session →")
    lead.follow("Heures")
    lead.reads("10 h 30")
    lead.leave()


def the_trainee_reads_what_the_tutor_says(trainee: Visitor) -> None:
    trainee.become(TRAINEE)
    trainee.page.set_viewport_size({"width": PHONES[0], "height": 740})
    trainee.follow("Lire")
    trainee.reads("le travail en équipe", "Le rythme du matin.")
    trainee.press("J'ai lu")
    trainee.reads("vous avez lu l'avis de votre tuteur")
    trainee.examine_on_phones()
