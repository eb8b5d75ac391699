"""What an inspector would object to is shown to the provider first, with where the question comes from."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser, page
from defi.kernel import clock
from defi.kernel.refusals import Invalid
from defi.operations.models import Operation
from defi.schemes.rulebook import current
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.training import actions
from defi.steps.training.half_days import Objection, overlap
from defi.steps.training.hours import code_shown
from defi.steps.training.inspection import Signed, Titles, filled_late, other_titles, same_patterns
from defi.steps.training.queries.sheets import sheet_rows
from defi.web.evidence_sources import dossier
from training.conftest import afternoon_of, lock_after

RULES = current().attendance
TODAY = date(2025, 11, 4)


def kinds(stage, sheet):
    rows = {row.sheet.pk: row for row in sheet_rows(stage.coordinator, stage.session)}
    return {objection.kind for objection in rows[sheet.pk].objections}


at = st.times(time(8), time(18)).map(lambda moment: moment.replace(second=0, microsecond=0))
half_days = st.tuples(at, st.integers(30, 330))


def minutes_of(half_day):
    start, length = half_day
    return set(range(start.hour * 60 + start.minute, start.hour * 60 + start.minute + length))


@given(half_days, half_days)
def test_two_half_days_meet_when_they_have_a_minute_in_common(one, other):
    assert overlap(one, other) == bool(minutes_of(one) & minutes_of(other)) == overlap(other, one)


def test_the_same_people_are_not_opened_two_half_days_at_once(running):
    running.sheet(starts_at=time(10), minutes=240)
    with pytest.raises(Invalid, match=r"finit à 14\sh.*commence à 13\sh.*les mêmes personnes") as refusal:
        running.sheet(half="afternoon", starts_at=time(13), minutes=240)
    assert "starts_at" in refusal.value.fields
    running.sheet(half="afternoon", starts_at=time(14), minutes=240)


def test_a_half_day_does_not_move_over_the_other_one_of_that_day(running):
    sheet = running.sheet()
    facts = actions.HalfDayFacts(
        on=TODAY, half="afternoon", minutes=210, starts_at=time(12), module_label="Gestes", trainer_name="Ada Externe"
    )
    other = actions.open_sheet(running.coordinator, running.session.pk, replace(facts, starts_at=time(13, 30)))
    with pytest.raises(Invalid, match="les mêmes personnes"):
        actions.move_sheet(running.coordinator, other.pk, facts)
    actions.cancel_sheets(running.coordinator, running.session.pk, [sheet.pk], reason="Ouverte par erreur.")
    actions.move_sheet(running.coordinator, other.pk, facts)


def test_half_days_at_once_of_people_who_differ_are_opened_and_asked_about(running):
    morning = running.sheet(starts_at=time(10), minutes=240)
    afternoon = running.sheet(half="afternoon", starts_at=time(14), minutes=240)
    assert not {"overlap"} & (kinds(running, morning) | kinds(running, afternoon))
    with patch("defi.steps.training.actions.overlaps._shared", return_value=False):
        other = running.sheet(on=TODAY - timedelta(days=1), starts_at=time(10), minutes=240)
        running.sheet(on=TODAY - timedelta(days=1), half="afternoon", starts_at=time(13), minutes=240)
    assert "overlap" in kinds(running, other)


def test_signatures_said_on_a_paper_that_nobody_deposited_are_asked_about_and_lacking_in_the_evidence(running):
    sheet = running.sheet()
    with clock.at(afternoon_of(TODAY)):
        states = dict.fromkeys(running.ids[1:], "present") | {running.ids[0]: "absent"}
        actions.record_attendance(running.trainer, sheet.pk, states)
        actions.sign_as_trainer(running.coordinator, sheet.pk, in_ink=True)
        assert "no_paper" not in kinds(running, sheet)
        lock_after(running.trainer, sheet.pk)
    with clock.at(TODAY + timedelta(days=1)):
        said = [o.sentence for o in sheet_rows(running.coordinator, running.session)[0].objections]
        assert said == ["des signatures sont dites sur papier, et aucun papier signé n'est déposé (3)"]
        lacks = dossier(running.coordinator, running.operation).gaps[12]
        assert "1 feuille dit des signatures sur papier, et son papier signé n'est pas déposé." in lacks


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
