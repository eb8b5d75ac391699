"""docs/personal-data.md, read: each field kept of somebody who is recruited, with who may read its value."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "personal-data.md"
READERS = frozenset({"provider", "prescriber", "Region", "Cabinet", "employer", "host"})


@cache
def documented() -> dict[str, dict[str, frozenset[str]]]:
    """By model (`sourcing.Candidacy`) and field, the readers named before the semicolon. Words that are no reader
    (« nobody », « the house that handed it in ») give nobody."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        label = re.search(r"\(`([\w.]+)`\)", section.splitlines()[0])
        rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
        if label:
            found[label[1]] = {
                name: frozenset(re.split(r", ", row[3].split(";")[0].strip())) & READERS
                for row in rows
                for name in re.findall(r"`(\w+)`", row[1])
            }
    return found
