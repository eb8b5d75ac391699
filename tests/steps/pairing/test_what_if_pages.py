"""What is possible, one example, « et si », the gauge of a past day: pages that one reads, as each role may."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.operations.actions import SessionPlan, add_partner, plan_session
from defi.steps.pairing import actions
from defi.steps.pairing.actions import Said, record_encounter, unpair, withdraw_promise
from defi.steps.pairing.board import board_of
from defi.steps.pairing.models import Pairing
from defi.steps.pairing.possible import picture_of, possible, what_if

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    """Eight confirmed, six paired at Les Tilleuls; Leïla and Ahmed both want the one post of Bel-Air."""
    with scope(TASK):
        operation = make.an_operation()
        session = make.a_session(operation, seats=8)
        lead = make.a_coordinator(operation)
        six = make.a_promise(operation, make.an_employer("Les Tilleuls"), posts=6)
        night = make.a_promise(operation, make.an_employer("Bel-Air"), posts=1)
        people = [make.a_candidate(session, f"Personne{n}") for n in range(6)]
        for person in people:
            make.a_pairing(person, six)
        wanting = [make.a_candidate(session, name) for name in ("Leïla", "Ahmed")]
        for person in wanting:
            record_encounter(lead, person.pk, night.pk, Said(met_on=clock.today(), employer="yes", person="yes"))
        yield operation, session, lead, six, night, people, wanting


def read(client, name, pk, query=""):
    found = client.get(reverse(name, args=[pk]) + query)
    assert found.status_code == 200
    return unescape(found.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def test_the_board_says_how_many_pairs_are_possible_and_who_hangs_on_one_post(stage):
    operation, _session, lead, *_rest = stage
    with scope(lead):
        found = possible(board_of(lead, operation))
    assert found.most == 7
    assert found.reach == "Le minimum, 6 pour 8 personnes retenues, est à portée."
    hanging = "Ahmed E. et Leïla E. n'ont d'accord que pour 1 poste (Bel-Air)"
    assert found.sentences == [f"{hanging} : une de ces personnes restera sans promesse."]


def test_the_minimum_is_said_for_a_number_of_people_and_not_while_nobody_is_retained():
    operation = make.an_operation()
    session, lead = make.a_session(operation, seats=12), make.a_coordinator(operation)
    promise = make.a_promise(operation, make.an_employer(), posts=12)

    def reach():
        with scope(lead):
            return possible(board_of(lead, operation)).reach

    make.a_candidate(session, state="met")
    assert reach() == ""
    for n in range(9):
        make.a_pairing(make.a_candidate(session, f"Personne{n}"), promise)
    for n in range(2):
        make.a_candidate(session, f"Autre{n}", state="selected")
    assert reach() == "Si 11 personnes retenues entrent, le minimum sera 8 : il est à portée."


def test_an_example_is_shown_when_asked_and_says_that_it_is_one(stage):
    operation, _session, lead, *_rest = stage
    client = browser(lead)
    assert "sans ordre de mérite" not in read(client, "pairing:board", operation.pk)
    shown = read(client, "pairing:board", operation.pk, "?exemple=1")
    assert "sans ordre de mérite" in shown
    assert shown.count("déjà fait") == 6


def test_the_picture_counts_as_the_gauge_does(stage):
    operation, _session, lead, *_rest = stage
    with scope(lead):
        board = board_of(lead, operation)
        assert picture_of(board).judged == board.standing.conformity


def test_if_an_employer_withdrew_and_a_person_left(stage):
    operation, _session, lead, _six, night, people, _wanting = stage
    with scope(lead):
        board = board_of(lead, operation)
        result = what_if(board, picture_of(board), [night.pk], [people[0].pk])
    assert (result.before.standing.conformity.counts.paired, result.before.most) == (6, 7)
    assert (result.after.standing.conformity.counts.paired, result.after.most) == (5, 5)
    assert not result.after.within_reach
    assert any("serait libre" in sentence for sentence in result.to_do)
    assert not any(".." in sentence for sentence in result.to_do)
    assert any("manquerait 1 accord " in sentence for sentence in result.to_do)


def test_what_is_told_is_what_happens(stage):
    operation, _session, lead, six, _night, *_rest = stage
    with scope(lead):
        board = board_of(lead, operation)
        told = what_if(board, picture_of(board), [six.pk], [])
    withdraw_promise(lead, six.pk, reason="perte d'un marché")
    with scope(lead):
        board = board_of(lead, operation)
        assert board.standing.conformity == told.after.standing.conformity
        assert picture_of(board).most == told.after.most == 1


def test_the_page_asks_writes_nothing_and_leaves_aside_what_is_not_on_the_board(stage):
    operation, _session, lead, six, *_rest = stage
    entries, mails = JournalEntry.objects.count(), Mail.objects.count()
    client = browser(lead)
    empty = read(client, "pairing:what_if", operation.pk)
    assert "Ce que cela changerait" not in empty
    shown = read(client, "pairing:what_if", operation.pk, f"?promesse={six.pk}&promesse=999999&personne=x&personne=")
    assert "Ce que cela changerait" in shown
    assert "sous le minimum à ce jour" in shown
    assert (JournalEntry.objects.count(), Mail.objects.count()) == (entries, mails)
    assert "Rien n'est coché" in read(client, "pairing:what_if", operation.pk, "?promesse=")


def test_from_the_page_that_withdraws_one_can_ask_first(stage):
    _operation, _session, lead, six, *_rest = stage
    assert f"?promesse={six.pk}" in read(browser(lead), "pairing:withdraw", six.pk)


def test_an_employer_asks_nothing_of_the_others(stage):
    operation, _session, _lead, six, *_rest = stage
    signatory = make.actor(Who.SIGNATORY, six.employer)
    client = browser(signatory)
    page(client, "pairing:what_if", operation.pk, status=403)
    assert "et-si" not in read(client, "pairing:withdraw", six.pk)
    shown = read(client, "pairing:board", operation.pk, "?exemple=1&au=2026-01-01")
    assert "D'après les accords" not in shown
    assert "La jauge à une date passée" not in shown
    assert "Leïla" not in shown


def test_another_provider_and_a_prescriber_ask_nothing(stage):
    operation, *_rest = stage
    page(
        browser(make.actor(Who.COORDINATOR, make.a_provider("Autre organisme"))),
        "pairing:what_if",
        operation.pk,
        status=404,
    )
    adviser = make.actor(Who.ADVISER, make.a_prescriber())
    assert browser(adviser).get(reverse("pairing:what_if", args=[operation.pk])).status_code in {403, 404}


def test_a_prescriber_is_not_shown_a_board_without_the_promises_it_may_not_see(stage):
    operation, *_rest = stage
    mission = make.a_prescriber()
    add_partner(make.an_officer(), operation.pk, mission)
    answer = browser(make.actor(Who.ADVISER, mission)).get(reverse("pairing:board", args=[operation.pk]))
    assert answer.status_code == 403
    assert "La page des candidatures" in answer.content.decode()


def test_the_page_takes_few_queries_whatever_it_shows(stage, django_assert_max_num_queries):
    operation, _session, lead, six, _night, people, _wanting = stage
    client = browser(lead)
    address = reverse("pairing:what_if", args=[operation.pk])
    with django_assert_max_num_queries(29):
        client.get(f"{address}?promesse={six.pk}&" + "&".join(f"personne={p.pk}" for p in people))
    with django_assert_max_num_queries(29):
        client.get(reverse("pairing:board", args=[operation.pk]) + "?exemple=1&au=2026-01-01")


class TestThePast:
    def test_the_gauge_of_a_past_day_is_that_of_the_day(self, stage):
        operation, _session, lead, _six, _night, people, _wanting = stage
        first = clock.today()
        with clock.at(first + timedelta(days=3)):
            with scope(TASK):
                pairing = Pairing.objects.get(candidacy=people[0], state="active")
            unpair(lead, pairing.pk, ending="person_changed", reason="autre projet")
            client = browser(lead)
            then = read(client, "pairing:board", operation.pk, f"?au={first.isoformat()}")
            now = read(client, "pairing:board", operation.pk, f"?au={clock.today().isoformat()}")
        past = then.split('id="passe"')[1]
        assert "Ce jour-là, 6 appairages comptaient" in past
        assert "Personne0" in past.split("Appairages rompus")[0]
        assert "5 appairages comptaient" in now.split('id="passe"')[1]

    def test_a_day_to_come_is_refused_beside_the_field(self, stage):
        operation, _session, lead, *_rest = stage
        tomorrow = clock.today() + timedelta(days=1)
        assert "Cette date est à venir" in read(browser(lead), "pairing:board", operation.pk, f"?au={tomorrow}")

    def test_a_decision_replaced_since_still_counts_for_its_day(self, stage):
        from defi.schemes.conformity import Verdict
        from defi.steps.pairing.queries import standing_on

        _operation, session, _lead, *_rest = stage
        first, officer = clock.today(), make.an_officer()
        actions.admit(officer, session.pk, reason="bassin rural")
        with clock.at(first + timedelta(days=2)):
            actions.refuse_admission(officer, session.pk, reason="un autre groupe est prêt")
            assert standing_on(session, first).conformity.verdict is Verdict.ADMITTED
            assert standing_on(session, clock.today()).conformity.verdict is Verdict.NOT_DEFI

    def test_seats_changed_since_are_those_of_the_day(self, stage):
        from defi.steps.pairing.queries import standing_on

        operation, session, lead, *_rest = stage
        first, before = clock.today(), session.seats
        with clock.at(first + timedelta(days=2)):
            names = ("starts_on", "ends_on", "hours_centre", "hours_company", "place")
            told = {name: getattr(session, name) for name in names}
            session = plan_session(lead, operation.pk, SessionPlan(seats=before + 2, **told))
            assert standing_on(session, first).conformity.counts.seats == before
            assert standing_on(session, clock.today()).conformity.counts.seats == session.seats == before + 2

    def test_once_the_training_is_over_one_asks_of_the_days_before(self, stage):
        operation, session, lead, *_rest = stage
        session.ended_on = session.started_on = clock.today()
        session.save(update_fields=["started_on", "ended_on"])
        client = browser(lead)
        shown = read(client, "pairing:board", operation.pk, f"?au={clock.today()}")
        assert "La formation s'est terminée" in shown
        assert "D'après les accords" not in shown
        assert "Ce qui bloque" not in shown
        assert "La formation est terminée" in read(client, "pairing:what_if", operation.pk)
