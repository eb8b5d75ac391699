"""An answer is owed to each person and to who oriented them; its age shows, and whoever owes it is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import Actor, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.operations.models import Session
from defi.people.models import Organisation
from defi.steps.sourcing import actions
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.owed_queries import owed_list
from defi.steps.sourcing.rules import answer_is_late, owed_since
from factories import a_coordinator, a_person, a_prescriber, a_provider, a_session, actor, an_officer, an_operation

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 1)
MET = date(2025, 10, 8)


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), date(2025, 11, 3), seats=5)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


@pytest.fixture
def mission(session: Session) -> Organisation:
    organisation = a_prescriber(email="mission@example.org")
    add_partner(an_officer(), session.operation_id, organisation)
    return organisation


@pytest.fixture
def adviser(mission: Organisation) -> Actor:
    return actor(Who.ADVISER, mission, a_person("Nora", email="nora@mission.example"))


def names(who: Actor) -> list[str]:
    with scope(who):
        return [row.candidacy.person.first_name for row in owed_list(who, acts=False).rows]


@pytest.mark.parametrize(
    ("state", "since"),
    [
        ("oriented", DAY),
        ("invited", DAY),
        ("met", MET),
        *((state, None) for state in ("selected", "reserve", "confirmed", "declined", "withdrawn", "merged")),
    ],
)
def test_to_be_met_answers_the_orientation_and_what_came_of_it_is_owed_then(state: str, since: date | None) -> None:
    assert owed_since(state, DAY, MET) == since


def test_an_answer_is_late_the_day_after_the_delay() -> None:
    assert not answer_is_late(DAY, 15, date(2025, 10, 16))
    assert answer_is_late(DAY, 15, date(2025, 10, 17))


def test_the_longest_wait_comes_first_and_each_answer_leaves_the_list(
    session: Session, lead: Actor, adviser: Actor
) -> None:
    people = [actions.orient_person(adviser, session.pk, PersonFacts(name, "Rossi")) for name in ("Amina", "Bruno")]
    with clock.at(MET):
        actions.meet_candidate(lead, people[0].pk)
        assert names(lead) == ["Bruno", "Amina"]
        actions.decline_candidate(lead, people[1].pk, code="schedule")
        assert names(lead) == ["Amina"]
        actions.select_candidate(lead, people[0].pk)
        assert names(lead) == []


def test_each_sees_what_is_owed_to_its_own(session: Session, lead: Actor, adviser: Actor) -> None:
    actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo"))
    assert (names(lead), names(adviser)) == (["Amina", "Karim"], ["Amina"])
    assert names(actor(Who.COORDINATOR, a_provider("Autre OF"))) == []


def test_the_prescriber_is_told_once_a_day_that_its_people_were_met_and_at_once_of_each_final_answer(
    session: Session, lead: Actor, adviser: Actor
) -> None:
    for name in ("Amina", "Bruno"):
        actions.meet_candidate(lead, actions.orient_person(adviser, session.pk, PersonFacts(name, "Rossi")).pk)
    told = Mail.objects.filter(address="nora@mission.example", purpose="sourcing/mail/moved_on_prescriber")
    assert told.count() == 1
    with scope(lead):
        rows = owed_list(lead, acts=True).rows
    actions.decline_candidate(lead, rows[0].candidacy.pk, code="schedule")
    final = Mail.objects.get(address="nora@mission.example", purpose="sourcing/mail/answer_prescriber")
    assert "horaires ou lieu incompatibles" in final.body


def test_what_is_owed_stands_in_what_is_to_do_and_on_its_page(
    session: Session, lead: Actor, adviser: Actor, django_assert_max_num_queries: object
) -> None:
    for name in ("Amina", "Bruno"):
        actions.orient_person(adviser, session.pk, PersonFacts(name, "Rossi"))
    actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo"))
    with clock.at(date(2025, 10, 20)):
        client = browser(lead)
        todo = client.get("/a-faire/").content.decode()
        assert "3 personnes attendent" in todo
        with django_assert_max_num_queries(20):  # type: ignore[operator]
            page = client.get("/candidatures/reponses-dues/").content.decode()
        assert "3 réponses dues" in page
        assert "dont 3 en retard" in page
        alone = client.get("/candidatures/reponses-dues/?prescriber=0").content.decode()
        assert ("Karim" in alone, "Amina" in alone) == (True, False)
        export = client.get("/candidatures/reponses-dues/?late=on&export=csv").content.decode("utf-8-sig")
        assert export.count("Rossi") == 2
        mine = browser(adviser).get("/candidatures/reponses-dues/").content.decode()
        assert ("Amina" in mine, "Karim" in mine) == (True, False)
    assert browser(an_officer()).get("/candidatures/reponses-dues/").status_code == 404


def test_one_click_on_the_page_takes_the_next_step_and_comes_back(session: Session, lead: Actor) -> None:
    candidacy = actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo"))
    sent = {"version": candidacy.version, "back": "owed"}
    done = browser(lead).post(f"/candidatures/{candidacy.pk}/etape/meet/", sent, follow=True)
    assert done.redirect_chain[-1][0] == "/candidatures/reponses-dues/"
    assert "rencontré" in done.content.decode()


def test_a_prescriber_finds_the_answers_its_people_had(session: Session, lead: Actor, adviser: Actor) -> None:
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    actions.decline_candidate(lead, candidacy.pk, code="schedule")
    page = browser(adviser).get("/candidatures/reponses-dues/").content.decode()
    assert "Réponses reçues" in page
    assert "horaires ou lieu incompatibles" in page
