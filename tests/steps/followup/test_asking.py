"""The first question of the follow-up leaves by itself: on its day, once, to who has not said; others are called."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import endings
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.mail.reviewing import look_again
from defi.kernel.models import FailingAddress, JournalEntry, Mail
from defi.operations.models import Operation
from defi.people.models import Person
from defi.schemes.months import add_months
from defi.schemes.rulebook import current
from defi.steps.followup import actions
from defi.steps.followup.asking import ask_when_due
from defi.steps.followup.rules import Said, is_asked_alone
from endings import LAST

ASK = "followup/mail/ask"
M3, M6 = add_months(LAST, 3), add_months(LAST, 6)
WEEK = timedelta(days=7)

pytestmark = pytest.mark.django_db

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days, st.none() | days, st.integers(0, 90), days)
def test_it_leaves_from_its_day_on_and_never_again_once_asked(due, asked_on, late, today):
    opens = due - WEEK
    alone = is_asked_alone(due, opens, asked_on=asked_on, days=late, today=today)
    if alone:
        assert due <= today
        assert (today - due).days <= late
        assert not is_asked_alone(due, opens, asked_on=today, days=late, today=today + timedelta(days=1))
    if asked_on and asked_on >= opens:
        assert not alone


def build():
    ending = endings.begun(seats=6, people=3, paired=3)
    ending.end()
    with scope(TASK):
        for n in (0, 1):
            Person.objects.filter(pk=ending.people[n].person_id).update(email=f"p{n}@example.org")
        Person.objects.filter(pk=ending.people[2].person_id).update(phone="06 12 34 56 78")
    return ending


@pytest.fixture(scope="module")
def over(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(over):
    over.refresh()
    return over


def asked():
    return sorted(Mail.objects.filter(purpose=ASK).values_list("address", flat=True))


def morning(day):
    with clock.at(day):
        return ask_when_due()


def test_on_its_day_each_with_a_mail_is_asked_once_and_the_journal_says_it(ending):
    assert morning(M3 - timedelta(days=1)) == 0
    assert [morning(M3 + timedelta(days=n)) for n in (0, 0, 1, 30)] == [2, 0, 0, 0]
    assert asked() == ["p0@example.org", "p1@example.org"]
    assert morning(M6) == 2
    entries = JournalEntry.objects.filter(verb="situation.ask", object_type="sourcing.candidacy")
    assert entries.count() == 4


def test_after_a_week_of_downtime_each_is_asked_once_and_nothing_old_leaves(ending):
    assert morning(M3 + WEEK) == 2
    assert morning(M3 + WEEK) == 0
    assert len(asked()) == 2


def test_a_moment_too_long_gone_is_left_to_the_phone(ending):
    assert morning(M3 + timedelta(days=current().followup_days + 1)) == 0
    assert asked() == []


def test_who_was_asked_by_hand_or_has_said_it_is_left_alone(ending):
    with clock.at(M3 - timedelta(days=3)):
        actions.ask_situation(ending.coordinator, ending.people[0].pk)
        said = Said("looking", "phone", M3 - timedelta(days=3))
        actions.record_situation(ending.coordinator, ending.people[1].pk, moment="m3", said=said)
    assert morning(M3) == 0
    assert asked() == ["p0@example.org"]


def test_who_says_it_before_the_mail_leaves_receives_nothing(ending):
    morning(M3)
    with clock.at(M3):
        said = Said("looking", "phone", M3)
        actions.record_situation(ending.coordinator, ending.people[0].pk, moment="m3", said=said)
        rows = list(Mail.objects.filter(purpose=ASK).order_by("pk"))
        assert [mail.address for mail in look_again(rows, clock.now())] == ["p1@example.org"]


def test_of_an_abandoned_operation_nobody_is_asked(ending):
    morning(M3)
    with scope(TASK):
        Operation.objects.filter(pk=ending.operation.pk).update(state="abandoned", closed_on=M3)
    with clock.at(M3):
        assert look_again(list(Mail.objects.filter(purpose=ASK)), clock.now()) == []
    assert morning(M6) == 0


def test_the_provider_reads_whom_to_call_with_the_number_until_it_is_noted(ending):
    shown = on_the_page(ending)
    assert "À appeler" in shown
    assert "06 12 34 56 78" in shown
    FailingAddress.objects.create(address="p1@example.org", since=clock.now())
    assert on_the_page(ending).count("Noter ce qu") == 2
    with clock.at(M3):
        for n in (1, 2):
            said = Said("looking", "phone", M3)
            actions.record_situation(ending.coordinator, ending.people[n].pk, moment="m3", said=said)
    assert "À appeler" not in on_the_page(ending)


def test_the_officer_reads_no_number(ending):
    with clock.at(M3):
        assert "06 12 34 56 78" not in page(browser(ending.officer), "followup:followup", ending.operation.pk)


def on_the_page(ending):
    with clock.at(M3):
        return page(browser(ending.coordinator), "followup:followup", ending.operation.pk)
