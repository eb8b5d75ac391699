"""The calendar of a plan: laid out of its rhythm, changed by hand, kept or replaced, refused with a sentence."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.steps.design.actions import ModuleFacts, add_module, start_plan
from defi.steps.design.calendar import actions
from defi.steps.design.calendar.actions import HalfDayFacts
from defi.steps.design.calendar.describing import calendar_rows, calendar_words
from defi.steps.design.calendar.reading import has_moved_on, rhythm_of
from defi.steps.design.calendar.rules import Closed, Rhythm
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, PlanCalendar
from defi.steps.design.models import Approval, TrainingPlan
from design.calendar.stage import CHRISTMAS, RHYTHM, START, WEEK, half_days, minutes

pytestmark = pytest.mark.django_db

MORNING = HalfDayFacts(date(2026, 3, 30), "morning", 210)


def test_the_calendar_makes_the_hours_of_the_plan(calendar, group):
    assert (minutes(group, "centre"), minutes(group, "company")) == (420 * 60, 140 * 60)
    assert half_days(group)[0].on == START
    assert not [row for row in half_days(group) if CHRISTMAS.first <= row.on <= CHRISTMAS.last]
    assert calendar.laid_on == date(2025, 6, 10)


def test_laying_out_is_one_entry_of_the_journal_whatever_the_half_days(calendar, group):
    entries = JournalEntry.objects.filter(verb="calendar.lay")
    assert {entry.object_type for entry in entries} == {"design.plancalendar", "design.calendargroup"}
    assert entries.count() == 2


def test_a_rhythm_that_cannot_be_is_refused_at_its_field(plan, coordinator):
    with pytest.raises(Invalid) as refused:
        actions.set_rhythm(coordinator, plan.pk, replace(RHYTHM, hours_company=60))
    assert list(refused.value.fields) == ["hours_company"]


def test_a_rhythm_that_never_reaches_the_hours_leaves_the_calendar_as_it_was(calendar, coordinator, plan, group):
    before = [row.pk for row in half_days(group)]
    actions.set_rhythm(coordinator, plan.pk, replace(RHYTHM, cycle="c"))
    with pytest.raises(Invalid, match="Le plan compte 140 h en entreprise"):
        actions.lay_calendar(coordinator, calendar.pk)
    assert [row.pk for row in half_days(group)] == before


def test_it_waits_for_the_dates_of_the_session():
    operation = make.an_operation()
    who = make.a_coordinator(operation)
    plan = start_plan(who, operation.pk)
    add_module(who, plan.pk, ModuleFacts("Gestes", "kept", 10, 0))
    calendar = actions.set_rhythm(who, plan.pk, RHYTHM)
    with pytest.raises(WrongState, match="La session n'a pas encore de dates"):
        actions.lay_calendar(who, calendar.pk)


def test_only_the_provider_that_leads_changes_it(calendar, operation, plan, group):
    trainer = make.actor(Who.TRAINER, operation.provider)
    employer = make.an_employer()
    add_partner(make.an_officer(), operation.pk, employer)
    stranger = make.actor(Who.COORDINATOR, make.a_provider("Un autre organisme"))
    for actor, refusal in (
        (trainer, NotAllowed),
        (make.an_officer(), NotAllowed),
        (make.actor(Who.SIGNATORY, employer), NotAllowed),
        (stranger, Unknown),
    ):
        with pytest.raises(refusal):
            actions.set_rhythm(actor, plan.pk, RHYTHM)
        with pytest.raises(refusal):
            actions.lay_calendar(actor, calendar.pk)
        with pytest.raises(refusal):
            actions.add_half_day(actor, group.pk, MORNING)
        with pytest.raises(refusal):
            actions.close_period(actor, calendar.pk, Closed(date(2026, 2, 16), date(2026, 2, 20)))
        with pytest.raises(refusal):
            actions.add_group(actor, calendar.pk, "Groupe B", 3)
        with pytest.raises(refusal):
            actions.place_period(actor, group.pk, START, START, "company")


def test_a_plan_that_is_submitted_keeps_its_calendar(calendar, coordinator, plan, group):
    with scope(TASK):
        TrainingPlan.objects.filter(pk=plan.pk).update(state="submitted")
    row = half_days(group)[0]
    for act in (
        lambda: actions.lay_calendar(coordinator, calendar.pk),
        lambda: actions.set_rhythm(coordinator, plan.pk, RHYTHM),
        lambda: actions.remove_half_day(coordinator, row.pk),
        lambda: actions.add_group(coordinator, calendar.pk, "Groupe B", 3),
    ):
        with pytest.raises(WrongState, match="reprenez-le"):
            act()


def test_two_people_at_once_the_second_is_told(calendar, coordinator, plan):
    actions.set_rhythm(coordinator, plan.pk, replace(RHYTHM, hours_centre=30), version=calendar.version)
    with pytest.raises(Stale):
        actions.set_rhythm(coordinator, plan.pk, RHYTHM, version=calendar.version)
    with pytest.raises(Stale):
        actions.lay_calendar(coordinator, calendar.pk, version=calendar.version)


# Closed periods


def test_a_closed_period_moves_what_stood_there_when_laid_again(calendar, coordinator, group):
    last = half_days(group)[-1].on
    period = actions.close_period(coordinator, calendar.pk, Closed(date(2026, 2, 16), date(2026, 2, 20), "Congés"))
    actions.lay_calendar(coordinator, calendar.pk)
    assert not half_days(group, on__range=(date(2026, 2, 16), date(2026, 2, 20)))
    assert minutes(group, "centre") == 420 * 60
    assert half_days(group)[-1].on > last
    actions.open_period(coordinator, period.pk)
    actions.lay_calendar(coordinator, calendar.pk)
    assert half_days(group)[-1].on == last


@pytest.mark.parametrize(
    ("period", "field"),
    [
        (Closed(date(2026, 2, 20), date(2026, 2, 16)), "last"),
        (Closed(date(2025, 12, 1), date(2026, 6, 1)), "last"),
        (Closed(date(2025, 12, 31), date(2026, 1, 5)), "first"),
    ],
)
def test_a_closed_period_that_cannot_be_is_refused(calendar, coordinator, period, field):
    with pytest.raises(Invalid) as refused:
        actions.close_period(coordinator, calendar.pk, period)
    assert list(refused.value.fields) == [field]


# By hand


def test_a_half_day_is_moved_and_its_former_place_stays_free(calendar, coordinator, group):
    row = half_days(group)[0]
    moved = actions.change_half_day(coordinator, row.pk, MORNING, version=row.version)
    assert (moved.on, moved.origin, moved.starts_at) == (MORNING.on, "hand", time(9))
    assert not half_days(group, on=START, half="morning")
    actions.lay_calendar(coordinator, calendar.pk, keep=True)
    assert not half_days(group, on=START, half="morning")
    assert half_days(group, on=MORNING.on, half="morning")
    assert minutes(group, "centre") == 420 * 60
    actions.lay_calendar(coordinator, calendar.pk, keep=False)
    assert half_days(group, on=START, half="morning")
    assert not half_days(group, origin="hand")


def test_a_half_day_moved_back_comes_back(calendar, coordinator, group):
    row = half_days(group)[0]
    moved = actions.change_half_day(coordinator, row.pk, MORNING)
    actions.change_half_day(coordinator, moved.pk, HalfDayFacts(START, "morning", 210))
    assert len(half_days(group, on=START, half="morning")) == 1
    assert minutes(group, "centre") == 420 * 60


def test_a_shortened_half_day_is_made_up_for_when_laid_again(calendar, coordinator, group):
    row = half_days(group)[0]
    actions.change_half_day(coordinator, row.pk, HalfDayFacts(row.on, "morning", 120))
    assert minutes(group, "centre") == 420 * 60 - 90
    actions.lay_calendar(coordinator, calendar.pk)
    assert half_days(group)[0].minutes == 120
    assert minutes(group, "centre") == 420 * 60


def test_a_half_day_taken_out_is_missing_until_laid_again(calendar, coordinator, group):
    row = half_days(group)[3]
    actions.remove_half_day(coordinator, row.pk, version=row.version)
    assert minutes(group, "centre") == 420 * 60 - row.minutes
    with pytest.raises(WrongState, match="retirée depuis"):
        actions.remove_half_day(coordinator, row.pk)
    actions.lay_calendar(coordinator, calendar.pk)
    assert minutes(group, "centre") == 420 * 60
    assert not half_days(group, on=row.on, half=row.half)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (HalfDayFacts(date(2025, 11, 11), "morning", 210), "on"),
        (HalfDayFacts(date(2025, 12, 24), "morning", 210), "on"),
        (HalfDayFacts(date(2025, 11, 9), "morning", 210), "on"),
        (HalfDayFacts(START, "morning", 210), "on"),
        (HalfDayFacts(date(2026, 4, 13), "morning", 210), "on"),
        (HalfDayFacts(date(2026, 3, 30), "morning", 20), "minutes"),
        (HalfDayFacts(date(2026, 3, 30), "morning", 210, starts_at=time(14)), "starts_at"),
        (HalfDayFacts(date(2026, 3, 30), "evening", 210), "half"),
        (HalfDayFacts(date(2026, 3, 30), "morning", 210, place="moon"), "place"),
    ],
)
def test_a_half_day_that_cannot_be_is_refused_at_its_field(calendar, coordinator, group, facts, field):
    with pytest.raises(Invalid) as refused:
        actions.add_half_day(coordinator, group.pk, facts)
    assert list(refused.value.fields) == [field]


def test_a_day_off_may_be_confirmed(calendar, coordinator, group):
    facts = HalfDayFacts(date(2025, 11, 11), "morning", 210, confirmed=True)
    added = actions.add_half_day(coordinator, group.pk, facts)
    assert added.unusual_day
    actions.lay_calendar(coordinator, calendar.pk)
    assert half_days(group, on=date(2025, 11, 11), half="morning")


def test_a_period_is_spent_in_company_and_stays_so(calendar, coordinator, group):
    first, last = date(2025, 11, 3), date(2025, 11, 7)
    assert actions.place_period(coordinator, group.pk, first, last, "company") == 10
    assert {row.place for row in half_days(group, on__range=(first, last))} == {"company"}
    actions.lay_calendar(coordinator, calendar.pk)
    assert {row.place for row in half_days(group, on__range=(first, last))} == {"company"}
    assert (minutes(group, "centre"), minutes(group, "company")) == (420 * 60, 140 * 60)
    with pytest.raises(WrongState, match="déjà ainsi"):
        actions.place_period(coordinator, group.pk, first, last, "company")


# Groups


def test_a_group_may_be_in_company_other_weeks(calendar, coordinator, group):
    other = actions.add_group(coordinator, calendar.pk, "Groupe B", 3)
    assert half_days(other)[0].place == "company"
    assert half_days(group)[0].place == "centre"
    assert minutes(other, "centre") == 420 * 60
    actions.change_group(coordinator, other.pk, "Groupe du mardi", 2, version=other.version)
    assert half_days(other)[0].place == "centre"


def test_a_group_is_named_once_and_begins_within_the_rhythm(calendar, coordinator, group):
    for name, offset, field in (("Tout le GROUPE", 0, "name"), ("  ", 0, "name"), ("Groupe B", 4, "offset")):
        with pytest.raises(Invalid) as refused:
            actions.add_group(coordinator, calendar.pk, name, offset)
        assert list(refused.value.fields) == [field]


def test_the_last_group_stays(calendar, coordinator, group):
    other = actions.add_group(coordinator, calendar.pk, "Groupe B", 3)
    actions.remove_group(coordinator, other.pk)
    with scope(TASK):
        assert CalendarGroup.objects.count() == 1
    with pytest.raises(WrongState, match="au moins un groupe"):
        actions.remove_group(coordinator, group.pk)


# What the database holds


def test_the_database_holds_no_half_day_twice_and_none_impossible(calendar, group):
    with scope(TASK):
        row = CalendarHalfDay.objects.filter(group=group).first()
        facts = {"operation_id": row.operation_id, "group": group, "place": "centre"}
        for on, half, at, length in (
            (row.on, row.half, row.starts_at, 60),
            (date(2026, 3, 30), "morning", time(9), 10),
            (date(2026, 3, 30), "morning", time(14), 60),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                CalendarHalfDay.objects.create(on=on, half=half, starts_at=at, minutes=length, **facts)
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanCalendar.objects.filter(pk=calendar.pk).update(cycle="cx")


def test_the_rhythm_comes_back_as_it_was_said(plan, coordinator):
    said = Rhythm("cceec", 32, 28, WEEK, frozenset({0, 1, 2, 3}), time(8, 30), 240, time(13), 180)
    calendar = actions.set_rhythm(coordinator, plan.pk, said)
    calendar.refresh_from_db()
    assert rhythm_of(calendar, []) == said


def test_a_shared_week_and_half_hours_come_back_as_they_were_said_and_make_the_hours_of_the_plan(plan, coordinator):
    said = Rhythm("p", Decimal("31.5"), 35, WEEK, WEEK, company_days=frozenset({4}))
    calendar = actions.set_rhythm(coordinator, plan.pk, said)
    laid = actions.lay_calendar(coordinator, calendar.pk)
    with scope(TASK):
        laid.refresh_from_db()
        group = CalendarGroup.objects.get(calendar=calendar)
        assert rhythm_of(laid, []) == said
        assert not has_moved_on(laid, said)
    assert (minutes(group, "centre"), minutes(group, "company")) == (420 * 60, 140 * 60)
    assert {row.on.weekday() for row in half_days(group, place="company", on__lt=date(2026, 1, 1))} == {4}


def test_a_calendar_laid_before_weeks_could_have_a_half_is_still_the_one_it_was_laid_out_of(calendar):
    kept = {"cycle": "ccce", "hours_centre": "35", "hours_company": "35", "mornings": "01234", "afternoons": "01234"}
    with scope(TASK):
        calendar.refresh_from_db()
        assert kept.items() <= calendar.laid_rhythm.items()
        assert "company_days" not in calendar.laid_rhythm


# Approvals


def approved(plan, coordinator):
    """A plan back in its provider's hands, that the Region had approved."""
    with scope(TASK):
        return Approval.objects.create(
            operation_id=plan.operation_id,
            plan=plan,
            organisation=make.a_region(),
            edition=1,
            approved_on=clock.today(),
        )


