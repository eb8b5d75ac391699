"""What an inspector would object to is shown to the provider first, with where the question comes from."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser, page
from defi.kernel import clock
from defi.operations.models import Operation
from defi.schemes.rulebook import current
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.training import actions
from defi.steps.training.half_days import Objection
from defi.steps.training.hours import code_shown
from defi.steps.training.inspection import Signed, Titles, filled_late, other_titles, same_patterns
from defi.steps.training.queries.sheets import sheet_rows

RULES = current().attendance
TODAY = date(2025, 11, 4)


def kinds(stage, sheet):
    rows = {row.sheet.pk: row for row in sheet_rows(stage.coordinator, stage.session)}
    return {objection.kind for objection in rows[sheet.pk].objections}


def test_three_half_days_signed_at_the_same_minutes_are_asked_about():
    alike = frozenset({(1, "09:01"), (2, "09:02")})
    sheets = [Signed(n, "morning", alike) for n in range(3)]
    assert same_patterns(sheets, RULES) == {0: 3, 1: 3, 2: 3}
    assert same_patterns(sheets[:2], RULES) == {}
    other = Signed(3, "morning", frozenset({(1, "09:01"), (2, "09:03")}))
    assert same_patterns([*sheets[:2], other], RULES) == {}
    assert same_patterns([*sheets[:2], Signed(4, "afternoon", alike)], RULES) == {}


def test_one_punctual_person_and_papers_without_hour_are_no_pattern():
    alone = [Signed(n, "morning", frozenset({(1, "09:00")})) for n in range(9)]
    papers = [Signed(n, "morning", frozenset()) for n in range(9)]
    assert same_patterns([*alone, *papers], RULES) == {}


@given(st.integers(0, 60))
def test_three_weeks_late_is_asked_about(days):
    found = filled_late(TODAY, [TODAY, TODAY + timedelta(days=days)], RULES)
    assert bool(found) == (days > 21)


def test_a_sheet_without_presence_was_not_filled_late():
    assert filled_late(TODAY, [], RULES) == ()


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (Titles("Aide à domicile", "24-118-0932"), 0),
        (Titles("aide  à domicile ", ""), 0),
        (Titles("Aide aux familles", "24-118-0932"), 1),
        (Titles("Aide aux familles", "24-118-0001"), 2),
        (Titles(module="Gestes"), 0),
        (Titles(module="Postures"), 1),
    ],
)
def test_a_title_that_differs_is_asked_about(said, asked):
    session = Titles("Aide à domicile", "24-118-0932", "Gestes")
    assert len(other_titles(session, [said, said])) == asked


def test_each_question_says_where_it_comes_from():
    for kind in ("day_off", "late", "filled_late", "same_pattern", "title", "module"):
        assert Objection(kind, "…").source


def test_the_same_minutes_three_mornings_are_shown_on_each(running):
    days = [TODAY, date(2025, 11, 5), date(2025, 11, 6)]
    sheets = [running.sheet(on=day) for day in days]
    for day, sheet in zip(days, sheets, strict=True):
        for n in range(2):
            moment = datetime.combine(day, time(9, n), tzinfo=clock.PARIS)
            with clock.at(moment):
                actions.sign_sheet(running.as_trainee(n), sheet.pk, room_code=code_shown(sheet, moment))
    with clock.at(days[-1]):
        assert all("same_pattern" in kinds(running, sheet) for sheet in sheets)
        shown = page(browser(running.trainer), "training:sheet", sheets[0].pk)
        assert "aux mêmes minutes" in shown
        assert "CAA Nantes" in shown


def test_a_sheet_on_a_public_holiday_and_one_filled_three_weeks_late_are_shown(running):
    holiday = running.sheet(on=date(2025, 11, 11), unusual_day=True)
    late = running.sheet()
    with clock.at(date(2025, 11, 27)):
        actions.record_attendance(running.trainer, late.pk, dict.fromkeys(running.ids, "present"))
        assert "day_off" in kinds(running, holiday)
        assert {"filled_late", "late_paper"} <= kinds(running, late)


def test_a_paper_printed_under_another_title_and_a_module_renamed_since_are_shown(running):
    plan = TrainingPlan.objects.create(operation=running.operation)
    module = Module.objects.create(operation=running.operation, plan=plan, title="Gestes", hours_centre=70)
    sheet = running.sheet(module_id=module.pk)
    actions.print_sheets(running.coordinator, running.session.pk, [sheet.pk])
    assert "title" not in kinds(running, sheet)
    Operation.objects.filter(pk=running.operation.pk).update(title="Un autre intitulé")
    running.session.refresh_from_db()
    assert "title" in kinds(running, sheet)
    Operation.objects.filter(pk=running.operation.pk).update(title=running.operation.title)
    Module.objects.filter(pk=module.pk).update(title="Gestes et postures")
    running.session.refresh_from_db()
    assert "title" in kinds(running, sheet)
