"""The Cabinet reads counts of the bilan and of the follow-up, the same once the training is over; it names nobody."""

import pytest

import endings
import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.steps.followup.models import Situation
from defi.steps.review import actions, queries
from defi.steps.review.models import CertificationResult, EmploymentContract

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


def test_the_counts_of_the_bilan_are_those_of_everybody_once_the_training_is_over(over):
    cabinet = cabinet_of(over)
    read = words(browser(cabinet), "review:review", over.operation.pk)
    assert "1 sur 3" in read
    for person in over.people:
        assert person.person.short_name not in read
    with scope(TASK):
        counts = queries.review_page(cabinet, over.operation).counts
    assert (counts.entered, counts.certified, counts.hired, counts.to_follow) == (3, 1, 0, 3)


def test_what_became_of_a_person_is_not_the_cabinets_to_read_even_during_the_training():
    ending = endings.begun(seats=8, people=3, paired=3)
    with clock.at(endings.LAST):
        actions.certify(ending.coordinator, ending.people[0].pk, result="full", on=endings.LAST)
        cabinet = cabinet_of(ending)
        with scope(cabinet):
            for model in (CertificationResult, EmploymentContract, Situation):
                assert not model.objects.visible_to(cabinet).exists()
        assert ending.people[0].person.short_name not in words(browser(cabinet), "review:review", ending.operation.pk)


def test_the_rates_of_the_follow_up_are_those_of_everybody_and_nobody_is_named(over):
    read = words(browser(cabinet_of(over)), "followup:followup", over.operation.pk)
    assert "pas encore transmis" in read
    assert "Personne à suivre" not in read
    assert over.people[0].person.short_name not in read
