"""« À faire » of each of the five voices holds its questionnaire of the bilan, opens it, and lets go of it."""

from datetime import date, time, timedelta

import pytest

import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.people.models import Person
from defi.steps.review import opinions
from defi.steps.review.convening import bilans_to_come, convene_review
from defi.steps.review.opinion_models import Opinion
from defi.steps.review.owed import owed_opinions
from defi.web.arrivals import arrivals, how_much
from steps.review.test_opinions import ASKED, DAY, FIRM, GOOD, ask, ending, questionnaire, running, trainee

__all__ = ["ending", "running"]

LINE = "Répondre au questionnaire du bilan"
HOUSE = ("trainer", "employer", "tutor", "prescriber")

pytestmark = pytest.mark.django_db


def adviser(ending):
    with scope(TASK):
        house = questionnaire(ending, "prescriber").organisation
    return make.actor(Who.ADVISER, house)


def tutor(ending):
    with scope(TASK):
        person = Person.objects.get(email="tess@tilleuls.example")
    return Actor(Who.TUTOR, person_id=person.pk, organisation_id=ending.employers[0].pk)


def voices(actor):
    with scope(actor):
        return sorted(owed_opinions(actor).values_list("voice", flat=True))


def test_each_voice_reads_its_own_line_and_nobody_else_one(ending):
    ask(ending)
    first, second = (make.actor(Who.SIGNATORY, firm) for firm in ending.employers[:2])
    assert voices(trainee(ending, 0)) == ["trainee"]
    assert voices(make.actor(Who.TRAINER, ending.operation.provider)) == ["trainer"]
    assert voices(ending.coordinator) == ["trainer"]
    assert voices(first) == voices(second) == ["employer"]
    assert voices(tutor(ending)) == ["tutor"]
    assert voices(adviser(ending)) == ["prescriber"]
    for stranger in (
        ending.officer,
        make.actor(Who.SIGNATORY, make.an_employer("Ailleurs")),
        make.actor(Who.TUTOR, ending.employers[1]),
    ):
        assert voices(stranger) == []
        with scope(stranger):
            assert LINE not in [line.title for line in arrivals(stranger)]


def test_the_line_opens_the_questionnaire_counts_in_the_menu_and_goes_once_answered(ending):
    ask(ending)
    signatory = make.actor(Who.SIGNATORY, ending.employers[0])
    row = questionnaire(ending, "employer", ending.employers[0])
    with scope(signatory):
        before = how_much(signatory)
    firm = browser(signatory)
    assert f"/avis/{row.pk}/" in page(firm, "todo")
    answered = firm.post(f"/avis/{row.pk}/", FIRM | {"version": str(row.version)})
    assert answered.status_code == 303
    assert LINE not in page(firm, "todo")
    with scope(signatory):
        assert how_much(signatory) == before - 1


def test_a_trainee_answers_from_their_space_once_and_without_their_name(ending):
    ask(ending)
    row, mine = questionnaire(ending, "trainee"), browser(trainee(ending, 0))
    assert f"/avis/{row.pk}/" in page(mine, "training:my_space")
    assert "Votre nom n'est pas écrit" in mine.get(f"/avis/{row.pk}/").content.decode().replace("’", "'")
    assert "sans votre nom" in mine.post(f"/avis/{row.pk}/", GOOD).content.decode()
    assert f"/avis/{row.pk}/" not in page(mine, "training:my_space")
    mine.post(f"/avis/{row.pk}/", GOOD | {"learnt": "non"})
    with scope(TASK):
        assert [opinion.replies["learnt"] for opinion in Opinion.objects.all()] == ["oui"]
    assert browser(trainee(ending, 1)).get(f"/avis/{row.pk}/").status_code == 404


