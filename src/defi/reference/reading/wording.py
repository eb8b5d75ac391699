"""What people type, made of comparable terms: French folded, the words of an advertisement left aside, usual short
forms spelt out. Pure functions, no database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from defi.reference import words
from defi.reference.reading.short_forms import ASIDE, ASIDE_PHRASES, FEMININE, SHORT_FORMS

LONGEST_TEXT = 2000
MOST_WORDS = 60
LONGEST_WORD = 40
GENDER = re.compile(r"\b[hf]\s*/\s*[fh]\b|\([hf]\s*/\s*[fh]\)", re.IGNORECASE)
# "soudeur(se)s", "soudeur·se·s", "soudeur.euse": the ending in the other gender says nothing more.
ENDING = re.compile(r"(?<=[a-zé])(?:\([a-zéè]{1,6}\)|[·•.][a-zéè]{1,6}\b)s?", re.IGNORECASE)
NOT_SMALL = re.compile(r"[^\w\s'\u2019]|\b(?!(?:d|de|du|des|l|la|le|les|a|à|au|aux|en)\b)\w+", re.IGNORECASE)
BETWEEN = re.compile(r"[,;|+&\n\u2022]|\b(?:et|ou|puis|ainsi|\d+)\b", re.IGNORECASE)
PIECE = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Word:
    """One word that tells something: as it was typed, its folded forms (several when it is a short form)."""

    typed: str
    terms: tuple[str, ...]
    start: int
    end: int


def meaningful(text: str) -> list[Word]:
    """The words of a sentence that may name a job, at most 60, each form once; empty when none does."""
    clean = text[:LONGEST_TEXT].replace("\u2019", "'")
    for aside in (GENDER, ENDING, ASIDE_PHRASES):
        clean = aside.sub(_blank, clean)
    found: dict[tuple[str, ...], Word] = {}
    for piece in PIECE.finditer(clean):
        terms = _terms_of(piece.group()[:LONGEST_WORD])
        if terms and terms not in found:
            found[terms] = Word(piece.group(), terms, piece.start(), piece.end())
        if len(found) == MOST_WORDS:
            break
    return list(found.values())


def _blank(found: re.Match[str]) -> str:
    """As many spaces: the places of the other words stay those of what was typed."""
    return " " * len(found.group())


@lru_cache(maxsize=20_000)
def _terms_of(piece: str) -> tuple[str, ...]:
    plain = words.plain(piece)
    if not plain or plain.isdecimal() or plain in words.STOP_WORDS or plain in ASIDE:
        return ()
    return tuple(dict.fromkeys(folded(word) for word in SHORT_FORMS.get(plain, plain).split()))


def bag(text: str) -> Counter[str]:
    """The folded words of a reference text, counted."""
    return Counter(folded(word) for word in words.plain(text).split() if word not in words.STOP_WORDS)


def title_terms(label: str) -> tuple[str, ...]:
    """The folded words of a title, each once: "Soudeur / Soudeuse TIG" → soudeur, tig."""
    return tuple(dict.fromkeys(map(folded, words.words_of(label))))


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """The form under which a plain word is compared: masculine singular, without its mute ending.

    "expertes" → "expert", "ingénieure" → "ingenieur", "machine" → "machin": odd, and the same on both sides."""
    form = words.fold(word)
    form = FEMININE.get(form, form)
    return form[:-1] if len(form) > 4 and form.endswith("e") else form


@lru_cache(maxsize=5_000)
def pieces(term: str, shortest: int = 2, longest: int = 5) -> tuple[str, ...]:
    """The runs of letters of a term, its two ends marked: "tig" → " t", "ti", "ig", "g ", " ti"…"""
    marked = f" {term} "
    return tuple(
        marked[start : start + length]
        for length in range(shortest, min(longest, len(marked)) + 1)
        for start in range(len(marked) - length + 1)
    )


def alike(one: str, other: str) -> float:
    """How much of their letters two terms share, from 0 to 1, by runs of two and three letters."""
    left, right = set(pieces(one, 2, 3)), set(pieces(other, 2, 3))
    return 2 * len(left & right) / (len(left) + len(right))


def parted(text: str, found: Sequence[Word]) -> list[tuple[Word, ...]]:
    """The words in as many parts as the text has: between them a comma, a number, "et", "ou"…"""
    parts: list[tuple[Word, ...]] = []
    for word in found:
        if parts and not BETWEEN.search(text[parts[-1][-1].end : word.start]):
            parts[-1] += (word,)
        else:
            parts.append((word,))
    return parts


def phrases(text: str, kept: Sequence[Word]) -> tuple[str, ...]:
    """The kept words as they were typed, those that only small words part said together: "lecture de plan"."""
    said: list[tuple[int, int]] = []
    for word in kept:
        if said and not NOT_SMALL.search(text[said[-1][1] : word.start]):
            said[-1] = (said[-1][0], word.end)
        else:
            said.append((word.start, word.end))
    return tuple(dict.fromkeys(text[start:end] for start, end in said))
