"""Half-days in centre and their modules: spread in order, given by hand, kept when laid again, said everywhere."""

from datetime import date

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

import factories as make
from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.documents import render
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.steps.design.actions import ModuleFacts, add_module, remove_module
from defi.steps.design.calendar import actions, lessons
from defi.steps.design.calendar.describing import calendar_rows, calendar_words
from defi.steps.design.calendar.lessons import Lesson, Which
from defi.steps.design.calendar.printing import calendar_data, week_runs
from defi.steps.design.calendar.queries import calendar_of, group_half_days, teaching
from defi.steps.design.calendar.teaching import Given, Wanted, gap_sentences, hours_given, spread
from defi.steps.design.documents.calendar import CALENDAR, CalendarData, MonthColumn, Square
from defi.steps.design.documents.calendar import Lesson as Numbered
from defi.steps.design.models import Approval, Module, TrainingPlan
from design.calendar.stage import START, half_days

ALL = Which(date(2025, 11, 3), date(2026, 6, 30))
MONDAY = Which(START, START)


def plain(words):
    return words.replace("\u00a0", " ")


# The rule


@given(
    st.lists(st.integers(30, 330), max_size=120),
    st.lists(st.integers(0, 6000), max_size=20),
)
def test_modules_follow_their_order_and_each_gets_its_hours_to_less_than_a_half_day(lengths, minutes):
    wanted = list(enumerate(minutes))
    laid = spread(lengths, wanted)
    named = [module for module in laid if module is not None]
    assert len(laid) == len(lengths)
    assert named == sorted(named)
    assert laid[len(named) :] == [None] * (len(laid) - len(named))
    given_to = {module: sum(n for n, m in zip(lengths, laid, strict=True) if m == module) for module in named}
    for module in named[:1] + [m for m in named if m != named[-1]]:
        assert given_to[module] - minutes[module] < max(lengths)
        assert module == named[-1] or minutes[module] - given_to[module] < max(lengths)


def test_modules_of_whole_half_days_get_exactly_their_hours():
    assert spread([210] * 6, [(1, 420), (2, 630)]) == [1, 1, 2, 2, 2, None]


def test_hours_given_to_a_module_that_are_not_those_of_the_plan_are_said():
    modules = [Wanted(1, "Hygiène", 840), Wanted(2, "Repas", 420), Wanted(3, "Gestes", 0)]
    lines = hours_given(modules, [Given(START, 210, 1), Given(START, 210, 2), Given(START, 420, 2), Given(START, 60)])
    assert [plain(sentence) for sentence in gap_sentences(lines)] == [
        "« Hygiène » : 3 h 30 au calendrier, 14 h au plan : il manque 10 h 30.",
        "« Repas » : 10 h 30 au calendrier, 7 h au plan : il y a 3 h 30 de trop.",
    ]
    assert gap_sentences(hours_given(modules, [Given(START, 210)])) == []


# By hand and in order


@pytest.fixture
def modules(db, plan, coordinator):
    """420 h in centre in three modules; the calendar is laid after them."""
    with scope(TASK):
        first = Module.objects.get(plan=plan)
        Module.objects.filter(pk=first.pk).update(hours_centre=385)
    return [
        first,
        add_module(coordinator, plan.pk, ModuleFacts("Hygiène", "kept", 21)),
        add_module(coordinator, plan.pk, ModuleFacts("Repas", "kept", 14)),
    ]


def titles(group, **where):
    with scope(TASK):
        return [row.module.title if row.module else "" for row in half_days(group, **where)]


def test_modules_are_spread_in_order_and_make_the_hours_of_the_plan(modules, calendar, coordinator, group):
    assert lessons.spread_modules(coordinator, group.pk) == 120
    in_centre = titles(group, place="centre")
    assert in_centre[:110] == ["Gestes du quotidien"] * 110
    assert in_centre[110:] == ["Hygiène"] * 6 + ["Repas"] * 4
    assert set(titles(group, place="company")) == {""}
    with pytest.raises(WrongState, match="déjà posés ainsi"):
        lessons.spread_modules(coordinator, group.pk, keep=False)


def test_what_was_given_by_hand_is_kept_or_laid_again(modules, calendar, coordinator, group):
    lessons.teach(coordinator, group.pk, MONDAY, Lesson(module=modules[2].pk))
    lessons.spread_modules(coordinator, group.pk)
    assert titles(group, on=START) == ["Repas", "Repas"]
    assert titles(group, place="centre").count("Repas") == 4
    lessons.spread_modules(coordinator, group.pk, keep=False)
    assert titles(group, on=START) == ["Gestes du quotidien"] * 2