def stands(approval):
    with scope(TASK):
        return Approval.objects.get(pk=approval.pk).cancelled_on is None


def test_an_approval_falls_with_each_change_of_the_calendar(calendar, coordinator, plan, group):
    first = half_days(group)[0]
    for change in (
        lambda: actions.set_rhythm(coordinator, plan.pk, replace(RHYTHM, morning_at=time(8, 30))),
        lambda: actions.close_period(coordinator, calendar.pk, Closed(date(2026, 2, 16), date(2026, 2, 20))),
        lambda: actions.lay_calendar(coordinator, calendar.pk),
        lambda: actions.change_half_day(coordinator, half_days(group)[0].pk, HalfDayFacts(first.on, "morning", 180)),
        lambda: actions.change_half_day(coordinator, half_days(group)[0].pk, MORNING),
        lambda: actions.place_period(coordinator, group.pk, START, START, "company"),
        lambda: actions.remove_half_day(coordinator, half_days(group)[2].pk),
        lambda: actions.add_group(coordinator, calendar.pk, "Groupe B", 2),
    ):
        approval = approved(plan, coordinator)
        change()
        assert not stands(approval)


def test_an_approval_survives_what_changes_nothing(calendar, coordinator, plan):
    approval = approved(plan, coordinator)
    actions.set_rhythm(coordinator, plan.pk, RHYTHM)
    actions.lay_calendar(coordinator, calendar.pk)
    assert stands(approval)


