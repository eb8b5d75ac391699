"""What employers and people say beside the situation noted: it fills what is unknown, and is settled otherwise."""

import re
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import endings
import factories as make
from browsing import browser, page, post
from defi.journey.projection import rewrite_all
from defi.journey.telling import tell
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.mail.reminders import remind
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.schemes.rulebook import current
from defi.steps.followup import actions, confirming, queries, reporting
from defi.steps.followup.models import Situation, Statement
from defi.steps.followup.rules import NOT_HERE, Followed, Known, Said, disagrees, hours_fault, rates
from endings import LAST

JULY = date(2026, 7, 10)
STATUSES = [choice for choice in Situation.Status.values if choice != "not_reached"]
HIRED = Said("promised_employer", "employer", JULY, "cdi", None, Decimal(35))

people = st.lists(
    st.tuples(
        st.sampled_from([None, date(2026, 3, 2), LAST]),
        st.dictionaries(
            st.sampled_from(["exit", "m3", "m6"]),
            st.builds(Known, st.sampled_from(Situation.Status.values), st.sampled_from([None, True, False])),
        ),
    ),
    max_size=14,
)


class TestRules:
    @given(people, st.sampled_from(current().moments), st.dates(date(2026, 1, 1), date(2027, 1, 1)))
    def test_every_rate_equals_a_recount_of_the_raw_facts(self, facts, moment, today):
        found = rates([Followed("", left_on, known, {}) for left_on, known in facts], moment, today)
        raw = [known[moment.key] for _left, known in facts if moment.key in known]
        said = [known.status for known in raw]
        assert found.entered == len(facts)
        assert found.not_reached == said.count("not_reached")
        assert found.reached == len(said) - said.count("not_reached")
        assert found.promised == said.count("promised_employer")
        assert found.other_employer == said.count("other_employer")
        assert found.working == found.promised + found.other_employer + said.count("business")
        assert (found.training, found.looking) == (said.count("training"), said.count("looking"))
        assert found.lasting == sum(known.lasting is True and known.status != "not_reached" for known in raw)
        assert found.known <= found.due <= found.entered

    @pytest.mark.parametrize("status", STATUSES)
    def test_an_employer_without_the_person_contradicts_only_that_they_work_there(self, status):
        assert disagrees((status, ""), (NOT_HERE, "")) == (status == "promised_employer")

    @given(st.sampled_from(STATUSES), st.sampled_from(STATUSES))
    def test_two_situations_disagree_unless_they_are_the_same(self, noted, said):
        assert disagrees((noted, ""), (said, "")) == (noted != said)
        assert not disagrees(("not_reached", ""), (said, ""))

    def test_two_contracts_disagree_when_both_are_named(self):
        assert disagrees(("promised_employer", "cdi"), ("promised_employer", "cdd"))
        assert not disagrees(("promised_employer", "cdi"), ("promised_employer", ""))

    def test_hours_are_those_of_a_week_of_work(self):
        assert hours_fault(Decimal(35), "promised_employer") == ""
        assert "1 à 48" in hours_fault(Decimal(70), "promised_employer")
        assert "qui travaille" in hours_fault(Decimal(35), "looking")


@pytest.fixture(scope="module")
def over(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=3, paired=3)
        ending.end()
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(over):
    over.refresh()
    with clock.at(JULY):
        yield over


def firm(ending, n=0):
    return make.actor(Who.SIGNATORY, ending.employers[n])


def confirm(ending, n=0, said=HIRED, actor=None, moment="m3"):
    return confirming.confirm(actor or firm(ending, n % 2), ending.people[n].pk, moment=moment, said=said)


def noted(ending, n=0, status="looking", **more):
    said = Said(status, "phone", JULY, **more)
    return actions.record_situation(ending.coordinator, ending.people[n].pk, moment="m3", said=said)


def cell(ending, n=0):
    with scope(ending.coordinator):
        return queries.followup_table(ending.coordinator, ending.operation).people[n].cells[1]


