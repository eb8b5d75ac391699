"""The index that reads a job in what people type: built once from the sheets of the ROME, kept in memory.

Six readings of the same words are added up, each blind to what another sees:

- `letters`: the nearest title, by runs of letters: survives typing errors, plurals, feminines;
- `words`: the nearest title, by whole words;
- `sheet`: BM25F over everything the sheet says, titles and label above competences;
- `family`: BM25 over the titles of all the jobs that were one sheet before ROME 4.0;
- `roots`: BM25 over the runs of letters of the whole sheet: "soudage" speaks for "soudeur";
- `meaning`: latent meaning, learnt from which words keep company in the sheets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from defi.reference.reading.vectors import Bag, Bm25, Cosine, Ids, Latent, Scores, best_of
from defi.reference.reading.wording import Word, alike, bag, meaningful, phrases, pieces, title_terms

DIMENSIONS = 100
# Under this likeness nothing is proposed: better to choose from the list than to confirm nonsense.
NEAR = 0.25
# Two words are the same, typing errors aside, when they share this much of their letters.
SAME = 0.6


@dataclass(frozen=True)
class Sheet:
    """What the ROME says of one job. `key` is handed back as it came; `family` is the code of the former sheet."""

    key: int
    family: str
    label: str
    titles: tuple[str, ...]
    definition: str = ""
    core: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weights:
    """How much each reading counts in the sum."""

    letters: float = 4.2
    words: float = 1.5
    sheet: float = 1.0
    family: float = 2.0
    roots: float = 2.5
    meaning: float = 4.5


@dataclass(frozen=True)
class Fields:
    """How many times a word counts for each field it stands in."""

    titles: float = 1.0
    label: float = 1.0
    definition: float = 1.0
    core: float = 1.0
    competences: float = 1.0
    knowledge: float = 1.0


@dataclass(frozen=True)
class Ranked:
    """A job that answers: the place of its sheet, and the words that led there."""

    place: int
    title: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """What was typed, ready to be compared."""

    words: tuple[Word, ...]
    terms: Bag
    letters: Bag = field(repr=False)
    roots: Bag = field(repr=False)

    @classmethod
    def of(cls, found: Iterable[Word]) -> Query:
        kept = tuple(found)
        terms = dict.fromkeys((term for word in kept for term in word.terms), 1.0)
        return cls(kept, terms, _letters(terms, 2, 5), _letters(terms, 3, 5))


class Index:
    """Every sheet of the ROME, ready to answer. Reading changes nothing in it: one index serves every thread."""

    def __init__(self, sheets: Sequence[Sheet], weights: Weights | None = None, fields: Fields | None = None) -> None:
        self.sheets = tuple(sheets)
        self.weights = weights or Weights()
        fields = fields or Fields()
        named = [(place, title) for place, sheet in enumerate(self.sheets) for title in _titles(sheet)]
        self.titles = [title for _place, title in named]
        self.owners: Ids = np.array([place for place, _title in named], dtype=np.intp)
        families = sorted({sheet.family for sheet in self.sheets})
        self.families: Ids = np.array([families.index(sheet.family) for sheet in self.sheets], dtype=np.intp)

        self.title_terms = [title_terms(title) for title in self.titles]
        counted = [Counter(terms) for terms in self.title_terms]
        said = [_said(sheet, fields) for sheet in self.sheets]
        self.letters = Cosine((_letters(bag, 2, 5) for bag in counted), power=1.5)
        self.words = Cosine(counted)
        self.sheet = Bm25(said, long=0.75)
        self.family = Bm25(_by_family(self.sheets, families), long=0.5)
        self.roots = Bm25((_letters(bag, 3, 5) for bag in said), long=0.75)
        self.meaning = Latent(said, DIMENSIONS)

    def readings(self, query: Query) -> dict[str, Scores]:
        """What each reading says of each sheet."""
        total = len(self.sheets)
        return {
            "letters": best_of(self.letters.scores(query.letters), self.owners, total),
            "words": best_of(self.words.scores(query.terms), self.owners, total),
            "sheet": self.sheet.scores(query.terms),
            "family": self.family.scores(query.terms)[self.families],
            "roots": self.roots.scores(query.roots),
            "meaning": self.meaning.scores(query.terms),
        }

    def rank(self, text: str, limit: int) -> tuple[Ranked, ...]:
        """The jobs that answer best, at most `limit`, best first; none when nothing typed is near any title."""
        query = Query.of(meaningful(text))
        if not query.words or not self.sheets or limit < 1:
            return ()
        readings = self.readings(query)
        if max(float(readings["letters"].max()), float(readings["sheet"].max())) < NEAR:
            return ()
        scores = sum(getattr(self.weights, name) * found for name, found in readings.items())
        order = np.argsort(-scores, kind="stable")[:limit]
        found = (Ranked(int(place), *self._evidence(text, query, int(place))) for place in order)
        return tuple(ranked for ranked in found if ranked.because)

    def _evidence(self, text: str, query: Query, place: int) -> tuple[str, tuple[str, ...]]:
        """The title of the job nearest to what was typed, and the typed words that led to it."""
        own = np.flatnonzero(self.owners == place)
        nearest = int(own[np.argmax(self.letters.scores(query.letters)[own])])
        named = self.title_terms[nearest]
        leading = [word for word in query.words if any(self._leads(term, named, place) for term in word.terms)]
        return self.titles[nearest], phrases(text, leading)

    def _leads(self, term: str, named: Sequence[str], place: int) -> bool:
        return term in named or self.sheet.holds(term, place) or any(alike(term, other) >= SAME for other in named)


def _titles(sheet: Sheet) -> tuple[str, ...]:
    return tuple(dict.fromkeys((sheet.label, *sheet.titles)))


def _letters(terms: Bag, shortest: int, longest: int) -> Bag:
    counts: defaultdict[str, float] = defaultdict(float)
    for term, count in terms.items():
        for piece in pieces(term, shortest, longest):
            counts[piece] += count
    return counts


def _said(sheet: Sheet, fields: Fields) -> Bag:
    """The words of a sheet, each as many times as its fields weigh."""
    said: defaultdict[str, float] = defaultdict(float)
    for texts, weight in (
        (sheet.titles, fields.titles),
        ((sheet.label,), fields.label),
        ((sheet.definition,), fields.definition),
        (sheet.core, fields.core),
        (sheet.competences, fields.competences),
        (sheet.knowledge, fields.knowledge),
    ):
        for text in texts:
            for term, count in bag(text).items():
                said[term] += weight * count
    return said


def _by_family(sheets: Sequence[Sheet], families: Sequence[str]) -> list[Bag]:
    said: dict[str, Counter[str]] = {family: Counter() for family in families}
    for sheet in sheets:
        for title in _titles(sheet):
            said[sheet.family].update(bag(title))
    return list(said.values())
