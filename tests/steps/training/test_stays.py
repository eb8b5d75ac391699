"""On a day on which somebody is not in training, interrupted or gone, nothing is asked of them nor counted missed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser, page
from defi.journey.gathering import gather
from defi.journey.projection import rewrite
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Invalid
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.company_hours import counted_of, expected
from defi.steps.training.half_days import ledger
from defi.steps.training.interruptions import Stay
from defi.steps.training.models import CompanyPresence, Placement, Suspension
from defi.steps.training.placement_printing import immersion_data
from defi.steps.training.queries.hours import absences_page, ledger_page
from defi.steps.training.queries.periods import placement_rows
from defi.steps.training.queries.presence import month_page
from training.periods import FIRST, HALVES, LAST, agreed, in_the_evening, paper, there
from training.test_company import owed
from training.test_hours_agree import a_locked_sheet

AWAY, BACK = date(2025, 12, 30), date(2026, 1, 6)
days = st.dates(date(2026, 1, 1), date(2026, 1, 31))
interruptions = st.builds(
    lambda first, length: Suspension(from_on=first, ended_on=first + timedelta(days=length) if length else None),
    days,
    st.none() | st.integers(1, 20),
)
stays = st.builds(Stay, st.none() | days, st.lists(interruptions, max_size=2).map(tuple))


def plain(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'").split())


@given(stays, days)
def test_a_day_is_of_a_training_unless_it_comes_after_the_last_one_or_falls_within_an_interruption(stay, day):
    gone = stay.left_on is not None and day > stay.left_on
    away = any(one.from_on <= day and (one.ended_on is None or day < one.ended_on) for one in stay.away)
    assert stay.has(day) is not (gone or away)
    assert stay.counts(day, "present")
    assert stay.counts(day, "absent") is stay.has(day)


@given(stays, st.data())
def test_in_company_the_ledger_is_the_sum_of_what_was_signed_on_the_days_of_the_training(stay, data):
    period = Placement(state="begun", starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 16), weekdays="12345", hours=70)
    said = data.draw(st.lists(st.sampled_from(["", "present", "absent"]), min_size=20, max_size=20))
    rows = [
        CompanyPresence(on=due.on, half=due.half, minutes=due.minutes, state=state)
        for due, state in zip(expected(period), said, strict=True)
        if state
    ]
    account = ledger([], [counted_of(period, rows, stay, lapsed=False)]).company
    assert account.done == sum(row.minutes for row in rows if row.state == "present")
    assert account.missed == sum(row.minutes for row in rows if row.state == "absent" and stay.has(row.on))
    assert account.planned == account.done + account.missed + account.waiting
    answered = {(row.on, row.half) for row in rows}
    assert account.waiting == sum(d.minutes for d in expected(period) if stay.has(d.on) and d.key not in answered)


@pytest.fixture
def away(running):
    """A period on 5 and 6 January, agreed; on 30 December the trainee interrupts until the second day."""
    placement = agreed(running)
    with clock.at(AWAY):
        actions.suspend_path(running.coordinator, running.ids[0], on=AWAY, why="job", expected_on=BACK)
    return running, placement


def unexplained(stage):
    with scope(TASK):
        return gather([stage.operation])[stage.operation.pk].unexplained


def company_of(stage, n=0):
    row = next(r for r in ledger_page(stage.coordinator, stage.operation).rows if r.candidacy.pk == stage.ids[n])
    return row.ledger.company


def test_a_half_day_within_an_interruption_is_neither_asked_nor_signed(away):
    stage, placement = away
    with clock.at(in_the_evening(FIRST)):
        shown = plain(page(browser(stage.tutor), "training:presence_in_company", placement.pk))
        assert "Je signe sa présence" not in shown
        assert "interrompue depuis le 30 déc. 2025. Depuis ce jour, sa présence ne se signe plus" in shown
        assert "Rien à signer avant" not in shown
        for sign in (
            lambda: actions.sign_presence(stage.tutor, placement.pk, there(HALVES[0], state="absent")),
            lambda: actions.record_presence(stage.coordinator, placement.pk, there(HALVES[0]), paper()),
        ):
            with pytest.raises(Invalid, match="interrompue depuis le 30 décembre 2025") as refused:
                sign()
            assert "déplace la période, l'annule ou y met fin" in str(refused.value)
        rewrite([stage.operation.pk], clock.today())
        assert "placement.attend" not in owed(stage.tutor)
        assert Placement.objects.get(pk=placement.pk).state == "planned"


def test_once_back_only_the_days_after_the_return_are_asked_and_they_end_the_period(away):
    stage, placement = away
    with clock.at(BACK):
        actions.resume_path(stage.coordinator, stage.ids[0], on=BACK)
    with clock.at(in_the_evening(LAST)):
        with pytest.raises(Invalid, match="était interrompue du 30 décembre 2025 au 6 janvier 2026"):
            actions.sign_presence(stage.tutor, placement.pk, there(HALVES[1]))
        shown = plain(page(browser(stage.tutor), "training:presence_in_company", placement.pk))
        assert "Mardi 6 janvier 2026" in shown
        assert "Lundi 5 janvier 2026" not in shown
        actions.sign_presence(stage.tutor, placement.pk, there(*HALVES[2:]))
        done = Placement.objects.get(pk=placement.pk)
        assert (done.state, done.begun_on, done.hours_done) == ("done", LAST, 7)
        kept = company_of(stage)
        assert [day.on for day in immersion_data(done).presences] == [LAST]
    assert (kept.planned, kept.done, kept.missed, kept.waiting) == (7 * 60, 7 * 60, 0, 0)


def test_who_leaves_while_interrupted_has_their_period_cancelled_and_nobody_is_asked(away):
    stage, placement = away
    with clock.at(in_the_evening(LAST)):
        leave_training(stage.coordinator, stage.ids[0], code="personal_choice")
    assert Placement.objects.get(pk=placement.pk).state == "cancelled"


def test_a_period_whose_person_may_still_be_back_does_not_end_by_itself(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
    with clock.at(LAST):
        actions.suspend_path(running.coordinator, running.ids[0], on=LAST, why="job")
        assert Placement.objects.get(pk=placement.pk).state == "begun"
    with clock.at(in_the_evening(LAST + timedelta(days=3))):
        actions.finish_placement(running.coordinator, placement.pk, on=LAST)
        kept = company_of(running)
    assert (kept.planned, kept.done, kept.missed, kept.waiting) == (7 * 60, 7 * 60, 0, 0)


def test_an_absence_within_an_interruption_is_not_made_a_presence(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:3], state="absent"))
        actions.suspend_path(running.coordinator, running.ids[0], on=LAST, why="job")
        with pytest.raises(Invalid, match="interrompue depuis"):
            actions.correct_presence(running.coordinator, placement.pk, HALVES[2], "present", reason="Erreur.")
        assert company_of(running).missed == 7 * 60


def test_the_pages_of_periods_ask_as_many_questions_whatever_the_interruptions(running):
    for n in range(3):
        agreed(running, n)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            placement_rows(running.coordinator, running.operation)
            ledger_page(running.coordinator, running.operation)
            rewrite([running.operation.pk], clock.today())
        return len(seen)

    with clock.at(in_the_evening(FIRST)):
        few = asked()
        for n in range(3):
            actions.suspend_path(running.coordinator, running.ids[n], on=FIRST, why="job")
        assert asked() <= few + 1


def test_after_the_day_of_leaving_nothing_is_missed_in_the_firm(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[2:3], state="absent"))
        leave_training(running.coordinator, running.ids[0], code="personal_choice", on=FIRST)
        kept = company_of(running)
        statement = month_page(running.coordinator, running.session, FIRST)
        mine = page(browser(running.as_trainee(0)), "training:my_presence")
    assert (kept.planned, kept.done, kept.missed, kept.waiting) == (7 * 60, 7 * 60, 0, 0)
    row = next(row for row in statement.rows if row.candidacy.pk == running.ids[0])
    assert row.account.figures == [7 * 60, 7 * 60, 0, 0]
    assert not any("absence" in note for note in row.notes)
    assert "Absent sans justificatif" not in mine


def test_after_the_day_of_leaving_nothing_is_missed_in_the_centre(running):
    first, later = date(2025, 11, 4), date(2025, 12, 2)
    a_locked_sheet(running, first, "morning", ["present", "present", "absent"])
    a_locked_sheet(running, later, "morning", ["absent", "present", "present"])
    with clock.at(later + timedelta(days=1)):
        leave_training(running.coordinator, running.ids[0], code="found_job", on=date(2025, 11, 28))
        row = next(
            r for r in ledger_page(running.coordinator, running.operation).rows if r.candidacy.pk == running.ids[0]
        )
        assert (row.ledger.centre.planned, row.ledger.centre.done, row.ledger.centre.missed) == (210, 210, 0)
        assert not absences_page(running.coordinator, row.candidacy).rows
        assert unexplained(running) == (first,)
        december = month_page(running.coordinator, running.session, later).rows
        assert running.ids[0] not in [one.candidacy.pk for one in december]
