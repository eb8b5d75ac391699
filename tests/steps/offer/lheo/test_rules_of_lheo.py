"""The table of rules says what the schema of LHÉO 2.3 says, and its faults are those of the schema."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from defi.steps.offer.lheo.faults import faults
from defi.steps.offer.lheo.rules import ATTRIBUTES, MORE_ATTRIBUTES, NAMESPACES, rules, schema
from steps.offer.lheo.faulty import every_fault
from steps.offer.lheo.samples import NAMESPACE, Node, a_training, written

XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def official(shared_data: Path) -> etree._ElementTree:
    return etree.parse(str(shared_data / "lheo" / "lheo-2.3.xsd"))


@pytest.fixture(scope="module")
def judge(official: etree._ElementTree) -> etree.XMLSchema:
    return etree.XMLSchema(official)


def parsed(training: Node) -> etree._Element:
    return etree.fromstring(written([training]))[0][0]


# --- the table against the schema, element by element


def particles(group: etree._Element) -> list[tuple[str, int, int | None]]:
    found = []
    for one in group:
        most = one.get("maxOccurs", "1")
        least = int(one.get("minOccurs", "1"))
        found.append((one.get("ref").partition(":")[2], least, None if most == "unbounded" else int(most)))
    return found


def test_the_table_has_the_elements_of_the_schema_and_no_other(official):
    assert set(rules()) == {one.get("name") for one in official.getroot().findall(f"{XS}element")}


def test_each_element_holds_what_the_schema_says(official):
    types = {one.get("name"): one for one in official.getroot() if one.tag in {f"{XS}complexType", f"{XS}simpleType"}}
    for rule in rules().values():
        kind = types.get(f"{rule.name}-subtype")
        if rule.kind == "anything":
            assert kind is None
        elif rule.kind in {"sequence", "mix"}:
            group = kind[0]
            assert group.tag == XS + {"sequence": "sequence", "mix": "choice"}[rule.kind]
            own = [(c.name, c.least, c.most) for c in rule.children]
            assert [(name, least or 0, most) for name, least, most in particles(group)] == [
                (name, least if rule.kind == "sequence" else 1, most if rule.kind == "sequence" else 1)
                for name, least, most in own
            ]
        else:
            facets = [(one.tag.removeprefix(XS), one.get("value")) for one in kind[0]]
            assert (kind[0].get("base"), sorted(facets)) == expected_facets(rule)


def expected_facets(rule) -> tuple[str, list[tuple[str, str]]]:
    if rule.kind == "text":
        least = [("minLength", str(rule.shortest))] if rule.shortest else []
        return "xs:string", [("maxLength", str(rule.longest)), *least]
    if rule.kind == "code":
        return "xs:token", sorted(("enumeration", code) for code in rule.codes)
    if rule.kind == "whole":
        return "xs:long", []
    return "xs:token", [("length", "8"), ("pattern", "[0-9][0-9][0-9][0-9][019][0-9][01239][0-9]")]


def test_each_element_has_the_attributes_that_the_schema_says(official):
    for group in official.getroot().findall(f"{XS}attributeGroup"):
        name = group.get("name").removesuffix("-attributes")
        kinds = {one.get("name"): one.get("type").removeprefix("xs:") for one in group}
        own = {**ATTRIBUTES, **dict.fromkeys(MORE_ATTRIBUTES.get(name, ()), "string"), "id": "ID", "idref": "IDREF"}
        assert kinds == own, name


# --- verdicts


@pytest.mark.parametrize("full", [True, False])
def test_a_training_made_from_the_table_is_valid_for_the_schema(judge, full):
    training = parsed(a_training(full=full))
    assert judge.validate(training), judge.error_log
    assert faults(training, NAMESPACE) == []


def test_every_fault_is_one_for_the_schema_too(judge):
    wrong = [broken.what for broken in every_fault() if judge.validate(parsed(broken.training))]
    assert wrong == []


@cache
def whole() -> Node:
    return a_training(full=True)


TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "0", "1", "2", " 1 ", "+12", "-1", "99999999999999999999", "20170900", "00000000", "2017"]
    ),
    st.sampled_from(["20261332", "2026-03-02", "12345678901234", "fr", "\n", "a" * 51, "é" * 251, "a" * 3001]),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12),
)
NAMES = st.sampled_from([*sorted(rules()), "inconnu"])


@settings(max_examples=300)
@given(st.data())
def test_the_verdict_is_that_of_the_schema_whatever_is_done_to_a_training(judge, data):
    """Texts, moves, copies, removals and strangers, several at once. An empty date alone is judged otherwise."""
    training = whole().copy()
    for _ in range(data.draw(st.integers(1, 3))):
        nodes = list(training.every())
        node = nodes[data.draw(st.integers(0, len(nodes) - 1))]
        change = data.draw(st.sampled_from(["text", "drop", "copy", "move", "stranger", "attribute"]))
        if change == "text":
            node.text = data.draw(TEXTS)
        elif change == "stranger":
            place = data.draw(st.integers(0, len(node.children)))
            node.children.insert(place, Node(data.draw(NAMES), text=data.draw(TEXTS)))
        elif change == "attribute":
            name = data.draw(
                st.sampled_from(["ref", "numero", "file", "datemaj", "inconnu", "horodatage-export", "uri"])
            )
            node.attributes[name] = data.draw(st.sampled_from(["x", "2026-03-02T10:00:00", "http://[", "%"]))
        elif node.children:
            place = data.draw(st.integers(0, len(node.children) - 1))
            child = node.children[place]
            if change != "copy":
                node.children.pop(place)
            if change != "drop":
                node.children.insert(data.draw(st.integers(0, len(node.children))), child.copy())
    element = parsed(training)
    empty_dates = [
        d
        for d in element.iter(*(f"{{{NAMESPACE}}}{n}" for n in ("debut", "fin", "date")))
        if not (d.text or "").strip()
    ]
    if empty_dates:
        return
    assert judge.validate(element) == (faults(element, NAMESPACE) == [])


def test_a_fault_is_told_in_french_by_the_table_not_by_the_library():
    for broken in every_fault():
        for fault in faults(parsed(broken.training), NAMESPACE):
            assert not re.search(r"Element|facet|expected|namespace", fault.sentence), (broken.what, fault)
            assert len(fault.sentence) <= 400


@pytest.mark.parametrize("namespace", list(NAMESPACES))
def test_a_date_may_be_empty_and_no_other_text_that_must_be_there(namespace):
    training = a_training()
    training.first("action", "session", "periode", "debut").text = ""
    element = etree.fromstring(written([training], namespace))[0][0]
    assert schema(namespace).validate(element)
    training.first("intitule-formation").text = ""
    assert not schema(namespace).validate(etree.fromstring(written([training], namespace))[0][0])
