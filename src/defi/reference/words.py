"""French words made comparable: what makes "soudeuse", "Soudeurs" and "SOUDEUR" the same word.

The embedded server has neither `unaccent` nor an ICU collation, so the keys that search and sort need are computed
here and stored beside the label. Pure functions, no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o"})
ACCENT = re.compile("[\u0300-\u036f]")
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
OPTIONAL_ENDING = re.compile(r"\(([a-zéèê]{1,6})\)", re.IGNORECASE)

STOP_WORDS = frozenset(
    "a au aux avec ce ces d dans de des du e en et l la le les ou par pour qu que s sur un une".split()  # noqa: SIM905
)

# Feminine ending, masculine ending, and how many letters must stand before it for the change to be safe.
FEMININE_ENDINGS = (
    ("trice", "teur", 2),
    ("euse", "eur", 2),
    ("ienne", "ien", 1),
    ("onne", "on", 2),
    ("anne", "an", 3),
    ("elle", "el", 4),
    ("ette", "et", 4),
    ("iere", "ier", 2),
    ("ere", "er", 3),
    ("ive", "if", 3),
    ("esse", "e", 4),
    ("ante", "ant", 2),
    ("ente", "ent", 2),
    ("ee", "e", 2),
    ("ale", "al", 3),
    ("ine", "in", 3),
    ("ane", "an", 3),
    ("aine", "ain", 2),
    ("ise", "is", 4),
    ("ate", "at", 4),
    ("ite", "it", 4),
    ("arde", "ard", 2),
    ("ande", "and", 3),
)


def plain(text: str) -> str:
    """Small letters without accents or ligatures, one space between words: the key lists are sorted by."""
    letters = text.casefold()
    if not letters.isascii():
        letters = ACCENT.sub("", unicodedata.normalize("NFKD", letters.translate(LIGATURES)))
    return NOT_A_WORD.sub(" ", letters).strip()


def fold(word: str) -> str:
    """The masculine singular of a plain word, near enough: "conductrices" → "conducteur", "engins" → "engin".

    Applied alike to what is stored and to what is typed, so an odd result harms nothing as long as it is the same."""
    singular = _singular(word)
    for feminine, masculine, stem in FEMININE_ENDINGS:
        if singular.endswith(feminine) and len(singular) - len(feminine) >= stem:
            return singular[: -len(feminine)] + masculine
    return singular


def _singular(word: str) -> str:
    if len(word) < 4:
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    if word[-1] in "sx" and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """The plain words that carry meaning, in the order they are written; all of them when none does."""
    every = plain(text).split()
    return [word for word in every if word not in STOP_WORDS] or every


def search_key(*texts: str) -> str:
    """The words a row can be found by, each once: as written and in that order, then folded.

    Short labels write "Accueillant(e) familial(e)": both readings are kept."""
    found: dict[str, None] = {}
    for text in texts:
        for reading in (OPTIONAL_ENDING.sub("", text), text.replace("(", "").replace(")", "")):
            found.update(dict.fromkeys(words_of(reading)))
    return " ".join(dict.fromkeys([*found, *map(fold, found)]))


def held(typed: str, key: str) -> bool:
    """Whether a stored key holds a typed word: one of its words begins so, or is the same word once folded."""
    folded = fold(typed)
    return any(word.startswith(typed) or word == folded for word in key.split())


# The words people shorten in the name of a commune.
COMMUNE_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def commune_words(text: str) -> list[str]:
    """The words of a commune's name or of what is typed to find it, "st" read as "saint"."""
    return [COMMUNE_WORDS.get(word, word) for word in words_of(text)]


def commune_name(text: str) -> str:
    """The plain name of a commune, "st" read as "saint": "St-Amand" → "saint amand"."""
    return " ".join(COMMUNE_WORDS.get(word, word) for word in plain(text).split())


def commune_key(name: str, code: str, postcodes: Iterable[str]) -> str:
    """The words a commune can be found by: those of its name, its INSEE code and its postcodes."""
    return " ".join(dict.fromkeys([*commune_words(name), code.lower(), *postcodes]))
