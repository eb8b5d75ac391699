"""The index that reads a job in what people type: built once from the sheets of the ROME, kept in memory.

Three readings of the same words are added up, each seeing what another is blind to:

- `title`: the nearest title, by runs of letters: holds against typing errors, plurals, feminines;
- `sheet`: BM25F over everything the sheet says, its label above its competences: a tool or a technique
  speaks for a job;
- `meaning`: latent meaning, learnt from which runs of letters keep company in the sheets: "soudage" speaks for
  "soudeur", and words of a same trade for one another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from defi.reference.reading.vectors import Bag, Bm25, Cosine, Ids, Latent, Scores, best_of
from defi.reference.reading.wording import Word, alike, bag, meaningful, parted, phrases, pieces, title_terms

DIMENSIONS = 100
# How many jobs of one former sheet may stand in one answer, and how far down the order is looked at.
MOST_OF_A_FAMILY = 3
DEEP = 60
# Under this likeness nothing is proposed: better to choose from the list than to confirm nonsense.
NEAR = 0.35
# Two words are the same, typing errors aside, when they share this much of their letters.
SAME = 0.65
# The sheet of one job at least must hold this share of the words typed; else the text speaks of something else.
ENOUGH = 0.25


@dataclass(frozen=True)
class Sheet:
    """What the ROME says of one job. `key` is handed back as it came; `family` is the code of the former sheet."""

    key: int
    family: str
    label: str
    titles: tuple[str, ...]
    definition: str = ""
    access: str = ""
    core: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weights:
    """How much each reading counts in the sum: learnt by `bench/reading.py … learn`, on titles of the ROME alone."""

    title: float = 6.0
    sheet: float = 2.8
    meaning: float = 10.9


# How many times a word counts for each field it stands in.
TITLE, LABEL, DEFINITION, CORE, OTHER, KNOWLEDGE, ASIDE = 1, 4, 2, 1, 1, 1, 1


@dataclass(frozen=True)
class Ranked:
    """A job that answers: the place of its sheet, its nearest title, the words that led there; `sure` when these are
    words of its sheet, in number enough."""

    place: int
    title: str
    because: tuple[str, ...]
    sure: bool


@dataclass(frozen=True)
class Looked:
    """Some words compared with everything: with each title, and what each reading says of each sheet."""

    words: tuple[Word, ...]
    titles: Scores = field(repr=False)
    readings: dict[str, Scores] = field(repr=False)


class Index:
    """Every sheet of the ROME, ready to answer. Reading changes nothing in it: one index serves every thread."""

    def __init__(self, sheets: Iterable[Sheet], weights: Weights | None = None) -> None:
        self.sheets = tuple(sheets)
        self.weights = weights or Weights()
        named = [(place, title) for place, sheet in enumerate(self.sheets) for title in _titles(sheet)]
        self.titles = [title for _place, title in named]
        self.owners: Ids = np.array([place for place, _title in named], dtype=np.intp)
        self.title_terms = [title_terms(title) for title in self.titles]
        self.by_head: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for terms in dict.fromkeys(self.title_terms):
            if terms:
                self.by_head[terms[0]].append(frozenset(terms))
        said = [_said(sheet) for sheet in self.sheets]
        self.title = Cosine((dict.fromkeys(terms, 1.0) for terms in self.title_terms), pieces, power=1.5)
        self.sheet = Bm25(said)
        self.meaning = Latent(said, pieces, DIMENSIONS)

    def rank(self, text: str, limit: int) -> tuple[Ranked, ...]:
        """The jobs that answer best, at most `limit`, best first; none when nothing typed is near any job.

        When several jobs are named, each has its turn. One former sheet never takes the whole list."""
        asked = [self.look(words) for words in self.asked(text)]
        kept: dict[int, Ranked] = {}
        families: Counter[str] = Counter()
        for looked, place in in_turn([(looked, self.order(looked)) for looked in asked]):
            if len(kept) >= limit:
                break
            family = self.sheets[place].family
            if place in kept or families[family] == MOST_OF_A_FAMILY:
                continue
            families[family] += 1
            kept[place] = self._found(text, looked, place)
        if not any(ranked.sure for ranked in kept.values()):
            return ()
        # Each is shown with the words that led to it: near in meaning alone, nobody could tell why it is there.
        return tuple(ranked for ranked in kept.values() if ranked.because)

    def asked(self, text: str) -> list[tuple[Word, ...]]:
        """The words that tell something: once, or one part for each of the jobs named: "2 serveurs et un cuisinier"."""
        found = meaningful(text)
        if not found or not self.sheets:
            return []
        named = self._named(text, found)
        return named if len(named) > 1 and not self._one_title(found) else [tuple(found)]

    def look(self, words: Iterable[Word]) -> Looked:
        """Compare words with all that the index holds."""
        kept = tuple(words)
        terms = dict.fromkeys((term for word in kept for term in word.terms), 1.0)
        runs = letters(terms)
        titles = self.title.scores(runs)
        readings = {
            "title": best_of(titles, self.owners, len(self.sheets)),
            "sheet": self.sheet.scores(terms),
            "meaning": self.meaning.scores(runs),
        }
        return Looked(kept, titles, readings)

    def order(self, looked: Looked) -> list[int]:
        """The places of the sheets, the one that answers best first; none when nothing typed is near any job."""
        if max(float(looked.readings["title"].max()), float(looked.readings["sheet"].max())) < NEAR:
            return []
        scores = np.zeros(len(self.sheets), dtype=np.float32)
        for name, found in looked.readings.items():
            scores += np.float32(getattr(self.weights, name)) * found
        places: list[int] = np.argsort(-scores, kind="stable")[:DEEP].tolist()
        return places

    def _named(self, text: str, found: Sequence[Word]) -> list[tuple[Word, ...]]:
        """The parts of the text that each hold a title whole; what stands between belongs to the job before it."""
        parts: list[tuple[Word, ...]] = []
        for part in parted(text, found):
            terms = {term for word in part for term in word.terms}
            if not parts or any(title <= terms for head in terms for title in self.by_head.get(head, ())):
                parts.append(part)
            else:
                parts[-1] += part
        return parts

    def _one_title(self, found: Sequence[Word]) -> bool:
        """Whether one title holds all that was typed: "monteur et régleur" is one job."""
        typed = {term for word in found for term in word.terms}
        return any(typed <= title for head in typed for title in self.by_head.get(head, ()))

    def _found(self, text: str, looked: Looked, place: int) -> Ranked:
        """The title of the job nearest to what was typed, and the typed words that led to it: those that its sheet
        holds. None of them: it is near in meaning only."""
        first, end = np.searchsorted(self.owners, (place, place + 1))
        nearest = int(first + np.argmax(looked.titles[first:end]))
        named = self.title_terms[nearest]
        leading = [word for word in looked.words if any(self._leads(term, named, place) for term in word.terms)]
        sure = len(leading) >= ENOUGH * len(looked.words)
        return Ranked(place, self.titles[nearest], phrases(text, leading), sure)

    def _leads(self, term: str, named: Sequence[str], place: int) -> bool:
        return term in named or self.sheet.holds(term, place) or any(alike(term, other) >= SAME for other in named)


def in_turn(lists: Sequence[tuple[Looked, list[int]]]) -> Iterator[tuple[Looked, int]]:
    """The first place of each list, then the second of each…"""
    for turn in range(DEEP):
        for looked, places in lists:
            if turn < len(places):
                yield looked, places[turn]


def _titles(sheet: Sheet) -> tuple[str, ...]:
    return tuple(dict.fromkeys((sheet.label, *sheet.titles)))


def letters(terms: Bag) -> Bag:
    """The runs of letters of weighed terms, each with its weight."""
    counts: defaultdict[str, float] = defaultdict(float)
    for term, count in terms.items():
        for piece in pieces(term):
            counts[piece] += count
    return counts


def _said(sheet: Sheet) -> Bag:
    """The words of a sheet, each as many times as its fields weigh."""
    said: defaultdict[str, float] = defaultdict(float)
    for texts, weight in (
        (sheet.titles, TITLE),
        ((sheet.label,), LABEL),
        ((sheet.definition,), DEFINITION),
        (sheet.core, CORE),
        (sheet.competences, OTHER),
        (sheet.knowledge, KNOWLEDGE),
        ((sheet.access, *sheet.near), ASIDE),
    ):
        for text in texts:
            for term, count in bag(text).items():
                said[term] += weight * count
    return said
