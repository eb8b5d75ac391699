"""Every shipped scenario ends as its file says, twice the same, and its projection is what the facts give."""

from contextlib import nullcontext

import pytest
from django.db import transaction

from defi.kernel import clock
from defi.play import runner
from defi.play.demonstration import scenarios
from defi.play.ending import differences, ending, gauge_values
from defi.play.file import read
from defi.play.runner import perform
from defi.reference.builtin import ensure_builtin
from defi.steps.pairing.queries import standing_on
from projection import assert_projection_is_true

pytestmark = pytest.mark.django_db

FILES = sorted(scenarios().glob("*.toml"))


def played(path):
    ensure_builtin()
    play = read(path)
    performance = perform(play)
    assert performance.stopped == ""
    with clock.at(play.steps[-1].on):
        end = ending(performance.world)
        assert assert_projection_is_true(play.steps[-1].on) >= 1
        assert_past_days_are_what_was_read(play, performance.world)
    return play, performance, end


def assert_past_days_are_what_was_read(play, world):
    """The gauge of a past day, found again at the end, is what somebody read on it that day."""
    read_on = {step.on: step.args for step in play.steps if step.do == "gauge.read"}
    for day, told in read_on.items():
        found = gauge_values(standing_on(world.session, day))
        kept = {name: told[name] for name in ("conformity", "paired", "counted", "minimum", "missing") if name in told}
        assert differences(kept, found) == [], day


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_ends_as_its_file_says(path):
    play, _performance, end = played(path)
    assert differences(play.expect, end.values) == []


def test_the_five_operations_asked_for_are_there():
    assert {path.stem[0] for path in FILES} >= set("abcde")


@pytest.mark.walk
def test_a_play_gives_the_same_journal_and_the_same_end_twice():
    tales = []
    for _time in range(2):
        point = transaction.savepoint()
        _play, performance, end = played(scenarios() / "b-retrait.toml")
        tales.append((performance.lines, end.lines, end.values))
        transaction.savepoint_rollback(point)
    assert tales[0] == tales[1]


@pytest.mark.walk
def test_rewriting_once_at_the_end_gives_what_each_action_would_have(monkeypatch):
    monkeypatch.setattr(runner, "moves_gathered", nullcontext)
    played(scenarios() / "c-sous-le-minimum.toml")
