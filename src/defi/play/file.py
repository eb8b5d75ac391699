"""Reading a play file: its cast, its steps, what it expects at the end. The format is told in docs/scenario.md."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from defi.play.variants import varied
from defi.play.world import PlayError

TOP = {"title", "about", "region", "organisation", "person", "step", "expect"}
VARIANT = {"inherits", "without", "instead"}
STEP = {"on", "as", "do", "refused", "operation", "dated"}


@dataclass(frozen=True)
class Step:
    """Who does what, when; `refused` is a piece of the sentence the file expects to be told."""

    number: int
    on: date
    who: str
    do: str
    args: dict[str, Any]
    refused: str | None = None
    operation: str = ""


@dataclass(frozen=True)
class Play:
    """A file, read."""

    title: str
    region: str
    organisations: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    expect: dict[str, Any] = field(default_factory=dict)


def read(path: Path, shift: timedelta = timedelta(0)) -> Play:
    """The play of this file, with every date moved by `shift`. Raises PlayError in words for its author.

    A file that `inherits` another is that other with steps taken away (`without`), changed (`instead`) or added."""
    raw = _toml(path)
    if "inherits" in raw:
        base = _toml(path.parent / str(raw["inherits"]))
        if "inherits" in base:
            raise PlayError(_("« %(name)s » hérite déjà d'un autre fichier") % {"name": raw["inherits"]})
        _refuse_unknown(base, TOP)
        _refuse_unknown(raw, TOP | VARIANT)
        raw = varied(base, raw)
    else:
        _refuse_unknown(raw, TOP)
    moved = _moved(raw, shift)
    return Play(
        title=moved.get("title", path.stem),
        region=moved.get("region", "Région Centre-Val de Loire"),
        organisations=moved.get("organisation", []),
        people=moved.get("person", []),
        steps=_steps(moved.get("step", [])),
        expect=moved.get("expect", {}),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise PlayError(_("le fichier %(path)s n'existe pas") % {"path": path}) from fault
    except UnicodeDecodeError as fault:
        raise PlayError(_("ce fichier n'est pas en UTF-8 : enregistrez-le dans ce codage")) from fault
    except tomllib.TOMLDecodeError as fault:
        raise PlayError(_("ce fichier n'est pas du TOML lisible%(where)s") % {"where": _where(fault)}) from fault


def _refuse_unknown(raw: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise PlayError(_("mot inconnu en tête du fichier : %(names)s") % {"names": ", ".join(unknown)})


def _where(fault: tomllib.TOMLDecodeError) -> str:
    """Where the reader stopped, in French; it says the rest in English."""
    place = re.search(r"at line (\d+), column (\d+)", str(fault))
    if place is None:
        return _(", il s'arrête trop tôt")
    return _(" : ligne %(line)s, colonne %(column)s") % {"line": place[1], "column": place[2]}


def _steps(rows: list[dict[str, Any]]) -> list[Step]:
    steps: list[Step] = []
    for number, row in enumerate(rows, start=1):
        missing = [name for name in ("on", "as", "do") if name not in row]
        if missing:
            raise PlayError(_("étape %(n)d : il manque %(names)s") % {"n": number, "names": ", ".join(missing)})
        on = row["on"]
        if not isinstance(on, date) or isinstance(on, datetime):
            raise PlayError(_("étape %(n)d : « on » attend une date, comme 2025-11-03") % {"n": number})
        if steps and on < steps[-1].on:
            raise PlayError(
                _("étape %(n)d : la date %(on)s recule, l'étape d'avant est du %(before)s")
                % {"n": number, "on": on.isoformat(), "before": steps[-1].on.isoformat()}
            )
        steps.append(
            Step(
                number=number,
                on=on,
                who=row["as"],
                do=row["do"],
                args=_arguments(row),
                refused=row.get("refused"),
                operation=row.get("operation", ""),
            )
        )
    return steps


def _arguments(row: dict[str, Any]) -> dict[str, Any]:
    """What the word reads. Its own `on` is the day of the step, unless `dated` gives another."""
    args = {name: value for name, value in row.items() if name not in STEP}
    return {**args, "on": row["dated"]} if "dated" in row else args


def _moved(value: Any, shift: timedelta) -> Any:
    if isinstance(value, dict):
        return {name: _moved(item, shift) for name, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, shift) for item in value]
    if isinstance(value, date):
        return value + shift
    return value
