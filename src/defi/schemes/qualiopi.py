"""What the national quality framework (Qualiopi) asks, indicator by indicator, in the version in force on a day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "qualiopi.toml"


class Scope(StrEnum):
    """What an indicator is answered by."""

    SESSION = "session"
    CERTIFYING = "certifying"
    COMPANY = "company"
    APPRENTICESHIP = "apprenticeship"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its number, what it asks in the words of the decree, and the criterion it belongs to."""

    number: int
    criterion: int
    criterion_words: str
    scope: Scope
    asks: str


@dataclass(frozen=True, slots=True)
class Framework:
    """The indicators of one version, in their order, with where they come from."""

    key: str
    since: date
    source: str
    indicators: tuple[Indicator, ...]


def framework(day: date) -> Framework:
    """The version in force on that day: audits apply the one of their own day, whenever the session was held.

    Raises `ValueError` before the first one (6 June 2019)."""
    known = [version for version in _versions() if version.since <= day]
    if not known:
        raise ValueError(f"No national quality framework was in force on {day}.")
    return known[-1]


@cache
def _versions() -> tuple[Framework, ...]:
    raw: dict[str, Any] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    criteria = {int(number): words for number, words in raw["criteria"].items()}
    versions = sorted(raw["version"], key=lambda version: version["from"])
    keys = [version["key"] for version in versions]
    return tuple(
        Framework(
            version["key"],
            version["from"],
            version["source"],
            tuple(
                Indicator(row["number"], row["criterion"], criteria[row["criterion"]], Scope(row["scope"]), asks)
                for row in raw["indicator"]
                if (asks := _asks(row["asks"], keys[: place + 1]))
            ),
        )
        for place, version in enumerate(versions)
    )


def _asks(words: dict[str, str], keys: list[str]) -> str:
    """The words of the latest of these versions that says any; nothing for an indicator made later."""
    return next((words[key] for key in reversed(keys) if key in words), "")
