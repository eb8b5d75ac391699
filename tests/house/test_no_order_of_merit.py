"""People choose people: the rooms put rows in order by name, by day or by number; the search for pairs knows nothing of
a person but the number of a row (docs/people-choose-people.md)."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from defi.steps.sourcing.queries import Filters
from house.sources import HOUSE, ROOT, called, python_files, tree

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


# Keys of a sort that are functions: the fingerprint of a row, the day a session starts, the firm whose row it is.
FUNCTIONS = {"_fingerprint", "_by_start", "_firm"}
# What a key may read besides a name, a day or a number: whose row it is, whether it is done, a way to write a name, the
# place of a kind in its list (the lessons of a bilan).
WRITING = {"casefold", "index", "who", "person", "post", "promise", "promise_id", "candidacy", "paired", "is_open"}
CHOSEN = {"state", "prescriber", "funding", "name"}
"""What the list of candidacies may be narrowed by, by whoever reads it (docs/people-choose-people.md)."""


def keys(path: Path) -> Iterator[str]:
    """What the keys of the sorts of a file read: the attributes of a lambda, the name of a function."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called(node) in {"sorted", "sort", "max", "min"}:
            for key in (word.value for word in node.keywords if word.arg == "key"):
                if isinstance(key, ast.Lambda):
                    yield from (inner.attr for inner in ast.walk(key.body) if isinstance(inner, ast.Attribute))
                    yield from (called(inner) for inner in ast.walk(key.body) if isinstance(inner, ast.Call))
                else:
                    yield key.id if isinstance(key, ast.Name) else getattr(key, "attr", ast.dump(key))


def test_what_is_sorted_in_hand_is_sorted_by_name_by_day_or_by_number():
    strange = {}
    for path in python_files():
        parts = path.relative_to(HOUSE).parts
        if parts[0] == "steps" and parts[1] in ROOMS:
            for column in keys(path):
                if column not in NAMES | OTHERS | FUNCTIONS | WRITING and not column.endswith(("_on", "_at", "on")):
                    strange.setdefault("/".join(parts), []).append(column)
    assert strange == {}


def test_nothing_is_drawn_by_lot_or_ranked():
    """No draw, no « n largest », no rank of the database, no sort in a template."""
    drawn = {"random", "heapq", "Random", "nlargest", "nsmallest", "Rank", "DenseRank", "PercentRank", "Ntile"}
    for path in python_files():
        parts = path.relative_to(HOUSE).parts
        if parts[0] == "steps" and parts[1] in ROOMS:
            names = {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.alias)}
            assert not names & drawn, path
    for path in HOUSE.rglob("*.html"):
        assert "dictsort" not in path.read_text(encoding="utf-8"), path


def test_candidacies_are_narrowed_only_by_what_the_reader_chose():
    assert {field.name for field in fields(Filters)} == CHOSEN
    page = (ROOT / "docs" / "people-choose-people.md").read_text(encoding="utf-8")
    assert "state, prescriber, funding, name" in page


def test_the_search_for_pairs_knows_numbers_of_rows_only():
    for name in ("matching.py", "outlook.py"):
        imported = {
            node.module or ""
            for node in ast.walk(tree(HOUSE / "steps" / "pairing" / name))
            if isinstance(node, ast.ImportFrom)
        }
        of_the_house = {module for module in imported if module.startswith("defi.")}
        assert of_the_house <= {"defi.schemes.conformity", "defi.schemes.rulebook", "defi.steps.pairing.matching"}