def test_the_calendar_of_an_edition_says_what_was_changed_by_hand(calendar, coordinator, plan, group):
    actions.change_half_day(coordinator, half_days(group)[0].pk, MORNING)
    actions.place_period(coordinator, group.pk, date(2025, 12, 8), date(2025, 12, 12), "company")
    said = calendar_words(calendar_rows(plan.pk)).replace("\u00a0", " ")
    assert said.startswith("3 semaines en centre, puis 1 semaine en entreprise ; 35 h par semaine")
    assert "à la main : 3 novembre 2025 matin retiré, du 8 décembre 2025 matin au 12 décembre 2025 après-midi" in said
    assert "en entreprise (10 demi-journées, 35 h), 30 mars 2026 matin 9 h – 12 h 30 en centre" in said


def test_a_half_day_by_hand_never_overlaps_the_other_half_of_its_day(calendar, coordinator, group):
    morning, afternoon = half_days(group)[:2]
    with pytest.raises(Invalid, match=r"30.min après le début de l'après-midi") as refused:
        actions.change_half_day(coordinator, morning.pk, HalfDayFacts(START, "morning", 300))
    assert list(refused.value.fields) == ["starts_at"]
    actions.remove_half_day(coordinator, morning.pk)
    with pytest.raises(Invalid, match=r"30.min après"):
        actions.add_half_day(coordinator, group.pk, HalfDayFacts(START, "morning", 300))
    actions.change_half_day(coordinator, afternoon.pk, HalfDayFacts(START, "afternoon", 180, starts_at=time(14)))
    added = actions.add_half_day(coordinator, group.pk, HalfDayFacts(START, "morning", 300))
    assert half_days(group)[0] == added


def test_laying_again_after_the_rhythm_changed_cancels_what_was_approved_meanwhile(calendar, coordinator, plan):
    actions.set_rhythm(coordinator, plan.pk, replace(RHYTHM, cycle="ecc"))
    assert "Le rythme a changé depuis que ce calendrier a été posé" in calendar_words(calendar_rows(plan.pk))
    approval = approved(plan, coordinator)
    actions.lay_calendar(coordinator, calendar.pk)
    assert not stands(approval)
    assert "a changé depuis" not in calendar_words(calendar_rows(plan.pk))
