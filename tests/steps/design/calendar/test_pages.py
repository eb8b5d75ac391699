"""The pages of the calendar: read by all who take part, changed by the provider, on paper and in a telephone."""

import io
import re
from datetime import date
from time import perf_counter

import pikepdf
import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.documents.french import NO_BREAK
from defi.operations.actions import add_partner
from defi.people.models import Account
from defi.steps.design.calendar import actions, queries
from defi.steps.design.calendar.printing import calendar_data
from defi.steps.design.calendar.reading import laid_faults
from defi.steps.design.calendar_models import CalendarGroup, PlanCalendar
from defi.steps.design.models import TrainingPlan
from design.calendar.stage import half_days, minutes

pytestmark = pytest.mark.django_db

RHYTHM = {
    "cycle": "3 centre, 1 entreprise",
    "hours_centre": "35",
    "hours_company": "35",
    "mornings": ["0", "1", "2", "3", "4"],
    "afternoons": ["0", "1", "2", "3", "4"],
    "morning_at": "09:00",
    "morning_minutes": "12:30",
    "afternoon_at": "13:30",
    "afternoon_minutes": "17:00",
}


def signed_in(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


@pytest.fixture
def lead(operation):
    return signed_in(Who.COORDINATOR, operation.provider)


@pytest.fixture
def employer(operation):
    organisation = make.an_employer()
    add_partner(make.an_officer(), operation.pk, organisation)
    return signed_in(Who.SIGNATORY, organisation)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode().replace(NO_BREAK, " "))


def test_the_calendar_is_made_by_clicks(lead, plan):
    address = f"/plans/{plan.pk}/calendrier/"
    assert "Le rythme n'est pas encore dit" in text(lead.get(address)).replace("&#x27;", "'")
    assert lead.post(f"{address}rythme/", RHYTHM).status_code == 303
    closed = {"first": "2025-12-22", "last": "2026-01-02", "label": "Noël"}
    assert lead.post(f"{address}fermetures/ajouter/", closed).status_code == 303
    with scope(TASK):
        version = PlanCalendar.objects.get().version
    assert lead.post(f"{address}poser/", {"version": version}).status_code == 303
    page = text(lead.get(address))
    assert "les heures tombent juste" in page
    assert "3 semaines en centre, puis 1 semaine en entreprise" in page
    assert "mardi 11 novembre 2025 : Armistice" in page
    assert "lundi 3 novembre 2025 : matin en centre, après-midi en centre" in page
    with scope(TASK):
        assert (minutes(CalendarGroup.objects.get(), "centre")) == 420 * 60


def test_a_rhythm_that_cannot_be_read_keeps_what_was_typed(lead, plan):
    address = f"/plans/{plan.pk}/calendrier/rythme/"
    refused = lead.post(address, RHYTHM | {"cycle": "trois au centre", "afternoon_minutes": "12:00"})
    assert refused.status_code == 422
    page = text(refused)
    assert "Écrivez les semaines dans l" in page
    assert "trois au centre" in page
    assert "Une demi-journée dure de 30 minutes à 5 h 30." in page


def test_a_rhythm_in_days_of_the_week_and_half_hours_is_typed_as_people_write_it(lead, plan):
    address = f"/plans/{plan.pk}/calendrier/rythme/"
    typed = RHYTHM | {"cycle": "partagée", "hours_centre": "31 h 30", "company_days": ["2", "3", "4"]}
    assert lead.post(address, typed | {"hours_centre": "beaucoup"}).status_code == 422
    assert "au moins un jour travaillé" in text(lead.post(address, typed | {"company_days": []}))
    assert lead.post(address, typed).status_code == 303
    page = text(lead.get(f"/plans/{plan.pk}/calendrier/"))
    assert "2 jours en centre (les lundi et mardi), 3 jours en entreprise (du mercredi au vendredi)" in page
    assert "31 h 30 par semaine en centre, 35 h en entreprise" in page
    assert 'value="31 h 30"' in text(lead.get(address))


