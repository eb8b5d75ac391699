"""The calendar of the plan in the life of the session: groups, the sheets of a week, one's own dates."""

import re
from datetime import date, datetime, time

import pypdfium2
import pytest
from django.test import Client
from icalendar import Calendar

import factories
from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.steps.convention.models import Convention, SigningOption
from defi.steps.design.actions import ModuleFacts, add_module, start_plan
from defi.steps.design.calendar import lessons
from defi.steps.design.calendar.actions import add_group, lay_calendar, remove_group, set_rhythm
from defi.steps.design.calendar.lessons import Lesson, Which
from defi.steps.design.calendar.rules import Rhythm
from defi.steps.design.calendar.ties import tie_employer
from defi.steps.design.calendar_models import CalendarGroup
from defi.steps.design.models import Module
from defi.steps.training import actions, queries
from defi.steps.training.actions import HalfDayFacts
from defi.steps.training.models import Attendance, AttendanceSheet
from defi.steps.training.queries.apart import apart
from defi.steps.training.queries.timetable import said_of

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


def teach(stage, group, last=date(2025, 11, 14), **lesson):
    which = Which(MONDAY, last)
    with clock.at(MONDAY):
        return lessons.teach(stage.coordinator, group.pk, which, Lesson(**lesson))


def blank(**typed):
    return HalfDayFacts(on=MONDAY, half="", minutes=0, **typed)


def module_of(stage):
    return Module.objects.get(operation=stage.operation)


def test_sheets_have_the_module_the_trainer_and_the_room_of_the_calendar(running, groups):
    teach(running, groups[0], module=module_of(running).pk, trainer=" Farid Exemple", room="salle 3")
    sheet = actions.open_week(running.trainer, running.session.pk, MONDAY, blank())[0]
    assert (sheet.module, sheet.module_label, sheet.place) == (module_of(running), "Gestes et postures", "salle 3")
    # The name of a member is a member: they sign by a click.
    assert (sheet.trainer_id, sheet.trainer_name) == (running.trainer.person_id, "Farid Exemple")
    other = running.sheet(date(2025, 11, 13), module_label="", trainer_id=None)
    assert (other.module_label, other.trainer_name, other.place) == ("Gestes et postures", "Farid Exemple", "salle 3")


def test_what_is_typed_is_kept_whatever_the_calendar_says(running, groups):
    teach(running, groups[0], module=module_of(running).pk, trainer="Odile Ailleurs", room="salle 3")
    typed = blank(module_label="Visite", trainer_name="Inès Invitée", place="à l'atelier")
    sheet = actions.open_week(running.trainer, running.session.pk, MONDAY, typed)[0]
    assert (sheet.module, sheet.module_label) == (None, "Visite")
    assert (sheet.trainer, sheet.trainer_name, sheet.place) == (None, "Inès Invitée", "à l'atelier")
    some = actions.open_week(running.trainer, running.session.pk, date(2025, 11, 12), blank(place="gymnase"))[0]
    assert (some.module_label, some.trainer_name, some.place) == ("Gestes et postures", "Odile Ailleurs", "gymnase")
    teach(running, groups[0], trainer="Une autre", room="salle 9")
    sheet.refresh_from_db()
    some.refresh_from_db()
    assert (sheet.place, some.trainer_name) == ("à l'atelier", "Odile Ailleurs")


def test_a_half_day_that_says_nothing_has_the_usual_trainer_and_place_of_its_module(running, groups):
    Module.objects.filter(operation=running.operation).update(trainer="Nadia Guide", place="Atelier bois")
    teach(running, groups[0], module=module_of(running).pk)
    sheet = actions.open_week(running.trainer, running.session.pk, MONDAY, blank())[0]
    assert (sheet.trainer_name, sheet.place) == ("Nadia Guide", "Atelier bois")


def test_what_the_calendar_does_not_say_is_asked_with_the_day(running, groups):
    with pytest.raises(Invalid, match=r"le module de cette demi-journée \(3.novembre.2025, matin\)"):
        actions.open_week(running.trainer, running.session.pk, MONDAY, blank(trainer_name="X"))
    teach(running, groups[0], module=module_of(running).pk)
    with pytest.raises(Invalid, match="Indiquez le nom du formateur"):
        actions.open_week(running.trainer, running.session.pk, MONDAY, blank())


def test_groups_that_differ_at_one_time_say_nothing_for_all(running, groups):
    teach(running, groups[0], date(2025, 11, 21), module=module_of(running).pk, trainer="A", room="salle 1")
    teach(running, groups[1], date(2025, 11, 21), module=module_of(running).pk, trainer="B", room="salle 1")
    slots = said_of(running.operation.pk, date(2025, 11, 17), date(2025, 11, 21))
    said = slots[date(2025, 11, 17), "morning"]
    assert (said.module, said.trainer, said.room, said.differ) == (module_of(running), "", "salle 1", True)
    assert not said_of(running.operation.pk, MONDAY, MONDAY)[MONDAY, "morning"].differ


