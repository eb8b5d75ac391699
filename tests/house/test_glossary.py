"""The glossary names what exists: a word of the trade leads to its place in the code."""

import ast
import re
from functools import cache

import pytest

from defi.kernel.access import Who
from house.sources import ROOT, python_files, tree

PAGE = ROOT / "docs" / "glossary.md"


def rows() -> list[tuple[str, str, str]]:
    """The lines of its tables: the French word, the code, the sentence."""
    cells = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    return [tuple(row) for row in cells if row[0] != "French" and not row[0].startswith("---")]


@cache
def classes() -> dict[str, set[str]]:
    """The classes of the house, each with the names given in its body."""
    found: dict[str, set[str]] = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(_names(node))
    return found


def _names(node: ast.ClassDef) -> set[str]:
    targets = [t for line in node.body if isinstance(line, ast.Assign) for t in line.targets]
    targets += [line.target for line in node.body if isinstance(line, ast.AnnAssign)]
    inner = {name for line in node.body if isinstance(line, ast.ClassDef) for name in {line.name, *_names(line)}}
    return inner | {target.id for target in targets if isinstance(target, ast.Name)}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_word_of_the_trade_has_its_place_in_the_code_and_one_sentence(row):
    _french, code, sentence = row
    names = re.findall(r"`([^`]+)`", code)
    assert names
    for name in names:
        first, _dot, rest = name.partition(".")
        assert not first[:1].isupper() or first in classes()
        assert not rest or rest in classes()[first]
    assert sentence.endswith((".", "…"))
    assert sentence.count(". ") == 0


@pytest.mark.parametrize("row", [row for row in rows() if "(role" in row[1]], ids=lambda row: row[0])
def test_a_role_of_the_glossary_is_a_role_of_the_code(row):
    listed = re.findall(r"`([a-z_]+)`", row[1])
    assert set(listed) <= {who.value for who in Who}


def test_every_role_of_a_member_is_explained():
    told = " ".join(code for _french, code, _sentence in rows())
    members = set(Who) - {Who.LINK, Who.TASK, Who.PUBLIC, Who.DATA_PROTECTION}
    assert {who for who in members if f"`{who}`" not in told} == set()


def test_a_word_is_explained_once():
    french = [row[0] for row in rows()]
    assert len(french) == len(set(french))
