"""Nobody reads people's data without saying who reads, and each sees what is theirs."""

import dataclasses

import pytest
from django.db.models import Q
from django_scopes.exceptions import ScopeError

import factories
from defi.kernel.access import (
    EMPLOYER,
    NOT_MEMBERS,
    PRESCRIBER,
    PROVIDER,
    PUBLIC,
    REGION,
    TASK,
    WHO_LABELS,
    Actor,
    Guarded,
    Who,
    everybody,
    scope,
)
from defi.operations.models import Operation
from defi.people.models import Card, Membership, Person
from defi.people.queries import trainee


@pytest.mark.parametrize("model", [Person, Membership, Card, Operation])
def test_a_query_without_an_actor_raises(db, model):
    with pytest.raises(ScopeError, match=f"{model.__name__}: open defi.kernel.access.scope"):
        list(model.objects.all())


def test_so_does_a_query_through_a_relation(db):
    with scope(TASK):
        person = factories.a_person()
    with pytest.raises(ScopeError):
        list(person.memberships.all())


def test_the_right_to_read_ends_with_its_block(db):
    with scope(TASK):
        assert not list(Card.objects.all())
    with pytest.raises(ScopeError):
        list(Card.objects.all())


def test_an_actor_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PUBLIC.organisation_id = 1  # type: ignore[misc]


def test_a_model_that_says_nothing_shows_nothing():
    for who in Who:
        assert Guarded.visibility(Actor(who, person_id=1, organisation_id=1, region_id=1)) == Q(pk__in=[])


def test_public_facts_are_for_everybody():
    assert everybody() == Q()


def test_each_role_has_a_name_and_belongs_to_one_kind_of_hand():
    assert set(WHO_LABELS) == set(Who)
    kinds = [REGION, PROVIDER, EMPLOYER, PRESCRIBER, NOT_MEMBERS]
    assert sorted(who for kind in kinds for who in kind) == sorted(Who)


def test_an_actor_knows_its_side():
    sides = {
        who: (Actor(who).in_region, Actor(who).in_provider, Actor(who).in_employer, Actor(who).in_prescriber)
        for who in Who
    }
    for kind, place in ((REGION, 0), (PROVIDER, 1), (EMPLOYER, 2), (PRESCRIBER, 3), (NOT_MEMBERS, None)):
        for who in kind:
            assert sides[who] == tuple(place == index for index in range(4))


@pytest.fixture
def house(db):
    """Two operations of two providers, each with an employer; today everybody is at work."""
    with scope(TASK):
        here = factories.an_operation(factories.a_provider("Atelier du Loir"))
        there = factories.an_operation(factories.a_provider("Centre du Cher"))
        firm = factories.an_employer("Les Tilleuls")
        mission = factories.a_prescriber()
        factories.add_partner(factories.an_officer(), here.pk, firm)
        factories.add_partner(factories.an_officer(), here.pk, mission)
        yield here, there, firm, mission


@pytest.mark.parametrize("who", sorted(REGION))
def test_the_agents_of_the_region_see_all_its_operations(house, who):
    here, there, *_ = house
    agent = factories.actor(who, factories.a_region())
    assert set(Operation.objects.visible_to(agent)) == {here, there}


@pytest.mark.parametrize("who", sorted(PROVIDER))
def test_a_provider_sees_its_operations(house, who):
    here, _there, *_ = house
    assert list(Operation.objects.visible_to(factories.actor(who, here.provider))) == [here]


@pytest.mark.parametrize("who", sorted(EMPLOYER))
def test_an_employer_sees_the_operations_it_takes_part_in(house, who):
    here, _there, firm, _mission = house
    assert list(Operation.objects.visible_to(factories.actor(who, firm))) == [here]
    stranger = factories.actor(who, factories.an_employer("Une autre maison"))
    assert not Operation.objects.visible_to(stranger).exists()


def test_a_prescriber_sees_the_operations_it_takes_part_in(house):
    here, _there, _firm, mission = house
    assert list(Operation.objects.visible_to(factories.actor(Who.ADVISER, mission))) == [here]


def test_the_agents_of_another_region_see_none(house):
    foreign = Actor(Who.OFFICER, person_id=1, organisation_id=0, region_id=0)
    assert not Operation.objects.visible_to(foreign).exists()


def test_who_is_nobody_s_member_sees_no_operation(house):
    person = factories.a_person()
    for actor in (PUBLIC, trainee(person), Actor(Who.LINK, person_id=person.pk)):
        assert not Operation.objects.visible_to(actor).exists()


def test_a_task_sees_all(house):
    assert Operation.objects.visible_to(TASK).count() == 2


def test_one_sees_oneself_and_one_s_colleagues(house):
    here, *_ = house
    colleague = factories.actor(Who.TRAINER, here.provider)
    me = factories.actor(Who.COORDINATOR, here.provider)
    candidate = factories.a_person()
    seen = set(Person.objects.visible_to(me).values_list("pk", flat=True))
    assert {me.person_id, colleague.person_id} <= seen
    assert candidate.pk not in seen
    assert list(Person.objects.visible_to(trainee(candidate))) == [candidate]
    assert not Person.objects.visible_to(PUBLIC).exists()


def test_the_region_sees_the_members_of_organisations_and_no_candidate(house):
    candidate = factories.a_person()
    seen = set(Person.objects.visible_to(factories.an_officer()))
    assert seen == set(Person.objects.filter(pk__in=Membership.objects.values("person_id")))
    assert candidate not in seen