def test_several_half_days_are_given_a_trainer_and_a_room_at_once(modules, calendar, coordinator, group):
    which = Which(START, date(2025, 11, 28), frozenset({1}), "afternoon")
    assert lessons.teach(coordinator, group.pk, which, Lesson(trainer=" Ada  Essai ", room="salle 3")) == 2
    given_to = half_days(group, room="salle 3")
    assert [(row.on, row.half, row.trainer) for row in given_to] == [
        (date(2025, 11, 4), "afternoon", "Ada Essai"),
        (date(2025, 11, 18), "afternoon", "Ada Essai"),
    ]
    lessons.teach(coordinator, group.pk, which, Lesson(room=""))
    assert [row.trainer for row in half_days(group, trainer="Ada Essai", room="")] == ["Ada Essai"] * 2
    entry = JournalEntry.objects.filter(verb="calendar.teach").first()
    assert "Ada" not in str(entry.before) + str(entry.after)


def test_what_cannot_be_given_is_refused_with_a_sentence(modules, calendar, coordinator, group):
    teach = lessons.teach
    company = Which(date(2025, 11, 24), date(2025, 11, 28))
    for which, lesson, refusal, words in (
        (MONDAY, Lesson(), Invalid, "un module, un formateur ou une salle"),
        (Which(START, date(2025, 11, 1)), Lesson(room="3"), Invalid, "ne vient pas avant"),
        (company, Lesson(room="3"), WrongState, "Aucune demi-journée en centre"),
        (MONDAY, Lesson(module=0), WrongState, "déjà ainsi"),
        (MONDAY, Lesson(module=10**8), Unknown, "n'est plus dans le plan"),
        (MONDAY, Lesson(room="x" * 81), Invalid, "80 signes"),
        (MONDAY, Lesson(trainer="1 85 05 78 006 084 91"), Invalid, "sécurité sociale"),
    ):
        with pytest.raises(refusal, match=words):
            teach(coordinator, group.pk, which, lesson)


def test_the_use_of_the_half_days_touches_no_approval_and_may_change_while_the_plan_is_submitted(
    modules, calendar, coordinator, plan, group, operation
):
    with scope(TASK):
        approval = Approval.objects.create(
            operation_id=plan.operation_id, plan=plan, organisation=make.a_region(), edition=1, approved_on=START
        )
        TrainingPlan.objects.filter(pk=plan.pk).update(state="submitted")
    said = calendar_words(calendar_rows(plan.pk))
    lessons.spread_modules(coordinator, group.pk)
    lessons.teach(coordinator, group.pk, MONDAY, Lesson(module=modules[1].pk, trainer="Ada Essai", room="salle 3"))
    with scope(TASK):
        approval.refresh_from_db()
    assert approval.cancelled_on is None
    assert calendar_words(calendar_rows(plan.pk)) == said
    for other in (make.actor(Who.TRAINER, operation.provider), make.an_officer()):
        with pytest.raises(NotAllowed):
            lessons.spread_modules(other, group.pk)


def test_a_half_day_keeps_its_use_when_laid_again_and_loses_it_in_company(modules, calendar, coordinator, group):
    lessons.teach(coordinator, group.pk, MONDAY, Lesson(module=modules[1].pk, room="salle 3"))
    actions.lay_calendar(coordinator, calendar.pk, keep=False)
    assert titles(group, on=START) == ["Hygiène", "Hygiène"]
    moved = actions.HalfDayFacts(date(2026, 3, 30), "morning", 210)
    there = actions.change_half_day(coordinator, half_days(group)[0].pk, moved)
    assert (there.module_id, there.room) == (modules[1].pk, "salle 3")
    actions.place_period(coordinator, group.pk, START, START, "company")
    assert titles(group, on=START) == [""]


def test_a_module_taken_out_leaves_its_half_days_free(modules, calendar, coordinator, group):
    lessons.teach(coordinator, group.pk, MONDAY, Lesson(module=modules[1].pk, room="salle 3"))
    remove_module(coordinator, modules[1].pk)
    assert [(row.module_id, row.room) for row in half_days(group, on=START)] == [(None, "salle 3")] * 2


# Pages


