"""The demonstration moves with today, and the days it falls on are not always those of its story."""

from datetime import date

from defi.play.demonstration import meant
from defi.play.file import Step

EASTER_MONDAY = date(2027, 3, 29)


def test_a_half_day_moved_onto_a_public_holiday_is_confirmed():
    step = Step(1, EASTER_MONDAY, "Rita", "sheet.open", {"half": "morning"})
    assert meant(step).args == {"half": "morning", "unusual_day": True}


def test_an_ordinary_day_is_left_as_written():
    step = Step(1, EASTER_MONDAY, "Rita", "sheet.open", {"on": date(2027, 3, 30)})
    assert meant(step) is step
