"""Prescribers read the seats left, of sessions and of meetings, without asking anybody and without a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from defi.kernel import clock
from defi.kernel.access import Who
from defi.operations.actions import add_partner
from defi.steps.sourcing import actions, bookings, events
from defi.steps.sourcing.orientation import PersonFacts
from factories import (
    a_candidate,
    a_coordinator,
    a_prescriber,
    a_provider,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)
from steps.sourcing.test_events import FRAME
from steps.sourcing.test_pages import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(date(2025, 10, 1)):
        yield


def an_open_operation(house, name: str = "Atelier du Loir"):
    operation = an_operation(a_provider(name))
    add_partner(an_officer(), operation.pk, house)
    session = a_session(operation, date(2025, 11, 3), seats=5)
    lead = a_coordinator(operation)
    line = actions.plan_line(
        lead, operation.pk, kind="information", planned_on=date(2025, 10, 15), owner_id=operation.provider_id or 0
    )
    events.describe_event(lead, line.pk, FRAME)
    return session, events.publish_event(lead, line.pk)


def test_the_seats_left_are_those_of_this_instant() -> None:
    mission = a_prescriber()
    session, event = an_open_operation(mission)
    client = signed_in(Who.ADVISER, mission)
    page = text_of(client.get("/places/"))
    assert "5 places libres" in page
    assert "2 places libres" in page
    a_candidate(session, "Amina")
    bookings.book_people(
        a_coordinator(session.operation), event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="0612345678")
    )
    page = text_of(client.get("/places/"))
    assert "4 places libres" in page
    assert "1 place libre" in page
    assert "Amina" not in page
    assert "Zoé" not in page


def test_a_seat_offered_to_somebody_is_not_one_to_propose() -> None:
    mission = a_prescriber()
    session, _event = an_open_operation(mission)
    client = signed_in(Who.ADVISER, mission)
    a_candidate(session, "Amina")
    a_candidate(session, "Bruno", state="selected")
    assert "3 places à proposer sur 5 places Région : 1 personne retenue doit encore confirmer" in words(client)
    for name in ("Chloé", "Driss", "Eva"):
        a_candidate(session, name, state="selected")
    assert "aucune place à proposer sur 5 places Région : 4 personnes retenues doivent encore" in words(client)
    lines = client.get("/places/?export=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].endswith(";5;0;0")


def words(client) -> str:
    page = re.sub(r"<[^>]+>", "", text_of(client.get("/places/")))
    return " ".join(page.split())


def test_only_the_operations_one_takes_part_in_are_listed() -> None:
    an_open_operation(a_prescriber("Autre mission locale"))
    assert "Aucune place à montrer" in text_of(signed_in(Who.ADVISER, a_prescriber()).get("/places/"))


def test_the_list_is_taken_away_as_a_file() -> None:
    mission = a_prescriber()
    an_open_operation(mission)
    lines = signed_in(Who.ADVISER, mission).get("/places/?export=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("session de formation;2025-11-03;;5;5;0")
    assert ";2;2;0" in lines[2]


def test_an_employer_has_no_such_page() -> None:
    assert signed_in(Who.RECRUITER, an_employer()).get("/places/").status_code == 404


def test_the_menu_of_an_adviser_leads_there() -> None:
    mission = a_prescriber()
    assert 'href="/places/"' in text_of(signed_in(Who.ADVISER, mission).get("/operations/"))
    assert actor(Who.ADVISER, mission).in_prescriber


def test_it_takes_as_many_queries_for_one_operation_as_for_four() -> None:
    mission = a_prescriber()
    client = signed_in(Who.ADVISER, mission)
    counts = []
    for names in (["A"], ["B", "C", "D"]):
        for name in names:
            an_open_operation(mission, name)
        with CaptureQueriesContext(connection) as asked:
            client.get("/places/")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 30
