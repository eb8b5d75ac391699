"""From a rhythm to half-days: the hours of the plan exactly, whatever the rhythm, the days off and the start."""

from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.design.calendar.durations import ends_at
from defi.steps.design.calendar.possible import rhythm_faults
from defi.steps.design.calendar.rules import (
    LONGEST,
    SHORTEST,
    Closed,
    HalfDay,
    Place,
    Rhythm,
    closure,
    holiday,
    lay_out,
    week_minutes,
)

WEEK = frozenset(range(5))
USUAL = Rhythm("ccce", 35, 35, WEEK, WEEK)
CHRISTMAS = Closed(date(2025, 12, 22), date(2026, 1, 2), "Noël")


def total(half_days, place):
    return sum(half.minutes for half in half_days if half.place == place)


days = st.frozensets(st.integers(0, 6), max_size=7)
starts = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def at(minutes):
    return time(*divmod(minutes, 60))


@st.composite
def closures(draw, start):
    firsts = draw(st.lists(st.integers(-20, 200), max_size=4))
    opened = [start + timedelta(days=first) for first in firsts]
    return tuple(Closed(first, first + timedelta(days=draw(st.integers(0, 40)))) for first in opened)


@st.composite
def rhythms(draw, start):
    """Any rhythm a provider may type, built so that it can be: those that cannot are refused before, with a sentence.

    Weekly hours are drawn among those that make possible half-days, whose lengths share out to five minutes."""
    mornings, afternoons = draw(days), draw(days)
    worked = mornings | afternoons
    if not worked:
        mornings = worked = frozenset({draw(st.integers(0, 6))})
    usual = draw(st.integers(SHORTEST, LONGEST))
    other = draw(st.integers(max(SHORTEST, usual // 3), min(LONGEST, 3 * usual)))
    lengths = [usual] * len(mornings) + [other] * len(afternoons)
    whole = sum(lengths)
    begins = draw(st.integers(6 * 60, 11 * 60 + 59))
    resumes = draw(st.integers(max(12 * 60, begins + max(usual, 150)), 18 * 60))
    least = (SHORTEST + 5) * whole / min(lengths)
    most = (LONGEST - 5) * whole / max(lengths)
    if mornings & afternoons:
        most = min(most, (resumes - begins - 5) * whole / usual)
    hours = st.integers(ceil(least / 30), int(most // 30)).map(lambda halves: Decimal(halves) / 2)
    shared = (
        draw(st.frozensets(st.sampled_from(sorted(worked)), min_size=1, max_size=len(worked) - 1))
        if len(worked) > 1
        else frozenset()
    )
    return Rhythm(
        cycle=draw(st.text("cep" if shared else "ce", min_size=1, max_size=8)),
        hours_centre=draw(hours),
        hours_company=draw(hours),
        mornings=mornings,
        afternoons=afternoons,
        morning_at=at(begins),
        morning_minutes=usual,
        afternoon_at=at(resumes),
        afternoon_minutes=other,
        closed=draw(closures(start)),
        company_days=shared,
    )


@st.composite
def cases(draw):
    start = draw(starts)
    rhythm = draw(rhythms(start))
    return rhythm, start, draw(st.integers(0, 900)), draw(st.integers(0, 400)), draw(st.integers(0, 8))


@st.composite
def laid_cases(draw):
    """A rhythm and hours that it reaches, in more than four half-days."""
    start = draw(starts)
    rhythm = draw(rhythms(start))
    weeks = {place: draw(st.integers(6, 10)) if rhythm.goes_to(place) else 0 for place in Place}
    centre, company = (weeks[place] * rhythm.weekly_minutes(place) // 60 for place in Place)
    return rhythm, start, centre, company, draw(st.integers(0, 8))


def allows(rhythm, centre, company):
    """Whether nothing in the rhythm keeps it from these hours."""
    needed = {Place.CENTRE: centre, Place.COMPANY: company}
    return centre + company > 0 and all(not hours or rhythm.goes_to(place) for place, hours in needed.items())


@given(starts.flatmap(rhythms))
def test_any_rhythm_drawn_here_is_one_that_may_be_typed(rhythm):
    assert rhythm_faults(rhythm) == {}


@given(cases())
def test_the_hours_of_the_calendar_are_those_of_the_plan(case):
    rhythm, start, centre, company, offset = case
    laid = lay_out(rhythm, start, centre, company, offset=offset)
    if laid.half_days:
        assert total(laid.half_days, Place.CENTRE) == centre * 60
        assert total(laid.half_days, Place.COMPANY) == company * 60
        assert laid.faults == ()
        assert allows(rhythm, centre, company)
    else:
        # No calendar rather than a wrong one: a sentence with the hours, and a true one.
        assert laid.faults
        assert not allows(rhythm, centre, company) or "après trois ans" in laid.faults[0]


@given(cases())
def test_no_half_day_twice_none_on_a_day_off_all_within_the_dates(case):
    rhythm, start, centre, company, offset = case
    laid = lay_out(rhythm, start, centre, company, offset=offset)
    slots = [half.slot for half in laid.half_days]
    assert len(slots) == len(set(slots))
    assert list(laid.half_days) == sorted(laid.half_days)
    for half in laid.half_days:
        assert start <= half.on <= laid.ends_on
        assert not holiday(half.on)
        assert closure(half.on, rhythm.closed) is None
        assert half.on.weekday() in (rhythm.mornings if half.half == "morning" else rhythm.afternoons)
        assert SHORTEST <= half.minutes <= LONGEST


@given(laid_cases(), st.data())
def test_what_was_changed_by_hand_keeps_its_place_and_the_hours_still_add_up(case, data):
    rhythm, start, centre, company, offset = case
    laid = lay_out(rhythm, start, centre, company, offset=offset).half_days
    assert len(laid) > 4
    kept = data.draw(st.lists(st.sampled_from(laid), unique=True, max_size=4))
    removed = {half.slot for half in data.draw(st.lists(st.sampled_from(laid), unique=True, max_size=4))}
    removed -= {half.slot for half in kept}
    again = lay_out(rhythm, start, centre, company, offset=offset, kept=kept, removed=removed)
    assert not again.faults
    assert set(kept) <= set(again.half_days)
    assert not removed & {half.slot for half in again.half_days}
    slots = [half.slot for half in again.half_days]
    assert len(slots) == len(set(slots))
    for place, hours in ((Place.CENTRE, centre), (Place.COMPANY, company)):
        # Less than half an hour cannot be placed: the page says so.
        assert 0 <= hours * 60 - total(again.half_days, place) < SHORTEST


@given(cases(), st.integers(0, 40), st.integers(6 * 60, 18 * 60), st.integers(SHORTEST, LONGEST))
def test_no_two_half_days_of_a_day_overlap(case, day, begins, minutes):
    rhythm, start, centre, company, offset = case
    half = "morning" if begins < 12 * 60 else "afternoon"
    by_hand = HalfDay(start + timedelta(days=day), at(begins), half, minutes, Place.CENTRE)
    for kept in ((), (by_hand,)):
        laid = lay_out(rhythm, start, centre, company, offset=offset, kept=kept).half_days
        for one, other in pairwise(laid):
            assert one.on < other.on or ends_at(one.starts_at, one.minutes) <= other.starts_at


@given(cases())
def test_a_week_has_exactly_its_hours(case):
    rhythm, *_ = case
    for place in Place:
        if rhythm.goes_to(place):
            assert sum(week_minutes(rhythm, place).values()) == rhythm.weekly_minutes(place)


def test_three_weeks_in_centre_one_in_company():
    laid = lay_out(USUAL, date(2025, 11, 3), 420, 140).half_days
    by_week = {}
    for half in laid:
        by_week.setdefault(half.on.isocalendar().week, set()).add(half.place)
    assert by_week[45] == by_week[46] == by_week[47] == {Place.CENTRE}
    assert by_week[48] == {Place.COMPANY}
    assert (laid[0].on, laid[0].half, laid[0].minutes) == (date(2025, 11, 3), "morning", 210)


def test_the_eleventh_of_november_is_off_and_its_hours_come_later():
    laid = lay_out(Rhythm("c", 35, 0, WEEK, WEEK), date(2025, 11, 10), 35, 0).half_days
    assert date(2025, 11, 11) not in {half.on for half in laid}
    assert laid[-1].on == date(2025, 11, 17)


def test_a_week_wholly_closed_is_no_week_of_the_cycle():
    rhythm = Rhythm("ce", 35, 35, WEEK, WEEK, closed=(Closed(date(2025, 12, 22), date(2026, 1, 4), "Noël"),))
    laid = lay_out(rhythm, date(2025, 12, 15), 35, 35).half_days
    assert {half.on.isocalendar().week for half in laid if half.place == Place.CENTRE} == {51}
    assert {half.on.isocalendar().week for half in laid if half.place == Place.COMPANY} == {2}


def test_two_days_in_centre_and_three_in_company_in_the_same_week():
    rhythm = Rhythm("p", 35, 35, WEEK, WEEK, company_days=frozenset({2, 3, 4}))
    laid = lay_out(rhythm, date(2025, 11, 17), 28, 42).half_days
    assert {half.on.weekday() for half in laid if half.place == Place.CENTRE} == {0, 1}
    assert {half.on.weekday() for half in laid if half.place == Place.COMPANY} == {2, 3, 4}
    assert laid[-1].on == date(2025, 11, 28)


def test_a_shared_week_comes_in_its_turn_among_whole_weeks():
    rhythm = Rhythm("cpe", 35, 35, WEEK, WEEK, company_days=frozenset({4}))
    laid = lay_out(rhythm, date(2025, 11, 17), 63, 42).half_days
    assert [half.on for half in laid if half.place == Place.COMPANY][:2] == [date(2025, 11, 28)] * 2


def test_a_week_of_thirty_one_hours_and_a_half_shares_out_exactly():
    rhythm = Rhythm("c", Decimal("31.5"), 0, WEEK, WEEK)
    assert set(week_minutes(rhythm, Place.CENTRE).values()) == {185, 190}
    assert sum(week_minutes(rhythm, Place.CENTRE).values()) == 31 * 60 + 30


def test_a_group_may_begin_in_company():
    first = lay_out(USUAL, date(2025, 11, 3), 420, 140, offset=3).half_days[0]
    assert first.place == Place.COMPANY


def test_the_last_half_day_is_shortened():
    laid = lay_out(Rhythm("c", 35, 0, WEEK, WEEK), date(2025, 11, 3), 10, 0).half_days
    assert [half.minutes for half in laid] == [210, 210, 180]


def test_no_half_day_is_shorter_than_half_an_hour():
    rhythm = Rhythm("c", 30, 0, WEEK, WEEK, morning_minutes=175, afternoon_minutes=180)
    laid = lay_out(rhythm, date(2025, 11, 3), 6, 0).half_days
    assert sum(half.minutes for half in laid) == 360
    assert min(half.minutes for half in laid) >= SHORTEST


@pytest.mark.parametrize(
    ("rhythm", "centre", "company", "sentence"),
    [
        (
            Rhythm("c", 35, 35, WEEK, WEEK),
            420,
            140,
            "Le plan compte 140 h en entreprise et le rythme n'a aucune semaine",
        ),
        (Rhythm("e", 35, 35, WEEK, WEEK), 420, 140, "Le plan compte 420 h en centre et le rythme n'a aucune semaine"),
        (Rhythm("ce", 35, 0, WEEK, WEEK), 420, 140, "le rythme 0 h par semaine en entreprise"),
        (USUAL, 0, 0, "Le plan n'a encore aucune heure"),
        (Rhythm("c", 5, 0, WEEK, frozenset()), 900, 0, "après trois ans"),
    ],
)
def test_what_a_rhythm_can_never_reach_is_said_with_the_hours(rhythm, centre, company, sentence):
    laid = lay_out(rhythm, date(2025, 11, 3), centre, company)
    assert laid.half_days == ()
    assert sentence in " ".join(laid.faults)


def test_changes_by_hand_that_make_too_many_hours_are_said():
    kept = [HalfDay(date(2025, 11, 3) + timedelta(days=n), time(9), "morning", 210, Place.CENTRE) for n in range(4)]
    laid = lay_out(USUAL, date(2025, 11, 3), 10, 0, kept=kept)
    assert "4\u00a0h de plus en centre que les 10 h du plan" in laid.faults[0]


@pytest.mark.parametrize(
    ("rhythm", "field"),
    [
        (Rhythm("", 35, 35, WEEK, WEEK), "cycle"),
        (Rhythm("c" * 53, 35, 35, WEEK, WEEK), "cycle"),
        (Rhythm("c", 35, 35, frozenset(), frozenset()), "mornings"),
        (Rhythm("c", 35, 35, WEEK, WEEK, morning_at=time(13)), "morning_at"),
        (Rhythm("c", 35, 35, WEEK, WEEK, afternoon_minutes=400), "afternoon_minutes"),
        (Rhythm("c", 35, 35, WEEK, WEEK, time(9), 300, time(13), 240), "afternoon_at"),
        (Rhythm("c", 45, 35, WEEK, WEEK, time(9), 210, time(13), 210), "hours_centre"),
        (Rhythm("c", 0, 35, WEEK, WEEK), "hours_centre"),
        (Rhythm("e", 35, 60, WEEK, WEEK), "hours_company"),
        (Rhythm("c", 2, 35, WEEK, WEEK), "hours_centre"),
        (Rhythm("c", Decimal("31.25"), 35, WEEK, WEEK), "hours_centre"),
        (Rhythm("cp", 35, 35, WEEK, WEEK), "company_days"),
        (Rhythm("p", 35, 35, WEEK, WEEK, company_days=WEEK), "company_days"),
        (Rhythm("p", 35, 35, WEEK, WEEK, company_days=frozenset({4, 5})), "company_days"),
        (Rhythm("p", 35, 0, WEEK, WEEK, company_days=frozenset({4})), "hours_company"),
    ],
)
def test_a_rhythm_that_cannot_be_is_said_at_its_field(rhythm, field):
    assert list(rhythm_faults(rhythm)) == [field]


def test_mornings_alone_may_go_on_past_the_time_an_afternoon_would_begin():
    assert rhythm_faults(Rhythm("c", 25, 0, WEEK, frozenset(), time(9), 300, time(13))) == {}
