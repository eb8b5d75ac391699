"""The map of tiles of the basins: one square each, as near as possible to its true place."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from defi.reference.models import Basin

COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands, from 1, and the short name it bears."""

    column: int
    row: int
    short: str


@cache
def _places() -> dict[tuple[str, str], Place]:
    text = files("defi.reference.builtin").joinpath("tiles.toml").read_text(encoding="utf-8")
    cuts = tomllib.loads(text)
    return {(cut, code): Place(*place) for cut, basins in cuts.items() for code, place in basins.items()}


def places(basins: Sequence[Basin]) -> dict[int, Place]:
    """The place of each basin by its id; those that no map knows come after the others, in rows, in their order."""
    known = _places()
    found = {b.pk: known[b.vintage, b.code] for b in basins if (b.vintage, b.code) in known}
    below = max((place.row for place in found.values()), default=0)
    others = [basin for basin in basins if basin.pk not in found]
    for rank, basin in enumerate(others):
        row, column = divmod(rank, COLUMNS)
        found[basin.pk] = Place(column + 1, below + row + 1, basin.name)
    return found
