"""The bilan convened: everybody of the project team is invited, once, with a calendar; its decisions have owners."""

import re
from datetime import date, time

import pypdfium2
import pytest
from django.urls import reverse

import endings
import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.models import Meeting, MeetingTask, Partner
from defi.steps.closing.queries import closing_facts
from defi.steps.design.models import TrainingPlan
from defi.steps.pairing.models import Promise
from defi.steps.review import queries
from defi.steps.review.actions import certify
from defi.steps.review.convening import convene_review
from defi.steps.review.following import results_awaited
from defi.steps.sourcing.actions import leave_training
from endings import FIRST, LAST

pytestmark = pytest.mark.django_db
ASKED, DAY = date(2026, 3, 2), date(2026, 4, 8)


def build():
    ending = endings.begun(seats=8, people=3, paired=3)
    with scope(TASK):
        for person, address in zip(ending.people[:2], ("ana@example.org", "bo@example.org"), strict=True):
            person.person.email = address
            person.person.save()
        adviser = make.a_prescriber(email="ml@dunois.example")
        Partner.objects.create(
            operation=ending.operation, organisation=adviser, part="prescriber", joined_on=endings.SUMMER
        )
        tutor = make.a_person("Tess", "Tutrice", "tess@tilleuls.example")
        Promise.objects.filter(pk=ending.promises[0].pk).update(tutor=tutor)
    return ending


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(running):
    running.refresh()
    with clock.at(ASKED):
        yield running


def convene(ending, **more):
    facts = {"planned_on": DAY, "planned_at": time(14), "place": "Centre de formation, Blois"} | more
    return convene_review(ending.coordinator, ending.operation.pk, **facts)


def invited():
    return {mail.address: mail for mail in Mail.objects.filter(purpose__startswith="review/mail/convened")}


def test_everybody_of_the_team_is_invited_with_a_calendar_and_who_has_no_address_is_named(ending):
    made = convene(ending)
    mails = invited()
    people = {"ana@example.org", "bo@example.org", "tess@tilleuls.example", "contact@tilleuls.example"}
    assert people | {
        "contact@belair.example",
        "ml@dunois.example",
        "paul@atelier.example",
        "claire@region.example",
    } <= set(mails)
    assert made.reached == len(mails)
    assert all("BEGIN:VCALENDAR" in mail.calendar and "T140000" in mail.calendar for mail in mails.values())
    assert ending.people[2].person.short_name in made.without_address
    assert mails["ana@example.org"].purpose == "review/mail/convened_trainee"
    assert "meeting.convene_review" in endings.verbs(ending.operation)


def test_moved_it_takes_the_place_of_the_former_date(ending):
    first = convene(ending).meeting
    moved = convene(ending, planned_on=date(2026, 4, 9)).meeting
    assert moved.pk == first.pk
    last = Mail.objects.filter(address="ana@example.org").latest("pk")
    assert "change" in last.subject
    assert f"reunion-{first.pk}@defi" in last.calendar
    with pytest.raises(WrongState, match="déjà convoqué ainsi"):
        convene(ending, planned_on=date(2026, 4, 9))


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(1926, 4, 8), "est passé"), (date(2126, 4, 8), "vérifiez l'année"), (date(2026, 3, 1), "est passé")],
)
def test_a_day_of_another_century_is_refused_with_a_sentence(ending, day, said):
    with pytest.raises(Invalid, match=said):
        convene(ending, planned_on=day)
    assert not invited()


def test_it_is_not_convened_before_the_session_starts_nor_once_held_nor_without_a_place(ending):
    with clock.at(date(2025, 10, 1)), pytest.raises(Invalid, match="précède le début"):
        convene(ending, planned_on=date(2025, 10, 20))
    with pytest.raises(Invalid, match="Dites où"):
        convene(ending, place=" ")
    ending.hold_review()
    with clock.at(LAST), pytest.raises(WrongState, match="déjà tenu"):
        convene(ending, planned_on=LAST)


def test_only_who_leads_convenes(ending):
    for actor in (ending.officer, make.actor(Who.TRAINER, ending.operation.provider)):
        with pytest.raises(NotAllowed):
            convene_review(actor, ending.operation.pk, planned_on=DAY, place="Blois")


