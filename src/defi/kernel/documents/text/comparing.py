"""Two filled texts compared in words: what goes, what comes, with a little of what stays around."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_PAIRS = 250_000
"""Pairs of words or lines compared one with the other; beyond, both are shown whole rather than waited for."""

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are the same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line that is not the same: its pieces in reading order. `added` and `removed` tell a whole line."""

    kind: str
    pieces: tuple[Piece, ...]


def compare(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """The lines that differ, in order; nothing when the two read the same. Of very long texts, the first pages that
    differ."""
    changes: list[Change] = []
    if len(before) * len(after) > MOST_PAIRS:
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        before, after = before[same : same + 500], after[same : same + 500]
    matcher = difflib.SequenceMatcher(None, list(before), list(after), autojunk=False)
    for kind, from_, to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = list(before[from_:to]), list(after[new_from:new_to])
        while gone and come:
            changes.append(_line(gone.pop(0), come.pop(0)))
        changes += [Change("removed", (Piece("removed", line),)) for line in gone]
        changes += [Change("added", (Piece("added", line),)) for line in come]
    return tuple(changes)


def _line(before: str, after: str) -> Change:
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if len(old) * len(new) > MOST_PAIRS or matcher.ratio() < 0.4:
        return Change("changed", (Piece("removed", before), Piece("added", after)))
    pieces: list[Piece] = []
    for kind, from_, to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[from_:to])))
            continue
        if to > from_:
            pieces.append(Piece("removed", "".join(old[from_:to])))
        if new_to > new_from:
            pieces.append(Piece("added", "".join(new[new_from:new_to])))
    return Change("changed", tuple(pieces))
