"""Territories as markets print them: « Région sauf T1 », « T1 à T5 », « Chartres; Dreux », « Loiret ». Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from defi.kernel.sheets import plain

DEPARTMENTS = {
    "cher": "18",
    "eure et loir": "28",
    "indre": "36",
    "indre et loire": "37",
    "loir et cher": "41",
    "loiret": "45",
}
"""The departments of Centre-Val de Loire by name (code officiel géographique); others are written by their code."""

_WHOLE = re.compile(r"(?:toute )?(?:la )?region(?: entiere)?|(?:tous )?(?:les )?bassins|ensemble de la region")
_EXCEPT = re.compile(r"\b(?:sauf|hors|excepte|a l exception de)\b")
_RANGE = re.compile(r"(\D*?)(\d+) a (\D*?)(\d+)")
_DEPARTMENT = re.compile(r"(?:departement (?:du |de l |de la |de |d )?)?(\d{2}|2a|2b)")
_PIECES = re.compile(r"[;,\n]| et (?=[tT]\d)")


@dataclass(frozen=True, slots=True)
class Map:
    """The territory as the reference knows it: ids of basins and codes of communes, by their plain names; and the names
    that the Region's own markets use, `declared` once as so many basins."""

    basins: Mapping[str, int]
    communes: Mapping[str, str] = field(default_factory=dict)
    departments: frozenset[str] = frozenset()
    region: str = ""
    declared: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Territory:
    """What was read: whole basins, whole departments, communes; and the names that nobody knows."""

    basins: frozenset[int] = frozenset()
    departments: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    def __or__(self, other: Territory) -> Territory:
        return Territory(
            self.basins | other.basins,
            self.departments | other.departments,
            self.communes | other.communes,
            (*self.unknown, *other.unknown),
        )


def read_territory(text: str, known: Map) -> Territory:
    """The places of a text. An exception (« Région sauf T1 ») takes basins out of what comes before it."""
    parts = _EXCEPT.split(_spaced(text), maxsplit=1)
    told = _listed(parts[0], known)
    if len(parts) == 1:
        return told
    out = _listed(parts[1], known)
    return Territory(
        told.basins - out.basins,
        told.departments - out.departments,
        told.communes - out.communes,
        (*told.unknown, *out.unknown, *_not_taken_out(told, out)),
    )


def as_printed(text: str, names: Iterable[str]) -> list[str]:
    """Plain names as the text writes them: « Roissy Le Bourget », not « roissy le bourget »."""
    pieces = [piece for part in re.split(r"(?i)\b(?:sauf|hors|excepté)\b", text) for piece in _PIECES.split(part)]
    written = {plain(piece): " ".join(piece.split()) for piece in pieces}
    return [written.get(name, name) for name in names]


def _not_taken_out(told: Territory, out: Territory) -> tuple[str, ...]:
    """A commune or a department cannot be cut out of a basin: somebody must list what remains."""
    cut = (out.departments - told.departments) | (out.communes - told.communes)
    return tuple(sorted(cut)) if told.basins else ()


def _spaced(text: str) -> str:
    """Small letters without accents, keeping the signs that separate names."""
    return "; ".join(plain(piece) for piece in _PIECES.split(text) if plain(piece))


def _listed(text: str, known: Map) -> Territory:
    told = Territory()
    for piece in text.split(";"):
        name = piece.strip()
        if name:
            told |= _one(name, known)
    return told


def _one(name: str, known: Map) -> Territory:
    if _WHOLE.fullmatch(name) or name == plain(known.region):
        return Territory(basins=frozenset(known.basins.values()))
    if name in known.declared:
        return Territory(basins=known.declared[name])
    bare = re.sub(r"^(?:bassin (?:d emploi )?(?:de l |de la |des |du |de |d )?)", "", name)
    if bare in known.basins:
        return Territory(basins=frozenset({known.basins[bare]}))
    if numbered := _range(name, known):
        return Territory(basins=frozenset(numbered))
    department = _department(name, known)
    if department:
        return Territory(departments=frozenset({department}))
    if name in known.communes:
        return Territory(communes=frozenset({known.communes[name]}))
    return Territory(unknown=(name,))


def _range(name: str, known: Map) -> set[int]:
    """« T1 à T12 »: the basins of these numbers that exist; some numbers may have been given to none."""
    match = _RANGE.fullmatch(name)
    if not match or match[3].strip() not in {"", match[1].strip()}:
        return set()
    wanted = {f"{match[1]}{number}" for number in range(int(match[2]), int(match[4]) + 1)}
    return {pk for basin, pk in known.basins.items() if basin in wanted}


def _department(name: str, known: Map) -> str:
    match = _DEPARTMENT.fullmatch(name)
    named = re.sub(r"^departement (?:du |de l |de la |de |d )?", "", name)
    code = match[1].upper() if match else DEPARTMENTS.get(named)
    return code if code and (not known.departments or code in known.departments) else ""
