"""Bags of terms weighed against one another: cosine of TF-IDF, BM25, and latent meaning. Numbers only, no French.

A collection of `documents` is a sequence of mappings term → count; a query is such a mapping too. Every `scores`
answers one number between 0 and about 1 for each document, in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

Bag: TypeAlias = Mapping[str, float]
Scores: TypeAlias = NDArray[np.float32]
Ids: TypeAlias = NDArray[np.intp]

SATURATION = 1.2


class Vocabulary:
    """The terms of a collection, numbered in the order they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def __contains__(self, term: str) -> bool:
        return term in self.numbers

    def learn(self, documents: Iterable[Bag]) -> csr_array:
        """The counts, documents × terms; new terms are numbered."""
        starts, columns, counts = [0], [], []
        for document in documents:
            for term, count in document.items():
                columns.append(self.numbers.setdefault(term, len(self.numbers)))
                counts.append(count)
            starts.append(len(columns))
        return csr_array(
            (np.array(counts, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32)),
            shape=(len(starts) - 1, len(self.numbers)),
        )

    def row(self, query: Bag) -> csr_array:
        """A query as one row; terms that no document holds are left out."""
        known = [(self.numbers[term], count) for term, count in query.items() if term in self.numbers]
        columns = np.array([number for number, _count in known], dtype=np.int32)
        counts = np.array([count for _number, count in known], dtype=np.float32)
        return csr_array((counts, columns, np.array([0, len(known)], dtype=np.int32)), shape=(1, len(self)))


class Cosine:
    """Cosine between TF-IDF vectors; with `power` above 1 rare terms weigh more."""

    def __init__(self, documents: Iterable[Bag], power: float = 1.0) -> None:
        self.vocabulary = Vocabulary()
        counts = self.vocabulary.learn(documents)
        self.weights = (np.log((1 + counts.shape[0]) / (1 + held_by(counts))) + 1) ** power
        self.weights = self.weights.astype(np.float32)
        self.terms = csr_array(self._vectors(counts).T)

    def _vectors(self, counts: csr_array) -> csr_array:
        vectors = counts.copy()
        vectors.data = (1 + np.log(np.maximum(vectors.data, 1))) * np.minimum(vectors.data, 1)
        return unit_rows(csr_array(vectors @ diags_array(self.weights)))

    def scores(self, query: Bag) -> Scores:
        return dense(self._vectors(self.vocabulary.row(query)) @ self.terms)


class Bm25:
    """BM25 over documents whose fields were weighed beforehand (BM25F), divided by the most a query could get.

    `long` says how much a long document is held back, between 0 and 1."""

    def __init__(self, documents: Iterable[Bag], long: float = 0.5) -> None:
        self.vocabulary = Vocabulary()
        counts = self.vocabulary.learn(documents)
        held = held_by(counts)
        total = counts.shape[0]
        self.rarest = float(np.log(1 + (total + 0.5) / 0.5))
        self.rarity = np.log(1 + (total - held + 0.5) / (held + 0.5)).astype(np.float32)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        held_back = SATURATION * (1 - long + long * lengths / max(float(lengths.mean() if total else 1), 1e-9))
        counts.data *= (SATURATION + 1) / (counts.data + np.repeat(held_back, np.diff(counts.indptr)))
        self.terms = csr_array((counts @ diags_array(self.rarity)).T.astype(np.float32))

    def scores(self, query: Bag) -> Scores:
        most = sum(count * self.worth(term) for term, count in query.items())
        return dense(self.vocabulary.row(query) @ self.terms) / np.float32(max(most, 1))

    def holds(self, term: str, document: int) -> bool:
        """Whether a document has a term."""
        number = self.vocabulary.numbers.get(term)
        if number is None:
            return False
        start, end = self.terms.indptr[number], self.terms.indptr[number + 1]
        return bool(np.any(self.terms.indices[start:end] == document))

    def worth(self, term: str) -> float:
        """How much a term tells: the rarer the more; one that no document holds counts as the rarest."""
        number = self.vocabulary.numbers.get(term)
        return self.rarest if number is None else float(self.rarity[number])


class Latent:
    """Latent meaning: documents that use words of the same company are near, without a word in common.

    Singular value decomposition of the TF-IDF vectors, taken from the small matrix documents × documents."""

    def __init__(self, documents: Sequence[Bag], dimensions: int) -> None:
        self.cosine = Cosine(documents)
        vectors = csr_array(self.cosine.terms.T)
        gram = (vectors @ self.cosine.terms).toarray().astype(np.float64)
        values, axes = np.linalg.eigh(gram)
        kept = values > 1e-6 * max(float(values[-1]), 1e-9) if len(values) else np.zeros(0, dtype=bool)
        axes, strength = axes[:, kept][:, -dimensions:], np.sqrt(values[kept][-dimensions:])
        self.axes = ((self.cosine.terms @ axes) / strength).astype(np.float32)
        self.documents = unit((axes * strength).astype(np.float32))

    def scores(self, query: Bag) -> Scores:
        vector = unit(np.asarray(self.cosine._vectors(self.cosine.vocabulary.row(query)) @ self.axes))
        return np.asarray(self.documents @ vector[0], dtype=np.float32)


def held_by(counts: csr_array) -> NDArray[np.intp]:
    """How many documents hold each term."""
    return np.bincount(counts.indices, minlength=counts.shape[1])


def unit_rows(vectors: csr_array) -> csr_array:
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    return csr_array(diags_array((1 / np.maximum(lengths, 1e-9)).astype(np.float32)) @ vectors)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def dense(row: csr_array) -> Scores:
    return np.asarray(row.toarray(), dtype=np.float32).ravel()


def best_of(scores: Scores, owners: Ids, total: int) -> Scores:
    """The best score among what belongs to each owner."""
    best = np.zeros(total, dtype=np.float32)
    np.maximum.at(best, owners, scores)
    return best
