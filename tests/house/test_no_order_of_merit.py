"""People choose people: the rooms put rows in order by name, by day or by number; the search for pairs knows nothing of
a person but the number of a row (docs/people-choose-people.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from house.sources import HOUSE, called, python_files, tree

ROOMS = ("sourcing", "pairing", "training", "review", "followup")
NAMES = {"pk", "id", "name", "search_key", "first_name", "last_name", "number", "code", "position"}
# Not of people: the half-day of a sheet, the hour of a meeting, the length of a half-day in a timetable, the kinds of a
# list, the part of an organisation, whose row it is.
OWNERS = {"operation", "promise", "promise_id", "employer_id", "session", "candidacy"}
OTHERS = {"half", "at", "minutes", "moment", "kind", "body", "state", "key", "part", "quality"} | OWNERS


def orders(path: Path) -> Iterator[str]:
    """The columns by which a file puts rows in order: `order_by("-met_on")`, `ordering = ["id"]`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called(node) == "order_by":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "ordering" for t in node.targets):
            yield from (str(one.value) for one in ast.walk(node.value) if isinstance(one, ast.Constant))


def test_rows_come_by_name_by_day_or_by_number():
    strange = {}
    for path in python_files():
        parts = path.relative_to(HOUSE).parts
        if parts[0] == "steps" and parts[1] in ROOMS:
            for column in orders(path):
                last = column.lstrip("-").split("__")[-1]
                if last not in NAMES | OTHERS and last != "on" and not last.endswith(("_on", "_at")):
                    strange.setdefault("/".join(parts), []).append(column)
    assert strange == {}


def test_the_search_for_pairs_knows_numbers_of_rows_only():
    for name in ("matching.py", "outlook.py"):
        imported = {
            node.module or ""
            for node in ast.walk(tree(HOUSE / "steps" / "pairing" / name))
            if isinstance(node, ast.ImportFrom)
        }
        of_the_house = {module for module in imported if module.startswith("defi.")}
        assert of_the_house <= {"defi.schemes.conformity", "defi.schemes.rulebook", "defi.steps.pairing.matching"}
