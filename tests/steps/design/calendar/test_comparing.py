"""Two calendars compared by days, and a demand that was undone since is not told."""

from dataclasses import replace
from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from defi.steps.design.calendar.comparing import MOST_RUNS, changed_days, group_days
from defi.steps.design.calendar.rules import HalfDay, Place, lay_out
from defi.steps.design.content import Content, differences
from design.calendar.stage import RHYTHM, START

LAID = lay_out(RHYTHM, START, 420, 140).half_days
BEFORE = group_days(1, "Tout le groupe", LAID)


def changed(half_days):
    rows = changed_days([BEFORE], [group_days(1, "Tout le groupe", half_days)])
    return [tuple(words.replace("\u00a0", " ") for words in row) for row in rows]


def test_nothing_changed_says_nothing():
    assert changed(LAID) == []


def test_a_half_day_moved_says_the_two_days():
    moved = HalfDay(date(2026, 3, 30), time(9), "morning", 210, Place.CENTRE)
    assert changed([*LAID[1:], moved]) == [
        ("Calendrier, le 3 novembre 2025", "en centre (7 h)", "après-midi en centre (3 h 30)"),
        ("Calendrier, le 30 mars 2026", "pas de formation", "matin en centre (3 h 30)"),
    ]


def test_a_week_spent_elsewhere_is_one_line():
    week = range(3, 8)
    there = [replace(h, place=Place.COMPANY) if h.on.month == 11 and h.on.day in week else h for h in LAID]
    assert changed(there) == [
        ("Calendrier, du 3 novembre 2025 au 7 novembre 2025", "en centre (7 h)", "en entreprise (7 h)")
    ]


def test_hours_of_the_day_are_said_when_nothing_else_changed():
    later = [replace(LAID[0], starts_at=time(8, 30)), *LAID[1:]]
    assert "matin en centre, 8 h 30 – 12 h" in changed(later)[0][2]


def test_many_days_are_named_together():
    every_other = [half for half in LAID if half.on.day % 2 or half.half == "morning"]
    rows = changed(every_other)
    assert len(rows) == 1
    assert rows[0][0].startswith("Calendrier, jours qui changent : du 4 novembre 2025 au")
    assert rows[0][1].endswith("420 h en centre, 140 h en entreprise")


@given(st.sets(st.integers(0, len(LAID) - 1), max_size=MOST_RUNS))
def test_each_day_that_changed_is_in_a_line_and_no_other(gone):
    left = [half for n, half in enumerate(LAID) if n not in gone]
    rows = changed(left)
    assert bool(rows) == bool(gone)
    assert len(rows) <= MOST_RUNS


def test_a_calendar_change_is_told_by_its_days_rather_than_by_two_paragraphs():
    before = Content(calendar="Rythme. Avant", calendar_rhythm="Rythme", calendar_groups=(BEFORE,))
    after = replace(before, calendar="Rythme. Après", calendar_groups=(group_days(1, "Tout le groupe", LAID[2:]),))
    assert [d.what for d in differences(before, after, {})] == ["Calendrier, le 3 novembre 2025"]
    old = replace(before, calendar_rhythm="", calendar_groups=())
    assert [d.what for d in differences(old, after, {})] == ["Calendrier"]
