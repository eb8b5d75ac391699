"""Every verb has words, somebody who may, and an action that does it; and nobody else may."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from defi.kernel.access import Actor, LinkScope, Who
from defi.kernel.journal import acting
from defi.kernel.refusals import NotAllowed
from defi.kernel.transitions import NOTHING, TABLES, VERBS
from defi.web.management.commands.permissions import HEADS, matrix
from house.sources import HOUSE, ROOT, called, python_files, texts, tree

# Calls that name a verb without doing it.
MENTIONS = {"on", "issue", "queue", "get", "filter", "exclude", "allows", "has_verb"}


def declared() -> dict[str, Path]:
    """Each verb with the folder of its room, as the `states.py` of the rooms declare them."""
    found = {}
    for path in sorted(HOUSE.rglob("states.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and called(node) in {"verb", "move"}:
                name = node.args[0]
                assert isinstance(name, ast.Constant), f"{path}: a verb is written out, not computed"
                found[str(name.value)] = path.parent
    return found


@cache
def done_by_actions() -> set[str]:
    """The verbs that the actions of the rooms name in a call: `acting(actor, "promise.make")`, `TABLE.take("…")`."""
    found: set[str] = set()
    for path in python_files():
        room = path.relative_to(HOUSE).parts[0]
        if room in {"people", "schemes", "operations", "steps", "steering"} and path.name != "states.py":
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and called(node) not in MENTIONS:
                    found |= {text for argument in node.args for text in texts(argument)} & set(VERBS)
    return found


def test_the_registry_is_what_the_rooms_declare():
    assert set(declared()) == set(VERBS)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_has_a_label_and_somebody_who_may(name):
    with override("fr"):
        label = str(VERBS[name].label)
    assert label.strip() == label
    assert label[:1].isupper()
    assert "_" not in label
    assert VERBS[name].who


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_is_done_by_an_action(name):
    assert name in done_by_actions(), f"{declared()[name].relative_to(HOUSE)} declares {name}, and no action does it"


def test_a_verb_is_named_in_two_words():
    assert [name for name in VERBS if name.count(".") != 1] == []


@pytest.mark.parametrize("name", sorted(VERBS))
def test_exactly_the_roles_of_the_table_may(name):
    allowed = set()
    for who in Who:
        link = LinkScope(1, name, "some.thing", 1) if who is Who.LINK else None
        try:
            VERBS[name].check(Actor(who, link=link), reason="parce que")
            allowed.add(who)
        except NotAllowed:
            with pytest.raises(NotAllowed), acting(Actor(who, link=link), name, reason="parce que"):
                pytest.fail("The action began all the same.")
    assert allowed == VERBS[name].who


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_link_for_another_verb_opens_nothing(name):
    another = Actor(Who.LINK, link=LinkScope(1, "another.verb", "some.thing", 1))
    with pytest.raises(NotAllowed):
        VERBS[name].check(another, reason="parce que")


def test_a_verb_that_answers_another_is_open_to_the_same_link():
    for verb in VERBS.values():
        if verb.asked_by:
            assert Who.LINK in verb.who & VERBS[verb.asked_by].who, verb.name


# Tables


@pytest.mark.parametrize("thing", sorted(TABLES))
def test_every_state_can_be_reached_from_nothing(thing):
    table, reached = TABLES[thing], {NOTHING}
    for _ in table.states:
        reached |= {step.target for step in table.transitions if step.sources & reached}
    assert set(table.states) - reached <= REACHED_OTHERWISE.get(thing, set())


# A sheet typed in an employer's stead begins here (needs.actions), by the verb that makes the others « received ».
REACHED_OTHERWISE = {"need": {"to_confirm"}}


@pytest.mark.parametrize("thing", sorted(TABLES))
def test_a_table_says_one_thing_of_a_verb_and_a_state(thing):
    ways = Counter((step.name, source) for step in TABLES[thing].transitions for source in step.sources)
    assert [way for way, count in ways.items() if count > 1] == []


@pytest.mark.parametrize("thing", sorted(TABLES))
def test_a_table_says_its_states_in_words(thing):
    with override("fr"):
        assert all(str(words).strip() for words in TABLES[thing].states.values())


def models_with_states() -> Iterator[tuple[str, set[str]]]:
    from django.apps import apps
    from pghistory.models import Event

    for model in apps.get_models():
        if model.__module__.startswith("defi.") and not issubclass(model, Event):
            for field in model._meta.concrete_fields:
                if field.name == "state" and field.choices:
                    yield model._meta.label, {value for value, _label in field.choices}


def test_the_states_of_a_table_are_those_of_a_column():
    columns = [states for _label, states in models_with_states()]
    assert [thing for thing in TABLES if set(TABLES[thing].states) not in columns] == []


# The page


def test_the_permissions_page_has_a_column_for_each_role():
    assert list(HEADS) == list(Who)


def test_the_permissions_page_is_up_to_date():
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert page == matrix(), "run: python -m defi manage permissions > docs/permissions.md"


def test_the_permissions_page_says_the_same_whatever_the_language_of_the_terminal():
    with override("en"):
        english = matrix()
    with override(settings.LANGUAGE_CODE):
        assert english == matrix()
