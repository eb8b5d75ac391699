"""The Cabinet reads what was said at the bilan and which reports left; of what became of people, neither name nor
number."""

import pytest
from django.urls import reverse

import endings
import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.steps.followup.models import Situation
from defi.steps.review import actions, queries
from defi.steps.review.models import CertificationResult, EmploymentContract
from defi.steps.review.rules import ContractFacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def over():
    """Three trainees to the end, one certified and hired as promised."""
    ending = endings.begun(seats=8, people=3, paired=3)
    ending.end()
    with clock.at(endings.LAST):
        first = ending.people[0]
        actions.certify(ending.coordinator, first.pk, result="full", on=endings.LAST)
        yield ending


def cabinet_of(ending):
    return make.actor(Who.CABINET, ending.operation.region)


def words(client, name, *args):
    return " ".join(page(client, name, *args).split())


def test_what_became_of_people_is_not_told_to_the_cabinet_at_the_bilan(over):
    cabinet = cabinet_of(over)
    read = words(browser(cabinet), "review:review", over.operation.pk)
    assert "1 sur 3" in words(browser(over.officer), "review:review", over.operation.pk)
    assert "Ce que les personnes sont devenues" not in read
    assert "sur 3" not in read
    for person in over.people:
        assert person.person.short_name not in read
    with scope(TASK):
        assert queries.review_page(cabinet, over.operation).counts is None
        counts = queries.review_page(over.officer, over.operation).counts
    assert (counts.entered, counts.certified, counts.hired, counts.to_follow) == (3, 1, 0, 3)
    assert tuple(counts.words.values()) == ("3", "1 sur 3", "0 sur 3", "3")


def test_the_cards_of_the_operation_tell_the_cabinet_no_more(over):
    ask = {"HX-Request": "true"}
    over.hold_review()
    card = reverse("operation_card", args=[over.operation.pk, "review"])
    assert "1 sur 3" in browser(over.officer).get(card, headers=ask).content.decode()
    read = browser(cabinet_of(over)).get(card, headers=ask).content.decode()
    assert "sur 3" not in read
    assert "Certifiés" not in read
    assert "présents" in read


def test_what_became_of_a_person_is_not_the_cabinets_to_read_even_during_the_training():
    ending = endings.begun(seats=8, people=3, paired=3)
    with clock.at(endings.LAST):
        actions.certify(ending.coordinator, ending.people[0].pk, result="full", on=endings.LAST)
        cabinet = cabinet_of(ending)
        with scope(cabinet):
            for model in (CertificationResult, EmploymentContract, Situation):
                assert not model.objects.visible_to(cabinet).exists()
        assert ending.people[0].person.short_name not in words(browser(cabinet), "review:review", ending.operation.pk)


def test_the_history_tells_the_cabinet_of_the_signing_and_of_nobody_who_left_or_was_hired(over):
    last = over.people[1]
    with clock.at(endings.LAST):
        facts = ContractFacts("cdi", endings.LAST, employer_id=over.employers[0].pk)
        actions.record_contract(over.coordinator, over.people[0].pk, facts)
        actions.record_no_hire(over.coordinator, last.pk, why="person_declined")
    here = over.operation.pk
    officer, cabinet = browser(over.officer), browser(cabinet_of(over))
    ask = {"HX-Request": "true"}
    for name in ("operation_history", "operation"):
        address = reverse(name, args=[here])
        assert "Enregistrer un contrat signé" in officer.get(address, headers=ask).content.decode()
        read = cabinet.get(address, headers=ask).content.decode()
        for told in ("Enregistrer un contrat signé", "embauche", "Orienter"):
            assert told not in read
    assert "fin de la session" in words(cabinet, "operation_history", here)


def test_of_the_follow_up_the_cabinet_reads_which_reports_left_and_nothing_of_people(over):
    read = words(browser(cabinet_of(over)), "followup:followup", over.operation.pk)
    assert "pas encore transmis" in read
    assert "Taux" not in read
    assert "Taux" in words(browser(over.officer), "followup:followup", over.operation.pk)
    assert "Personne à suivre" not in read
    assert over.people[0].person.short_name not in read
