"""A period whose first day passed without the three signatures did not begin: its trainee is expected in the centre."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser, page
from defi.kernel import clock
from defi.kernel.models import JournalEntry
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.actions.group import expect_again
from defi.steps.training.company_hours import away_of
from defi.steps.training.models import Attendance, Placement
from defi.steps.training.progress import progress
from defi.steps.training.queries.hours import ledger_page
from defi.steps.training.tasks import expect_again_in_the_centre
from training.conftest import no_name_in_the_journal
from training.periods import FIRST, LAST, agreed, in_the_evening, paper, planned, there

# From Monday to Friday, full days.
WEEK = {"ends_on": FIRST + timedelta(days=4), "hours": 35}
NEXT, LATER = FIRST + timedelta(days=1), FIRST + timedelta(days=3)


def plain(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'").split())


@given(st.integers(0, 20), st.booleans())
def test_a_period_leaves_no_time_for_the_centre_until_its_end_or_when_it_did_not_begin_on_its_first_day_alone(
    n, lapsed
):
    period = Placement(
        pk=1, candidacy_id=7, state="planned", starts_on=FIRST, ends_on=FIRST + timedelta(days=n), hours=10 * (n + 1)
    )
    away = away_of([period], {1} if lapsed else set())[7]
    worked = {day for k in range(n + 1) if (day := FIRST + timedelta(days=k)).weekday() < 5}
    assert away == (away_of([period], set())[7] & {FIRST} if lapsed else worked)


@pytest.fixture
def lapsed(running):
    """From 5 to 9 January, nobody signed; a sheet of the 8th was opened before."""
    with clock.at(FIRST - timedelta(days=3)):
        placement = planned(running, **WEEK)
        sheet = running.sheet(on=LATER)
    return running, placement, sheet


def on_sheet(sheet):
    return set(Attendance.objects.filter(sheet=sheet).values_list("candidacy_id", flat=True))


def test_sheets_opened_before_and_after_expect_the_trainee_again_and_once_is_enough(lapsed):
    stage, _placement, before = lapsed
    assert stage.ids[0] not in on_sheet(before)
    with clock.at(FIRST):
        assert expect_again() == 0
    with clock.at(NEXT):
        expect_again_in_the_centre(0)
        assert stage.ids[0] in on_sheet(before)
        told = JournalEntry.objects.count()
        assert expect_again() == 1
        assert JournalEntry.objects.count() == told
        assert stage.ids[0] in on_sheet(stage.sheet(on=NEXT))
    assert no_name_in_the_journal(stage)


def test_a_paper_signed_in_time_and_noted_late_takes_them_off_again(lapsed):
    stage, placement, before = lapsed
    with clock.at(NEXT):
        expect_again()
        actions.record_signed_paper(
            stage.coordinator, placement.pk, ["trainee", "employer", "provider"], paper(), on=FIRST
        )
        assert stage.ids[0] not in on_sheet(before)


def test_the_trainee_reads_that_it_did_not_begin_and_where_to_go(lapsed):
    stage, _placement, _sheet = lapsed
    with clock.at(FIRST):
        assert "n'a pas commencé" not in plain(page(browser(stage.as_trainee(0)), "training:my_space"))
    with clock.at(NEXT):
        expect_again()
        shown = plain(page(browser(stage.as_trainee(0)), "training:my_space"))
    assert "Ma période en entreprise n'a pas commencé" in shown
    assert "N'allez pas dans l'entreprise : venez au centre" in shown
    assert "8 janv" in shown.split("venez au centre")[1]


def test_neither_the_ledger_nor_the_report_waits_for_it(lapsed):
    stage, placement, _sheet = lapsed
    with clock.at(NEXT):
        row = next(r for r in ledger_page(stage.coordinator, stage.operation).rows if r.candidacy.pk == stage.ids[0])
        assert (row.ledger.company.planned, row.ledger.company.waiting) == (0, 0)
        part = next(p for p in progress(stage.operation, NEXT).employers if p.organisation_id == stage.employer.pk)
        assert [period.split(", ")[-1] for one in part.trainees for period in one.periods] == ["n'a pas commencé"]
        assert "n'a pas commencé" in plain(page(browser(stage.tutor), "training:placement", placement.pk))


def test_somebody_who_left_reads_their_last_day_and_no_end_of_the_session(running):
    with clock.at(date(2025, 12, 2)):
        leave_training(running.coordinator, running.ids[0], code="found_job")
        shown = plain(page(browser(running.as_trainee(0)), "training:my_space"))
    assert "Ma formation s'est arrêtée" in shown
    assert "Mon dernier jour : le 2 déc. 2025" in shown
    assert "Ma formation dure" not in shown


def test_once_talked_over_the_same_day_a_period_is_not_announced_as_to_come(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there())
        actions.debrief_placement(running.coordinator, placement.pk, on=LAST, learnt="Les gestes du matin.")
        shown = plain(page(browser(running.as_trainee(0)), "training:my_space"))
    assert "Vous allez en entreprise" not in shown
    assert "Vous êtes en entreprise" in shown