def test_the_page_invites_and_says_the_date_then_a_decision_has_its_owner_and_reaches_them(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    assert "Convoquer le bilan" in page(provider, "review:review", here)
    shown = post(provider, "review:convene", here, answered=422, planned_on="2126-04-08", place="Blois")
    assert "vérifiez" in shown
    post(provider, "review:convene", here, planned_on=DAY.isoformat(), planned_at="14:00", place="Blois")
    shown = page(provider, "review:review", here)
    assert "Convoqué pour le" in shown
    assert "À prévenir de vive voix" in shown
    ending.hold_review()
    with clock.at(LAST), scope(TASK):
        meeting = Meeting.objects.get(operation=ending.operation, kind="review")
        decided = {"what": "Prévoir un module de plus", "owner": ending.employers[0].pk, "due_on": "2026-06-01"}
        refused = post(provider, "committee_task", meeting.pk, answered=422, **decided | {"due_on": "2126-06-01"})
        assert "vérifiez l" in refused
        post(provider, "committee_task", meeting.pk, answered=302, **decided)
        assert MeetingTask.objects.get(meeting=meeting).owner_id == ending.employers[0].pk
        assert "Prévoir un module de plus" in page(provider, "review:review", here)
        owner = browser(make.actor(Who.SIGNATORY, ending.employers[0], make.a_person("Yann", "Patron")))
        assert "Prévoir un module de plus" in page(owner, "todo")
    assert FIRST < DAY


def test_the_convening_and_the_bilan_are_printed_without_a_name_for_who_may_read_them(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    page(provider, "review:convening_paper", here, status=404)
    convene(ending)
    assert "Invitation (PDF)" in page(provider, "review:review", here)
    convening = provider.get(reverse("review:convening_paper", args=[here])).content
    assert "14 h 00" in text_of(convening)
    page(provider, "review:review_paper", here, status=404)
    ending.hold_review()
    with clock.at(LAST):
        assert "Bilan (PDF)" in page(provider, "review:review", here)
        bilan = text_of(browser(ending.officer).get(reverse("review:review_paper", args=[here])).content)
        assert "3 stagiaires" in bilan
        assert "Les Tilleuls" in bilan
        assert not any(person.person.last_name in bilan for person in ending.people if person.person.last_name)
        firm = make.actor(Who.SIGNATORY, ending.employers[0], make.a_person("Yann", "Patron"))
        cabinet = make.actor(Who.CABINET, make.a_region(), make.a_person("Camille", "Cabinet"))
        for other in (firm, cabinet, ending.stranger):
            page(browser(other), "review:review_paper", here, status=404)


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in document).split())


def results_of(bilan):
    line = bilan.replace("\xa0", " ").partition("obtenue :")[2].partition("entré")[0]
    return [int(n) for n in re.findall(r": (\d+)", ":" + line)], int(re.search(r"sur (\d+)", line)[1])


def test_the_results_of_the_paper_add_up_and_what_is_not_known_is_said(ending):
    ending.hold_review()
    with clock.at(LAST):
        certify(ending.coordinator, ending.people[0].pk, result="full", on=LAST)
        leave_training(ending.coordinator, ending.people[2].pk, code="found_job")
        provider, here = browser(ending.coordinator), ending.operation.pk
        paper = text_of(provider.get(reverse("review:review_paper", args=[here])).content)
        known, entered = results_of(paper)
        assert sum(known) == entered == 3
        assert "résultat pas encore connu : 1" in paper.replace("\xa0", " ")
        assert "partis avant la fin sans résultat : 1" in paper.replace("\xa0", " ")
        assert "Promesses à suivre 2" in paper.replace("\xa0", " ")
        shown = page(provider, "review:review", here)
        assert "2 promesses à suivre" in shown.replace("\xa0", " ")
        with scope(ending.coordinator):
            assert queries.review_page(ending.coordinator, ending.operation).counts.to_follow == 2


def test_a_result_that_nobody_noted_is_awaited_before_the_closing_when_the_training_certifies(ending):
    with scope(TASK):
        assert results_awaited(ending.operation) == 0
        TrainingPlan.objects.create(operation=ending.operation, certification_label="Titre d'assistant de vie")
        assert results_awaited(ending.operation) == 3
        assert closing_facts(ending.operation).results_unknown == 3
    with clock.at(LAST):
        for n, result in enumerate(("full", "not_presented")):
            certify(ending.coordinator, ending.people[n].pk, result=result, on=LAST)
    with scope(TASK):
        assert closing_facts(ending.operation).results_unknown == 1


def test_a_bilan_on_a_public_holiday_is_convened_with_a_warning(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    facts = {"planned_on": "2026-05-01", "planned_at": "", "place": "Blois", "agenda": ""}
    told = provider.post(reverse("review:convene", args=[here]), facts, follow=True).content.decode()
    assert told.replace("\xa0", " ").count("jour férié") == 2
    assert f"{ending.people[2].person.short_name}." not in told
    with scope(TASK):
        assert Meeting.objects.get(kind="review").planned_on == date(2026, 5, 1)
