"""Every way a training can break the rules of LHÉO, made from the table: drop, swap, overflow, doubling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from defi.steps.offer.lheo.rules import Rule, rules
from steps.offer.lheo.samples import Node, a_training, sample


@dataclass
class Broken:
    """A training with one fault: `at` is the element whose line it must be reported on, `element` its name."""

    what: str
    training: Node
    at: Node
    element: str


@cache
def every_fault() -> tuple[Broken, ...]:
    """Each fault of each element of a training that holds them all. Made once: leave them as they are."""
    return tuple(_every_fault())


def _every_fault() -> Iterator[Broken]:
    whole = a_training(full=True)
    for rank, node in enumerate(whole.every()):
        rule = rules()[node.name]
        if rule.kind == "sequence":
            yield from _dropped(whole, rank, rule)
            yield from _swapped(whole, rank)
            yield from _doubled(whole, rank, rule)
        elif (text := overflowing(rule)) is not None:
            training = whole.copy()
            broken = _at(training, rank)
            broken.text = text
            yield Broken(f"overflow of {node.name}", training, broken, node.name)


def overflowing(rule: Rule) -> str | None:
    """A text too long for an element, or of which it can make nothing."""
    if rule.kind == "text":
        return "a" * (rule.longest + 1)
    return {"code": "99", "whole": str(2**63), "date": "202603021"}.get(rule.kind)


def _at(training: Node, rank: int) -> Node:
    return list(training.every())[rank]


def _dropped(whole: Node, rank: int, rule: Rule) -> Iterator[Broken]:
    for child in rule.children:
        if child.least:
            training = whole.copy()
            parent = _at(training, rank)
            parent.children = [one for one in parent.children if one.name != child.name]
            yield Broken(f"{child.name} dropped from {rule.name}", training, parent, child.name)


def _swapped(whole: Node, rank: int) -> Iterator[Broken]:
    for place in range(len(_at(whole, rank).children) - 1):
        training = whole.copy()
        parent = _at(training, rank)
        first, second = parent.children[place : place + 2]
        parent.children[place : place + 2] = [second, first]
        yield Broken(f"{first.name} after {second.name}", training, first, first.name)


def _doubled(whole: Node, rank: int, rule: Rule) -> Iterator[Broken]:
    for child in rule.children:
        if child.most is None or child.name == "extras":
            continue
        training = whole.copy()
        parent = _at(training, rank)
        place = next(i for i, one in enumerate(parent.children) if one.name == child.name)
        more = [sample(child.name, full=False) for _ in range(child.most)]
        parent.children[place + 1 : place + 1] = more
        yield Broken(f"{child.name} {child.most + 1} times in {rule.name}", training, more[-1], child.name)
