"""Two records of one person: found among those one follows, settled by somebody, undone until something was signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.text import slugify

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Session
from defi.people.models import Person
from defi.steps.sourcing import actions
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.alike_actions import keep_people_apart, merge_people, unmerge_people
from defi.steps.sourcing.alike_queries import alike_pairs
from defi.steps.sourcing.models import Candidacy, PersonPair
from factories import (
    a_candidate,
    a_coordinator,
    a_pairing,
    a_person,
    a_prescriber,
    a_promise,
    a_provider,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 1)
START = date(2025, 11, 3)
PHONE = "06 12 34 56 78"


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), START, seats=5)


@pytest.fixture
def later(session: Session) -> Session:
    """Another session of the same provider."""
    return a_session(an_operation(session.operation.provider), date(2026, 5, 4), seats=5)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


def an_adviser(session: Session, name: str = "Mission locale du Dunois") -> Actor:
    organisation = a_prescriber(name, email=f"{slugify(name)}@example.org")
    add_partner(an_officer(), session.operation_id, organisation)
    return actor(Who.ADVISER, organisation, a_person("Nora"))


def amina(who: Actor, session: Session, last_name: str = "Rossi", **known: object) -> Candidacy:
    facts = PersonFacts("Amina", last_name, phone=PHONE, **known)  # type: ignore[arg-type]
    return actions.orient_person(who, session.pk, facts)


def now(candidacy: Candidacy) -> Candidacy:
    with scope(TASK):
        return Candidacy.objects.select_related("person").get(pk=candidacy.pk)


def test_one_person_under_two_records_is_found_and_made_one(session: Session, later: Session, lead: Actor) -> None:
    first, second = amina(lead, session), amina(lead, later, "Rosi", email="amina@example.org")
    with scope(lead):
        assert [(pair.first, pair.second) for pair in alike_pairs(lead)] == [(first.person_id, second.person_id)]
    pair = merge_people(lead, first.person_id, second.person_id)
    assert now(second).person_id == first.person_id
    assert (now(first).person.email, pair.filled) == ("amina@example.org", ["email"])
    with scope(lead):
        assert alike_pairs(lead) == []
    told = JournalEntry.objects.filter(verb="person.merge", object_type="sourcing.candidacy")
    assert [entry.object_id for entry in told] == [second.pk]


def test_in_one_session_the_second_candidacy_ends_and_its_prescriber_still_sees_it(
    session: Session, lead: Actor
) -> None:
    mission, other = an_adviser(session), an_adviser(session, "Cap emploi 28")
    first, second = amina(mission, session), amina(other, session)
    merge_people(lead, first.person_id, second.person_id)
    assert (now(first).state, now(second).state) == ("oriented", "merged")
    told = Mail.objects.get(address="cap-emploi-28@example.org", purpose="sourcing/mail/answer_prescriber")
    assert "réuni avec une autre fiche" in told.subject
    with scope(other):
        assert Candidacy.objects.visible_to(other).filter(pk=second.pk).exists()


def test_what_was_made_one_by_mistake_is_taken_apart(session: Session, later: Session, lead: Actor) -> None:
    first, second = amina(lead, session), amina(lead, later, email="amina@example.org")
    pair = merge_people(lead, first.person_id, second.person_id)
    unmerge_people(lead, pair.pk, reason="deux cousines")
    assert (now(second).person_id, now(first).person.email) == (second.person_id, "")
    with scope(TASK):
        assert Person._base_manager.get(pk=second.person_id).merged_into_id is None
    with pytest.raises(WrongState):
        unmerge_people(lead, pair.pk, reason="encore")


def test_who_entered_a_training_since_is_not_taken_apart(session: Session, later: Session, lead: Actor) -> None:
    first, second = amina(lead, later), amina(lead, session)
    pair = merge_people(lead, first.person_id, second.person_id)
    for step in (actions.meet_candidate, actions.select_candidate, actions.confirm_candidate):
        step(lead, second.pk)
    with clock.at(START):
        actions.enter_training(lead, second.pk)
        with pytest.raises(WrongState, match="entrée en formation depuis"):
            unmerge_people(lead, pair.pk, reason="deux cousines")


def test_two_people_are_remembered_and_not_asked_again(session: Session, later: Session, lead: Actor) -> None:
    first, second = amina(lead, session), amina(lead, later)
    keep_people_apart(lead, second.person_id, first.person_id)
    keep_people_apart(lead, first.person_id, second.person_id)
    with scope(lead):
        assert alike_pairs(lead) == []
    with scope(TASK):
        assert PersonPair.objects.filter(state="apart").count() == 1


def test_only_who_sees_both_finds_and_settles_them(session: Session, lead: Actor) -> None:
    mission, other = an_adviser(session), an_adviser(session, "Cap emploi 28")
    first, second = amina(mission, session), amina(other, session)
    for half_blind in (mission, other, actor(Who.COORDINATOR, a_provider("Autre OF"))):
        with scope(half_blind):
            assert alike_pairs(half_blind) == []
        for settle in (merge_people, keep_people_apart):
            with pytest.raises(Unknown):
                settle(half_blind, first.person_id, second.person_id)
    with pytest.raises(NotAllowed):
        merge_people(an_officer(), first.person_id, second.person_id)
    with scope(lead):
        assert len(alike_pairs(lead)) == 1


def test_a_record_that_serves_elsewhere_is_kept(session: Session, lead: Actor) -> None:
    mission = an_adviser(session)
    elsewhere = a_session(an_operation(a_provider("Autre OF")), START)
    with scope(TASK):
        add_partner(an_officer(), elsewhere.operation_id, a_prescriber())
    born = date(2001, 5, 3)
    shared = amina(mission, session, birth_date=born)
    facts = PersonFacts("Amina", "Rossi", birth_date=born)
    actions.orient_person(mission, elsewhere.pk, facts, same_as=shared.person_id)
    alone = amina(lead, a_session(an_operation(session.operation.provider), date(2026, 5, 4)), "Rosi")
    with pytest.raises(WrongState, match="hors de ce que vous suivez"):
        merge_people(lead, alone.person_id, shared.person_id)
    merge_people(lead, shared.person_id, alone.person_id)


def test_the_candidacy_that_went_further_is_kept(session: Session, lead: Actor) -> None:
    first, second = amina(lead, session), amina(lead, session, "Rosi")
    for step in (actions.meet_candidate, actions.select_candidate, actions.confirm_candidate):
        step(lead, second.pk)
    with pytest.raises(WrongState, match="y est plus avancée"):
        merge_people(lead, first.person_id, second.person_id)


def test_two_confirmed_candidacies_of_one_person_are_made_one_and_the_paired_one_is_kept(
    session: Session, lead: Actor
) -> None:
    first, second = amina(lead, session), amina(lead, session, "Rosi")
    for row in (first, second):
        for step in (actions.meet_candidate, actions.select_candidate, actions.confirm_candidate):
            step(lead, row.pk)
    a_pairing(second, a_promise(session.operation, an_employer()))
    with pytest.raises(WrongState, match="appairée à un poste : gardez plutôt"):
        merge_people(lead, first.person_id, second.person_id)
    pair = merge_people(lead, second.person_id, first.person_id)
    assert (now(first).state, now(second).state) == ("merged", "confirmed")
    unmerge_people(lead, pair.pk, reason="deux cousines")
    assert now(first).state == "confirmed"


def test_a_seat_given_since_is_not_taken_back(lead: Actor, session: Session) -> None:
    with scope(TASK):
        Session.objects.filter(pk=session.pk).update(seats=2)
    first, second = amina(lead, session), amina(lead, session, "Rosi")
    for row in (first, second):
        for step in (actions.meet_candidate, actions.select_candidate, actions.confirm_candidate):
            step(lead, row.pk)
    pair = merge_people(lead, first.person_id, second.person_id)
    a_candidate(session, "Chloé")
    with pytest.raises(WrongState, match="places Région sont déjà prises"):
        unmerge_people(lead, pair.pk, reason="deux cousines")


def test_the_page_shows_both_sides_and_one_click_settles(
    session: Session, later: Session, lead: Actor, django_assert_max_num_queries: object
) -> None:
    first, second = amina(lead, session), amina(lead, later, "Rosi", email="amina@example.org")
    client = browser(lead)
    group = client.get(f"/operations/{session.operation_id}/candidatures/").content.decode()
    assert "1 personne est peut-être déjà connue" in group
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page = client.get("/candidatures/deja-connues/").content.decode()
    assert "nom proche" in page
    assert "même téléphone" in page
    url = f"/candidatures/deja-connues/{first.person_id}/{second.person_id}"
    done = client.post(f"{url}/reunir/", follow=True).content.decode()
    assert "plus qu&#x27;une fiche" in done
    with scope(TASK):
        pair = PersonPair.objects.get()
    apart = client.post(f"/candidatures/reunies/{pair.pk}/separer/", {"reason": "deux", "version": pair.version})
    assert apart.status_code == 302
    client.post(f"{url}/separees/")
    assert "ne ressemble à une autre" in client.get("/candidatures/deja-connues/").content.decode()
    assert browser(an_officer()).get("/candidatures/deja-connues/").status_code == 404
