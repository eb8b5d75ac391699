"""Fills a text that was read with the facts of a document: blocks of words, nothing left to evaluate.

What comes out is data for Typst, never source: whatever was typed, in the text or in a fact, prints as typed. The
amount is counted while it is made, so that no list makes a document swell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.documents.text.nodes import (
    Blank,
    Block,
    Drawn,
    Each,
    Fault,
    Node,
    Part,
    Run,
    Section,
    TextRefused,
    When,
    Words,
)
from defi.kernel.documents.text.reading import read
from defi.kernel.documents.text.vocabulary import TO_SAY, Field, Listing, Vocabulary, key, printed

MOST_BLOCKS = 3_000
MOST_SIGNS = 250_000
"""Some eighty pages: what is asked beyond is a mistake, and is stopped before Typst sees it."""

_LISTS = {"bullets", "numbers"}


def fill(source: str, words: Vocabulary, facts: object) -> tuple[Block, ...]:
    """The text filled with the facts. Raises `TextRefused`: a fault of the text, or more than a document may hold."""
    return _Filler(words, facts).all(read(source, words))


def passage(source: str, words: Vocabulary, facts: Callable[[], object], name: str) -> tuple[str, ...]:
    """The items of one passage (its `key`), in words; nothing when the text has no such passage.

    The facts are only fetched for a passage that has something to fill."""
    for node in read(source, words):
        if isinstance(node, Section) and node.name == name:
            filler = _Filler(words, facts() if _has_blanks(node.body) else None)
            return tuple(
                in_words(line) for block in filler.all(node.body) if block.kind in _LISTS for line in block.lines
            )
    return ()


def _has_blanks(nodes: Sequence[Node]) -> bool:
    return any(
        not isinstance(node, Part) or any(isinstance(one, Blank) for line in node.lines for one in line)
        for node in nodes
    )


def in_words(line: Sequence[Run]) -> str:
    """A line without its looks."""
    return "".join(run.text for run in line)


def as_lines(blocks: Sequence[Block]) -> list[str]:
    """The filled text as plain lines, to be compared."""
    found = []
    for block in blocks:
        if block.kind == "table":
            found.append(f"[Tableau : {block.name}]")
        found += [in_words(line) for line in block.lines]
    return found


@dataclass
class _Scope:
    """The names in reach, each with the facts or the row its value is taken from."""

    fields: dict[str, tuple[Field, Any]]
    lists: dict[str, tuple[Listing, Any]]

    def within(self, listing: Listing, row: object) -> _Scope:
        fields = self.fields | {key(one.name): (one, row) for one in listing.fields}
        return _Scope(fields, self.lists | {key(one.name): (one, row) for one in listing.lists})


@dataclass
class _Filler:
    words: Vocabulary
    facts: object
    signs: int = 0
    made: list[Block] = field(default_factory=list)

    def all(self, nodes: Sequence[Node]) -> tuple[Block, ...]:
        self.made = []
        scope = _Scope(
            {key(one.name): (one, self.facts) for one in self.words.fields},
            {key(one.name): (one, self.facts) for one in self.words.lists},
        )
        for block in self._nodes(nodes, scope):
            self._put(block)
        return tuple(self.made)

    def _put(self, block: Block) -> None:
        last = self.made[-1] if self.made else None
        if block.kind in _LISTS and last is not None and last.kind == block.kind:
            # Items that follow each other are one list, wherever they come from.
            self.made[-1] = replace(last, lines=last.lines + block.lines)
        elif block.kind == "heading" and block.level == 3 and not any(one.level == 2 for one in self.made):
            # The heading above it fell with its condition: levels stay in order.
            self.made.append(replace(block, level=2))
        else:
            self.made.append(block)

    def _nodes(self, nodes: Sequence[Node], scope: _Scope) -> Iterator[Block]:
        for node in nodes:
            match node:
                case Part():
                    yield self._part(node, scope)
                case Drawn():
                    yield Block("table", name=node.name)
                case Section():
                    yield from self._nodes(node.body, scope)
                case When():
                    taken = self._holds(node.name, scope) is not node.negated
                    yield from self._nodes(node.body if taken else node.otherwise, scope)
                case Each():
                    listing, owner = scope.lists[node.name]
                    for row in listing.rows(owner):
                        self._count(1, node.line)
                        yield from self._nodes(node.body, scope.within(listing, row))

    def _part(self, node: Part, scope: _Scope) -> Block:
        lines = tuple(tuple(self._run(one, scope, node.line) for one in line) for line in node.lines)
        return Block(node.kind, lines, node.level)

    def _run(self, one: Words | Blank, scope: _Scope, line: int) -> Run:
        if isinstance(one, Words):
            run = Run(one.text, one.bold)
        else:
            asked, owner = scope.fields[one.name]
            shown = printed(asked.value(owner))
            run = Run(shown, one.bold) if shown else Run(asked.otherwise or TO_SAY, one.bold, quiet=True)
        self._count(len(run.text), line)
        return run

    def _holds(self, name: str, scope: _Scope) -> bool:
        if name in scope.fields:
            asked, owner = scope.fields[name]
            value = asked.value(owner)
            return bool(value) and bool(printed(value))
        listing, owner = scope.lists[name]
        return bool(listing.rows(owner))

    def _count(self, signs: int, line: int) -> None:
        # A row counts as much as the words it would take, so that empty repetitions end too.
        self.signs += signs + MOST_SIGNS // MOST_BLOCKS
        if self.signs > MOST_SIGNS:
            raise TextRefused(
                Fault(
                    line,
                    _("Le texte rempli dépasse 80 pages : une liste s'y répète sans doute dans une autre."),
                )
            )
