"""What the sources may not say: where they were written, what nobody needs; and how a mail is written."""

import re
from pathlib import Path

import pytest

from house.sources import HOUSE, ROOT

WRITTEN = {".py", ".md", ".html", ".txt", ".toml", ".typ", ".css", ".js", ".cfg", ".yml", ".yaml", ".sh", ""}
PLACES = ("src", "tests", "docs", "bench", "scenarios", ".ci", "README.md", "Makefile", "pyproject.toml")
BANNED = {
    "a path of somebody's machine": (
        r"(?<![\w./:>)}\]-])/((home|root|Users|mnt|work|workspace)/|opt/(?!defi/))[\w.]|[A-Z]:\\\\Users"
    ),
    "where packages came from": r"(?i)artifactory|nexus\.|devpi|--index-url|extra-index",
    "something left for later": r"\b(TODO|FIXME|XXX|HACK)\b",
}
THIS = Path(__file__).resolve()


def written_files() -> list[Path]:
    found: list[Path] = []
    for place in PLACES:
        path = ROOT / place
        found += [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return [p for p in found if p.suffix in WRITTEN and "__pycache__" not in p.parts and p.resolve() != THIS]


@pytest.mark.parametrize("what", sorted(BANNED))
def test_no_file_holds(what):
    pattern = re.compile(BANNED[what])
    holds = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in written_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert holds == []


def test_an_apostrophe_in_the_words_of_the_screen_is_the_plain_one():
    """One sign only, so that a sentence is found by searching it and translated once."""
    curly = [
        str(path.relative_to(ROOT)) for path in HOUSE.rglob("*.py") if "\u2019" in path.read_text(encoding="utf-8")
    ]
    assert curly == []


MAILS = sorted(HOUSE.rglob("templates/*/mail/*.txt"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_mail_is_plain_text_whose_first_line_is_its_subject(path):
    text = path.read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    # Without it an apostrophe in a name leaves as « &#x27; ».
    assert "{% autoescape off %}" in first
    assert re.sub(r"{% (?!translate ).*?%}", "", first).strip(), (
        "the first line, once its tags are gone, is the subject"
    )
    assert "|safe" not in text
