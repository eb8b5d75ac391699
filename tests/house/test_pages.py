"""What a role may do, a page does: each verb that a human may do is reached from some view."""

from __future__ import annotations

import ast
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from defi.kernel.access import Who
from defi.kernel.transitions import VERBS
from house.sources import HOUSE, called, python_files, texts, tree

# Calls that name a verb without doing it.
MENTIONS = {"on", "issue", "queue", "get", "filter", "exclude", "allows", "has_verb", "must_be_able", "_may", "check"}

MACHINES = {Who.TASK, Who.PUBLIC}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_a_page(path: Path) -> bool:
    """Views of the rooms, the pages of `web`, the pages behind a link; the command line and the play are none."""
    parts = path.relative_to(HOUSE).parts
    if "management" in parts or parts[0] == "play":
        return False
    return parts[0] == "web" or "views" in parts or path.stem.endswith(("views", "links", "pages"))


def is_an_action(path: Path) -> bool:
    return path.relative_to(HOUSE).parts[0] in {
        "kernel",
        "people",
        "schemes",
        "operations",
        "steps",
        "reference",
        "journey",
        "steering",
    }


def named(code: ast.AST) -> set[str]:
    """Every name that a piece of code reads: what it may call, or hand over to be called."""
    names = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(code) if isinstance(node, ast.Attribute)}


@cache
def functions() -> dict[str, list[Function]]:
    """The functions of the rooms by name. Two of the same name are taken together: a page may reach either."""
    found: dict[str, list[Function]] = {}
    for path in python_files():
        if is_an_action(path) and path.name != "states.py":
            for node in ast.walk(tree(path)):
                if isinstance(node, Function):
                    found.setdefault(node.name, []).append(node)
    return found


def verbs_of(function: Function) -> set[str]:
    """The verbs that a function does itself: `acting(actor, "promise.make")`, `TABLE.take("…")`."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and called(node) not in MENTIONS:
            found |= {text for argument in node.args for text in texts(argument)} & set(VERBS)
    return found


def answers(function: Function) -> set[str]:
    """The verbs whose handler this function is: doing them does this too."""
    return {
        text
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and called(decorator) == "on"
        for argument in decorator.args
        for text in texts(argument)
    }


@cache
def reached() -> set[str]:
    """The verbs that a click may do, step by step from the pages."""
    handlers: dict[str, set[str]] = {}
    for function in chain.from_iterable(functions().values()):
        for verb in answers(function):
            handlers.setdefault(verb, set()).add(function.name)
    waiting = set().union(*(named(tree(path)) for path in python_files() if is_a_page(path)))
    known: set[str] = set()
    verbs: set[str] = set()
    while waiting:
        name = waiting.pop()
        known.add(name)
        for function in functions().get(name, []):
            done = verbs_of(function)
            verbs |= done
            waiting |= named(function).union(*(handlers.get(verb, set()) for verb in done)) - known
    return verbs


@pytest.mark.parametrize("name", sorted(VERBS))
def test_what_a_role_may_do_a_page_does(name):
    if VERBS[name].who <= MACHINES:
        return
    assert name in reached(), f"{name} may be done by {sorted(VERBS[name].who - MACHINES)}, and no page leads to it"
