"""Says in French what an element of a file has against the rules of LHÉO, each fault with its line and its element.

Pure: reads elements and the table. The line of a missing element is that of its parent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree

from defi.steps.offer.lheo.rules import ATTRIBUTES, DATE, MORE_ATTRIBUTES, Child, Rule, rules, schema

WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
LARGEST = 2**63
LONGEST_QUOTE = 40
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and how to mend it. `line` is that of the element in what was parsed."""

    line: int
    element: str
    sentence: str

    def moved(self, shift: int) -> Fault:
        """The same, so many lines further."""
        return replace(self, line=self.line + shift)


def faults(element: etree._Element, namespace: str) -> list[Fault]:
    """The faults of a training (or of any element of the table), in the order of the lines; none when it is valid.

    The schema decides; the table explains. A fault that only the schema sees is told in its own words."""
    valid = schema(namespace)
    if valid.validate(element):
        return []
    found = list(_Explaining(namespace).element(element))
    return sorted(found, key=lambda fault: fault.line) or [
        Fault(error.line, local_name(element, namespace), error.message.replace(f"{{{namespace}}}", ""))
        for error in valid.error_log
    ]


def frame_faults(root: etree._Element, namespace: str) -> list[Fault]:
    """The faults of what stands around the trainings; they are judged one by one, and may have gone already."""
    return list(_Explaining(namespace, aside="formation").element(root))


def local_name(element: etree._Element, namespace: str) -> str:
    """The name without its namespace when it is that of the file, else in full."""
    return str(element.tag).removeprefix(f"{{{namespace}}}")


class _Explaining:
    """Walks an element that the schema refuses. Elements named `aside` are neither counted nor entered."""

    def __init__(self, namespace: str, aside: str = "") -> None:
        self.namespace = namespace
        self.aside = aside
        self.rules = rules()

    def element(self, element: etree._Element) -> Iterator[Fault]:
        name = local_name(element, self.namespace)
        if name == self.aside:
            return
        rule = self.rules.get(name)
        if rule is None:
            yield self._fault(element, _("<{name}> n'existe pas dans LHÉO 2.3 : retirez-le.").format(name=name))
            return
        yield from self._attributes(element, rule)
        if rule.kind == "anything":
            yield from self._anything(element)
        elif rule.holds_elements:
            yield from self._content(element, rule)
        elif len(element):
            yield self._fault(element, _("<{name}> contient un texte, pas d'autre élément.").format(name=name))
        else:
            yield from self._value(element, rule)

    def _fault(self, element: etree._Element, sentence: str) -> Fault:
        return Fault(element.sourceline or 0, local_name(element, self.namespace), sentence)

    def _attributes(self, element: etree._Element, rule: Rule) -> Iterator[Fault]:
        for name in element.attrib:
            if str(name) not in ATTRIBUTES and str(name) not in MORE_ATTRIBUTES.get(rule.name, ()):
                if str(name).startswith(XSI):
                    continue
                sentence = _("<{name}> n'a pas d'attribut « {attribute} » dans LHÉO 2.3 : retirez-le.")
                yield self._fault(element, sentence.format(name=rule.name, attribute=name))

    def _anything(self, element: etree._Element) -> Iterator[Fault]:
        for child in element:
            if local_name(child, self.namespace) in self.rules:
                yield from self.element(child)
            else:
                yield from self._anything(child)

    def _content(self, element: etree._Element, rule: Rule) -> Iterator[Fault]:
        if any(text.strip() for text in [element.text or "", *(child.tail or "" for child in element)]):
            sentence = _("Du texte est écrit directement dans <{name}>, qui ne contient que des éléments.")
            yield self._fault(element, sentence.format(name=rule.name))
        if rule.kind == "sequence":
            yield from self._sequence(element, rule)
        places = {child.name for child in rule.children}
        for child in element:
            name = local_name(child, self.namespace)
            if name in places:
                yield from self.element(child)
            else:
                sentence = _("<{name}> n'a pas sa place dans <{parent}> : retirez-le ou déplacez-le.")
                yield self._fault(child, sentence.format(name=name, parent=rule.name))

    def _sequence(self, element: etree._Element, rule: Rule) -> Iterator[Fault]:
        places = {child.name: place for place, child in enumerate(rule.children)}
        given: dict[str, list[etree._Element]] = {child.name: [] for child in rule.children}
        reached = 0
        for child in element:
            name = local_name(child, self.namespace)
            place = places.get(name)
            if place is None:
                continue
            given[name].append(child)
            if place < reached:
                sentence = _("<{name}> vient trop tard dans <{parent}> : il se place avant <{next}>.")
                after = rule.children[reached].name
                yield self._fault(child, sentence.format(name=name, parent=rule.name, next=after))
            reached = max(reached, place)
        for expected in rule.children:
            if expected.name != self.aside:
                yield from self._count(element, rule, expected, given[expected.name])

    def _count(
        self, element: etree._Element, rule: Rule, expected: Child, given: list[etree._Element]
    ) -> Iterator[Fault]:
        if len(given) < expected.least:
            sentence = _("Il manque <{name}> dans <{parent}>.")
            yield Fault(element.sourceline or 0, expected.name, sentence.format(name=expected.name, parent=rule.name))
        if expected.most is not None and len(given) > expected.most:
            sentence = ngettext(
                "<{name}> est donné {count} fois dans <{parent}>, qui n'en prend qu'un.",
                "<{name}> est donné {count} fois dans <{parent}>, qui en prend {most} au plus.",
                expected.most,
            )
            words = sentence.format(name=expected.name, count=len(given), parent=rule.name, most=expected.most)
            yield self._fault(given[expected.most], words)

    def _value(self, element: etree._Element, rule: Rule) -> Iterator[Fault]:
        text = element.text or ""
        sentence = self._length_fault(text, rule) if rule.kind == "text" else self._token_fault(text, rule)
        if sentence:
            yield self._fault(element, sentence)

    def _length_fault(self, text: str, rule: Rule) -> str:
        if len(text) > rule.longest:
            return _("<{name}> compte {count} caractères ; LHÉO en prend {most} au plus.").format(
                name=rule.name, count=len(text), most=rule.longest
            )
        if len(text) >= rule.shortest:
            return ""
        if not text:
            return _("<{name}> est vide : écrivez-y au moins {least} caractère(s).").format(
                name=rule.name, least=rule.shortest
            )
        return _("<{name}> compte {count} caractère(s) ; il en faut {least} au moins.").format(
            name=rule.name, count=len(text), least=rule.shortest
        )

    def _token_fault(self, text: str, rule: Rule) -> str:
        token = " ".join(text.split())
        quote = token if len(token) <= LONGEST_QUOTE else f"{token[:LONGEST_QUOTE]}…"
        if rule.kind == "code" and token not in rule.codes:
            return _("« {value} » n'est pas un code de <{name}> : {codes}.").format(
                value=quote, name=rule.name, codes=", ".join(rule.codes)
            )
        if rule.kind == "whole" and not (WHOLE.fullmatch(token) and -LARGEST <= int(token) < LARGEST):
            return _("« {value} » n'est pas un nombre entier : <{name}> en attend un.").format(
                value=quote, name=rule.name
            )
        if rule.kind == "date" and token and not DATE.fullmatch(token):
            return _("« {value} » n'est pas une date : <{name}> s'écrit AAAAMMJJ, 8 chiffres.").format(
                value=quote, name=rule.name
            )
        return ""