@pytest.mark.django_db
class TestAnEmployer:
    def test_fills_a_situation_nobody_knew_with_its_contract_and_hours(self, ending):
        confirm(ending)
        with scope(TASK):
            row = Situation.objects.get()
        assert (row.how, row.contract, row.lasting, row.weekly_hours) == ("employer", "cdi", True, Decimal(35))
        assert "35 h par semaine" in cell(ending).words
        assert not cell(ending).disputes

    def test_that_does_not_have_the_person_leaves_the_question_open(self, ending):
        confirm(ending, said=Said(NOT_HERE, "employer", JULY))
        with scope(TASK):
            assert not Situation.objects.exists()
            assert Statement.objects.get().status == NOT_HERE

    def test_that_disagrees_is_shown_blocks_the_report_and_is_settled_with_a_reason(self, ending):
        for n in range(3):
            row = noted(ending, n, "promised_employer", contract="cdi")
        confirm(ending, 2, Said(NOT_HERE, "employer", JULY))
        assert "Les Tilleuls dit : ne travaille pas dans l'entreprise" in cell(ending, 2).disputes[0].replace("’", "'")
        with pytest.raises(Invalid, match="ne concordent pas"):
            reporting.send_report(ending.coordinator, ending.operation.pk, moment="m3")
        provider = browser(ending.coordinator)
        assert "à trancher" in page(provider, "followup:followup", ending.operation.pk)
        shown = page(provider, "followup:situation", ending.people[2].pk, "m3")
        assert "Deux réponses ne concordent pas" in shown
        settled = {"status": "looking", "how": "phone", "on": JULY.isoformat(), "version": row.version}
        post(provider, "followup:situation", ending.people[2].pk, "m3", **settled, reason="contrat rompu à l'essai")
        assert not cell(ending, 2).disputes
        assert reporting.send_report(ending.coordinator, ending.operation.pk, moment="m3").document

    def test_a_situation_may_be_settled_as_it_stands(self, ending):
        row = noted(ending, status="promised_employer", contract="cdi")
        confirm(ending, said=Said(NOT_HERE, "employer", JULY))
        said = Said("promised_employer", "phone", JULY, "cdi")
        actions.correct_situation(ending.coordinator, row.pk, said=said, reason="bulletin de salaire vu")
        assert not cell(ending).disputes
        (line,) = tell(JournalEntry.objects.filter(verb="situation.correct"), ending.coordinator)
        assert line.sentence == f"Corriger la situation : {ending.people[0].person}"

    def test_of_another_firm_s_person_or_of_a_stranger_is_refused(self, ending):
        with pytest.raises(Unknown):
            confirm(ending, 0, actor=firm(ending, 1))
        with pytest.raises(NotAllowed):
            confirm(ending, 0, actor=ending.coordinator)

    def test_says_what_is_missing_and_no_hours_of_another_world(self, ending):
        for said, why in (
            (Said("promised_employer", "employer", JULY), "contrat"),
            (Said("promised_employer", "employer", JULY, "cdi", None, Decimal(90)), "48 heures"),
            (Said("looking", "employer", JULY), "travaille dans votre entreprise"),
        ):
            with pytest.raises(Invalid, match=why):
                confirm(ending, said=said)
        with pytest.raises(Invalid, match="Trop tôt"):
            confirm(ending, moment="m6")

    def test_is_asked_by_a_link_and_answers_person_by_person(self, ending):
        assert confirming.ask_employers(ending.coordinator, ending.operation.pk) == 2
        body = Mail.objects.filter(address="contact@tilleuls.example").latest("pk").body
        here = re.search(r"(/lien/[^/]+/)", body)[1]
        shown = Client().get(here).content.decode()
        assert ending.people[0].person.short_name in shown
        assert ending.people[1].person.short_name not in shown
        refused = Client().post(f"{here}{ending.people[0].pk}/", {"status": "promised_employer"})
        assert refused.status_code == 422
        answer = {"status": "promised_employer", "contract": "cdi", "weekly_hours": "35"}
        assert Client().post(f"{here}{ending.people[0].pk}/", answer).status_code == 303
        assert "répondu" in Client().get(here).content.decode()
        assert Client().post(f"{here}{ending.people[1].pk}/", answer).status_code == 404
        confirm(ending, 1)
        confirm(ending, 2)
        with pytest.raises(WrongState, match="déjà répondu"):
            confirming.ask_employers(ending.coordinator, ending.operation.pk)


@pytest.mark.django_db
def test_the_person_s_own_words_are_kept_beside_what_another_said_of_them(ending):
    noted(ending, status="promised_employer", contract="cdi")
    person = Actor(Who.TRAINEE, person_id=ending.people[0].person_id)
    actions.record_situation(person, ending.people[0].pk, moment="m3", said=Said("looking", "link", JULY))
    with scope(TASK):
        assert Situation.objects.get().status == "promised_employer"
    assert "la personne dit" in cell(ending).disputes[0]
    with scope(firm(ending)):
        assert not Statement.objects.visible_to(firm(ending)).exists()


