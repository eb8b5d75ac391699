"""Within a story the rows of the journey say what the facts say; at their end, tests/scenarios looks at each."""

from contextlib import nullcontext

import pytest

from defi.kernel import journal
from defi.kernel.journal import Action
from defi.kernel.models import JournalEntry
from defi.play.demonstration import scenarios
from defi.play.file import read
from defi.play.runner import perform
from defi.reference.builtin import ensure_builtin
from projection import assert_projection_is_true


@pytest.mark.walk
def test_the_rows_are_true_after_each_kind_of_action(db: None, monkeypatch: pytest.MonkeyPatch):
    ensure_builtin()
    seen: set[str] = set()

    def compare(act: Action, entries: list[JournalEntry]) -> None:
        if act.parent is None and act.verb not in seen:
            seen.add(act.verb)
            assert_projection_is_true()

    # As in the pages, where each action writes its rows; last of the handlers, after the journey's own.
    monkeypatch.setattr("defi.play.runner.moves_gathered", nullcontext)
    monkeypatch.setitem(journal._HANDLERS, "*", [*journal._HANDLERS["*"], compare])
    # The whole story, from the first fiche d'intérêt to the 6-month follow-up.
    assert perform(read(scenarios() / "a-chateaudun.toml")).stopped == ""
    assert len(seen) > 40
