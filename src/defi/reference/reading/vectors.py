"""Bags of terms weighed against one another: cosine of TF-IDF, BM25, and latent meaning. Numbers only, no French.

A collection of `documents` is a sequence of mappings term → count; a query is such a mapping too. Every `scores`
answers one number between 0 and about 1 for each document, in the order given.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Bag: TypeAlias = Mapping[str, float]
Spell: TypeAlias = Callable[[str], Iterable[str]]
Scores: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.intp]

SATURATION = 1.2
# Directions weaker than this say nothing: several documents may be the same.
FAINTEST = 1e-6
TINY = 1e-9


class Vocabulary:
    """The terms of a collection, numbered in the order they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def learn(self, documents: Iterable[Bag]) -> csr_array:
        """The counts, documents × terms; new terms are numbered."""
        starts, columns, counts = array("i", [0]), array("i"), array("f")
        for document in documents:
            for term, count in document.items():
                columns.append(self.numbers.setdefault(term, len(self.numbers)))
                counts.append(count)
            starts.append(len(columns))
        return csr_array(
            (np.array(counts, np.float32), np.array(columns, np.int32), np.array(starts, np.int32)),
            shape=(len(starts) - 1, len(self.numbers)),
        )

    def known(self, query: Bag) -> tuple[Ids, Scores]:
        """The numbers and counts of the terms of a query; terms that no document holds are left out."""
        found = [(self.numbers[term], count) for term, count in query.items() if term in self.numbers]
        return (
            np.array([number for number, _count in found], dtype=np.intp),
            np.array([count for _number, count in found], dtype=np.float32),
        )


class Postings:
    """For each term, the documents that hold it and its weight there. A query costs what its own terms cost."""

    def __init__(self, weighed: csr_array) -> None:
        turned = csr_array(weighed.T.astype(np.float32))
        self.starts, self.documents, self.weights = turned.indptr, turned.indices, turned.data
        self.total = weighed.shape[0]

    def scores(self, terms: Ids, weights: Scores) -> Scores:
        """For each document, the sum over the terms of their weight in the query times their weight in it."""
        spans = [slice(self.starts[term], self.starts[term + 1]) for term in terms]
        if not spans:
            return np.zeros(self.total, dtype=np.float32)
        lengths = self.starts[terms + 1] - self.starts[terms]
        documents = np.concatenate([self.documents[span] for span in spans])
        held = np.concatenate([self.weights[span] for span in spans]) * np.repeat(weights, lengths)
        return np.bincount(documents, held, minlength=self.total).astype(np.float32)

    def holds(self, term: int, document: int) -> bool:
        return bool(np.any(self.documents[self.starts[term] : self.starts[term + 1]] == document))


class TfIdf:
    """Turns counts into vectors of length 1, rare terms weighing more; with `power` above 1, more still.

    The terms are what `spell` makes of the words of the documents: each word is spelt once, not once a document."""

    def __init__(self, documents: Iterable[Bag], spell: Spell, power: float = 1.0) -> None:
        words, self.vocabulary = Vocabulary(), Vocabulary()
        said = words.learn(documents)
        spelt = self.vocabulary.learn(Counter(spell(word)) for word in words.numbers)
        counts = csr_array(said @ spelt)
        rarity = np.log((1 + counts.shape[0]) / (1 + held_by(counts))) + 1
        self.weights = (rarity**power).astype(np.float32)
        counts.data = np.log1p(counts.data) * self.weights[counts.indices]
        lengths = np.sqrt(np.asarray(counts.power(2).sum(axis=1)).ravel())
        counts.data /= np.repeat(np.maximum(lengths, TINY), np.diff(counts.indptr)).astype(np.float32)
        self.documents = counts

    def query(self, query: Bag) -> tuple[Ids, Scores]:
        """The terms of a query and their weights; the sum of the squares of these is 1."""
        terms, counts = self.vocabulary.known(query)
        weights = np.log1p(counts) * self.weights[terms]
        return terms, weights / np.float32(max(float(np.linalg.norm(weights)), TINY))


class Cosine:
    """The angle between a query and each document."""

    def __init__(self, documents: Iterable[Bag], spell: Spell, power: float = 1.0) -> None:
        self.vectors = TfIdf(documents, spell, power)
        self.postings = Postings(self.vectors.documents)
        del self.vectors.documents

    def scores(self, query: Bag) -> Scores:
        return self.postings.scores(*self.vectors.query(query))


class Bm25:
    """BM25 over documents whose fields were weighed beforehand (BM25F), divided by the most the query could get.

    `long` says how much a long document is held back, between 0 and 1."""

    def __init__(self, documents: Iterable[Bag], long: float = 0.75) -> None:
        self.vocabulary = Vocabulary()
        counts = self.vocabulary.learn(documents)
        held, total = held_by(counts), counts.shape[0]
        self.rarest = math.log(1 + (total + 0.5) / 0.5)
        self.rarity = np.log(1 + (total - held + 0.5) / (held + 0.5)).astype(np.float32)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        held_back = SATURATION * (1 - long + long * lengths / max(float(lengths.mean()) if total else 1.0, TINY))
        counts.data *= (SATURATION + 1) / (counts.data + np.repeat(held_back, np.diff(counts.indptr)))
        counts.data *= self.rarity[counts.indices]
        self.postings = Postings(counts)

    def scores(self, query: Bag) -> Scores:
        most = sum(count * self.worth(term) for term, count in query.items())
        return self.postings.scores(*self.vocabulary.known(query)) / np.float32(max(most, 1))

    def holds(self, term: str, document: int) -> bool:
        """Whether a document has a term."""
        number = self.vocabulary.numbers.get(term)
        return number is not None and self.postings.holds(number, document)

    def worth(self, term: str) -> float:
        """How much a term tells: the rarer the more; one that no document holds counts as the rarest."""
        number = self.vocabulary.numbers.get(term)
        return self.rarest if number is None else float(self.rarity[number])


class Latent:
    """Latent meaning: documents whose terms keep the same company are near, without a term in common.

    Singular value decomposition of the TF-IDF vectors, taken from the small matrix documents × documents; what is kept
    is one vector of `dimensions` numbers for each term and each document."""

    def __init__(self, documents: Iterable[Bag], spell: Spell, dimensions: int) -> None:
        self.vectors = TfIdf(documents, spell)
        vectors = self.vectors.documents
        gram = (vectors @ vectors.T).toarray()
        values, axes = np.linalg.eigh(gram.astype(np.float64))
        kept = np.flatnonzero(values > FAINTEST)[-dimensions:]
        axes, strength = axes[:, kept], np.sqrt(values[kept])
        self.axes = ((vectors.T @ axes) / strength).astype(np.float32)
        self.documents = unit((axes * strength).astype(np.float32))
        del self.vectors.documents

    def scores(self, query: Bag) -> Scores:
        terms, weights = self.vectors.query(query)
        vector = weights @ self.axes[terms]
        return np.asarray(self.documents @ (vector / max(float(np.linalg.norm(vector)), TINY)), dtype=np.float32)


def held_by(counts: csr_array) -> NDArray[np.intp]:
    """How many documents hold each term."""
    return np.bincount(counts.indices, minlength=counts.shape[1])


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, TINY), dtype=np.float32)


def best_of(scores: Scores, owners: Ids, total: int) -> Scores:
    """The best score among what belongs to each owner."""
    best = np.zeros(total, dtype=np.float32)
    np.maximum.at(best, owners, scores)
    return best