def test_modules_are_given_by_clicks_and_said_by_the_page_the_week_and_the_agenda(
    modules, calendar, coordinator, plan, group, operation
):
    lead, address = browser(coordinator), f"/groupes-du-calendrier/{group.pk}/modules/"
    assert 'value="2025-11-03"' in lead.get(f"{address}?jour=2025-11-03&moitie=morning").content.decode()
    typed = {"first": "2025-11-03", "last": "2025-11-03", "half": "", "module": str(modules[1].pk), "room": "salle 3"}
    assert lead.post(address, typed | {"trainer": "Ada Essai"}).status_code == 303
    page = plain(lead.get(f"/plans/{plan.pk}/calendrier/").content.decode())
    assert "« Hygiène » : 7 h au calendrier, 21 h au plan : il manque 14 h." in page
    assert "lundi 3 novembre 2025 : matin en centre (Hygiène, salle 3)" in page
    assert lead.post(f"{address}repartir/", {"given": "keep"}).status_code == 303
    assert "chaque module a ses heures" in lead.get(f"/plans/{plan.pk}/calendrier/").content.decode()
    week = lead.get(f"/plans/{plan.pk}/calendrier/semaine/2025-11-03/").content.decode()
    assert "Hygiène, salle 3" in week
    assert "Ada Essai" in week
    agenda = lead.get(f"/plans/{plan.pk}/calendrier/agenda.ics").content
    assert Calendar.from_ical(agenda).walk("VEVENT")[0]["summary"] == "Hygiène, salle 3"
    assert b"Ada Essai" not in agenda
    firm = make.an_employer()
    add_partner(make.an_officer(), operation.pk, firm)
    assert browser(make.actor(Who.SIGNATORY, firm, make.a_person("Sam"))).get(address).status_code == 403


def test_a_form_that_gives_nothing_comes_back_filled(modules, calendar, coordinator, group):
    typed = {"first": "2025-11-03", "last": "2025-11-07", "days": ["1"], "half": "morning"}
    refused = browser(coordinator).post(f"/groupes-du-calendrier/{group.pk}/modules/", typed)
    assert refused.status_code == 422
    assert "Dites ce que vous donnez" in refused.content.decode()
    assert 'value="2025-11-07"' in refused.content.decode()


def test_the_printed_calendar_numbers_its_modules_and_stays_on_one_page(modules, calendar, coordinator, plan, group):
    lessons.spread_modules(coordinator, group.pk)
    lessons.teach(coordinator, group.pk, ALL, Lesson(room="salle 3"))
    with scope(TASK):
        view = calendar_of(TASK, plan)
        row = view.groups[0]
        data = calendar_data(view, row, teaching(TASK, view, row))
    assert [(lesson.number, lesson.title) for lesson in data.lessons][1:] == [(2, "Hygiène"), (3, "Repas")]
    assert plain(data.lessons[1].words) == "21 h, salle 3"
    assert data.months[0].squares[2].mark == "C 1"
    pdf = browser(coordinator).get(f"/plans/{plan.pk}/calendrier/imprimer/").content
    assert len(pypdfium2.PdfDocument(pdf)) == 1


def pages(lessons):
    """The text of each page of a calendar of three months whose squares name these modules (titles)."""
    squares = tuple(Square("L", f"C {1 + n % len(lessons)}", "centre") for n in range(31))
    said = "du lundi au vendredi"
    months = tuple(MonthColumn(f"mois {n}", squares, "119 h C") for n in range(9))
    listed = tuple(Numbered(n, title, "30 h, atelier 3") for n, title in enumerate(lessons, 1))
    data = CalendarData("Maintenance", "AFL", "Blois", "", said, "900 h", START, START, months, lessons=listed)
    pdf = pypdfium2.PdfDocument(render(CALENDAR, data, number="CAL-1", code="", verify_url="", now=clock.now()).pdf)
    found = [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    pdf.close()
    return found


def test_modules_that_have_no_room_under_the_days_are_all_on_the_next_page():
    titles = [f"Réaliser la maintenance préventive et corrective d'une ligne automatisée {n}." for n in range(1, 31)]
    days, modules = pages(titles)
    assert "à la page suivante, par leur numéro" in days
    assert "C : journée en centre" in days
    assert [title for title in titles if title in days] == []
    assert [title for title in titles if title not in modules] == []


def test_short_modules_stay_under_the_days():
    (alone,) = pages([f"Module {n}." for n in range(1, 31)])
    assert "Module 1." in alone
    assert "Module 30." in alone
    assert "page suivante" not in alone


@pytest.mark.django_db
def test_weeks_alike_are_one_line_of_the_plan_on_paper(calendar, group):
    with scope(TASK):
        runs = week_runs(group_half_days(group.pk))
    assert [(run.weeks, plain(run.centre), plain(run.company)) for run in runs[:4]] == [
        (1, "35 h", ""),
        (1, "28 h", ""),
        (1, "35 h", ""),
        (1, "", "35 h"),
    ]
    assert sum(run.weeks for run in runs) == len({row.on.isocalendar().week for row in half_days(group)})
