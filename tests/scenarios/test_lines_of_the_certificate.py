"""For each line of « What makes a training a DEFI », a file where that fact alone is missing, late, or by who does not
count: the page names that line, and says which of the three it is."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any

import pytest
from django.db import transaction

from defi.kernel import clock
from defi.play.demonstration import scenarios
from defi.play.ending import differences, ending
from defi.play.file import Step, read
from defi.play.runner import Performance, do, moments, set_cast
from defi.play.world import World
from defi.reference.builtin import ensure_builtin
from defi.steps.closing.evidence import Group
from defi.steps.closing.lines import LINES
from journeys import rewritten_when_read

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

FOLDER = scenarios() / "lignes"
FILES = sorted(FOLDER.glob("*.toml"))
NAMES = {path.stem for path in FILES}

Story = list[tuple[datetime, Step]]


def test_the_page_names_the_line_whose_fact_is_missing(subtests, monkeypatch):
    ensure_builtin()
    plays = {path.stem: read(path) for path in FILES}
    casts = {repr((play.region, play.organisations, play.people)) for play in plays.values()}
    assert len(casts) == 1, "they are one story, told with a difference"
    with clock.at(date(2025, 1, 1)):
        world = set_cast(plays["complet"])
    told = set()
    with rewritten_when_read(monkeypatch):
        for name, values in endings({name: list(moments(play.steps)) for name, play in plays.items()}, world):
            told.add(name)
            with subtests.test(name):
                assert differences(plays[name].expect, values) == []
    assert told == NAMES


def endings(stories: dict[str, Story], world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """What stands at the end of each story; what several begin with alike is done once, and what one did is taken back
    before the next."""
    performance = Performance(world)
    together = alike(list(stories.values()))
    for moment, step in together:
        do(performance, moment, step)
        assert performance.stopped == "", list(stories)
    onwards = defaultdict(dict)
    for name, story in stories.items():
        rest = story[len(together) :]
        if rest:
            onwards[repr(unnumbered(rest[0]))][name] = rest
        else:
            with clock.at(together[-1][1].on):
                yield name, ending(world).values
    for one_way in onwards.values():
        point = transaction.savepoint()
        yield from endings(one_way, copied(world))
        transaction.savepoint_rollback(point)


def alike(stories: list[Story]) -> Story:
    """What these stories begin with, all of them."""
    steps = zip(*stories, strict=False)
    return [each[0] for each in takewhile(lambda each: len({repr(unnumbered(one)) for one in each}) == 1, steps)]


def unnumbered(told: tuple[datetime, Step]) -> tuple[datetime, Step]:
    """A step and its moment, wherever it stands in its file."""
    return told[0], replace(told[1], number=0)


def copied(world: World) -> World:
    """What a story names after this is not named in the next."""
    return World(
        world.region, dict(world.organisations), dict(world.people), dict(world.memberships), dict(world.things)
    )


@pytest.mark.parametrize("line", [line.key for line in LINES if line.group != Group.BALANCE])
def test_each_line_and_commitment_has_its_files(line):
    assert f"{line}-manque" in NAMES
    assert {f"{line}-tard", f"{line}-autre"} & NAMES
