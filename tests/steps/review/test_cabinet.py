"""The Cabinet reads counts of the bilan and of the follow-up, the same once the training is over; it names nobody."""

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
    assert "1 sur 3" in words(browser(over.officer), "review:review", over.operation.pk)
    assert "sur 3" not in read
    assert "moins de 5" in read
    for person in over.people:
        assert person.person.short_name not in read
    with scope(TASK):
        counts = queries.review_page(cabinet, over.operation).counts
    assert (counts.entered, counts.certified, counts.hired, counts.to_follow) == (3, 1, 0, 3)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((8, 4, 7, 0), ("8", "moins de 5 sur 8", "presque toutes sur 8", "0")),
        ((4, 4, 0, 4), ("moins de 5",) * 4),
        ((12, 12, 6, 12), ("12", "12 sur 12", "6 sur 12", "12")),
    ],
)
def test_the_cabinet_reads_no_number_of_the_bilan_from_which_somebody_is_found(counts, told):
    assert tuple(queries.Counts(*counts, smallest=5).words.values()) == told
    entered, certified, hired, follow = counts
    exact = (str(entered), f"{certified} sur {entered}", f"{hired} sur {entered}", str(follow))
    assert tuple(queries.Counts(*counts).words.values()) == exact


def test_the_cards_of_the_operation_tell_the_cabinet_no_more(over):
    ask = {"HX-Request": "true"}
    over.hold_review()
    card = reverse("operation_card", args=[over.operation.pk, "review"])
    assert "1 sur 3" in browser(over.officer).get(card, headers=ask).content.decode()
    read = browser(cabinet_of(over)).get(card, headers=ask).content.decode()
    assert "sur 3" not in read
    assert "moins de 5 entrés" in read


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
