"""The pure rules of the session's life: EOS, half-days, hours, periods in company, reports."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel.refusals import Invalid
from defi.steps.design.calendar.durations import ends_at
from defi.steps.training.company import away_days
from defi.steps.training.half_days import (
    Line,
    Period,
    SheetFacts,
    check_half_day,
    holiday_name,
    in_group,
    ledger,
    objections,
)
from defi.steps.training.periods import (
    PeriodFacts,
    agreement_gap,
    and_words,
    check_period,
    missing_parties,
    placement_flags,
)
from defi.steps.training.rules import (
    EosFacts,
    Moment,
    check_end,
    check_start,
    differences,
    eos_number,
    moment_of,
    moments_due,
    next_report_due,
)

FIRST, LAST = date(2025, 11, 3), date(2026, 4, 10)
WANTED = EosFacts(FIRST, LAST, seats=10, hours_centre=420, hours_company=140)


# EOS


@pytest.mark.parametrize("typed", ["24-118-0932", " 24 118 0932 ", "ab12", "A" * 30])
def test_a_number_has_capitals_digits_or_dashes_and_spaces_are_forgotten(typed):
    assert eos_number(typed) == "".join(typed.split()).upper()


@pytest.mark.parametrize("typed", ["", "123", "A" * 31, "24/118", "24-118-é", "24_118"])
def test_a_number_that_eos_cannot_give_is_refused_beside_its_field(typed):
    with pytest.raises(Invalid) as refusal:
        eos_number(typed)
    assert "number" in refusal.value.fields


def test_the_same_answer_has_no_difference():
    assert differences(WANTED, WANTED) == ()


def test_each_field_that_differs_is_told_with_both_values():
    answered = replace(WANTED, starts_on=date(2025, 11, 4), seats=9, defi_ticked=False)
    found = differences(WANTED, answered)
    assert [d.field for d in found] == ["starts_on", "seats", "defi_ticked"]
    assert (found[0].wanted, found[0].answered) == ("03/11/2025", "04/11/2025")
    assert (found[2].wanted, found[2].answered) == ("cochée", "non cochée")
    assert "10" in found[1].sentence
    assert "9" in found[1].sentence


# Start and end


def test_a_start_is_found_on_the_day_or_later():
    check_start(FIRST, FIRST, FIRST)
    check_start(FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=2))


@pytest.mark.parametrize(("on", "today"), [(date(2025, 11, 2), date(2025, 11, 5)), (date(2025, 11, 4), FIRST)])
def test_a_start_before_the_planned_date_or_in_the_future_is_refused(on, today):
    with pytest.raises(Invalid):
        check_start(FIRST, on, today)


@pytest.mark.parametrize(("on", "today"), [(date(2026, 4, 9), LAST), (date(2026, 4, 11), LAST)])
def test_an_end_before_the_planned_date_or_in_the_future_is_refused(on, today):
    with pytest.raises(Invalid):
        check_end(LAST, on, today)


# Half-days


def half_day(on=date(2025, 11, 4), half="morning", starts_at=time(9), minutes=210, **more):
    check_half_day(on, half, starts_at, minutes, first=FIRST, last=LAST, **more)


def test_an_ordinary_half_day_is_accepted():
    half_day()
    half_day(half="afternoon", starts_at=time(13, 30))


@pytest.mark.parametrize("on", [date(2025, 11, 2), date(2026, 4, 11)])
def test_a_day_outside_the_session_is_refused(on):
    with pytest.raises(Invalid) as refusal:
        half_day(on)
    assert set(refusal.value.fields) == {"on"}


@pytest.mark.parametrize(
    ("on", "name"),
    [(date(2025, 11, 9), "dimanche"), (date(2025, 11, 11), "Armistice"), (date(2026, 1, 1), "Jour de l'an")],
)
def test_a_sunday_or_a_public_holiday_asks_to_be_confirmed(on, name):
    with pytest.raises(Invalid) as refusal:
        half_day(on)
    assert name in refusal.value.sentence
    half_day(on, unusual_day=True)


def test_the_fourteenth_of_july_is_a_day_off_and_a_monday_is_not():
    assert holiday_name(date(2025, 7, 14)) == "Fête nationale"
    assert holiday_name(date(2025, 11, 3)) == ""


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"minutes": 29}, "minutes"),
        ({"minutes": 331}, "minutes"),
        ({"half": "afternoon", "starts_at": time(21), "minutes": 200}, "minutes"),
        ({"starts_at": time(13, 30)}, "starts_at"),
        ({"half": "afternoon", "starts_at": time(9)}, "starts_at"),
    ],
)
def test_an_impossible_length_or_hour_is_refused_beside_its_field(facts, field):
    with pytest.raises(Invalid) as refusal:
        half_day(**facts)
    assert field in refusal.value.fields


def test_a_half_day_ends_after_its_minutes():
    assert ends_at(time(8, 30), 210) == time(12)


GOOD = SheetFacts(
    on=date(2025, 11, 4),
    today=date(2025, 11, 20),
    minutes=210,
    day_minutes=420,
    trainer_signed=True,
    locked_on=date(2025, 11, 4),
)


def kinds(**changes):
    return [objection.kind for objection in objections(replace(GOOD, **changes))]


def test_an_inspector_finds_nothing_in_a_good_sheet():
    assert kinds() == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"on": date(2025, 11, 11), "locked_on": date(2025, 11, 12)}, "day_off"),
        ({"trainer_signed": False}, "trainer"),
        ({"locked_on": date(2025, 11, 12)}, "late"),
        ({"locked_on": None}, "late"),
        ({"day_minutes": 481}, "long_day"),
        ({"module_of_plan": False}, "module"),
        ({"late_papers": 1}, "late_paper"),
        ({"corrected": 2}, "corrected"),
        ({"away": 1}, "away"),
        ({"no_paper": 1}, "no_paper"),
        ({"overlaps": True}, "overlap"),
    ],
)
def test_an_inspector_objects_to(changes, kind):
    assert kinds(**changes) == [kind]


def test_a_sheet_locked_within_the_week_is_kept_as_one_goes():
    assert kinds(locked_on=date(2025, 11, 11)) == []


@pytest.mark.parametrize(
    ("entered", "left", "day", "there"),
    [
        (None, None, FIRST, False),
        (FIRST, None, FIRST, True),
        (date(2025, 11, 5), None, FIRST, False),
        (FIRST, date(2025, 11, 5), date(2025, 11, 5), True),
        (FIRST, date(2025, 11, 5), date(2025, 11, 6), False),
    ],
)
def test_somebody_is_in_the_group_from_the_entry_to_the_last_day(entered, left, day, there):
    assert in_group(entered, left, day) is there


# Hours


def test_a_ledger_tells_centre_and_company_apart():
    lines = [Line("present", 210), Line("absent", 210), Line("excused", 180), Line("expected", 210)]
    periods = [Period("debriefed", 70, 63), Period("planned", 35), Period("cancelled", 35)]
    account = ledger(lines, periods)
    assert (account.centre.planned, account.centre.done, account.centre.missed, account.centre.waiting) == (
        810,
        210,
        390,
        210,
    )
    assert (account.company.planned, account.company.done, account.company.missed, account.company.waiting) == (
        105 * 60,
        63 * 60,
        7 * 60,
        35 * 60,
    )
    assert account.done == 210 + 63 * 60


states = st.sampled_from(["expected", "present", "absent", "excused"])


@given(st.lists(st.builds(Line, states, st.integers(30, 330))))
def test_in_centre_what_is_planned_is_done_missed_or_awaited(lines):
    centre = ledger(lines, []).centre
    assert centre.planned == centre.done + centre.missed + centre.waiting
    assert min(centre.done, centre.missed, centre.waiting) >= 0


@given(st.lists(st.tuples(st.integers(1, 200), st.none() | st.integers(0, 250))))
def test_in_company_hours_done_beyond_the_plan_are_kept_and_nothing_is_negative(rows):
    company = ledger([], [Period("done", hours, done) for hours, done in rows]).company
    beyond = sum(max(0, done - hours) for hours, done in rows if done is not None) * 60
    assert company.planned + beyond == company.done + company.missed + company.waiting
    assert min(company.done, company.missed, company.waiting) >= 0


# Periods in company


def period(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 16), hours=70):
    check_period(starts_on, ends_on, hours, first=FIRST, last=LAST)


def test_a_period_within_the_session_is_accepted():
    period()
    period(FIRST, LAST)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ends_on": date(2026, 1, 4)}, "ends_on"),
        ({"starts_on": date(2025, 11, 2)}, "starts_on"),
        ({"ends_on": date(2026, 4, 11)}, "ends_on"),
        ({"hours": 0}, "hours"),
        ({"ends_on": date(2026, 1, 5), "hours": 11}, "hours"),
    ],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(facts, field):
    with pytest.raises(Invalid) as refusal:
        period(**facts)
    assert field in refusal.value.fields


def test_an_agreement_says_who_is_missing():
    assert missing_parties({"trainee", "employer", "provider"}) == ()
    assert agreement_gap({"trainee", "employer", "provider"}) == ""
    assert "l'entreprise et l'organisme de formation" in agreement_gap({"trainee"})


def test_words_are_joined_as_people_do():
    assert and_words([]) == ""
    assert and_words(["le stagiaire"]) == "le stagiaire"
    assert and_words(["a", "b", "c"]) == "a, b et c"


def flags(**changes):
    facts = {
        "state": "debriefed",
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 16),
        "today": date(2026, 2, 1),
        "prepared": True,
        "accompanied": True,
        "signatory_firm": True,
        "signed": {"trainee", "employer", "provider"},
        "evaluated": True,
    }
    return placement_flags(PeriodFacts(**{**facts, **changes}))


def test_a_period_prepared_accompanied_and_debriefed_raises_no_question():
    assert flags() == ()
    assert flags(state="cancelled", signatory_firm=False) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signatory_firm": False}, "n'a pas signé la convention"),
        ({"prepared": False}, "préparation"),
        ({"accompanied": False}, "visite ou appel"),
        ({"state": "done"}, "retour d'expérience"),
        ({"state": "begun"}, "fin à noter"),
        ({"evaluated": False}, "avis du tuteur"),
        ({"by_hand": True}, "aucune demi-journée n'est signée"),
        ({"late": 2}, "2 demi-journées signées plus d'une semaine après"),
        ({"state": "begun", "unsigned": 3, "today": date(2026, 1, 9)}, "3 demi-journées à signer"),
        ({"state": "planned"}, "aurait dû commencer"),
        ({"state": "planned", "today": date(2026, 1, 2), "signed": {"trainee"}}, "convention de période à signer"),
    ],
)
def test_a_period_is_asked_about(changes, words):
    assert len(flags(**changes)) == 1
    assert words in flags(**changes)[0]


def test_a_period_takes_whole_days_from_five_hours_a_day_worked_there():
    monday, friday = date(2026, 1, 5), date(2026, 1, 9)
    assert away_days(monday, friday, "12345", 35) == {date(2026, 1, n) for n in range(5, 10)}
    assert away_days(monday, friday, "12345", 14) == frozenset()
    assert away_days(monday, date(2026, 1, 18), "1", 14) == {monday, date(2026, 1, 12)}
    assert away_days(date(2026, 1, 10), date(2026, 1, 10), "6", 7) == {date(2026, 1, 10)}


# Exchanges and reports


def test_the_first_and_the_last_day_are_during():
    assert moment_of(FIRST - timedelta(days=1), FIRST, LAST) is Moment.BEFORE
    assert moment_of(FIRST, FIRST, LAST) is Moment.DURING
    assert moment_of(LAST, FIRST, LAST) is Moment.DURING
    assert moment_of(LAST + timedelta(days=1), FIRST, LAST) is Moment.AFTER


def test_exchanges_are_expected_in_each_moment_reached():
    assert moments_due(FIRST - timedelta(days=9), FIRST, LAST) == (Moment.BEFORE,)
    assert moments_due(FIRST, FIRST, LAST) == (Moment.BEFORE, Moment.DURING)
    assert moments_due(LAST + timedelta(days=9), FIRST, LAST) == tuple(Moment)


def due(meeting, last=None, closed=None):
    return next_report_due(30, first_meeting_on=meeting, last_sent_on=last, closed_on=closed)


def test_reports_run_from_the_preparatory_meeting_to_the_closing():
    meeting = date(2025, 9, 9)
    assert due(None) is None
    assert due(meeting) == date(2025, 10, 9)
    assert due(meeting, last=date(2025, 10, 1)) == date(2025, 10, 31)
    assert due(meeting, last=date(2025, 10, 1), closed=date(2026, 5, 1)) is None


def test_a_report_sent_before_the_meeting_does_not_bring_the_next_one_forward():
    assert due(date(2025, 9, 9), last=date(2025, 8, 1)) == date(2025, 10, 9)