def test_a_half_day_is_moved_then_kept_or_replaced(lead, plan, calendar, group):
    address = f"/plans/{plan.pk}/calendrier/"
    row = half_days(group)[0]
    moved = {"on": "2026-03-30", "half": "morning", "starts_at": "09:00", "minutes": "12:30", "place": "centre"}
    page = lead.get(f"/demi-journees/{row.pk}/")
    assert 'value="2025-11-03"' in text(page)
    assert lead.post(f"/demi-journees/{row.pk}/", moved | {"version": row.version}).status_code == 303
    stale = lead.post(f"/demi-journees/{row.pk}/", moved | {"version": row.version})
    assert stale.status_code == 422
    asked = text(lead.get(f"{address}poser/"))
    assert "2 demi-journées sont fixées à la main" in asked
    assert "Le garder, et poser le reste autour" in asked
    with scope(TASK):
        version = PlanCalendar.objects.get().version
    lead.post(f"{address}poser/", {"version": version, "by_hand": "replace"})
    assert half_days(group)[0].on == date(2025, 11, 3)


def test_a_half_day_is_refused_on_a_day_off_until_confirmed(lead, calendar, group):
    typed = {"on": "2025-11-11", "half": "morning", "starts_at": "09:00", "minutes": "12:30", "place": "centre"}
    address = f"/groupes-du-calendrier/{group.pk}/ajouter/"
    refused = lead.post(address, typed)
    assert refused.status_code == 422
    assert "Pas de formation ce jour-là (Armistice" in text(refused)
    assert lead.post(address, typed | {"confirmed": "on"}).status_code == 303
    assert half_days(group, on=date(2025, 11, 11))


def test_hours_that_do_not_add_up_are_on_top_of_the_page(lead, plan, calendar, group):
    row = half_days(group)[0]
    lead.post(f"/demi-journees/{row.pk}/", {"remove": "1"})
    page = text(lead.get(f"/plans/{plan.pk}/calendrier/"))
    assert "Le calendrier fait 416 h 30 en centre, le plan 420 h : il manque 3 h 30." in page
    week = text(lead.get(f"/plans/{plan.pk}/calendrier/semaine/2025-11-05/"))
    assert "31 h 30 en centre" in week


def test_a_rhythm_changed_since_is_said_until_the_calendar_is_laid_again(lead, plan, calendar):
    said = "Le rythme a changé depuis que ce calendrier a été posé"
    lead.post(f"/plans/{plan.pk}/calendrier/rythme/", RHYTHM | {"morning_at": "08:30"})
    assert said in lead.get(f"/plans/{plan.pk}/calendrier/").content.decode().replace(NO_BREAK, " ")
    with scope(TASK):
        view = queries.calendar_of(TASK, plan)
        assert said in calendar_data(view, view.groups[0]).faults[0]
        assert laid_faults(plan.pk, 420, 140, None) == []
        assert "il manque 1" in laid_faults(plan.pk, 421, 140, None)[0]


def test_a_second_group_has_its_own_weeks(lead, plan, calendar):
    lead.post(f"/plans/{plan.pk}/calendrier/groupes/ajouter/", {"name": "Groupe B", "offset": "3"})
    with scope(TASK):
        other = CalendarGroup.objects.get(name="Groupe B")
    page = text(lead.get(f"/plans/{plan.pk}/calendrier/?groupe={other.pk}"))
    assert "lundi 3 novembre 2025 : matin en entreprise" in page
    period = {"first": "2025-11-03", "last": "2025-11-07", "place": "centre"}
    assert lead.post(f"/groupes-du-calendrier/{other.pk}/periode/", period).status_code == 303
    assert half_days(other)[0].place == "centre"
    assert lead.post(f"/groupes-du-calendrier/{other.pk}/", {"remove": "1"}).status_code == 303
    with scope(TASK):
        assert not CalendarGroup.objects.filter(name="Groupe B").exists()


def test_a_closed_period_is_taken_away(lead, plan, calendar):
    with scope(TASK):
        period = calendar.closed.get()
    assert "Fermé du 22 décembre 2025 au 2 janvier 2026 (Noël)" in text(lead.get(f"/plans/{plan.pk}/calendrier/"))
    lead.post(f"/fermetures/{period.pk}/retirer/")
    with scope(TASK):
        assert not calendar.closed.exists()


