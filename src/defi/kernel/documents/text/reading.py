"""Reads a text: plain French lines, a few signs at their beginning, fields between braces, orders between brackets.

    # Article 1. Objet            a heading; ## a heading below it
    - un élément                  bullets; 1. numbers
    > à retenir                   a remark in a frame
    La formation {intitulé}       a field; **gras**
    [Pour chaque employeur] … [Fin]     [Si certification] … [Sinon] … [Fin]     [Si pas certification]
    [Tableau : signatures]        [Engagements : employeur] … [Fin]

There is nothing else: no expression, no name that is not declared, no way to ask for a file, no repetition without a
list. `\\` before a sign prints it as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from defi.kernel.documents.payload import clean
from defi.kernel.documents.text.naming import Names, nearest
from defi.kernel.documents.text.nodes import (
    Blank,
    Drawn,
    Each,
    Fault,
    Line,
    Node,
    Part,
    Section,
    TextRefused,
    When,
    Words,
)
from defi.kernel.documents.text.vocabulary import Passage, Table, Vocabulary, key

LONGEST = 60_000
"""Characters of a text: some twenty pages."""

MOST_FAULTS = 30
"""Said at once; reading stops there."""

DEEPEST = 5
"""Passages one inside the other."""

_ORDER = re.compile(r"^\[(.*)\]$")
_ITEM = re.compile(r"^[-•–]\s+(.*)$")
_NUMBER = re.compile(r"^\d{1,3}[.)]\s+(.*)$")
_HEADING = re.compile(r"^(#+)\s*(.*)$")
# A run of spaces is looked at from its beginning only: thousands of them in a line must not be tried one by one.
_BEFORE = re.compile(r"(?<! ) +([:;!?»])")
_AFTER = re.compile(r"(«|n°) +")
_NO_BREAK = "\u00a0"


@lru_cache(maxsize=64)
def read(source: str, words: Vocabulary) -> tuple[Node, ...]:
    """The nodes of a text. Raises `TextRefused` with the faults found, each with its line and a sentence."""
    if len(source) > LONGEST:
        raise TextRefused(
            Fault(0, _("Le texte est trop long : %(n)d signes au plus, pour des pages qui se lisent.") % {"n": LONGEST})
        )
    reader = _Reader(words)
    for number, line in enumerate(clean(source).split("\n"), start=1):
        reader.take(number, line.strip())
    return reader.end()


@dataclass
class _Frame:
    """A passage that is open: what opened it, and what it holds so far."""

    kind: str
    name: str = ""
    line: int = 0
    negated: bool = False
    body: list[Node] = field(default_factory=list)
    first: list[Node] | None = None


class _Reader:
    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.names = Names(words)
        self.faults: list[Fault] = []
        self.frames = [_Frame("all")]
        self.paragraph: list[Line] = []
        self.began = 0
        self.headed = False
        self.seen: set[str] = set()

    def take(self, number: int, line: str) -> None:
        """One line of the source."""
        if line.startswith("[") and (order := _ORDER.match(line)):
            self.close_paragraph()
            self.obey(number, " ".join(order[1].split()))
        elif not line:
            self.close_paragraph()
        elif line.startswith("#") and (heading := _HEADING.match(line)):
            self.heading(number, len(heading[1]), heading[2])
        elif item := _ITEM.match(line):
            self.part("bullets", number, item[1])
        elif item := _NUMBER.match(line):
            self.part("numbers", number, item[1])
        elif line.startswith(">"):
            self.part("note", number, line[1:].strip())
        else:
            self.began = self.began if self.paragraph else number
            self.paragraph.append(self.inline(number, line))

    def end(self) -> tuple[Node, ...]:
        """All is read: what is still open, or missing, is a fault."""
        self.close_paragraph()
        for frame in self.frames[1:]:
            self.fault(frame.line, _("Ce passage n'est pas refermé : ajoutez « [Fin] » là où il finit."))
        drawn: tuple[Table | Passage, ...] = (*self.words.tables, *self.words.passages)
        for wanted in drawn:
            if wanted.required and wanted.key not in self.seen and not self.faults:
                self.fault(0, _missing(wanted))
        if not self.faults and not self.frames[0].body:
            self.fault(0, _("Le texte est vide : écrivez-le, ou repartez d'une version précédente."))
        if self.faults:
            raise TextRefused(*self.faults)
        return tuple(self.frames[0].body)

    def fault(self, line: int, sentence: str) -> None:
        self.faults.append(Fault(line, sentence))
        if len(self.faults) >= MOST_FAULTS:
            raise TextRefused(*self.faults)

    def add(self, node: Node) -> None:
        self.frames[-1].body.append(node)

    # Lines

    def close_paragraph(self) -> None:
        if self.paragraph:
            self.add(Part("text", tuple(self.paragraph), self.began))
            self.paragraph = []

    def part(self, kind: str, number: int, text: str, level: int = 0) -> None:
        self.close_paragraph()
        if not text.strip():
            self.fault(number, _("Il n'y a rien après le signe du début de la ligne : écrivez-y du texte, ou ôtez-le."))
            return
        self.add(Part(kind, (self.inline(number, text),), number, level))

    def heading(self, number: int, depth: int, text: str) -> None:
        if depth > 2:
            self.fault(number, _("Un titre commence par « # », un sous-titre par « ## » : il n'y a rien plus bas."))
        elif depth == 2 and not self.headed:
            self.fault(number, _("Un sous-titre (« ## ») vient après un titre (« # ») : mettez un titre avant lui."))
        self.headed = True
        self.part("heading", number, text, level=depth + 1)

    def inline(self, number: int, text: str) -> Line:
        """The words and fields of a line."""
        parts: list[Words | Blank] = []
        bold, plain, at = False, "", 0

        def flush() -> None:
            nonlocal plain
            if plain:
                parts.append(Words(_spaced(plain), bold))
                plain = ""

        while at < len(text):
            sign = text[at]
            if sign == "\\" and at + 1 < len(text) and not text[at + 1].isalnum():
                plain, at = plain + text[at + 1], at + 2
            elif text.startswith("**", at):
                flush()
                bold, at = not bold, at + 2
            elif sign == "{":
                flush()
                end = text.find("}", at)
                if end < 0:
                    self.fault(number, _("L'accolade ouverte n'est pas refermée : un champ s'écrit {ainsi}."))
                    return tuple(parts)
                self.blank(number, text[at + 1 : end].strip(), parts, bold)
                at = end + 1
            elif sign == "}":
                self.fault(number, _("Une accolade est fermée sans avoir été ouverte ; pour l'écrire : « \\} »."))
                at += 1
            else:
                plain, at = plain + sign, at + 1
        flush()
        if not parts and (not self.faults or self.faults[-1].line != number):
            self.fault(number, _("Cette ligne ne contient que des signes : écrivez-y du texte, ou ôtez-la."))
        if bold:
            self.fault(number, _("Le gras ouvert par « ** » n'est pas refermé dans la ligne."))
        return tuple(parts)

    def blank(self, number: int, name: str, parts: list[Words | Blank], bold: bool) -> None:
        sentence = self.names.unprintable(name)
        if sentence:
            self.fault(number, sentence)
        else:
            parts.append(Blank(key(name), number, bold))

    # Orders

    def obey(self, number: int, order: str) -> None:
        known = key(order)
        if known == "fin":
            self.close_frame(number)
        elif known == "sinon":
            self.turn(number)
        elif known.startswith("pour chaque "):
            self.open_list(number, order[len("pour chaque ") :])
        elif known.startswith("si "):
            self.open_condition(number, order[len("si ") :])
        elif known.startswith("tableau"):
            self.table(number, order[len("tableau") :].lstrip(" :\u00a0"))
        elif known.startswith("engagements"):
            self.open_passage(number, order[len("engagements") :].lstrip(" :\u00a0"))
        else:
            close = nearest(known.split(" ")[0], _ORDERS)
            hint = _("pensiez-vous à « [%(order)s] » ?") % {"order": _ORDERS[close]} if close else _known_orders()
            self.fault(
                number,
                _("« [%(order)s] » n'est pas une consigne ; %(hint)s Pour écrire des crochets : « \\[ ».")
                % {"order": order, "hint": hint},
            )

    def open(self, frame: _Frame) -> None:
        if len(self.frames) > DEEPEST:
            self.fault(frame.line, _("Trop de passages l'un dans l'autre : %(n)d au plus.") % {"n": DEEPEST})
        self.frames.append(frame)

    def open_list(self, number: int, name: str) -> None:
        sentence = self.names.enter(name, number)
        if sentence:
            self.fault(number, sentence)
            self.names.skip()
        self.open(_Frame("each", key(name), number))

    def open_condition(self, number: int, name: str) -> None:
        negated = key(name).startswith("pas ")
        asked = (name[len("pas ") :] if negated else name).strip().strip("{}").strip()
        sentence = self.names.unaskable(asked)
        if sentence:
            self.fault(number, sentence)
        self.open(_Frame("when", key(asked), number, negated))

    def open_passage(self, number: int, name: str) -> None:
        found = self.named(number, name, self.words.passages, _("passage inconnu"))
        if found and len(self.frames) > 1:
            self.fault(number, _("Ce passage tient à lui seul : sortez-le de celui qui est ouvert au-dessus."))
        self.open(_Frame("section", found.key if found else "", number))

    def table(self, number: int, name: str) -> None:
        found = self.named(number, name, self.words.tables, _("tableau inconnu"))
        if found and (any(frame.kind == "each" for frame in self.frames) or (found.required and len(self.frames) > 1)):
            self.fault(number, _("Ce tableau ne se répète pas et ne dépend de rien : sortez-le du passage ouvert."))
        elif found:
            self.add(Drawn(found.key, number))

    def named(
        self, number: int, name: str, known: tuple[Table, ...] | tuple[Passage, ...], what: str
    ) -> Table | Passage | None:
        by_key = {key(one.name): one for one in known}
        found = by_key.get(key(name))
        if found is None:
            self.fault(number, self.names.unknown(name, what, {k: one.name for k, one in by_key.items()}))
        elif found.key in self.seen:
            self.fault(number, _("« %(name)s » est déjà plus haut : une fois suffit.") % {"name": found.name})
        else:
            self.seen.add(found.key)
        return found

    def turn(self, number: int) -> None:
        frame = self.frames[-1]
        if frame.kind != "when" or frame.first is not None:
            self.fault(number, _("« [Sinon] » suit un « [Si …] » encore ouvert."))
            return
        frame.first, frame.body = frame.body, []

    def close_frame(self, number: int) -> None:
        if len(self.frames) == 1:
            self.fault(number, _("« [Fin] » ne ferme rien : aucun passage n'est ouvert."))
            return
        frame = self.frames.pop()
        body = tuple(frame.body)
        if frame.kind == "each":
            self.names.leave()
            self.add(Each(frame.name, frame.line, body))
        elif frame.kind == "section":
            self.add(Section(frame.name, frame.line, body))
        elif frame.first is None:
            self.add(When(frame.name, frame.line, frame.negated, body))
        else:
            self.add(When(frame.name, frame.line, frame.negated, tuple(frame.first), body))


_ORDERS = {
    "pour": "Pour chaque …",
    "si": "Si …",
    "sinon": "Sinon",
    "fin": "Fin",
    "tableau": "Tableau : …",
    "engagements": "Engagements : …",
}


def _known_orders() -> str:
    return _("les consignes sont : %(known)s.") % {"known": ", ".join(f"[{order}]" for order in _ORDERS.values())}


def _missing(wanted: Table | Passage) -> str:
    if isinstance(wanted, Table):
        order = f"[Tableau : {wanted.name}]"
        return _("Il manque « %(order)s » : sans lui, le document ne peut pas servir.") % {"order": order}
    order = f"[Engagements : {wanted.name}]"
    return _("Il manque « %(order)s » … « [Fin] » : ce passage est montré seul à ceux qu'il engage.") % {"order": order}


def _spaced(text: str) -> str:
    """The spaces of French typography do not part at the end of a line."""
    return _AFTER.sub(rf"\1{_NO_BREAK}", _BEFORE.sub(rf"{_NO_BREAK}\1", text))