def test_another_organisation_and_another_role_do_not_find_it(ending):
    ask(ending)
    row = questionnaire(ending, "employer", ending.employers[0])
    for who in (make.actor(Who.SIGNATORY, ending.employers[1]), adviser(ending), ending.officer, trainee(ending, 0)):
        client = browser(who)
        assert client.get(f"/avis/{row.pk}/").status_code == 404
        assert client.post(f"/avis/{row.pk}/", FIRM).status_code == 404
    with scope(TASK):
        assert not Opinion.objects.exists()


def test_a_colleague_s_answer_meanwhile_is_not_overwritten_unread(ending):
    ask(ending)
    row = questionnaire(ending, "employer", ending.employers[0])
    signatory = make.actor(Who.SIGNATORY, ending.employers[0])
    opinions.answer(signatory, row.pk, FIRM)
    stale = browser(signatory).post(f"/avis/{row.pk}/", FIRM | {"ready": "non", "version": str(row.version)})
    assert stale.status_code == 422
    assert "modifiée pendant que vous la lisiez" in stale.content.decode()
    with scope(TASK):
        assert Opinion.objects.get().replies["ready"] == "oui"


def test_on_the_day_of_the_bilan_nothing_is_asked_any_more(ending):
    convene_review(ending.coordinator, ending.operation.pk, planned_on=DAY, place="Au centre")
    ask(ending)
    signatory = make.actor(Who.SIGNATORY, ending.employers[0])
    with scope(signatory):
        line = next(line for line in arrivals(signatory) if line.title == LINE)
    assert (line.since, line.due_on) == (ASKED, DAY)
    with clock.at(DAY):
        assert voices(signatory) == []
        assert voices(trainee(ending, 0)) == []


def test_the_line_holds_its_query_count_whatever_the_rows(ending, django_assert_max_num_queries):
    ask(ending)
    signatory = make.actor(Who.SIGNATORY, ending.employers[0])
    with scope(signatory), django_assert_max_num_queries(7):
        arrivals(signatory)
    with scope(signatory), django_assert_max_num_queries(1):
        how_much(signatory)
    assert date(2026, 3, 2) == ASKED


def test_the_space_of_a_trainee_without_address_tells_the_bilan_and_opens_its_questionnaire(ending):
    here = ending.operation.pk
    convene_review(
        ending.coordinator, here, planned_on=DAY, planned_at=time(14, 30), place="Salle 3, rue des Écoles, Blois"
    )
    ask(ending)
    me = browser(trainee(ending, 5))
    with scope(TASK):
        assert not ending.people[5].person.email
        row = questionnaire(ending, "trainee", person=5)
    space = page(me, "training:my_space").replace("\xa0", " ")
    assert "La réunion de fin de formation" in space
    assert "Mercredi 8 avril 2026 à 14 h 30" in space
    assert "Salle 3, rue des Écoles, Blois" in space
    assert f"/avis/{row.pk}/" in space
    provider = browser(ending.coordinator)
    name = ending.people[5].person.short_name
    assert f"{name} : sans adresse électronique" in page(provider, "review:review", here).replace("\xa0", " ")
    assert "sans votre nom" in me.post(f"/avis/{row.pk}/", GOOD).content.decode().replace("\xa0", " ")
    assert f"/avis/{row.pk}/" not in page(me, "training:my_space")
    assert "sans adresse électronique" not in page(provider, "review:review", here)
    with clock.at(DAY + timedelta(1)):
        assert "La réunion de fin de formation" not in page(me, "training:my_space")


def test_the_bilan_is_told_to_its_own_trainees_only(ending):
    convene_review(ending.coordinator, ending.operation.pk, planned_on=DAY, place="Blois")
    assert [meeting.place for meeting in bilans_to_come(trainee(ending, 0))] == ["Blois"]
    stranger = Actor(Who.TRAINEE, person_id=make.a_person("Ailleurs").pk)
    for other in (stranger, ending.coordinator, make.actor(Who.SIGNATORY, ending.employers[0])):
        assert bilans_to_come(other) == []
