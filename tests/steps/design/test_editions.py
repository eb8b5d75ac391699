"""Two editions compared: who asked for what stands, and nobody for what was undone."""

from dataclasses import replace

import pytest

import factories as make
from defi.operations.actions import add_partner
from defi.steps.design import actions, editions, turns
from defi.steps.design.actions import Description, ModuleFacts

pytestmark = pytest.mark.django_db
LEVER = ModuleFacts("Aider au lever", "kept", 14)


@pytest.fixture
def told():
    """Changes a module in turn, each time on somebody's demand or nobody's; who is named for what, since edition 1."""
    operation = make.an_operation()
    make.a_session(operation)
    coordinator = make.a_coordinator(operation)
    firms = {}
    for name in ("Les Tilleuls", "Aide & Cie"):
        firms[name] = make.an_employer(name)
        add_partner(make.an_officer(), operation.pk, firms[name])
    plan = actions.start_plan(coordinator, operation.pk)
    module = actions.add_module(coordinator, plan.pk, LEVER)
    plan = actions.describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))
    turns.pass_on(coordinator, plan.pk, firms["Les Tilleuls"])
    turns.reopen_plan(coordinator, plan.pk, reason="À revoir")

    def after(*changes):
        for facts, asker in changes:
            actions.change_module(coordinator, module.pk, facts, asker=firms.get(asker))
        found = editions.compare(plan, 1, None).told
        return {line.difference.what.replace("\u00a0", " "): line.asked_by for line in found}

    return after


def test_a_demand_that_was_undone_is_not_told_for_what_came_after(told):
    said = told(
        (replace(LEVER, hours_centre=21), "Les Tilleuls"), (LEVER, ""), (replace(LEVER, title="Le lever"), "Aide & Cie")
    )
    assert said == {"Le lever, intitulé": ("Aide & Cie",)}


def test_of_two_demands_in_turn_the_one_that_stands_is_told(told):
    said = told((replace(LEVER, hours_centre=21), "Les Tilleuls"), (replace(LEVER, hours_centre=28), "Aide & Cie"))
    assert said["Aider au lever"] == ("Aide & Cie",)


def test_a_demand_undone_and_made_again_by_the_same_is_told(told):
    wanted = replace(LEVER, hours_centre=21)
    said = told((wanted, "Les Tilleuls"), (LEVER, ""), (wanted, "Les Tilleuls"))
    assert said["Aider au lever"] == ("Les Tilleuls",)
