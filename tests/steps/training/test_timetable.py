"""The calendar of the plan in the life of the session: groups, the sheets of a week, one's own dates."""

import re
from datetime import date, time

import pytest
from django.test import Client
from icalendar import Calendar

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.steps.design.actions import ModuleFacts, add_module, start_plan
from defi.steps.design.calendar.actions import add_group, lay_calendar, remove_group, set_rhythm
from defi.steps.design.calendar.rules import Rhythm
from defi.steps.design.calendar_models import CalendarGroup
from defi.steps.training import actions, queries
from defi.steps.training.actions import HalfDayFacts
from defi.steps.training.models import Attendance, AttendanceSheet

pytestmark = pytest.mark.django_db

WEEK = frozenset(range(5))
MONDAY = date(2025, 11, 3)


@pytest.fixture
def groups(running):
    """Two groups: the second one begins in company."""
    with scope(TASK):
        plan = start_plan(running.coordinator, running.operation.pk)
        add_module(running.coordinator, plan.pk, ModuleFacts("Gestes et postures", "kept", 420, 140))
        calendar = set_rhythm(running.coordinator, plan.pk, Rhythm("ccce", 35, 35, WEEK, WEEK))
        lay_calendar(running.coordinator, calendar.pk)
        other = add_group(running.coordinator, calendar.pk, "Groupe B", 3)
        return CalendarGroup.objects.exclude(pk=other.pk).get(), other


def facts(stage):
    return HalfDayFacts(on=MONDAY, half="", minutes=0, module_label="Gestes", trainer_id=stage.trainer.person_id)


def test_the_sheets_of_a_week_are_those_of_the_calendar(running, groups):
    opened = actions.open_week(running.trainer, running.session.pk, date(2025, 11, 12), facts(running))
    # The eleventh of November is no day of training.
    assert [(sheet.on.day, sheet.half) for sheet in opened] == [
        (day, half) for day in (10, 12, 13, 14) for half in ("morning", "afternoon")
    ]
    assert (opened[0].starts_at, opened[0].minutes) == (time(9), 210)
    with pytest.raises(WrongState, match="ont déjà leur feuille"):
        actions.open_week(running.trainer, running.session.pk, date(2025, 11, 12), facts(running))
    with pytest.raises(WrongState, match="aucune demi-journée en centre"):
        actions.open_week(running.trainer, running.session.pk, date(2026, 4, 8), facts(running))


def test_a_trainee_in_company_by_their_calendar_is_not_on_the_sheet(running, groups):
    sheet = actions.open_week(running.trainer, running.session.pk, MONDAY, facts(running))[0]
    with scope(TASK):
        before = Attendance.objects.filter(sheet=sheet).count()
    moved = running.ids[0]
    assert actions.place_in_groups(running.coordinator, running.operation.pk, {moved: groups[1].pk}) == 1
    with scope(TASK):
        assert Attendance.objects.filter(sheet=sheet).count() == before - 1
        assert not Attendance.objects.filter(sheet=sheet, candidacy=moved).exists()
    actions.place_in_groups(running.coordinator, running.operation.pk, {moved: groups[0].pk})
    with scope(TASK):
        assert Attendance.objects.filter(sheet=sheet).count() == before


def test_who_may_place_and_whom(running, groups):
    first, other = groups
    person = running.ids[0]
    for actor in (running.trainer, running.officer, running.tutor):
        with pytest.raises(NotAllowed):
            actions.place_in_groups(actor, running.operation.pk, {person: other.pk})
    with pytest.raises(Unknown):
        actions.place_in_groups(running.stranger, running.operation.pk, {person: other.pk})
    for wrong in ({person: 0}, {0: other.pk}):
        with pytest.raises(Invalid, match="n'est pas de cette opération"):
            actions.place_in_groups(running.coordinator, running.operation.pk, wrong)
    with pytest.raises(WrongState, match="rien n'a changé"):
        actions.place_in_groups(running.coordinator, running.operation.pk, {person: first.pk})


def test_a_trainee_reads_their_own_dates(running, groups):
    actions.place_in_groups(running.coordinator, running.operation.pk, {running.ids[0]: groups[1].pk})
    with clock.at(MONDAY), scope(running.as_trainee(0)):
        mine = queries.my_space(running.as_trainee(0))
    with clock.at(MONDAY), scope(running.as_trainee(1)):
        theirs = queries.my_space(running.as_trainee(1))
    assert [stretch[0].value for stretch in mine.stretches[:2]] == ["company", "centre"]
    assert mine.stretches[0][1:] == (date(2025, 11, 3), date(2025, 11, 7))
    assert theirs.stretches[0][1:] == (date(2025, 11, 3), date(2025, 11, 21))


def test_groups_and_sheets_are_made_by_clicks(running, groups):
    client = browser(running.coordinator)
    address = f"/operations/{running.operation.pk}/groupes/"
    assert "Groupe B" in client.get(address).content.decode()
    typed = {f"person_{pk}": groups[0].pk for pk in running.ids} | {f"person_{running.ids[0]}": groups[1].pk}
    assert client.post(address, typed).status_code == 303
    week = {"on": "2025-11-17", "module_label": "Gestes", "trainer_name": "Odile Essai", "place": "Salle 2"}
    sheets = f"/operations/{running.operation.pk}/feuilles/semaine/"
    assert client.get(sheets).status_code == 200
    assert client.post(sheets, week).status_code == 303
    with scope(TASK):
        assert AttendanceSheet.objects.filter(on__gte=date(2025, 11, 17), on__lte=date(2025, 11, 21)).count() == 10
    refused = client.post(sheets, week)
    assert refused.status_code == 422
    assert "Salle 2" in refused.content.decode()


def test_the_dates_of_a_trainee_go_into_a_telephone(running, groups):
    client = browser(running.as_trainee(0))
    page = client.get("/mon-espace/").content.decode()
    assert "Mon calendrier" in page
    events = Calendar.from_ical(client.get("/mon-espace/mes-dates.ics").content).walk("VEVENT")
    assert sum((event.end - event.start).total_seconds() for event in events) == 560 * 3600


def test_a_trainee_follows_their_own_dates_whatever_their_group_becomes(running, groups):
    client = browser(running.as_trainee(0))
    page = client.post("/mon-espace/suivre-mes-dates/").content.decode()
    address = re.search(r"/lien/[\w-]+/", page).group()

    def first_day():
        return Calendar.from_ical(Client().get(address).content).walk("VEVENT")[0]["summary"]

    assert first_day() == "Formation en centre"
    actions.place_in_groups(running.coordinator, running.operation.pk, {running.ids[0]: groups[1].pk})
    assert first_day() == "Formation en entreprise"
    with pytest.raises(NotAllowed):
        actions.follow_own_dates(running.coordinator, running.ids[0])
    with pytest.raises(Unknown):
        actions.follow_own_dates(running.as_trainee(1), running.ids[0])


def test_a_group_with_trainees_stays(running, groups):
    actions.place_in_groups(running.coordinator, running.operation.pk, {running.ids[0]: groups[1].pk})
    with pytest.raises(WrongState, match="Des stagiaires sont dans le groupe"):
        remove_group(running.coordinator, groups[1].pk)