def test_the_page_shows_what_the_calendar_says_and_proposes_nothing_in_its_place(running, groups):
    client = browser(running.coordinator)
    address = f"/operations/{running.operation.pk}/feuilles/semaine/"
    assert "Ce que dit le calendrier" not in client.get(address).content.decode()
    teach(running, groups[0], module=module_of(running).pk, trainer="Farid Exemple", room="salle 3")
    page = client.get(f"{address}?jour=2025-11-12").content.decode()
    assert "Gestes et postures, Farid Exemple, salle 3" in page
    assert f'value="{running.coordinator.person_id}" selected' not in page
    assert client.post(address, {"on": "2025-11-12"}).status_code == 303
    assert AttendanceSheet.objects.filter(module=module_of(running), place="salle 3").count() == 8
    single = f"/operations/{running.operation.pk}/feuilles/ouvrir/"
    assert "ce que dit le calendrier." in client.get(single).content.decode()
    assert client.post(single, {"on": "2025-11-04", "halves": ["morning"], "minutes": 210}).status_code == 303


def test_the_printed_sheet_says_the_room_of_each_half_day(running, groups):
    teach(running, groups[0], module=module_of(running).pk, trainer="Farid Exemple", room="salle 3")
    sheets = actions.open_week(running.trainer, running.session.pk, MONDAY, blank())
    document = actions.print_sheets(running.coordinator, running.session.pk, [sheet.pk for sheet in sheets])
    page = pypdfium2.PdfDocument(bytes(document.content))[0].get_textpage().get_text_bounded()
    assert "Salle ou lieu" in page
    assert page.count("salle 3") == len(sheets) == 10


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


def test_a_trainee_in_another_group_than_the_one_their_employer_follows_is_told_to_the_provider(running, groups):
    client, operation = browser(running.coordinator), running.operation
    pages = [f"/operations/{operation.pk}/groupes/", f"/operations/{operation.pk}/session/"]
    factories.a_pairing(running.people[0], factories.a_promise(operation, running.employer))
    said = "suit « Groupe B » : leurs semaines en entreprise ne sont pas les mêmes."
    assert apart(running.coordinator, operation) == []
    with scope(TASK):
        tie_employer(running.coordinator, groups[1].calendar_id, running.employer, {groups[1].pk})
    (sentence,) = apart(running.coordinator, operation)
    assert sentence.startswith(
        f"{running.people[0].person} suit « {groups[0].name} », mais Les Tilleuls, son employeur,"
    )
    assert sentence.endswith(said)
    for page in pages:
        assert "ne suivent pas le même groupe" in client.get(page).content.decode()
    actions.place_in_groups(running.coordinator, operation.pk, {running.ids[0]: groups[1].pk})
    assert apart(running.coordinator, operation) == []
    for page in pages:
        assert "ne suivent pas le même groupe" not in client.get(page).content.decode()


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


def test_the_signing_of_the_convention_is_among_the_dates_of_a_trainee(running, groups):
    client = browser(running.as_trainee(0))

    def shown():
        found = Calendar.from_ical(client.get("/mon-espace/mes-dates.ics").content).walk("VEVENT")
        return [event for event in found if str(event["UID"]).startswith("signature-")]

    assert shown() == []
    assert "La signature de la convention" not in client.get("/mon-espace/").content.decode()
    with scope(TASK):
        SigningOption.objects.create(
            operation=running.operation,
            title="Aide à domicile, session EOS n° 24-118-0932",
            on=date(2025, 11, 20),
            at=time(14, 30),
            place="Mairie de Châteaudun",
            state="held",
            proposed_on=MONDAY,
            decided_on=MONDAY,
        )
    (event,) = shown()
    assert event.decoded("DTSTART") == datetime(2025, 11, 20, 14, 30, tzinfo=clock.PARIS)
    assert (str(event["LOCATION"]), str(event["STATUS"])) == ("Mairie de Châteaudun", "TENTATIVE")
    page = client.get("/mon-espace/").content.decode()
    assert "La signature de la convention" in page
    assert "Mairie de Châteaudun" in page
    address = re.search(r"/lien/[\w-]+/", client.post("/mon-espace/suivre-mes-dates/").content.decode()).group()
    assert f"signature-{running.operation.pk}@defi" in Client().get(address).content.decode()
    with scope(TASK):
        Convention.objects.create(
            operation=running.operation, title="ASVF", state="draft", drafted_on=MONDAY, invited_on=MONDAY
        )
    assert str(shown()[0]["STATUS"]) == "CONFIRMED"
    with clock.at(date(2025, 11, 21)):
        assert "La signature de la convention" not in client.get("/mon-espace/").content.decode()
        # The calendar keeps what was.
        assert len(shown()) == 1
    with scope(TASK):
        SigningOption.objects.update(state="refused")
    assert shown() == []


def test_a_group_with_trainees_stays(running, groups):
    actions.place_in_groups(running.coordinator, running.operation.pk, {running.ids[0]: groups[1].pk})
    with pytest.raises(WrongState, match="Des stagiaires sont dans le groupe"):
        remove_group(running.coordinator, groups[1].pk)
