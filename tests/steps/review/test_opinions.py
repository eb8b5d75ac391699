"""Questionnaires before the bilan: all five voices asked, answered once, trainees never shown in groups under five."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import endings
import factories as make
from browsing import browser, page, post
from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.mail.reminders import remind
from defi.kernel.models import JournalEntry, Link, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.models import Partner
from defi.schemes.rulebook import current
from defi.steps.pairing.models import Promise
from defi.steps.review import opinions
from defi.steps.review.convening import convene_review
from defi.steps.review.opinion_models import Opinion, Questionnaire
from defi.steps.review.opinion_rules import Moved, Said, closed_on, hidden_because, reply_faults, told
from defi.steps.review.owed import owed_opinions

ASKED, DAY = date(2026, 3, 2), date(2026, 4, 8)
RULES = current().review
GOOD = {"learnt": "oui", "company": "plutôt oui", "helped": "non", "good": "L'immersion", "better": ""}
FIRM = {"ready": "oui", "asked": "plutôt non", "missing": "Le permis", "better": ""}
TRAINEE = RULES.forms["trainee"]

replies = st.fixed_dictionaries(
    {q.key: st.sampled_from(q.answers) if q.answers else st.text(max_size=20) for q in TRAINEE}
)


class TestRules:
    @given(st.lists(replies, max_size=12))
    def test_every_count_is_a_recount_of_the_answers_and_no_word_is_lost(self, given_answers):
        shown = told(TRAINEE, [Said(answer) for answer in given_answers])
        for question, line in zip(TRAINEE, shown, strict=True):
            raw = [answer[question.key] for answer in given_answers]
            assert dict(line.counts) == {choice: raw.count(choice) for choice in question.answers}
            if question.answers:
                assert sum(n for _choice, n in line.counts) == len(given_answers)
            else:
                assert [text for text, _who in line.words] == sorted(text for text in raw if text)

    @given(st.integers(0, 40), st.booleans())
    def test_trainees_under_the_smallest_group_or_before_the_day_are_never_shown(self, answered, closed):
        hidden = hidden_because(RULES, "trainee", answered, closed=closed)
        assert bool(hidden) == (answered > 0 and (answered < 5 or not closed))
        assert hidden_because(RULES, "employer", answered, closed=closed) == ""

    def test_a_choice_is_asked_and_words_are_bounded(self):
        assert reply_faults(TRAINEE, GOOD) == {}
        assert set(reply_faults(TRAINEE, GOOD | {"learnt": "peut-être", "good": "a" * 601})) == {"learnt", "good"}

    def test_it_closes_on_the_day_of_the_bilan_or_once_held(self):
        assert closed_on(None, None, DAY) is None
        assert closed_on(date(2026, 4, 9), None, DAY) is None
        assert closed_on(DAY, None, DAY) == DAY
        assert closed_on(None, DAY, DAY) == DAY

    @given(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6), st.integers(0, 60), st.integers(0, 60)
    )
    def test_once_the_answers_could_be_read_no_move_of_the_bilan_opens_them_again(self, past, planned, passed):
        moved = [Moved(ASKED + timedelta(day), ASKED + timedelta(left)) for day, left in past]
        today = ASKED + timedelta(passed)
        closed = closed_on(ASKED + timedelta(planned), None, today, moved)
        could_be_read = any(one.planned_on <= one.moved_on for one in moved) or planned <= passed
        assert (closed is not None) == could_be_read
        if closed is not None:
            later = [*moved, Moved(ASKED + timedelta(planned), today)]
            assert closed_on(today + timedelta(9), None, today, later) is not None


def build():
    ending = endings.begun(seats=8, people=6, paired=6)
    with scope(TASK):
        for n, row in enumerate(ending.people[:5]):
            row.person.email = f"p{n}@example.org"
            row.person.save()
        for firm in ending.employers:
            part = {"operation": ending.operation, "organisation": firm, "part": "employer"}
            if not Partner.objects.filter(**part).exists():
                Partner.objects.create(**part, joined_on=endings.SUMMER)
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


def ask(ending):
    return opinions.ask_opinions(ending.coordinator, ending.operation.pk)


def address_of(mailbox):
    return re.search(r"(/lien/[^/]+/)", Mail.objects.filter(address=mailbox).latest("pk").body)[1]


def questionnaire(ending, voice, organisation=None, person=0):
    with scope(TASK):
        rows = Questionnaire.objects.filter(operation=ending.operation, voice=voice)
        found = rows.filter(organisation=organisation) if organisation else rows
        return found.filter(candidacy=ending.people[person]).get() if voice == "trainee" else found.get()


def trainee(ending, n):
    return Actor(Who.TRAINEE, person_id=ending.people[n].person_id)


@pytest.mark.django_db
class TestAsking:
    def test_all_five_voices_are_asked_and_who_has_no_address_is_named(self, ending):
        asked = ask(ending)
        with scope(TASK):
            voices = list(Questionnaire.objects.values_list("voice", flat=True))
        assert {voice: voices.count(voice) for voice in set(voices)} == {
            "trainee": 6,
            "trainer": 1,
            "employer": 2,
            "tutor": 1,
            "prescriber": 1,
        }
        assert asked.sent == 10
        assert asked.without_address == (ending.people[5].person.short_name,)
        boxes = set(Mail.objects.filter(purpose__startswith="review/mail/opinion").values_list("address", flat=True))
        assert {"p0@example.org", "tess@tilleuls.example", "ml@dunois.example", "paul@atelier.example"} <= boxes

    def test_twice_a_day_asks_nobody_twice_and_the_day_after_only_who_has_not_answered(self, ending):
        ask(ending)
        with pytest.raises(WrongState, match="interrogé aujourd'hui"):
            ask(ending)
        opinions.answer(trainee(ending, 0), questionnaire(ending, "trainee").pk, GOOD)
        with clock.at(date(2026, 3, 3)):
            assert ask(ending).sent == 9

    def test_reminders_go_by_the_rule_to_who_has_not_answered_and_stop(self, ending):
        ask(ending)
        opinions.answer(trainee(ending, 0), questionnaire(ending, "trainee").pk, GOOD)
        with clock.at(date(2026, 3, 5)):
            remind()
            told_to = set(Mail.objects.filter(purpose="reminder/opinions").values_list("address", flat=True))
            assert "p1@example.org" in told_to
            assert "p0@example.org" not in told_to
            assert remind() == 0

    def test_from_the_day_of_the_bilan_nothing_is_asked_or_taken(self, ending):
        convene_review(ending.coordinator, ending.operation.pk, planned_on=DAY, place="Blois")
        ask(ending)
        row = questionnaire(ending, "trainee")
        with clock.at(DAY):
            with pytest.raises(WrongState, match="clos"):
                ask(ending)
            with pytest.raises(WrongState, match="clos"):
                opinions.answer(trainee(ending, 0), row.pk, GOOD)

    def test_a_bilan_moved_on_its_day_opens_no_questionnaire_again_and_says_so(self, ending):
        """Else the difference of two readings would be the answer of whoever came between them."""
        here = ending.operation.pk
        convene_review(ending.coordinator, here, planned_on=DAY, place="Blois")
        ask(ending)
        link = address_of("p0@example.org")
        for n in range(1, 6):
            opinions.answer(trainee(ending, n), questionnaire(ending, "trainee", person=n).pk, GOOD)
        late, row = trainee(ending, 0), questionnaire(ending, "trainee")
        later = DAY + timedelta(7)
        with clock.at(DAY):
            provider = browser(ending.coordinator)
            before = page(provider, "review:review", here)
            assert "restent clos" in page(provider, "review:convene", here)
            convene_review(ending.coordinator, here, planned_on=later, place="Blois")
            for day in (DAY, later - timedelta(1), later):
                with clock.at(day):
                    with pytest.raises(WrongState, match=r"clos depuis le 8.avril"):
                        opinions.answer(late, row.pk, GOOD | {"good": "Autre"})
                    with pytest.raises(WrongState, match="clos"):
                        ask(ending)
                    assert "clos depuis le 8 avril" in Client().get(link).content.decode().replace("\xa0", " ")
                    with scope(late):
                        assert not owed_opinions(late).exists()
                    remind()
            assert not Mail.objects.filter(purpose="reminder/opinions").exists()
            after = page(provider, "review:review", here)
        assert before.count("immersion</li>") == after.count("immersion</li>") == 5
        assert "même si le bilan est déplacé" in after

    def test_a_bilan_moved_before_its_day_leaves_the_questionnaires_open(self, ending):
        here = ending.operation.pk
        convene_review(ending.coordinator, here, planned_on=DAY, place="Blois")
        ask(ending)
        with clock.at(DAY - timedelta(1)):
            convene_review(ending.coordinator, here, planned_on=DAY + timedelta(7), place="Blois")
        with clock.at(DAY + timedelta(1)):
            late = trainee(ending, 0)
            with scope(late):
                assert owed_opinions(late).exists()
            opinions.answer(late, questionnaire(ending, "trainee").pk, GOOD)

    def test_only_who_leads_asks(self, ending):
        with pytest.raises(NotAllowed):
            opinions.ask_opinions(ending.officer, ending.operation.pk)


@pytest.mark.django_db
class TestAnswering:
    def test_a_trainee_answers_by_a_link_once_without_a_name_anywhere(self, ending):
        ask(ending)
        here = address_of("p0@example.org")
        assert "est pas écrit avec vos réponses" in Client().get(here).content.decode()
        refused = Client().post(here, GOOD | {"learnt": ""})
        assert refused.status_code == 422
        assert "Choisissez une réponse" in refused.content.decode()
        assert "sans votre nom" in Client().post(here, GOOD).content.decode().replace("\xa0", " ")
        with scope(TASK):
            kept = Opinion.objects.get()
        assert (kept.organisation_id, kept.replies["good"]) == (None, "L'immersion")
        assert not JournalEntry.objects.filter(object_type="review.opinion").exists()
        again = Client().post(here, GOOD)
        assert "Merci" in again.content.decode() or "déjà répondu" in again.content.decode()
        with pytest.raises(WrongState, match="déjà répondu"):
            opinions.answer(trainee(ending, 0), questionnaire(ending, "trainee").pk, GOOD)
        with scope(TASK):
            assert Opinion.objects.count() == 1

    def test_a_firm_that_answers_again_replaces_and_is_told(self, ending):
        ask(ending)
        here = address_of("contact@tilleuls.example")
        Client().post(here, FIRM)
        assert "remplace" in Client().get(here).content.decode()
        assert "remplace celle du" in Client().post(here, FIRM | {"ready": "non"}).content.decode()
        with scope(TASK):
            assert Opinion.objects.get().replies["ready"] == "non"

    def test_nobody_answers_for_a_trainee_or_for_another_firm(self, ending):
        ask(ending)
        with pytest.raises(NotAllowed, match="répond lui-même"):
            opinions.answer(ending.coordinator, questionnaire(ending, "trainee").pk, GOOD)
        other = make.actor(Who.SIGNATORY, ending.employers[1])
        with pytest.raises(Unknown):
            opinions.answer(other, questionnaire(ending, "employer", ending.employers[0]).pk, FIRM)
        with pytest.raises(Unknown):
            opinions.answer(trainee(ending, 1), questionnaire(ending, "trainee").pk, GOOD)

    def test_a_tutor_answers_for_the_tutors_not_for_who_decides_in_the_firm(self, ending):
        firm = ending.employers[0]
        tutor = make.actor(Who.TUTOR, firm, make.a_person("Inès", "Tutrice", "ines@tilleuls.example"))
        ask(ending)
        assert not Mail.objects.filter(purpose="review/mail/opinion_asked", address="ines@tilleuls.example").exists()
        row = questionnaire(ending, "employer", firm)
        with pytest.raises(NotAllowed, match="les tuteurs ont le leur"):
            opinions.answer(tutor, row.pk, FIRM)
        assert browser(tutor).get(f"/avis/{row.pk}/").status_code == 403

    def test_a_second_answer_of_a_trainee_is_not_kept_and_the_page_says_so(self, ending):
        ask(ending)
        mine = browser(trainee(ending, 0))
        here = f"/avis/{questionnaire(ending, 'trainee').pk}/"
        mine.post(here, GOOD)
        again = mine.post(here, GOOD | {"good": "Autre"}).content.decode().replace("\xa0", " ")
        assert "pas gardé" in again
        with scope(TASK):
            assert Opinion.objects.get().replies["good"] == "L'immersion"

    def test_a_closed_questionnaire_says_so_when_it_is_opened(self, ending):
        convene_review(ending.coordinator, ending.operation.pk, planned_on=DAY, place="Blois")
        ask(ending)
        firm = ending.employers[0]
        with clock.at(DAY):
            mine = browser(trainee(ending, 0)).get(f"/avis/{questionnaire(ending, 'trainee').pk}/").content.decode()
            assert "clos depuis" in mine
            assert "<form" not in mine.partition("<main")[2].partition("</main")[0]
            theirs = browser(make.actor(Who.SIGNATORY, firm))
            told = theirs.get(f"/avis/{questionnaire(ending, 'employer', firm).pk}/", follow=True)
            assert "clos depuis" in told.content.decode()
            assert "/avis/" not in page(browser(ending.coordinator), "review:review", ending.operation.pk)

    def test_a_link_answers_its_own_questionnaire_only(self, ending):
        ask(ending)
        bearer = links.bearer(Link.objects.filter(address="p0@example.org").latest("pk"))
        with pytest.raises(Unknown):
            opinions.answer(bearer, questionnaire(ending, "trainee", person=1).pk, GOOD)

    def test_the_provider_notes_what_a_firm_says_over_the_phone(self, ending):
        ask(ending)
        row = questionnaire(ending, "employer", ending.employers[1])
        provider = browser(ending.coordinator)
        assert "Maison Bel-Air" in page(provider, "review:review", ending.operation.pk)
        post(provider, "review:answer", row.pk, **FIRM)
        with scope(TASK):
            assert Opinion.objects.get().organisation_id == ending.employers[1].pk

    def test_a_number_of_the_social_security_is_refused(self, ending):
        ask(ending)
        with pytest.raises(Invalid):
            opinions.answer(
                trainee(ending, 0), questionnaire(ending, "trainee").pk, GOOD | {"good": "1 85 05 78 006 084 91"}
            )


@pytest.mark.django_db
class TestReading:
    def test_the_words_of_trainees_wait_for_the_day_and_for_five(self, ending):
        convene_review(ending.coordinator, ending.operation.pk, planned_on=DAY, place="Blois")
        ask(ending)
        for n in range(4):
            opinions.answer(trainee(ending, n), questionnaire(ending, "trainee", person=n).pk, GOOD)
        provider, here = browser(ending.coordinator), ending.operation.pk
        assert "L'immersion" not in page(provider, "review:review", here).replace("’", "'")
        with clock.at(DAY):
            few = page(provider, "review:review", here)
            assert "Moins de 5 réponses" in few.replace("\xa0", " ")
            assert "immersion</li>" not in few
        opinions.answer(trainee(ending, 4), questionnaire(ending, "trainee", person=4).pk, GOOD)
        with clock.at(DAY):
            shown = page(provider, "review:review", here)
            assert shown.count("immersion</li>") == 5
            assert "oui : 5" in shown.replace("\xa0", " ")

    def test_who_reads_is_who_runs_and_the_region_save_the_cabinet(self, ending):
        ask(ending)
        opinions.answer(
            make.actor(Who.SIGNATORY, ending.employers[0]),
            questionnaire(ending, "employer", ending.employers[0]).pk,
            FIRM,
        )
        here = ending.operation.pk
        assert "Le permis" in page(browser(ending.officer), "review:review", here)
        cabinet = make.actor(Who.CABINET, make.a_region(), make.a_person("Camille", "Cabinet"))
        for other in (cabinet, make.actor(Who.SIGNATORY, ending.employers[1])):
            assert "Le permis" not in page(browser(other), "review:review", here)
