"""What employers owe, and how they are asked: in « À faire », by one mail, on one page, each for itself only."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

import factories as make
from browsing import browser, page, post
from defi.journey.queries import my_turns
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed
from defi.steps.pairing import actions, promising
from defi.steps.pairing.actions import Said, Terms
from defi.steps.pairing.models import Encounter
from defi.steps.pairing.rules import employer_is_awaited, yes_fault
from defi.steps.sourcing import notices
from defi.steps.sourcing.actions import withdraw_candidate

pytestmark = pytest.mark.django_db
AWAITED = {
    "employer": "awaited",
    "person": "yes",
    "candidacy": "selected",
    "promise": "made",
    "is_paired": False,
    "has_room": True,
    "is_over": False,
}


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
def firm():
    return make.an_employer("Les Tilleuls", "tilleuls@example.org")


def met(session, promise, *names):
    """These people met the firm, which has said nothing yet."""
    lead, said = make.a_coordinator(session.operation), Said(met_on=clock.today(), person="yes")
    return [actions.record_encounter(lead, make.a_candidate(session, name).pk, promise.pk, said) for name in names]


def asked():
    return list(Mail.objects.filter(purpose="pairing/mail/answers_asked").order_by("pk"))


def secret_of(mail):
    return mail.body.split("/lien/")[1].split("/")[0]


# The rules


def test_an_employer_is_awaited_while_they_may_still_be_paired_together():
    assert employer_is_awaited(**AWAITED)
    for name, value in (
        ("employer", "no"),
        ("employer", "after_placement"),
        ("person", "no"),
        ("candidacy", "withdrawn"),
        ("candidacy", "completed"),
        ("promise", "suspended"),
        ("is_paired", True),
        ("has_room", False),
        ("is_over", True),
    ):
        assert not employer_is_awaited(**{**AWAITED, name: value}), name


def test_a_person_says_yes_once_the_pay_is_known_and_whatever_else_before():
    assert "salaire" in yes_fault("yes", "awaited", pay_known=False)
    for said, before, known in (("yes", "awaited", True), ("no", "awaited", False), ("yes", "yes", False)):
        assert yes_fault(said, before, pay_known=known) == ""


# « À faire »


def turns(actor):
    with scope(actor):
        return list(my_turns(actor))


def keys(actor):
    return [turn.key for turn in turns(actor)]


def test_the_people_it_met_wait_for_an_employer_in_its_to_do_and_no_more_once_it_answered(
    operation, session, lead, firm
):
    promise = make.a_promise(operation, firm)
    [one, _two] = met(session, promise, "Amina", "Bruno")
    for role in (Who.SIGNATORY, Who.RECRUITER, Who.TUTOR):
        assert "encounter.record" in keys(make.actor(role, firm))
    recruiter = make.actor(Who.RECRUITER, firm)
    [turn] = turns(recruiter)
    assert (turn.params["n"], turn.since) == (2, clock.today())
    shown = unescape(page(browser(recruiter), "todo"))
    assert "Répondre pour les personnes rencontrées (2)" in shown
    assert reverse("pairing:answers", args=[operation.pk]) in shown
    actions.answer_encounter(recruiter, one.pk, answer="no")
    assert [turn.params["n"] for turn in turns(recruiter)] == [1]
    withdraw_candidate(lead, _two.candidacy_id, code="personal_choice")
    assert keys(recruiter) == []


def test_who_signs_finds_the_promise_to_sign_in_their_to_do_and_a_recruiter_does_not(operation, firm):
    promise = make.a_promise(operation, firm)
    signatory = make.actor(Who.SIGNATORY, firm)
    assert keys(signatory) == ["promise.sign"]
    assert keys(make.actor(Who.RECRUITER, firm)) == []
    assert reverse("pairing:promise", args=[promise.pk]) in page(browser(signatory), "todo")
    promising.sign_promise(signatory, promise.pk)
    assert keys(signatory) == []


def test_who_agrees_for_a_firm_finds_the_announcement_in_their_to_do(operation, lead, firm):
    promising.sign_promise(lead, make.a_promise(operation, firm).pk)
    notices.write_notice(lead, operation.pk, notices.NoticeFacts("Aider à domicile", "Un emploi au bout.", "", ""))
    row = notices.name_firm(lead, operation.pk, firm.pk, posts=1, wording="CDI")
    recruiter = make.actor(Who.RECRUITER, firm)
    assert keys(recruiter) == []
    notices.ask_firms(lead, operation.pk)
    assert keys(recruiter) == ["notice.approve"]
    assert reverse("sourcing:notice_answer", args=[row.pk]) in page(browser(recruiter), "todo")


def test_a_firm_does_not_read_what_another_firm_still_owes(operation, session, firm):
    other = make.an_employer("Bel-Air")
    make.a_promise(operation, other)
    met(session, make.a_promise(operation, firm), "Amina")
    assert "Les Tilleuls" not in page(browser(make.actor(Who.SIGNATORY, other)), "operation", operation.pk)
    assert "répond pour les personnes" in page(browser(make.a_coordinator(operation)), "operation", operation.pk)


# The mail


def test_one_mail_asks_a_firm_about_all_whom_it_met_and_never_twice(operation, session, firm):
    promise = make.a_promise(operation, firm, posts=3)
    met(session, promise, "Amina", "Bruno")
    assert (actions.ask_answers(), actions.ask_answers()) == (1, 0)
    [mail] = asked()
    assert mail.address == "tilleuls@example.org"
    for name in ("Amina", "Bruno"):
        assert name in mail.body
    met(session, promise, "Chloé")
    assert actions.ask_answers() == 1
    again = asked()[-1]
    assert "Chloé" in again.body
    assert "Amina" not in again.body
    told = JournalEntry.objects.filter(verb="encounter.ask_answer", object_type="pairing.encounter")
    assert told.count() == 3


def test_a_firm_without_an_address_is_not_noted_as_asked(operation, session):
    met(session, make.a_promise(operation, make.an_employer("Sans adresse")), "Amina")
    assert actions.ask_answers() == 0
    assert Encounter._base_manager.get().asked_on is None


def test_who_answered_before_the_morning_is_not_asked(operation, session, firm):
    [one] = met(session, make.a_promise(operation, firm), "Amina")
    actions.answer_encounter(make.actor(Who.RECRUITER, firm), one.pk, answer="yes")
    assert actions.ask_answers() == 0


# The page of the link


@pytest.fixture
def link(operation, session, firm):
    """The address of the page, and the two encounters it is about."""
    two = met(session, make.a_promise(operation, firm, posts=2), "Amina", "Bruno")
    actions.ask_answers()
    return f"/lien/{secret_of(asked()[0])}/", two


def answers(one, answer):
    return {f"answer_{one.pk}": answer, f"version_{one.pk}": Encounter._base_manager.get(pk=one.pk).version}


def test_it_answers_for_each_person_without_account(link):
    address, (one, two) = link
    client = Client()
    assert "2 personnes attendent" in client.get(address).content.decode()
    found = client.post(address, {**answers(one, "yes"), **answers(two, "")})
    assert found.status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.employer_answer, two.employer_answer) == ("yes", "awaited")
    assert "1 personne attend" in client.get(address).content.decode()
    client.post(address, {**answers(one, "yes"), **answers(two, "after_placement")})
    two.refresh_from_db()
    assert two.employer_answer == "after_placement"


def test_it_shows_a_first_name_an_initial_and_the_job_and_nothing_else_of_the_person(link, session, lead):
    address, (one, _two) = link
    with scope(TASK):
        person = one.candidacy.person
    travel = Said(travel=actions.Travel(35, "bus"))
    actions.record_encounter(lead, one.candidacy_id, one.promise_id, travel)
    shown = Client().get(address).content.decode()
    assert person.short_name in shown.replace("\xa0", " ")
    for hidden in (person.last_name, "35 min", "retenu", "confirm", "a dit oui"):
        assert hidden not in shown, hidden


def test_nothing_said_is_told_and_what_was_typed_stays(link):
    address, (one, two) = link
    found = Client().post(address, {**answers(one, ""), **answers(two, "")})
    assert found.status_code == 422
    assert "Rien n" in found.content.decode()
    stale = {**answers(one, "no"), **answers(two, ""), f"version_{one.pk}": 0}
    found = Client().post(address, stale)
    assert found.status_code == 422
    assert "checked" in found.content.decode()


def test_a_link_of_one_operation_answers_for_no_other(link, firm):
    bearer = links.bearer(links.find(link[0].split("/")[2]))
    elsewhere = make.an_operation()
    [other] = met(make.a_session(elsewhere), make.a_promise(elsewhere, firm), "Chloé")
    with pytest.raises(NotAllowed, match="ne concerne pas"):
        actions.answer_encounter(bearer, other.pk, answer="yes")


def test_a_dead_link_gives_a_new_one_with_those_who_still_wait(link):
    address, (one, _two) = link
    Client().post(address, {**answers(one, "no"), **answers(_two, "")})
    with clock.at(clock.now() + timedelta(days=31)):
        assert Client().post(address, {"renew": "1"}).status_code == 200
    again = asked()[-1]
    assert len(asked()) == 2
    assert "Bruno" in again.body
    assert "Amina" not in again.body


def test_the_page_costs_the_same_for_one_person_or_for_six(
    operation, session, firm, lead, django_assert_max_num_queries
):
    met(session, make.a_promise(operation, firm, posts=6), *(f"Personne{n}" for n in range(6)))
    client = browser(make.actor(Who.RECRUITER, firm))
    with django_assert_max_num_queries(14):
        assert "6 personnes attendent" in page(client, "pairing:answers", operation.pk)
    page(browser(lead), "pairing:answers", operation.pk, status=403)


# The pay


def test_a_yes_to_a_firm_without_pay_is_refused_and_taken_once_the_pay_is_noted(operation, session, lead, firm):
    terms = Terms(posts=1, contract="cdi")
    promise = actions.make_promise(lead, operation.pk, firm, terms)
    person = make.a_candidate(session)
    actions.record_encounter(lead, person.pk, promise.pk, Said(met_on=clock.today(), employer="yes"))
    refused = post(
        browser(lead), "pairing:encounter", promise.pk, person.pk, answered=422, employer="yes", person="yes"
    )
    assert "le lit avant de dire oui" in refused
    assert reverse("pairing:change", args=[promise.pk]) in refused
    known = Terms(posts=1, contract="cdi", gross_pay=1850)
    promising.change_promise(lead, promise.pk, known, reason="le salaire est connu")
    said = actions.record_encounter(lead, person.pk, promise.pk, Said(person="yes"))
    assert said.person_answer == "yes"
    with pytest.raises(Invalid, match="ne l'effacez pas"):
        promising.change_promise(lead, promise.pk, terms, reason="erreur")
