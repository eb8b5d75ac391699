"""Between the yes and the first day: asked again, silence shown, a freed seat proposed by a person who decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import NotAllowed, WrongState
from defi.operations.models import Session
from defi.people.models import Organisation, Person
from defi.steps.sourcing import actions
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import asks_again_on, is_silent, seats_to_offer
from factories import a_candidate, a_coordinator, a_prescriber, a_session, an_operation
from steps.sourcing.test_pages import lead_of, signed_in, text_of

NOW = date(2025, 10, 1)
START = date(2025, 11, 3)
DAYS = (7, 2)


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(NOW):
        yield


# The rules


def asked(today: date, confirmed: date = NOW, *, was: date | None = None, said: date | None = None) -> bool:
    return asks_again_on(START, DAYS, confirmed_on=confirmed, asked_on=was, said_on=said, today=today)


def test_one_is_asked_a_week_before_and_two_days_before():
    assert not asked(date(2025, 10, 26))
    assert asked(date(2025, 10, 27))
    assert not asked(date(2025, 10, 28), was=date(2025, 10, 27))
    assert asked(date(2025, 11, 1), was=date(2025, 10, 27), said=date(2025, 10, 28))
    assert not asked(START)


def test_who_has_just_said_yes_is_left_alone():
    assert not asked(date(2025, 10, 28), confirmed=date(2025, 10, 28))


@given(sleeps=st.sets(st.integers(0, 40)), answers=st.sets(st.integers(0, 40)))
def test_whatever_mornings_the_worker_misses_one_question_leaves_per_moment(sleeps, answers):
    was = said = None
    sent = []
    for offset in range(41):
        today = START - timedelta(days=40 - offset)
        if offset not in sleeps and asked(today, confirmed=NOW - timedelta(days=30), was=was, said=said):
            was = today
            sent.append((START - today).days)
        if offset in answers and was:
            said = today
    assert len(sent) <= 2
    assert all(1 <= left <= 7 for left in sent)
    assert sum(left > 2 for left in sent) <= 1


def test_silence_is_a_question_without_a_later_answer():
    assert is_silent(NOW, None)
    assert is_silent(NOW, NOW - timedelta(days=1))
    assert not is_silent(NOW, NOW)
    assert not is_silent(None, None)


@given(free=st.integers(0, 20), offered=st.integers(0, 20), reserve=st.integers(0, 20))
def test_no_seat_is_offered_twice(free, offered, reserve):
    offers = seats_to_offer(free, offered, reserve)
    assert 0 <= offers <= reserve
    assert offers == 0 or offers + offered <= free


# The actions


@pytest.fixture
def session(db: None) -> Session:
    return a_session(an_operation(), START, seats=2)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


def row_of(candidacy: Candidacy) -> Candidacy:
    with scope(TASK):
        return Candidacy.objects.get(pk=candidacy.pk)


def bearer() -> Actor:
    body = Mail.objects.filter(purpose="sourcing/mail/asked_again_person").latest("pk").body
    return links.bearer(links.find(body.split("/lien/")[1].split("/")[0]))


def test_people_are_asked_once_per_moment_and_answer_by_the_link(session: Session) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    a_candidate(session, "Bruno", state="selected", email="bruno@example.org")
    for day in (date(2025, 10, 20), date(2025, 10, 27), date(2025, 10, 27), date(2025, 10, 29)):
        with clock.at(day):
            actions.ask_again()
    assert Mail.objects.filter(purpose="sourcing/mail/asked_again_person").count() == 1
    with clock.at(date(2025, 10, 29)):
        done = actions.say_again(bearer(), candidacy.pk)
    assert (done.state, done.said_again_on) == ("confirmed", date(2025, 10, 29))
    with clock.at(date(2025, 11, 1)):
        assert actions.ask_again() == 1


def test_who_has_no_address_is_silent_until_called(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina")
    with clock.at(date(2025, 10, 27)):
        assert actions.ask_again() == 1
        page = text_of(lead_of(session.operation).get(f"/operations/{session.operation_id}/candidatures/"))
        assert "1 personne n'a pas redit qu'elle vient" in page
        assert "sans adresse : à appeler" in page
        person = text_of(lead_of(session.operation).get(f"/candidatures/{candidacy.pk}/"))
        assert "Noter qu'elle vient toujours" in person
        actions.say_again(lead, candidacy.pk)
        page = text_of(lead_of(session.operation).get(f"/operations/{session.operation_id}/candidatures/"))
    assert "n'a pas redit" not in page


def test_a_person_gives_the_seat_back_by_the_link_and_the_provider_learns_both(session: Session, lead: Actor) -> None:
    with scope(TASK):
        Person.objects.filter(pk=lead.person_id).update(email="lead@of.example")
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    waiting = a_candidate(session, "Chloé", state="met")
    actions.put_in_reserve(lead, waiting.pk)
    with clock.at(date(2025, 10, 27)):
        actions.ask_again()
        actions.withdraw_candidate(bearer(), candidacy.pk, code="personal_choice")
    assert row_of(candidacy).state == "withdrawn"
    assert Mail.objects.filter(address="lead@of.example", subject__contains="a renoncé").exists()
    assert "1 personne est en réserve" in Mail.objects.get(purpose="sourcing/mail/seat_freed").body


def test_the_page_of_the_link_acts_by_its_buttons_only(session: Session) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    with clock.at(date(2025, 10, 27)):
        actions.ask_again()
        body = Mail.objects.get(purpose="sourcing/mail/asked_again_person").body
        url = f"/lien/{body.split('/lien/')[1].split('/')[0]}/"
        assert "venez-vous toujours" in text_of(Client().get(url))
        assert row_of(candidacy).said_again_on is None
        assert "on vous attend" in text_of(Client().post(url, follow=True))
        assert "Rien n'est encore noté" in text_of(Client().post(url, {"withdraw": "1"}))
        assert row_of(candidacy).state == "confirmed"
        done = text_of(Client().post(url, {"withdraw": "1", "sure": "1"}, follow=True))
        assert "Merci Amina, c'est noté : vous ne venez pas" in done
        assert "Votre place est rendue" in done
    assert row_of(candidacy).state == "withdrawn"


def test_a_link_to_confirm_does_not_give_a_seat_back(session: Session) -> None:
    candidacy = a_candidate(session, "Amina", state="selected", email="amina@example.org")
    body = Mail.objects.get(purpose="sourcing/mail/selected_person").body
    holder = links.bearer(links.find(body.split("/lien/")[1].split("/")[0]))
    with pytest.raises(NotAllowed):
        actions.withdraw_candidate(holder, candidacy.pk, code="personal_choice")


def test_only_who_holds_a_seat_says_it_again(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", state="selected")
    with pytest.raises(WrongState):
        actions.say_again(lead, candidacy.pk)


def test_a_freed_seat_is_proposed_and_a_person_decides(session: Session, lead: Actor) -> None:
    first = a_candidate(session, "Amina")
    a_candidate(session, "Bruno")
    for name in ("Zoé", "Chloé"):
        waiting = a_candidate(session, name, state="met")
        actions.put_in_reserve(lead, waiting.pk)
    client = lead_of(session.operation)
    url = f"/operations/{session.operation_id}/candidatures/"
    assert "peut être proposée" not in text_of(client.get(url))
    actions.withdraw_candidate(lead, first.pk, code="found_job")
    page = text_of(client.get(url))
    assert "1 place peut être proposée" in page
    assert page.index("Proposer la place : Zoé") > 0
    with scope(TASK):
        states = set(Candidacy.objects.filter(person__first_name__in=["Zoé", "Chloé"]).values_list("state", flat=True))
    assert states == {"reserve"}
    version = row_of(waiting).version
    client.post(f"/candidatures/{waiting.pk}/etape/select/", {"version": version})
    assert row_of(waiting).state == "selected"
    assert "peut être proposée" not in text_of(client.get(url))


def test_an_invitation_comes_before_the_meeting(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", state="oriented")
    done = actions.invite_candidate(lead, candidacy.pk)
    assert (done.state, done.invited_on) == ("invited", NOW)
    assert actions.meet_candidate(lead, candidacy.pk).state == "met"


def test_the_list_is_taken_away_as_it_is_shown(session: Session) -> None:
    mission: Organisation = a_prescriber()
    a_candidate(session, "Amina", prescriber=mission, email="amina@example.org")
    a_candidate(session, "Bruno", state="oriented")
    url = f"/operations/{session.operation_id}/candidatures/"
    whole = lead_of(session.operation).get(f"{url}?export=csv").content.decode("utf-8-sig")
    assert len(whole.splitlines()) == 3
    narrowed = lead_of(session.operation).get(f"{url}?state=oriented&export=csv").content.decode("utf-8-sig")
    assert "Bruno" in narrowed
    assert "Amina" not in narrowed
    own = signed_in(Who.ADVISER, mission).get(f"{url}?export=csv").content.decode("utf-8-sig")
    assert "Bruno" not in own
    assert "amina@example.org" not in whole + own