def test_all_who_take_part_read_it_and_nobody_else(lead, employer, plan, calendar, group):
    officer = signed_in(Who.OFFICER, make.a_region())
    stranger = signed_in(Who.COORDINATOR, make.a_provider("Un autre organisme"))
    pages = ["", "semaine/2025-11-03/", "imprimer/", "agenda.ics"]
    for page in pages:
        address = f"/plans/{plan.pk}/calendrier/{page}"
        assert [who.get(address).status_code for who in (lead, employer, officer)] == [200, 200, 200]
        assert stranger.get(address).status_code == 404
    shown = text(employer.get(f"/plans/{plan.pk}/calendrier/"))
    assert "Modifier le rythme" not in shown
    for page in ("rythme/", "poser/", "fermetures/ajouter/", "groupes/ajouter/"):
        assert employer.get(f"/plans/{plan.pk}/calendrier/{page}").status_code == 403
    assert employer.get(f"/demi-journees/{half_days(group)[0].pk}/").status_code == 403


def test_nothing_is_changed_while_the_plan_is_submitted(lead, plan, calendar):
    with scope(TASK):
        TrainingPlan.objects.filter(pk=plan.pk).update(state="submitted")
    assert "Modifier le rythme" not in text(lead.get(f"/plans/{plan.pk}/calendrier/"))
    assert lead.get(f"/plans/{plan.pk}/calendrier/rythme/").status_code == 409


def test_nine_months_take_few_queries_and_little_time(lead, plan, coordinator, group):
    for number in range(1, 4):
        actions.add_group(coordinator, group.calendar_id, f"Groupe {number}", number)
    address = f"/plans/{plan.pk}/calendrier/"
    lead.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        started = perf_counter()
        assert lead.get(address).status_code == 200
        taken = perf_counter() - started
    assert len(seen) < 30
    # Measured by bench/plan_calendar.py (under 300 ms); here only that it does not grow wild on a busy machine.
    assert taken < 3


def test_a_week_that_does_not_exist_is_said(lead, plan, calendar):
    for key in ("hier", "2025-13-45", "0001-01-01", "9999-12-31"):
        assert lead.get(f"/plans/{plan.pk}/calendrier/semaine/{key}/").status_code == 404


# On paper and in a telephone


def test_the_printed_calendar_is_one_tagged_page(lead, plan, calendar):
    pdf = lead.get(f"/plans/{plan.pk}/calendrier/imprimer/").content
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    words = re.sub(r"\s+", " ", document[0].get_textpage().get_text_bounded())
    assert "nov. 2025" in words
    assert "420 h en centre, 140 h en entreprise" in words.replace(NO_BREAK, " ")
    assert "férié" in words
    assert "journée en centre" in words.replace(NO_BREAK, " ")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked


def test_the_file_has_each_half_day_once_at_the_hours_of_paris(lead, plan, calendar, group):
    events = Calendar.from_ical(lead.get(f"/plans/{plan.pk}/calendrier/agenda.ics").content).walk("VEVENT")
    assert len(events) == len(half_days(group))
    assert len({event["uid"] for event in events}) == len(events)
    assert sum((event.end - event.start).total_seconds() for event in events) == 560 * 3600
    assert events[0].start.isoformat() == "2025-11-03T09:00:00+01:00"


def test_an_identifier_stays_when_laid_again_and_the_sequence_grows(lead, plan, calendar, coordinator):
    address = f"/plans/{plan.pk}/calendrier/agenda.ics"
    before = Calendar.from_ical(lead.get(address).content).walk("VEVENT")
    actions.lay_calendar(coordinator, calendar.pk)
    after = Calendar.from_ical(lead.get(address).content).walk("VEVENT")
    assert [event["uid"] for event in before] == [event["uid"] for event in after]
    assert after[0]["sequence"] > before[0]["sequence"]


