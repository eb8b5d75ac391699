"""What must not be paired is not, and the board tells the seats apart and the history of two people."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.refusals import WrongState
from defi.steps.pairing.actions import (
    Said,
    Terms,
    answer_encounter,
    make_promise,
    pair,
    record_encounter,
    unpair,
)
from defi.steps.pairing.board import board_of
from defi.steps.pairing.models import Encounter, Pairing
from defi.steps.sourcing.actions import Funding, decline_candidate, withdraw_candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    return make.an_operation()


@pytest.fixture
def session(operation):
    return make.a_session(operation, seats=8)


@pytest.fixture
def lead(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def promise(operation):
    return make.a_promise(operation, make.an_employer(), posts=2)


def agreed(lead, person, promise):
    record_encounter(lead, person.pk, promise.pk, Said(met_on=clock.today(), employer="yes", person="yes"))
    return person


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda lead, pk: decline_candidate(lead, pk, code="other_project", reason="autre projet"), "non retenu"),
        (lambda lead, pk: withdraw_candidate(lead, pk, code="found_job", reason="a trouvé"), "a renoncé"),
    ],
)
def test_who_was_declined_or_withdrew_is_not_paired(session, lead, promise, end, words):
    person = agreed(lead, make.a_candidate(session, state="selected"), promise)
    end(lead, person.pk)
    with pytest.raises(WrongState, match=words):
        pair(lead, person.pk, promise.pk)


def test_an_employer_is_not_asked_to_recruit_somebody_gone_and_no_answer_is_noted_any_more(operation, session, lead):
    firm = make.an_employer()
    promise = make.a_promise(operation, firm)
    person = agreed(lead, make.a_candidate(session, state="selected"), promise)
    with scope(TASK):
        encounter = Encounter.objects.get(candidacy=person)
    signatory = make.actor(Who.SIGNATORY, firm)
    client, answer = browser(signatory), ("pairing:answer", encounter.pk)
    assert "Recruter" in page(client, *answer)
    withdraw_candidate(lead, person.pk, code="found_job", reason="a trouvé")
    board = unescape(page(client, "pairing:board", operation.pk))
    assert "n'est plus candidat" in board
    assert f"/rencontres/{encounter.pk}/" not in board
    with scope(signatory):
        (line,) = board_of(signatory, operation).lines
    assert (line.words, line.employer) == ("n'est plus candidat", "")
    shown = page(client, *answer)
    assert "Recruter" not in shown
    assert 'name="answer"' not in shown
    with pytest.raises(WrongState, match="n'est plus candidate"):
        answer_encounter(signatory, encounter.pk, answer="yes")
    with pytest.raises(WrongState, match="n'est plus candidate"):
        record_encounter(lead, person.pk, promise.pk, Said(person="yes"))


def test_who_was_only_met_is_not_paired(session, lead, promise):
    person = agreed(lead, make.a_candidate(session, state="met"), promise)
    with pytest.raises(WrongState, match="n'est pas retenue"):
        pair(lead, person.pk, promise.pk)


def test_the_second_screen_is_told_and_nothing_is_done_twice(session, lead, promise):
    person = agreed(lead, make.a_candidate(session), promise)
    client = browser(lead)
    post(client, "pairing:pair", promise.pk, person.pk, answered=302)
    post(client, "pairing:pair", promise.pk, person.pk, answered=302)
    assert "déjà appairée" in page(client, "pairing:board", session.operation_id)
    with scope(TASK):
        assert Pairing.objects.filter(candidacy=person).count() == 1


def test_seats_of_other_funding_stand_apart_with_their_aim(operation, session, lead):
    long, short = Funding("poei", "cdd", 7), Funding("poec", "cdd", 6)
    make.a_candidate(session, "Rémi", state="selected", funding=long)
    make.a_candidate(session, "Nadia", state="selected", funding=short)
    shown = page(browser(lead), "pairing:board", operation.pk)
    apart = shown.split("Places d", 1)[1]
    for words in ("Rémi", "POEI", "CDD de 7 mois", "durable", "Nadia", "CDD de 6 mois", "ne convient pas"):
        assert words in apart
    firm = make.an_employer("Voisine")
    make.a_promise(operation, firm)
    assert "autres financements" not in page(browser(make.actor(Who.RECRUITER, firm)), "pairing:board", operation.pk)


def test_the_page_of_two_people_tells_all_that_happened_between_them(session, lead, promise):
    person = agreed(lead, make.a_candidate(session), promise)
    made = pair(lead, person.pk, promise.pk)
    with clock.at(clock.today() + timedelta(days=2)):
        unpair(lead, made.pk, ending="person_changed", reason="autre idée")
        record_encounter(lead, person.pk, promise.pk, Said(person="yes"))
        again = pair(lead, person.pk, promise.pk)
        told = page(browser(lead), "pairing:encounter", promise.pk, person.pk).replace("\xa0", " ")
    assert again.pk != made.pk
    for words in (
        "ils se sont rencontrés",
        "l'employeur dit",
        "la personne dit",
        "la personne a choisi un autre poste",
    ):
        assert words in told.replace("&#x27;", "'")
    assert told.count("Appairés d") >= 2


def test_the_person_reads_the_pay_before_they_say_yes(operation, session, lead):
    terms = Terms(posts=1, contract="cdi", gross_pay=Decimal("1850"))
    firm = make.an_employer()
    promise = make_promise(lead, operation.pk, firm, terms)
    person = make.a_candidate(session)
    record_encounter(lead, person.pk, promise.pk, Said(met_on=clock.today(), employer="yes"))
    shown = page(browser(lead), "pairing:encounter", promise.pk, person.pk)
    assert "850" in shown
    unknown = make_promise(lead, operation.pk, firm, replace(terms, gross_pay=None))
    assert "Le salaire n" in page(browser(lead), "pairing:encounter", unknown.pk, person.pk)
    board = page(browser(lead), "pairing:board", operation.pk)
    assert board.count("salaire pas encore connu") == 1
    assert f"Salaire pas encore connu : {firm.name}." in board.replace("\xa0", " ")


def test_a_firm_that_promises_twice_is_named_once_with_all_its_free_posts(operation, session, lead):
    firm = make.an_employer("Colis Rapides")
    for posts in (1, 2):
        make.a_promise(operation, firm, posts=posts)
    person = make.a_candidate(session)
    with scope(lead):
        [told] = board_of(lead, operation).blocks
    assert told.endswith(f"{person.person.short_name} n'a rencontré aucun employeur. Postes libres : Colis Rapides 3.")