@pytest.mark.django_db
def test_all_whose_moment_has_come_are_asked_at_once_and_reminded_until_they_say(ending):
    with pytest.raises(WrongState, match="sans adresse"):
        actions.ask_everybody(ending.coordinator, ending.operation.pk)
    with scope(TASK):
        for n in (0, 1):
            ending.people[n].person.email = f"p{n}@example.org"
            ending.people[n].person.save()
    asked = actions.ask_everybody(ending.coordinator, ending.operation.pk)
    assert asked.sent == 2
    assert asked.without_address == (ending.people[2].person.short_name,)
    noted(ending, 0)
    with clock.at(date(2026, 7, 15)):
        remind()
        assert set(Mail.objects.filter(purpose="reminder/follow_up").values_list("address", flat=True)) == {
            "p1@example.org"
        }
        assert remind() == 0
    assert actions.ask_everybody(ending.coordinator, ending.operation.pk).sent == 1


def asked(ending):
    """Both firms asked today; the page each then reads from its account."""
    assert confirming.ask_employers(ending.coordinator, ending.operation.pk) == 2
    return [browser(firm(ending, n)) for n in (0, 1)]


@pytest.mark.django_db
class TestFromTheAccountOfTheFirm:
    ANSWER: ClassVar = {"status": "promised_employer", "contract": "cdi", "weekly_hours": "35", "version": "0"}

    def test_nothing_is_to_do_before_it_is_asked_and_each_reads_its_own_until_all_is_said(self, ending):
        assert "Confirmer qui travaille chez vous" not in page(browser(firm(ending)), "todo")
        mine, other = asked(ending)
        assert "Confirmer qui travaille chez vous (2)" in page(mine, "todo")
        assert "Confirmer qui travaille chez vous" in page(other, "todo")
        shown = page(mine, "followup:confirm", ending.operation.pk)
        assert ending.people[0].person.short_name in shown
        assert ending.people[1].person.short_name not in shown
        for n in (0, 2):
            post(mine, "followup:confirm_one", ending.people[n].pk, "m3", **self.ANSWER)
        assert "Confirmer qui travaille chez vous" not in page(mine, "todo")
        assert "Confirmer qui travaille chez vous" in page(other, "todo")
        assert cell(ending).words == "en emploi chez l'employeur de la promesse, CDI, 35 h par semaine (durable)"

    def test_another_firm_s_person_another_role_and_a_stranger_are_not_found(self, ending):
        _mine, other = asked(ending)
        for who in (other, browser(ending.coordinator), browser(make.actor(Who.ADVISER, make.a_prescriber()))):
            for sent in (who.get, lambda url, who=who: who.post(url, self.ANSWER)):
                assert sent(f"/suivi/{ending.people[0].pk}/m3/confirmer/").status_code == 404
        assert browser(ending.coordinator).get(f"/operations/{ending.operation.pk}/suivi/confirmer/").status_code == 404
        with scope(TASK):
            assert not Statement.objects.exists()

    def test_a_colleague_s_answer_meanwhile_is_read_before_it_is_replaced(self, ending):
        mine, _other = asked(ending)
        url = f"/suivi/{ending.people[0].pk}/m3/confirmer/"
        confirm(ending, said=Said(NOT_HERE, "employer", JULY))
        refused = mine.post(url, self.ANSWER)
        assert refused.status_code == 422
        assert "a répondu pendant que vous lisiez" in refused.content.decode()
        with scope(TASK):
            known = Statement.objects.get()
        assert (known.status, known.version) == (NOT_HERE, 1)
        assert mine.post(url, self.ANSWER | {"version": "1"}).status_code == 303
        assert "celle-ci la remplace" in mine.get(url).content.decode()

    def test_a_page_of_a_moment_gone_by_writes_nothing_at_that_moment(self, ending):
        mine, _other = asked(ending)
        with clock.at(date(2026, 10, 12)):
            late = mine.post(f"/suivi/{ending.people[0].pk}/m3/confirmer/", self.ANSWER)
            assert late.status_code == 422
            assert "à 6 mois" in late.content.decode()
            rewrite_all()
            assert "Confirmer qui travaille chez vous" not in page(mine, "todo")
        with scope(TASK):
            assert not Statement.objects.exists()
