"""A play file that inherits another: what it takes away, changes and adds, and what its author may get wrong."""

from datetime import date

import pytest

from defi.play.file import read
from defi.play.world import PlayError

BASE = """
title = "Base"
[[organisation]]
name = "Centre"
kind = "provider"

[[step]]
on = 2025-06-02
as = "Paul"
do = "plan.start"

[[step]]
on = 2025-06-03
as = "Paul"
do = "plan.submit"
text = "relisez"

[expect]
open = []
"""


@pytest.fixture
def variant(tmp_path):
    (tmp_path / "base.toml").write_text(BASE, encoding="utf-8")

    def write(text, inherits="base.toml"):
        path = tmp_path / "variante.toml"
        path.write_text(f'inherits = "{inherits}"\n{text}', encoding="utf-8")
        return path

    return write


def told(play):
    return [(step.on, step.do) for step in play.steps]


def test_it_is_the_other_when_it_says_nothing(variant):
    play = read(variant(""))
    assert play.title == "Base"
    assert told(play) == [(date(2025, 6, 2), "plan.start"), (date(2025, 6, 3), "plan.submit")]


def test_a_step_is_taken_away_changed_and_added_in_the_order_of_days(variant):
    play = read(
        variant(
            """
            [[without]]
            do = "plan.start"
            [[instead]]
            do = "plan.submit"
            put = { on = 2025-06-09, text = "" }
            [[step]]
            on = 2025-06-05
            as = "Paul"
            do = "plan.describe"
            [expect]
            open = ["matrix"]
            """
        )
    )
    assert told(play) == [(date(2025, 6, 5), "plan.describe"), (date(2025, 6, 9), "plan.submit")]
    assert play.steps[1].args == {"text": ""}
    assert play.expect == {"open": ["matrix"]}


@pytest.mark.parametrize(
    "text",
    [
        '[[without]]\ndo = "plan.unknown"',
        '[[without]]\ndo = "plan.start"\nas = "Claire"',
        '[[instead]]\ndo = "plan.unknown"\nput = { on = 2025-06-09 }',
    ],
)
def test_a_change_that_touches_no_step_is_refused(variant, text):
    with pytest.raises(PlayError, match="aucune étape"):
        read(variant(text))


def test_a_change_says_what_the_step_becomes(variant):
    with pytest.raises(PlayError, match="put"):
        read(variant('[[instead]]\ndo = "plan.start"'))


def test_the_file_inherited_exists_and_inherits_nothing(variant):
    with pytest.raises(PlayError, match="n'existe pas"):
        read(variant("", inherits="absent.toml"))
    with pytest.raises(PlayError, match="hérite déjà"):
        read(variant("", inherits="variante.toml"))


def test_words_of_a_variant_are_unknown_to_a_file_that_inherits_nothing(tmp_path):
    path = tmp_path / "seul.toml"
    path.write_text('[[without]]\ndo = "plan.start"\n', encoding="utf-8")
    with pytest.raises(PlayError, match="without"):
        read(path)
