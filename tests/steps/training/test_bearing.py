"""Which page of a printed sheet bears whom."""

from dataclasses import replace
from datetime import UTC, datetime

from document_samples import attendance_data

from defi.kernel.documents import render
from defi.steps.training.bearing import bearing, pages_bearing
from defi.steps.training.documents import ATTENDANCE_SHEET, Cell, Row


def test_each_is_on_the_page_that_prints_their_row():
    names = [f"Exemple-Duchâtel Marie-Thérèse {chr(65 + n)}fi" for n in range(24)]
    week = attendance_data()
    boxes = (Cell(),) * len(week.half_days)
    data = replace(week, rows=tuple(Row(name, boxes) for name in names))
    now = datetime(2025, 11, 4, 9, tzinfo=UTC)
    made = render(ATTENDANCE_SHEET, data, number="EMARG-1", code="ABCDE23456", verify_url="https://x.fr/v/", now=now)
    found = pages_bearing(made.pdf, [*enumerate(names), (99, "Nouveau Tom")])
    assert set(found) == set(range(24))
    assert [found[n] for n in range(24)] == sorted(found.values())
    assert set(found.values()) == set(range(1, made.pages + 1))
    assert made.pages > 1


def test_two_of_one_name_are_each_at_their_row_and_a_name_within_another_is_not_read():
    pages = ["Formateur\nDurand\nPaule\nMartin Léa", "Formateur Martin Léa Petit D’Or Jo"]
    people = [(1, "Durand Paul"), (2, "Durand Paule"), (3, "Martin Léa"), (4, "Martin Léa"), (5, "Petit D'Or Jo")]
    assert bearing(pages, people) == {2: 1, 3: 1, 4: 2, 5: 2}
