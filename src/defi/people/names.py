"""The key by which a name is found and sorted: without case, accents or punctuation (computed here, stored)."""

from __future__ import annotations

import unicodedata


def search_key(text: str) -> str:
    """`"L'Étape & Cie"` → `"l etape cie"`."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(c if c.isalnum() else " " for c in flat if not unicodedata.combining(c))
    return " ".join(letters.split())[:200]
