"""The pages of recruiting, as those who see them; each button once, and the refusals beside what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Link, Mail
from defi.operations.actions import add_partner
from defi.operations.models import Meeting, Operation, Session
from defi.people.models import Account, Card, Organisation, Person
from defi.steps.sourcing import actions
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.models import Announcement, Candidacy, SourcingLine, TeamMember
from factories import (
    a_candidate,
    a_coordinator,
    a_person,
    a_prescriber,
    a_provider,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

NOW = date(2025, 10, 1)
START = date(2025, 11, 3)
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def operation() -> Operation:
    return an_operation()


@pytest.fixture
def session(operation: Operation) -> Session:
    return a_session(operation, START, seats=2)


@pytest.fixture
def mission(operation: Operation) -> Organisation:
    organisation = a_prescriber()
    add_partner(an_officer(), operation.pk, organisation)
    return organisation


@pytest.fixture
def firm(operation: Operation) -> Organisation:
    organisation = an_employer()
    add_partner(an_officer(), operation.pk, organisation)
    return organisation


def signed_in(who: Who, organisation: Organisation) -> Client:
    """The browser of somebody in this role."""
    person = a_person("Sam", email=f"sam{next(NUMBERS)}@example.org")
    actor(who, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def lead_of(operation: Operation) -> Client:
    assert operation.provider is not None
    return signed_in(Who.COORDINATOR, operation.provider)


def text_of(response: object) -> str:
    return " ".join(unescape(response.content.decode()).split())  # type: ignore[attr-defined]


# The group


def test_the_provider_takes_the_next_step_in_one_click(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="oriented")
    client = lead_of(operation)
    page = client.get(f"/operations/{operation.pk}/candidatures/")
    assert "Noter la rencontre" in text_of(page)
    assert "2 places libres" in text_of(page)
    url = f"/candidatures/{candidacy.pk}/etape/meet/"
    done = client.post(url, {"version": candidacy.version}, follow=True)
    assert "rencontré" in text_of(done)
    again = client.post(url, {"version": candidacy.version}, follow=True)
    assert "modifiée pendant que vous la lisiez" in text_of(again)
    with scope(TASK):
        assert Candidacy.objects.get(pk=candidacy.pk).state == "met"


def test_several_ticked_people_take_one_step_and_each_refusal_is_said(operation: Operation, session: Session) -> None:
    amina, bruno, chloe = (a_candidate(session, name, state="met") for name in ("Amina", "Bruno", "Chloé"))
    client = lead_of(operation)
    group = f"/operations/{operation.pk}/candidatures/"
    assert "Cocher Amina" in text_of(client.get(group))
    url = f"{group}ensemble/"
    ticked = [f"{row.pk}-{row.version}" for row in (amina, chloe)]
    page = text_of(client.post(url, {"verb": "select", "who": ticked, "filters": "state=met"}, follow=True))
    assert "2 personnes notées : retenu." in page
    assert "Bruno" in page
    assert "Amina Essai" not in page.partition("Bruno")[2]  # the filter stays: who was met and not yet selected
    late = [*ticked[:1], f"{bruno.pk}-{bruno.version}"]
    shown = client.post(url, {"verb": "put_in_reserve", "who": late}, follow=True)
    assert "1 personne notée : en réserve." in text_of(shown)
    assert "modifiée pendant que vous la lisiez" in text_of(shown)
    assert f'value="{amina.pk}-{amina.version + 1}" checked' in text_of(shown)  # stays ticked, read again
    assert "Cochez d'abord" in text_of(client.post(url, {"verb": "select"}, follow=True))
    wrong = client.post(url, {"verb": "select", "who": ticked, "on": "hier"}, follow=True)
    assert "date n'est pas lisible" in text_of(wrong)
    with scope(TASK):
        found = [Candidacy.objects.get(pk=row.pk).state for row in (amina, bruno, chloe)]
    assert found == ["selected", "reserve", "selected"]


def test_several_who_say_that_they_come_are_confirmed_together_as_long_as_there_are_seats(operation: Operation) -> None:
    session = a_session(operation, START, seats=2)
    people = [a_candidate(session, name, state="selected") for name in ("Amina", "Bruno", "Chloé")]
    client = lead_of(operation)
    group = f"/operations/{operation.pk}/candidatures/"
    assert "Confirmer la venue" in text_of(client.get(group)).partition("Pour les personnes cochées")[2]
    ticked = [f"{row.pk}-{row.version}" for row in people]
    shown = text_of(client.post(f"{group}ensemble/", {"verb": "confirm", "who": ticked}, follow=True))
    assert "2 personnes notées : confirmé." in shown
    assert "Chloé Essai" in shown
    assert "déjà prises" in shown
    with scope(TASK):
        assert [Candidacy.objects.get(pk=row.pk).state for row in people] == ["confirmed", "confirmed", "selected"]


def test_several_are_moved_by_who_runs_the_operation_alone(operation: Operation, mission: Organisation) -> None:
    session = a_session(operation, START, seats=2)
    one = a_candidate(session, "Amina", state="met", prescriber=mission)
    url = f"/operations/{operation.pk}/candidatures/ensemble/"
    said = {"verb": "select", "who": [f"{one.pk}-{one.version}"]}
    for who, house in ((Who.ADVISER, mission), (Who.OFFICER, operation.region)):
        client = signed_in(who, house)
        assert client.post(url, said).status_code == 403
        assert "Cocher" not in text_of(client.get(f"/operations/{operation.pk}/candidatures/"))
    assert signed_in(Who.COORDINATOR, a_provider("Autre OF")).post(url, said).status_code == 404


def test_who_looks_like_somebody_known_is_settled_by_who_types_them(operation: Operation, session: Session) -> None:
    elsewhere = a_session(an_operation(operation.provider), START)
    known = actions.orient_person(
        a_coordinator(operation), elsewhere.pk, PersonFacts("Amina", "Rossi", phone="0612345678")
    )
    client = lead_of(operation)
    url = f"/operations/{operation.pk}/candidatures/orienter/"
    typed = {"first_name": "Amina", "last_name": "Rossi", "phone": "06 12 34 56 78", "funding": "region"}
    asked = client.post(url, typed)
    assert asked.status_code == 422
    assert "Dites si c'est la même personne" in text_of(asked)
    assert 'value="06 12 34 56 78"' in text_of(asked)
    assert client.post(url, {**typed, "known": str(known.person_id)}).status_code == 302
    with scope(TASK):
        assert Candidacy.objects.get(session=session).person_id == known.person_id


def test_the_filters_stand_in_the_address(operation: Operation, session: Session) -> None:
    a_candidate(session, "Amina", state="oriented")
    a_candidate(session, "Bruno", state="met")
    page = text_of(lead_of(operation).get(f"/operations/{operation.pk}/candidatures/?state=met"))
    assert "Bruno" in page
    assert "Amina" not in page
    found = text_of(lead_of(operation).get(f"/operations/{operation.pk}/candidatures/?name=AMI"))
    assert "Amina" in found


def test_a_prescriber_sees_its_people_and_the_seats_and_nobody_else(
    operation: Operation, session: Session, mission: Organisation
) -> None:
    a_candidate(session, "Amina", prescriber=mission)
    a_candidate(session, "Bruno")
    page = text_of(signed_in(Who.ADVISER, mission).get(f"/operations/{operation.pk}/candidatures/"))
    assert "Amina" in page
    assert "Bruno" not in page
    assert "aucune place libre" in page
    assert "Orienter une personne" in page


def test_a_prescriber_orients_from_a_short_form(operation: Operation, session: Session, mission: Organisation) -> None:
    client = signed_in(Who.ADVISER, mission)
    url = f"/operations/{operation.pk}/candidatures/orienter/"
    assert "Financement" not in text_of(client.get(url))
    wrong = client.post(url, {"first_name": "Amina", "last_name": "184127645108923"})
    assert wrong.status_code == 422
    assert "sécurité sociale" in text_of(wrong)
    assert 'value="Amina"' in text_of(wrong)
    assert client.post(url, {"first_name": "Amina", "last_name": "Rossi"}).status_code == 302
    twice = client.post(url, {"first_name": "Amina", "last_name": "Rossi"})
    assert twice.status_code == 422
    assert "déjà dans cette session" in text_of(twice)


def test_a_provider_adds_somebody_of_another_funding(
    operation: Operation, session: Session, mission: Organisation
) -> None:
    client = lead_of(operation)
    facts = {
        "first_name": "Karim",
        "last_name": "Diallo",
        "prescriber": mission.pk,
        "funding": "poec",
        "aim_contract": "cdd",
        "aim_months": "8",
    }
    assert client.post(f"/operations/{operation.pk}/candidatures/orienter/", facts).status_code == 302
    with scope(TASK):
        candidacy = Candidacy.objects.get()
    assert (candidacy.funding, candidacy.aim_months, candidacy.prescriber_id) == ("poec", 8, mission.pk)


def test_an_officer_reads_and_changes_nothing(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="oriented")
    client = signed_in(Who.OFFICER, operation.region)
    page = text_of(client.get(f"/operations/{operation.pk}/candidatures/"))
    assert "Amina" in page
    assert "Noter la rencontre" not in page
    assert client.post(f"/candidatures/{candidacy.pk}/etape/meet/", {"version": 1}, follow=True).status_code == 200
    with scope(TASK):
        assert Candidacy.objects.get(pk=candidacy.pk).state == "oriented"
    assert client.get(f"/operations/{operation.pk}/candidatures/orienter/").status_code == 403


def test_an_employer_does_not_read_the_candidacies(operation: Operation, session: Session, firm: Organisation) -> None:
    candidacy = a_candidate(session, "Amina")
    client = signed_in(Who.RECRUITER, firm)
    assert client.get(f"/operations/{operation.pk}/candidatures/").status_code == 403
    assert client.get(f"/candidatures/{candidacy.pk}/").status_code == 403


def test_another_provider_is_told_nothing(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina")
    client = signed_in(Who.COORDINATOR, a_provider("Autre OF"))
    assert client.get(f"/operations/{operation.pk}/candidatures/").status_code == 404
    assert client.get(f"/candidatures/{candidacy.pk}/").status_code == 404
    assert client.post(f"/candidatures/{candidacy.pk}/etape/enter/", {"version": 1}).status_code == 404


def test_the_list_takes_as_many_queries_for_two_as_for_ten(operation: Operation, session: Session) -> None:
    client = lead_of(operation)
    url = f"/operations/{operation.pk}/candidatures/"
    counts = []
    for names in ("AB", "CDEFGHIJ"):
        for name in names:
            a_candidate(session, name, state="met")
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 30


def test_without_a_session_the_page_says_what_is_awaited(operation: Operation) -> None:
    page = text_of(lead_of(operation).get(f"/operations/{operation.pk}/candidatures/"))
    assert "pas encore fixée" in page
    assert f"/operations/{operation.pk}/session/fixer/" in page


def test_a_click_on_a_filtered_list_comes_back_to_it(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="oriented")
    a_candidate(session, "Bruno", state="met")
    client = lead_of(operation)
    address = f"/operations/{operation.pk}/candidatures/?state=oriented"
    assert 'name="filters" value="state=oriented"' in text_of(client.get(address))
    url = f"/candidatures/{candidacy.pk}/etape/meet/"
    done = client.post(url, {"version": candidacy.version, "filters": "state=oriented"})
    assert done["Location"] == address


def test_the_seats_say_who_was_offered_one_and_has_not_answered(
    operation: Operation, session: Session, mission: Organisation
) -> None:
    a_candidate(session, "Amina", state="selected")
    a_candidate(session, "Bruno", state="selected")
    page = text_of(signed_in(Who.ADVISER, mission).get(f"/operations/{operation.pk}/candidatures/"))
    assert "2 personnes retenues doivent encore confirmer" in page
    assert "Amina" not in page


def test_the_states_are_counted_and_lead_to_their_list(operation: Operation, session: Session) -> None:
    a_candidate(session, "Amina", state="oriented")
    a_candidate(session, "Bruno", state="oriented")
    page = text_of(signed_in(Who.OFFICER, operation.region).get(f"/operations/{operation.pk}/candidatures/"))
    assert '<a href="?state=oriented">orienté : 2</a>' in page


# A person


def test_the_region_reads_the_file_without_the_means_to_call(
    operation: Operation, session: Session, mission: Organisation
) -> None:
    candidacy = a_candidate(session, "Amina", prescriber=mission, email="amina@example.org")
    url = f"/candidatures/{candidacy.pk}/"
    assert "amina@example.org" not in text_of(signed_in(Who.OFFICER, operation.region).get(url))
    for client in (lead_of(operation), signed_in(Who.ADVISER, mission)):
        assert "amina@example.org" in text_of(client.get(url))


def test_the_usual_next_step_is_the_first_button(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="selected")
    page = text_of(lead_of(operation).get(f"/candidatures/{candidacy.pk}/"))
    assert page.index("Confirmer la venue") < page.index("Mettre en réserve")
    assert page.index("Rencontrée") < page.index("Retenue")


def test_a_seat_too_many_is_said_in_a_message(operation: Operation, session: Session) -> None:
    for name in ("Amina", "Bruno"):
        a_candidate(session, name)
    third = a_candidate(session, "Chloé", state="selected")
    client = lead_of(operation)
    answer = client.post(f"/candidatures/{third.pk}/etape/confirm/", {"version": third.version}, follow=True)
    assert "mettez cette personne en réserve" in text_of(answer)


def test_a_person_is_declined_with_a_reason_of_the_list(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="met")
    client = lead_of(operation)
    url = f"/candidatures/{candidacy.pk}/fin/decline/"
    assert "plus de place" in text_of(client.get(url))
    assert client.post(url, {"code": "", "version": candidacy.version}).status_code == 422
    assert client.post(url, {"code": "no_seat", "version": candidacy.version}).status_code == 302
    page = text_of(client.get(f"/candidatures/{candidacy.pk}/"))
    assert "non retenu" in page
    assert "plus de place" in page
    assert "Reprendre la candidature" in page


def test_the_history_says_who_did_what(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="met")
    page = text_of(lead_of(operation).get(f"/candidatures/{candidacy.pk}/"))
    assert "Noter la rencontre → rencontré" in page
    assert "Atelier du Loir" in page


def test_coordinates_funding_and_referent_are_mended(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="met")
    client = lead_of(operation)
    with scope(TASK):
        person = candidacy.person
    facts = {"first_name": "Amina", "last_name": "Rossi", "phone": "0612345678", "version": person.version}
    assert client.post(f"/candidatures/{candidacy.pk}/coordonnees/", facts).status_code == 302
    funding = {"funding": "poei", "aim_contract": "cdi", "version": candidacy.version}
    assert client.post(f"/candidatures/{candidacy.pk}/financement/", funding).status_code == 302
    wrong = client.post(f"/candidatures/{candidacy.pk}/financement/", {**funding, "aim_months": "8", "version": 99})
    assert wrong.status_code == 422
    with scope(TASK):
        fresh = Candidacy.objects.select_related("person").get(pk=candidacy.pk)
        sam = Person.objects.filter(first_name="Sam").latest("pk")
    assert (fresh.person.phone, fresh.funding) == ("0612345678", "poei")
    referent = {"referent": sam.pk, "version": fresh.version}
    assert client.post(f"/candidatures/{candidacy.pk}/referent/", referent).status_code == 302


def test_a_card_is_printed_once_and_renewed(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina")
    client = lead_of(operation)
    page = client.post(f"/candidatures/{candidacy.pk}/carte/")
    assert page["Cache-Control"].startswith("max-age=0")
    assert "<svg" in text_of(page)
    with scope(TASK):
        first = Card.objects.get(revoked_at=None)
    assert first.number in text_of(page)
    again = text_of(client.get(f"/candidatures/{candidacy.pk}/"))
    assert "Renouveler la carte" in again
    assert "Remettre une carte personnelle" in again
    client.post(f"/candidatures/{candidacy.pk}/carte/")
    with scope(TASK):
        assert Card.objects.get(revoked_at=None).pk != first.pk


def test_a_card_waits_for_the_confirmation(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="selected")
    answer = lead_of(operation).post(f"/candidatures/{candidacy.pk}/carte/", follow=True)
    assert "se remet à une personne confirmée" in text_of(answer)
    with scope(TASK):
        assert not Card.objects.exists()


def test_nobody_else_prints_a_card(operation: Operation, session: Session, mission: Organisation) -> None:
    candidacy = a_candidate(session, "Amina", prescriber=mission)
    for client in (signed_in(Who.ADVISER, mission), signed_in(Who.OFFICER, operation.region)):
        assert client.post(f"/candidatures/{candidacy.pk}/carte/").status_code == 403
    with scope(TASK):
        assert not Card.objects.exists()


# The link of the person


def secret_sent_to(address: str) -> str:
    mail = Mail.objects.filter(address=address, purpose="sourcing/mail/selected_person").latest("pk")
    return mail.body.split("/lien/")[1].split("/")[0]


def test_opening_the_link_confirms_nothing_clicking_does(operation: Operation, session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="selected", email="amina@example.org")
    url = f"/lien/{secret_sent_to('amina@example.org')}/"
    page = Client().get(url)
    assert "Oui, je viens" in text_of(page)
    assert page["Cache-Control"].startswith("max-age=0")
    with scope(TASK):
        assert Candidacy.objects.get(pk=candidacy.pk).state == "selected"
    assert "votre place est gardée" in text_of(Client().post(url, follow=True))
    with scope(TASK):
        assert Candidacy.objects.get(pk=candidacy.pk).state == "confirmed"


def test_a_full_session_says_so_on_the_link(operation: Operation, session: Session) -> None:
    a_candidate(session, "Amina", state="selected", email="amina@example.org")
    for name in ("Bruno", "Chloé"):
        a_candidate(session, name)
    page = Client().post(f"/lien/{secret_sent_to('amina@example.org')}/")
    assert page.status_code == 422
    assert "places Région sont déjà prises" in text_of(page)


def test_a_cut_link_and_a_dead_link_say_what_to_do(operation: Operation, session: Session) -> None:
    assert Client().get("/lien/nimporte-quoi/").status_code == 404
    a_candidate(session, "Amina", state="selected", email="amina@example.org")
    Link.objects.update(expires_at=clock.now())
    page = Client().get(f"/lien/{secret_sent_to('amina@example.org')}/")
    assert page.status_code == 410
    assert "n'est plus valable" in text_of(page)


# The preparation


def test_the_preparation_says_what_is_missing_then_that_it_is_done(
    operation: Operation, firm: Organisation, mission: Organisation
) -> None:
    client = lead_of(operation)
    root = f"/operations/{operation.pk}/preparation/"
    assert "n'est pas encore notée" in text_of(client.get(root))
    alone = client.post(f"{root}reunion/", {"held_on": "2025-09-30", f"of_{firm.pk}": "present"})
    assert alone.status_code == 422
    assert "Aucun orienteur" in text_of(alone)
    came = {"held_on": "30/09/2025", f"of_{firm.pk}": "present", f"of_{mission.pk}": "present"}
    assert client.post(f"{root}reunion/", came).status_code == 302
    for house in (firm, mission):
        named = {"organisation": house.pk, "bodies": ["team", "committee"]}
        assert client.post(f"{root}equipe/", named).status_code == 302
    line = {"kind": "information", "planned_on": "2025-09-30", "owner": mission.pk, "place": "Mission locale"}
    assert client.post(f"{root}action/", line).status_code == 302
    page = text_of(client.get(root))
    assert "Pour que cette étape soit faite" not in page
    assert "1 jour de retard" in page
    with scope(TASK):
        row = SourcingLine.objects.get()
        assert Meeting.objects.get().held_on == date(2025, 9, 30)
        assert TeamMember.objects.count() == 4
    done = {"on": "2025-09-30", "came": "14", "version": row.version}
    assert client.post(f"/actions-de-recrutement/{row.pk}/faite/", done).status_code == 302
    assert "14 personnes venues" in text_of(client.get(root))
    kept = client.post(f"/actions-de-recrutement/{row.pk}/retirer/", follow=True)
    assert "elle reste au plan" in text_of(kept)


def test_announcement_and_aims_are_noted(operation: Operation, firm: Organisation, mission: Organisation) -> None:
    client = lead_of(operation)
    root = f"/operations/{operation.pk}/preparation/"
    notice = {"channel": "Affiche", "published_on": "2025-09-30", "employers": [firm.pk]}
    assert client.post(f"{root}annonce/", notice).status_code == 302
    aims = {"organisations": [firm.pk, mission.pk], "shared_on": "2025-09-30", "how": "en réunion"}
    assert client.post(f"{root}objectifs/", aims).status_code == 302
    page = text_of(client.get(root))
    assert "avec l'accord de Les Tilleuls" in page
    assert page.count("en réunion") == 2
    with scope(TASK):
        assert Announcement.objects.count() == 1


def test_a_team_member_is_taken_off(operation: Operation, firm: Organisation) -> None:
    client = lead_of(operation)
    with scope(TASK):
        member = TeamMember.objects.create(operation=operation, body="team", organisation=firm)
    assert client.post(f"/equipes/{member.pk}/retirer/").status_code == 302
    with scope(TASK):
        assert not TeamMember.objects.exists()


def test_partners_read_the_preparation_and_change_nothing(operation: Operation, mission: Organisation) -> None:
    client = signed_in(Who.ADVISER, mission)
    root = f"/operations/{operation.pk}/preparation/"
    page = text_of(client.get(root))
    assert "Noter la réunion tenue" not in page
    assert client.get(f"{root}reunion/").status_code == 403
    assert client.post(f"{root}equipe/", {}).status_code == 403


def test_meeting_dates_are_fixed_by_the_officer_too(operation: Operation) -> None:
    client = signed_in(Who.OFFICER, operation.region)
    root = f"/operations/{operation.pk}/preparation/"
    assert client.post(f"{root}date/", {"planned_on": "2025-10-09", "place": "Mairie"}).status_code == 302
    assert "Changer la date" in text_of(client.get(root))


def test_a_person_oriented_by_a_prescriber_is_read_by_it(session: Session, mission: Organisation) -> None:
    adviser = actor(Who.ADVISER, mission)
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    page = text_of(signed_in(Who.ADVISER, mission).get(f"/candidatures/{candidacy.pk}/"))
    assert "Noter un renoncement" in page
    assert "Retenir" not in page


def test_the_preparation_takes_as_many_queries_for_two_firms_as_for_six(operation: Operation) -> None:
    client = lead_of(operation)
    url = f"/operations/{operation.pk}/preparation/"
    counts = []
    for names in (("Un", "Deux"), ("Trois", "Quatre", "Cinq", "Six")):
        for name in names:
            house = an_employer(name)
            add_partner(an_officer(), operation.pk, house)
            with scope(TASK):
                TeamMember.objects.create(operation=operation, body="team", organisation=house)
                SourcingLine.objects.create(operation=operation, kind="visit", planned_on=NOW, owner=house)
                row = Announcement.objects.create(operation=operation, channel=name, published_on=NOW)
                row.employers.add(house)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 30
