"""The rules of LHÉO 2.3 as a table, read from `lheo-2.3.rules`, and the XML schema made from it.

Source: the schema and the definition of LHÉO 2.3.0 (12 January 2022); a test compares them. Two differences, both
wanted: a date may be empty, as in real files (it is told as a warning); and whether an `id` is given twice is checked
over the whole file, since trainings are validated one by one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import quoteattr

from lxml import etree

NAMESPACES = {"http://lheo.gouv.fr/2.3": "2.3", "http://www.lheo.org/2.2": "2.2"}
ATTRIBUTES = {
    "numero": "string",
    "info": "string",
    "ref": "string",
    "id": "NCName",
    "idref": "NCName",
    "tag": "string",
    "horodatage-creation": "dateTime",
    "horodatage-modification": "dateTime",
    "horodatage-export": "dateTime",
    "uri": "anyURI",
}
DATED = ("datemaj", "datecrea")
FILED = ("href", "file")
MORE_ATTRIBUTES = {
    "lheo": DATED,
    "formation": (*DATED, *FILED),
    "action": DATED,
    "session": DATED,
    "organisme-formation-responsable": FILED,
    "lheo-index": DATED,
    "resume-offre": (*DATED, *FILED),
    "resume-organisme": (*DATED, *FILED),
}
# What the schema of LHÉO takes for a date: 20170900 and 00000000 are such.
DATE = re.compile(r"[0-9]{4}[019][0-9][01239][0-9]")
CARDINALITIES = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}

Kind = Literal["sequence", "mix", "anything", "text", "code", "whole", "date"]


@dataclass(frozen=True, slots=True)
class Child:
    """An element in another, at its place: how often at least and at most (None: as often as one likes)."""

    name: str
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """What an element holds: `children` of a sequence or a mix, `shortest` and `longest` of a text, `codes` else."""

    name: str
    kind: Kind
    children: tuple[Child, ...] = ()
    shortest: int = 0
    longest: int = 0
    codes: tuple[str, ...] = ()

    @property
    def holds_elements(self) -> bool:
        return self.kind in {"sequence", "mix"}


@cache
def rules() -> Mapping[str, Rule]:
    """The rule of each element, by its name."""
    text = (Path(__file__).parent / "lheo-2.3.rules").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\n ", " ").splitlines() if line and line[0] != "#"]
    return {rule.name: rule for rule in map(_rule, lines)}


def _rule(line: str) -> Rule:
    name, _colon, body = line.partition(": ")
    words = body.split()
    match words:
        case ["text", size]:
            shortest, longest = map(int, size.split(".."))
            return Rule(name, "text", shortest=shortest, longest=longest)
        case ["one", "of", *codes]:
            return Rule(name, "code", codes=tuple(codes))
        case ["any", "of", *names]:
            return Rule(name, "mix", tuple(Child(other, 0, None) for other in names))
        case ["anything" | "whole" | "date" as kind]:
            return Rule(name, kind)
    return Rule(name, "sequence", tuple(map(_child, words)))


def _child(word: str) -> Child:
    found = re.fullmatch(r"(?P<name>[\w-]+)(?:\{(?P<least>[0-9]+),(?P<most>[0-9]+)\}|(?P<sign>[?*+]?))", word)
    if found is None:
        raise ValueError(f"lheo-2.3.rules: {word}")
    if found["most"]:
        return Child(found["name"], int(found["least"]), int(found["most"]))
    return Child(found["name"], *CARDINALITIES[found["sign"]])


@cache
def schema(namespace: str) -> etree.XMLSchema:
    """The compiled schema of these rules, for the elements of one namespace."""
    return etree.XMLSchema(etree.fromstring(schema_text(namespace).encode()))


def schema_text(namespace: str) -> str:
    """The XML schema made from the table."""
    elements = "".join(_element(rule) for rule in rules().values())
    attributes = "".join(f'<xs:attribute name="{name}" type="xs:{kind}"/>' for name, kind in ATTRIBUTES.items())
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns={quoteattr(namespace)} '
        f'targetNamespace={quoteattr(namespace)} elementFormDefault="qualified">'
        f'<xs:attributeGroup name="attributes">{attributes}</xs:attributeGroup>{elements}</xs:schema>'
    )


def _element(rule: Rule) -> str:
    more = "".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in MORE_ATTRIBUTES.get(rule.name, ()))
    attributes = f'<xs:attributeGroup ref="attributes"/>{more}'
    element = f'<xs:element name="{rule.name}"><xs:complexType>'
    end = "</xs:complexType></xs:element>"
    if rule.holds_elements:
        group = "sequence" if rule.kind == "sequence" else "choice"
        often = "" if rule.kind == "sequence" else ' minOccurs="0" maxOccurs="unbounded"'
        children = "".join(_particle(child) for child in rule.children)
        return f"{element}<xs:{group}{often}>{children}</xs:{group}>{attributes}{end}"
    if rule.kind == "anything":
        anything = f'<xs:extension base="xs:anyType">{attributes}</xs:extension>'
        return f"{element}<xs:complexContent>{anything}</xs:complexContent>{end}"
    simple = f"{rule.name}-value"
    content = f'<xs:extension base="{simple}">{attributes}</xs:extension>'
    return (
        f'<xs:simpleType name="{simple}">{_restriction(rule)}</xs:simpleType>'
        f"{element}<xs:simpleContent>{content}</xs:simpleContent>{end}"
    )


def _particle(child: Child) -> str:
    most = "unbounded" if child.most is None else child.most
    return f'<xs:element ref="{child.name}" minOccurs="{child.least}" maxOccurs="{most}"/>'


def _restriction(rule: Rule) -> str:
    if rule.kind == "whole":
        return '<xs:restriction base="xs:long"/>'
    if rule.kind == "text":
        facets = f'<xs:minLength value="{rule.shortest}"/><xs:maxLength value="{rule.longest}"/>'
        return f'<xs:restriction base="xs:string">{facets}</xs:restriction>'
    if rule.kind == "date":
        return f'<xs:restriction base="xs:token"><xs:pattern value="({DATE.pattern})?"/></xs:restriction>'
    codes = "".join(f'<xs:enumeration value="{code}"/>' for code in rule.codes)
    return f'<xs:restriction base="xs:token">{codes}</xs:restriction>'
