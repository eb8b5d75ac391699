"""What the architecture tests read: the rooms in their order, the files of the house, their syntax trees."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "defi"


@cache
def rank() -> dict[str, tuple[int, int]]:
    """How high each room stands, from the contracts of import-linter: its layer, then its place among the steps."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors, steps = ([line.split(" | ") for line in reversed(contract["layers"])] for contract in contracts)
    ranks = {room: (floor, 0) for floor, rooms in enumerate(floors) for room in rooms}
    above = ranks["defi.steps"][0]
    return ranks | {room: (above, place) for place, rooms in enumerate(steps) for room in rooms}


def room_of(module: str) -> str:
    """`defi.steps.pairing` of `defi.steps.pairing.models`, `defi.people` of `defi.people.actions`."""
    parts = module.split(".")
    return ".".join(parts[:3] if parts[1] == "steps" else parts[:2])


def python_files() -> Iterator[Path]:
    yield from sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def called(node: ast.Call) -> str:
    """The name of what is called: `acting` of `acting(…)`, `take` of `TABLE.take(…)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def texts(node: ast.AST) -> Iterator[str]:
    """The strings written anywhere within a piece of code."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
