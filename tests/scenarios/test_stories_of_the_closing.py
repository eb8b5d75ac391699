"""Stories told on the complete file: corrected, refused, paid; withdrawn and asked again."""

import pytest

from defi.kernel import clock
from defi.play.demonstration import scenarios
from defi.play.ending import differences, ending
from defi.play.file import read
from defi.play.runner import perform
from defi.reference.builtin import ensure_builtin

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", sorted((scenarios() / "cloture").glob("*.toml")), ids=lambda path: path.stem)
def test_it_ends_as_its_file_says(path):
    ensure_builtin()
    play = read(path)
    performance = perform(play)
    assert performance.stopped == ""
    with clock.at(play.steps[-1].on):
        end = ending(performance.world)
    assert differences(play.expect, end.values) == []
