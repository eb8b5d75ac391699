"""The pages of meetings, as each role reads them, and the public page without an account."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.steps.sourcing import actions, bookings, events
from defi.steps.sourcing.models import Booking, Candidacy, SourcingLine
from defi.steps.sourcing.orientation import PersonFacts
from factories import a_candidate, a_coordinator, a_prescriber, a_session, an_employer, an_officer, an_operation
from steps.sourcing.test_events import FRAME
from steps.sourcing.test_pages import lead_of, signed_in, text_of

pytestmark = pytest.mark.django_db

NOW = date(2025, 10, 1)
DAY = date(2025, 10, 15)


@pytest.fixture(autouse=True)
def _autumn() -> object:
    with clock.at(NOW):
        yield


@pytest.fixture
def operation() -> Operation:
    return an_operation()


@pytest.fixture
def session(operation: Operation) -> Session:
    return a_session(operation, date(2025, 11, 3), seats=8)


@pytest.fixture
def mission(operation: Operation) -> Organisation:
    house = a_prescriber()
    add_partner(an_officer(), operation.pk, house)
    return house


@pytest.fixture
def event(operation: Operation, session: Session, mission: Organisation) -> SourcingLine:
    lead = a_coordinator(operation)
    line = actions.plan_line(lead, operation.pk, kind="information", planned_on=DAY, owner_id=mission.pk)
    events.describe_event(lead, line.pk, FRAME)
    return events.publish_event(lead, line.pk)


def version_in(page: HttpResponse) -> str:
    found = re.search(r'name="version" value="(\d+)"', text_of(page))
    assert found
    return found[1]


def test_a_line_of_the_plan_becomes_a_published_meeting_by_clicks(
    operation: Operation, session: Session, mission: Organisation
) -> None:
    client = lead_of(operation)
    plan = {"kind": "visit", "planned_on": "2025-10-15", "owner": mission.pk}
    assert client.post(f"/operations/{operation.pk}/preparation/action/", plan).status_code == 302
    with scope(TASK):
        line = SourcingLine.objects.get()
    url = f"/rencontres/{line.pk}/"
    page = text_of(client.get(url))
    assert "Avant de publier, il manque" in page
    assert "Publier la rencontre" not in page
    facts = {
        "aim": "Voir les postes",
        "place": "Maison Bel-Air",
        "at": "14:00",
        "minutes": "90",
        "led_by": "Odile",
        "accompanied_by": "Nora",
        "follows": "Un entretien",
        "places": "3",
        "version": version_in(client.get(f"{url}preciser/")),
    }
    wrong = client.post(f"{url}preciser/", {**facts, "minutes": "3"})
    assert wrong.status_code == 422
    assert "Voir les postes" in text_of(wrong)
    assert client.post(f"{url}preciser/", facts).status_code == 302
    assert "Publier la rencontre" in text_of(client.get(url))
    page = text_of(client.post(f"{url}publier/", follow=True))
    assert "La rencontre est publiée." in page
    assert "3 places libres" in page
    assert f"/venir/{line.pk}/" in page


def test_a_prescriber_books_from_the_page_and_sees_only_its_own(
    event: SourcingLine, session: Session, mission: Organisation
) -> None:
    a_lead = a_coordinator(session.operation)
    other = a_candidate(session, "Bruno", state="oriented")
    bookings.book_people(a_lead, event.pk, [other.pk])
    mine = a_candidate(session, "Amina", state="oriented", prescriber=mission)
    client = signed_in(Who.ADVISER, mission)
    url = f"/rencontres/{event.pk}/"
    assert "Bruno" not in text_of(client.get(f"{url}inscrire/"))
    assert client.post(f"{url}inscrire/", {"last_name": ""}).status_code == 422
    page = text_of(client.post(f"{url}inscrire/", {"candidacies": [mine.pk]}, follow=True))
    assert "Amina" in page
    assert "Bruno" not in page
    assert "1 autre personne" in page
    assert "complet" in page


def test_an_employer_reads_counts_and_no_name(event: SourcingLine, session: Session) -> None:
    firm = an_employer()
    add_partner(an_officer(), session.operation_id, firm)
    candidacy = a_candidate(session, "Amina", state="oriented", email="amina@example.org")
    bookings.book_people(a_coordinator(session.operation), event.pk, [candidacy.pk])
    client = signed_in(Who.RECRUITER, firm)
    for url in (f"/rencontres/{event.pk}/", f"/operations/{session.operation_id}/rencontres/"):
        page = text_of(client.get(url))
        assert "1 sur 2" in page
        assert "Amina" not in page
        assert "amina@example.org" not in page
    assert client.get(f"/rencontres/{event.pk}/inscrire/").status_code == 403


def test_the_region_names_people_without_the_means_to_call(event: SourcingLine, session: Session) -> None:
    lead = a_coordinator(session.operation)
    bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="0611223344"))
    page = text_of(signed_in(Who.OFFICER, session.operation.region).get(f"/rencontres/{event.pk}/"))
    assert "Zoé" in page
    assert "0611223344" not in page


def test_who_has_no_address_is_to_be_called(event: SourcingLine, session: Session) -> None:
    lead = a_coordinator(session.operation)
    bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="0611223344"))
    page = text_of(lead_of(session.operation).get(f"/rencontres/{event.pk}/"))
    assert "À prévenir par téléphone" in page
    assert 'href="tel:0611223344"' in page


def test_anybody_asks_confirms_and_gives_up_without_an_account(event: SourcingLine) -> None:
    client = Client()
    assert "information collective" in text_of(client.get("/venir/")).lower()
    url = f"/venir/{event.pk}/"
    page = text_of(client.get(url))
    assert "Découvrir le métier" in page
    assert "Un entretien dans la semaine" in page
    wrong = client.post(url, {"first_name": "Zoé", "last_name": "Essai", "email": "zoe@"})
    assert wrong.status_code == 422
    assert 'value="Zoé"' in text_of(wrong)
    sent = client.post(url, {"first_name": "Zoé", "last_name": "Essai", "email": "zoe@example.org"}, follow=True)
    assert "dans votre messagerie" in text_of(sent)
    secret = Mail.objects.get(address="zoe@example.org").body.split("/lien/")[1].split("/")[0]
    link = f"/lien/{secret}/"
    assert "Je confirme" in text_of(Client().get(link))
    with scope(TASK):
        assert Booking.objects.get().state == "to_confirm"
    assert "votre place est retenue" in text_of(Client().post(link, {"confirm": "1"}, follow=True))
    given_up = Client().post(link, {"cancel": "1"}, follow=True)
    assert "Votre place est rendue" in text_of(given_up)


def test_a_forgotten_request_says_so(event: SourcingLine) -> None:
    Client().post(f"/venir/{event.pk}/", {"first_name": "Zoé", "last_name": "Essai", "email": "zoe@example.org"})
    secret = Mail.objects.get(address="zoe@example.org").body.split("/lien/")[1].split("/")[0]
    with clock.at(date(2025, 10, 9)):
        bookings.forget_requests()
        page = Client().get(f"/lien/{secret}/")
    assert page.status_code == 410
    assert "effacée" in text_of(page)


def test_what_is_not_announced_has_no_public_page(operation: Operation, mission: Organisation) -> None:
    lead = a_coordinator(operation)
    line = actions.plan_line(lead, operation.pk, kind="visit", planned_on=DAY, owner_id=mission.pk)
    assert Client().get(f"/venir/{line.pk}/").status_code == 404


def test_presences_are_noted_person_by_person(event: SourcingLine, session: Session) -> None:
    lead = a_coordinator(session.operation)
    [row] = bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="0611223344"))
    client = lead_of(session.operation)
    url = f"/rencontres/{event.pk}/presences/"
    with clock.at(DAY):
        version = version_in(client.get(url))
        wrong = client.post(url, {"version": version, f"outcome_{row.pk}": "applies"})
        assert wrong.status_code == 422
        said = {"version": version, f"attendance_{row.pk}": "came", f"outcome_{row.pk}": "applies"}
        page = text_of(client.post(url, said, follow=True))
        assert "souhaite candidater : 1" in page
        assert "Ajouter aux candidatures" in page
        page = text_of(client.post(f"/inscriptions/{row.pk}/candidature/", follow=True))
        assert "La candidature est notée." in page


def test_the_candidacies_of_who_came_and_did_not_follow_by_a_click_of_somebody(
    event: SourcingLine, session: Session
) -> None:
    people = [a_candidate(session, name, state="oriented") for name in ("Amina", "Bruno", "Chloé")]
    lead, client = a_coordinator(session.operation), lead_of(session.operation)
    with clock.at(DAY):
        rows = bookings.book_people(lead, event.pk, [row.pk for row in people])
        url = f"/rencontres/{event.pk}/presences/"
        asked = client.get(url)
        assert "Noter aussi la rencontre des personnes venues, au 15 octobre 2025" in text_of(asked)
        said = {"version": version_in(asked)}
        for row, attendance in zip(rows, ("came", "came", "absent"), strict=True):
            said[f"attendance_{row.pk}"] = attendance
        page = text_of(client.post(url, said, follow=True))  # without the tick: nothing follows by itself
        assert "Venues, rencontre pas encore notée" in page
        assert "Pas venues" in page
        ticked = [f"{row.pk}-{row.version}" for row in people]
        several = f"/operations/{session.operation_id}/candidatures/ensemble/"
        back = {"event": event.pk, "on": DAY.isoformat()}
        page = text_of(client.post(several, {**back, "verb": "meet", "who": ticked[:2]}, follow=True))
        assert "2 personnes notées : rencontré." in page
        assert "Venues, rencontre" not in page
        page = text_of(client.post(several, {**back, "verb": "miss", "who": ticked[2:]}, follow=True))
        assert "1 personne notée : ne s'est pas présenté." in page
    with scope(TASK):
        found = [Candidacy.objects.get(pk=row.pk) for row in people]
    assert [(row.state, row.met_on) for row in found] == [("met", DAY), ("met", DAY), ("no_show", None)]


def test_a_meeting_is_moved_and_cancelled_from_its_page(event: SourcingLine, session: Session) -> None:
    client = lead_of(session.operation)
    url = f"/rencontres/{event.pk}/"
    moved = {
        "planned_on": "2025-10-20",
        "at": "10:00",
        "place": "Mairie",
        "version": version_in(client.get(f"{url}deplacer/")),
    }
    assert client.post(f"{url}deplacer/", moved).status_code == 302
    assert client.post(f"{url}deplacer/", moved).status_code == 422
    reason = {"reason": "salle fermée", "version": version_in(client.get(f"{url}annuler/"))}
    page = text_of(client.post(f"{url}annuler/", reason, follow=True))
    assert "annulée" in page
    assert "Cette rencontre est annulée" in text_of(Client().get(f"/venir/{event.pk}/"))


def test_the_list_is_taken_away_as_a_file(event: SourcingLine, session: Session) -> None:
    answer = lead_of(session.operation).get(f"/operations/{session.operation_id}/rencontres/?export=csv")
    assert "information collective;" in answer.content.decode("utf-8-sig")


def test_pages_take_as_many_queries_for_two_people_as_for_six(event: SourcingLine, session: Session) -> None:
    lead = a_coordinator(session.operation)
    client = lead_of(session.operation)
    urls = [
        f"/rencontres/{event.pk}/",
        f"/rencontres/{event.pk}/presences/",
        f"/operations/{session.operation_id}/rencontres/",
        "/venir/",
    ]
    counts: dict[str, list[int]] = {url: [] for url in urls}
    number = 0
    for _round in range(2):
        for name in "abc":
            number += 1
            candidacy = a_candidate(session, f"{name}{number}", state="oriented", prescriber=a_prescriber(f"P{number}"))
            bookings.book_people(lead, event.pk, [candidacy.pk])
            line = actions.plan_line(
                lead, session.operation_id, kind="visit", planned_on=DAY, owner_id=event.owner_id, place=f"L{number}"
            )
            events.describe_event(lead, line.pk, FRAME)
            events.publish_event(lead, line.pk)
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts[url].append(len(asked))
    for url, (few, many) in counts.items():
        assert few == many < 30, url


def test_the_last_place_ticked_for_two_is_refused_and_the_ticks_are_kept(event: SourcingLine, session: Session) -> None:
    lead = a_coordinator(session.operation)
    bookings.book_people(lead, event.pk, [a_candidate(session, "Amina", state="oriented").pk])
    two = [a_candidate(session, name, state="oriented") for name in ("Bruno", "Chloé")]
    ticked = {"candidacies": [row.pk for row in two]}
    answer = lead_of(session.operation).post(f"/rencontres/{event.pk}/inscrire/", ticked)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Il reste 1 place pour 2 personnes" in page
    assert page.count("checked") == 2
    bookings.book_people(lead, event.pk, [two[1].pk])
    page = text_of(
        lead_of(session.operation).post(f"/rencontres/{event.pk}/inscrire/", {"candidacies": two[0].pk}, follow=True)
    )
    assert "1 personne est en liste d'attente" in page


def test_the_page_that_moves_a_meeting_says_who_is_told_and_whom_to_call(event: SourcingLine, session: Session) -> None:
    client, lead = lead_of(session.operation), a_coordinator(session.operation)
    for verb in ("deplacer", "annuler"):
        assert "aucun message ne part" in text_of(client.get(f"/rencontres/{event.pk}/{verb}/"))
    bookings.book_people(lead, event.pk, [a_candidate(session, "Amina", state="oriented", email="a@example.org").pk])
    bookings.book_people(lead, event.pk, newcomer=PersonFacts("Karim", "Essai", phone="06 12 34 56 78"))
    for verb in ("deplacer", "annuler"):
        page = text_of(client.get(f"/rencontres/{event.pk}/{verb}/"))
        assert "1 personne est prévenue par courriel." in page
        assert "Sans adresse, à appeler : Karim Essai, 06 12 34 56 78." in page
    seen = text_of(signed_in(Who.OFFICER, session.operation.region).get(f"/rencontres/{event.pk}/deplacer/"))
    assert "1 personne n'a pas d'adresse : l'organisme de formation l'appelle." in seen
    assert "Karim" not in seen


def test_the_public_home_leads_to_the_meetings() -> None:
    assert 'href="/venir/"' in text_of(Client().get("/"))


def test_a_cancelled_meeting_shows_no_free_place_and_its_reason_says_nothing_of_health(
    operation: Operation, event: SourcingLine
) -> None:
    client, url = lead_of(operation), f"/rencontres/{event.pk}/"
    page = client.get(f"{url}annuler/")
    assert "Garder la rencontre" in text_of(page)
    typed = {"version": version_in(page), "reason": "l'animatrice est malade"}
    refused = client.post(f"{url}annuler/", typed)
    assert (refused.status_code, "Rien sur la santé" in text_of(refused)) == (422, True)
    assert "places libres" in text_of(client.get(url))
    client.post(f"{url}annuler/", {**typed, "reason": "salle fermée"})
    page = text_of(client.get(url))
    assert "annulée" in page
    assert "places libres" not in page
    assert "Personne n'est encore inscrit." in page
