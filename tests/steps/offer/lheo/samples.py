"""Files of offers for the tests, made from the table of rules: each element on a line that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from defi.steps.offer.lheo.rules import Rule, rules

NAMESPACE = "http://lheo.gouv.fr/2.3"
FORMER = "http://www.lheo.org/2.2"
VALUES = {
    "SIRET": "73282932000074",
    "numero-activite": "24450123445",
    "debut": "20260302",
    "fin": "20260626",
    "date": "20260302",
    "code-ROME": "K1304",
    "code-INSEE-commune": "28088",
    "codepostal": "28200",
    "ville": "Châteaudun",
    "code-RNCP": "37715",
    "code-financeur": "2",
    "nb-places-financees": "12",
    "nombre-heures-centre": "420",
    "nombre-heures-entreprise": "140",
    "intitule-formation": "Assistant de vie aux familles",
    "nom-organisme": "Atelier du Loir",
}
NUMBERED = {"formation": "F", "action": "A", "session": "S"}
_next = count(1)


@dataclass
class Node:
    """An element to write; `line` is known once it is written."""

    name: str
    children: list[Node] = field(default_factory=list)
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0

    def first(self, *names: str) -> Node:
        """The first child of this name, and so on down."""
        node = self
        for name in names:
            node = next(child for child in node.children if child.name == name)
        return node

    def every(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.every()

    def copy(self) -> Node:
        return deepcopy(self)


def value(rule: Rule) -> str:
    """A text that the rule of an element accepts."""
    if rule.name in VALUES:
        return VALUES[rule.name]
    if rule.kind == "code":
        return rule.codes[0]
    return {"whole": "12", "date": "20260302"}.get(rule.kind) or "a" * max(1, rule.shortest)


def sample(name: str, *, full: bool) -> Node:
    """A valid element: with each child once when `full`, else with the required ones only."""
    rule = rules()[name]
    wanted = [child for child in rule.children if child.name != "extras" and (full or child.least)]
    node = Node(name, [sample(child.name, full=full) for child in wanted if rule.kind == "sequence"])
    if not rule.holds_elements and rule.kind != "anything":
        node.text = value(rule)
    if name in NUMBERED:
        node.attributes["numero"] = f"{NUMBERED[name]}{next(_next)}"
    return node


def a_training(number: str = "", *, full: bool = False) -> Node:
    """A training, with a number of its own unless one is given."""
    training = sample("formation", full=full)
    if not full:
        domain = training.first("domaine-formation")
        domain.children.append(Node("code-ROME", text=VALUES["code-ROME"]))
        action = training.first("action")
        entries = next(i for i, child in enumerate(action.children) if child.name == "modalites-entrees-sorties")
        action.children.insert(entries, sample("lieu-de-formation", full=True))
    if number:
        training.attributes["numero"] = number
    return training


def written(trainings: Iterable[Node], namespace: str = NAMESPACE, *, more: Iterable[Node] = ()) -> bytes:
    """A whole file with these trainings, and `more` after them in <offres>."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<lheo xmlns="{namespace}">', "<offres>"]
    for node in (*trainings, *more):
        _write(node, lines)
    return "\n".join([*lines, "</offres>", "</lheo>", ""]).encode()


def _write(node: Node, lines: list[str]) -> None:
    attributes = "".join(f" {name}={quoteattr(text)}" for name, text in node.attributes.items())
    lines.append(f"<{node.name}{attributes}>{escape(node.text)}")
    node.line = len(lines)
    for child in node.children:
        _write(child, lines)
    if node.children:
        lines.append("")
    lines[-1] += f"</{node.name}>"


def a_file(*trainings: Node, namespace: str = NAMESPACE) -> BytesIO:
    """The same as a stream."""
    return BytesIO(written(trainings, namespace))
