"""For each line of « What makes a training a DEFI », a file where that fact alone is missing, late, or by who does not
count: the page names that line, and says which of the three it is."""

import pytest

from defi.kernel import clock
from defi.play.demonstration import scenarios
from defi.play.ending import differences, ending
from defi.play.file import read
from defi.play.runner import perform
from defi.reference.builtin import ensure_builtin
from defi.steps.closing.evidence import Group
from defi.steps.closing.lines import LINES

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

FOLDER = scenarios() / "lignes"
FILES = sorted(FOLDER.glob("*.toml"))
NAMES = {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_page_names_the_line_whose_fact_is_missing(path):
    ensure_builtin()
    play = read(path)
    performance = perform(play)
    assert performance.stopped == ""
    with clock.at(play.steps[-1].on):
        end = ending(performance.world)
    assert differences(play.expect, end.values) == []


@pytest.mark.parametrize("line", [line.key for line in LINES if line.group != Group.BALANCE])
def test_each_line_and_commitment_has_its_files(line):
    assert f"{line}-manque" in NAMES
    assert {f"{line}-tard", f"{line}-autre"} & NAMES