def test_a_secret_address_is_followed_without_account_until_replaced(lead, employer, plan, calendar, group):
    def asked(client):
        page = client.post(f"/plans/{plan.pk}/calendrier/suivre/", {"groupe": group.pk})
        return re.search(r"/lien/[\w-]+/", page.content.decode()).group()

    first, theirs = asked(lead), asked(employer)
    followed = Client().get(first)
    assert followed["Content-Type"].startswith("text/calendar")
    assert len(Calendar.from_ical(followed.content).walk("VEVENT")) == len(half_days(group))
    second = asked(lead)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == Client().get(theirs).status_code == 200
    with clock.at(date(2026, 7, 1)):
        assert Client().get(second).status_code == 410


# On the page of the plan


def test_the_summary_says_rhythm_dates_hours_and_faults(coordinator, plan, calendar, group):
    with scope(coordinator):
        shown = queries.summary(coordinator, plan)
    assert shown.sentence.startswith("3 semaines en centre, puis 1 semaine en entreprise ; 35 h par semaine")
    assert shown.groups[0].hours.replace(NO_BREAK, " ") == "420 h en centre, 140 h en entreprise"
    assert shown.checked.faults == []
    assert "la session finit le 10 avril 2026" in shown.checked.remarks[0]


# Two people at once, and a plan that is elsewhere


def test_the_second_of_two_people_sees_what_changed_in_a_half_day_and_keeps_what_they_typed(lead, calendar, group):
    row = half_days(group)[0]
    address = f"/demi-journees/{row.pk}/"
    seen = re.search(r'name="seen" value="([^"]*)"', lead.get(address).content.decode())[1]
    typed = {"on": "2025-11-03", "half": "morning", "starts_at": "09:00", "minutes": "12:30", "place": "centre"}
    assert lead.post(address, typed | {"minutes": "11:30", "version": row.version}).status_code == 303
    second = lead.post(address, typed | {"starts_at": "09:30", "version": row.version, "seen": seen})
    assert second.status_code == 422
    said = re.search(r"Ce qui a changé pendant que vous écriviez.*?</table>", text(second))[0]
    assert "Finit à" in said
    assert "11 h 30" in said
    assert "Commence à" not in said
    assert 'value="09:30"' in text(second)


def test_the_second_of_two_people_sees_what_changed_in_the_rhythm(lead, plan, calendar):
    address = f"/plans/{plan.pk}/calendrier/rythme/"
    page = lead.get(address).content.decode()
    seen, version = (re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("seen", "version"))
    assert lead.post(address, RHYTHM | {"hours_centre": "32", "version": version}).status_code == 303
    second = lead.post(address, RHYTHM | {"morning_at": "08:30", "version": version, "seen": seen})
    said = re.search(r"Ce qui a changé pendant que vous écriviez.*?</table>", text(second))[0]
    assert "Heures d&#x27;une semaine entière en centre" in said
    assert "32 h" in said
    assert "Le matin commence" not in said


def test_a_closure_beside_the_session_is_refused_with_its_dates(lead, plan, calendar):
    typed = {"first": "2026-08-01", "last": "2026-08-15", "label": "Été"}
    refused = lead.post(f"/plans/{plan.pk}/calendrier/fermetures/ajouter/", typed)
    assert refused.status_code == 422
    assert "La session va du 3 novembre 2025 au 10 avril 2026 : cette fermeture n&#x27;y ferme aucun jour" in text(
        refused
    )


def test_no_form_opens_on_a_plan_that_somebody_else_holds_and_the_page_says_who(lead, employer, plan, calendar):
    with scope(TASK):
        TrainingPlan.objects.filter(pk=plan.pk).update(state="submitted")
        TrainingPlan.objects.get(pk=plan.pk).turns.update(to=None)
    for page in ("decrire/", "modules/ajouter/", "calendrier/rythme/"):
        shown = lead.get(f"/plans/{plan.pk}/{page}")
        assert shown.status_code == 409
        assert "c&#x27;est le tour de" in text(shown)
        assert "<textarea" not in text(shown)
    sent = lead.post(f"/plans/{plan.pk}/calendrier/rythme/", RHYTHM | {"morning_at": "08:15"})
    assert sent.status_code == 422
    assert 'value="08:15"' in text(sent)
    assert employer.get(f"/plans/{plan.pk}/decrire/").status_code == 403
