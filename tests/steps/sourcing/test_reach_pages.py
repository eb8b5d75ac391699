"""A page that says « appelez » gives the number, and one that says who is told says it of those who really are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Mail
from defi.operations.models import Session
from defi.people.models import Organisation, Person
from defi.steps.sourcing import actions
from factories import a_candidate, a_coordinator, a_person, a_prescriber, a_session, actor, an_operation
from steps.sourcing.test_pages import lead_of, text_of

PHONE = "02 61 91 00 01"


@pytest.fixture(autouse=True)
def _autumn(db: None) -> Iterator[None]:
    with clock.at(date(2025, 10, 1)):
        yield


@pytest.fixture
def session() -> Session:
    made = a_session(an_operation(), date(2025, 11, 3))
    Organisation.objects.filter(pk=made.operation.provider_id).update(phone=PHONE)
    return made


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


def link_of(address: str) -> str:
    body = Mail.objects.filter(address=address).latest("pk").body
    return f"/lien/{body.split('/lien/')[1].split('/')[0]}/"


def test_the_page_of_a_link_that_says_to_call_shows_the_number(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", state="selected", email="amina@example.org")
    address = link_of("amina@example.org")
    assert PHONE in text_of(Client().get(address, follow=True))
    actions.confirm_candidate(lead, candidacy.pk)
    assert PHONE in text_of(Client().get(address, follow=True))
    with clock.at(date(2025, 10, 27)):
        actions.ask_again()
        again = link_of("amina@example.org")
        assert PHONE in text_of(Client().get(again, follow=True))
    assert PHONE in Mail.objects.get(purpose="sourcing/mail/asked_again_person").body


def test_who_is_silent_before_the_start_has_a_number_to_call_for_those_who_call(session: Session) -> None:
    candidacy = a_candidate(session, "Amina")
    with scope(TASK):
        Person.objects.filter(pk=candidacy.person_id).update(phone="06 12 34 56 78")
    with clock.at(date(2025, 10, 27)):
        actions.ask_again()
        where = f"/operations/{session.operation_id}/candidatures/"
        assert "06 12 34 56 78" in text_of(lead_of(session.operation).get(where))
        officer = browser(actor(Who.OFFICER, session.operation.region))
        assert "06 12 34 56 78" not in text_of(officer.get(where))


def test_the_page_of_a_refusal_says_who_is_told_by_mail_and_who_is_called(session: Session, lead: Actor) -> None:
    mission = a_prescriber(email="accueil@mission.example")
    told = a_candidate(session, "Amina", state="met", email="amina@example.org", prescriber=mission)
    page = text_of(browser(lead).get(f"/candidatures/{told.pk}/fin/decline/"))
    assert f"{told.person} est prévenue par courriel." in page
    assert f"{mission} est prévenu par courriel, avec le motif." in page
    silent = a_candidate(session, "Chloé", state="met", prescriber=a_prescriber("Cap emploi 28"))
    with scope(TASK):
        Person.objects.filter(pk=silent.person_id).update(phone="06 12 34 56 78")
    page = text_of(browser(lead).get(f"/candidatures/{silent.pk}/fin/decline/"))
    assert "n'a pas d'adresse : appelez-la au 06 12 34 56 78." in page
    assert "Cap emploi 28 n'a pas d'adresse : prévenez-le vous-même." in page


def test_a_prescriber_who_gives_up_for_somebody_reads_that_the_provider_is_told(session: Session) -> None:
    mission = a_prescriber()
    candidacy = a_candidate(session, "Amina", state="met", prescriber=mission)
    adviser = browser(actor(Who.ADVISER, mission, a_person("Nora", email="nora@mission.example")))
    page = text_of(adviser.get(f"/candidatures/{candidacy.pk}/fin/withdraw/"))
    assert f"appelez le {PHONE}" in page
    assert f"{mission} est prévenu" not in page
