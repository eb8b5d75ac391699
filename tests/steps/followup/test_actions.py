"""Situations, attempts, reports: each verb once, then each refusal with its sentence; after the closing too."""

from datetime import date, timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import endings
import factories as make
from defi.kernel import links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Link
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.people.queries import trainee
from defi.steps.closing.facts import gather
from defi.steps.followup import actions, queries, reporting
from defi.steps.followup.models import Attempt, FollowUpReport, Situation
from defi.steps.followup.printing import rate_lines
from defi.steps.followup.rules import Said
from defi.steps.review.actions import record_contract, record_no_hire
from defi.steps.review.queries import trainee_lines
from defi.steps.review.rules import ContractFacts
from defi.steps.sourcing.actions import leave_training
from endings import LAST

pytestmark = pytest.mark.django_db
GONE = date(2026, 3, 2)
SUMMER = date(2026, 7, 10)


@pytest.fixture(scope="module")
def over(django_db_setup, django_db_blocker):
    """Three people; the first left on 2 March, the others stayed to the end on 10 April."""

    def build():
        ending = endings.begun(seats=6, people=3, paired=3)
        with endings.on(GONE):
            leave_training(ending.coordinator, ending.people[0].pk, code="found_job")
        ending.end()
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(over):
    over.refresh()
    return over


def note(ending, n=0, moment="exit", on=LAST, actor=None, *, status="looking", **more):
    with endings.on(on):
        said = Said(status, more.pop("how", "phone"), more.pop("said_on", on), **more)
        return actions.record_situation(actor or ending.coordinator, ending.people[n].pk, moment=moment, said=said)


def attempt(ending, n=0, moment="exit", on=LAST):
    with endings.on(on):
        return actions.record_attempt(ending.coordinator, ending.people[n].pk, moment=moment, tried_on=on)


def report(ending, moment="exit", on=LAST, actor=None):
    with endings.on(on):
        return reporting.send_report(actor or ending.coordinator, ending.operation.pk, moment=moment)


class TestRecording:
    def test_the_due_date_is_counted_from_the_person_s_own_exit(self, ending):
        assert note(ending, 0, "m3", date(2026, 6, 2)).due_on == date(2026, 6, 2)
        assert note(ending, 1, "m3", SUMMER).due_on == SUMMER

    def test_a_job_keeps_its_contract_and_whether_it_lasts(self, ending):
        row = note(ending, status="promised_employer", contract="cdi")
        assert (row.contract, row.lasting) == ("cdi", True)

    def test_not_before_its_time(self, ending):
        with pytest.raises(Invalid, match="Trop tôt"):
            note(ending, 1, "m3", date(2026, 7, 2))

    def test_not_in_the_future(self, ending):
        with pytest.raises(Invalid, match="à venir"):
            note(ending, said_on=LAST + timedelta(days=1))

    def test_not_twice(self, ending):
        note(ending)
        with pytest.raises(WrongState, match="corrigez-la"):
            note(ending, status="training")

    def test_a_correction_has_its_reason_and_its_journal(self, ending):
        row = note(ending)
        said = Said("training", "phone", LAST)
        with endings.on(LAST):
            with pytest.raises(Invalid, match="motif"):
                actions.correct_situation(ending.coordinator, row.pk, said=said, reason="")
            row = actions.correct_situation(ending.coordinator, row.pk, said=said, reason="rappelée depuis")
            with pytest.raises(Stale):
                actions.correct_situation(ending.coordinator, row.pk, said=said, reason="encore", version=1)
        entry = JournalEntry.objects.get(verb="situation.correct")
        assert (entry.before["status"], entry.after["status"]) == ("looking", "training")

    @pytest.mark.parametrize(
        "facts",
        [{"status": "rich"}, {"how": "crystal ball"}, {"status": "promised_employer", "contract": "handshake"}],
    )
    def test_only_words_of_the_lists(self, ending, facts):
        with pytest.raises(Invalid):
            note(ending, **facts)

    def test_a_moment_of_the_rulebook(self, ending):
        with pytest.raises(Invalid, match="pas prévu"):
            note(ending, moment="m12", on=date(2027, 6, 1))

    def test_not_reached_asks_for_an_attempt_and_may_be_reached_later(self, ending):
        with pytest.raises(Invalid, match="tentative"):
            note(ending, status="not_reached")
        attempt(ending)
        note(ending, status="not_reached")
        with pytest.raises(WrongState, match="déjà notée non jointe"):
            note(ending, status="not_reached")
        assert note(ending, status="training").status == "training"

    def test_another_provider_does_not_know_the_person(self, ending):
        with pytest.raises(Unknown):
            note(ending, actor=ending.stranger)

    @pytest.mark.parametrize("who", ["officer", "office"])
    def test_the_region_reads_and_does_not_note(self, ending, who):
        with pytest.raises(NotAllowed):
            note(ending, actor=getattr(ending, who))

    def test_the_journal_holds_no_name(self, ending):
        note(ending)
        assert ending.people[0].person.last_name not in endings.journal_text()


class TestThePersonThemself:
    def test_a_trainee_says_it_of_themself_only(self, ending):
        me = trainee(ending.people[0].person)
        assert note(ending, actor=me, how="phone").how == "link"
        with pytest.raises(Unknown):
            note(ending, 1, actor=me)

    def test_nobody_fails_to_reach_themself(self, ending):
        attempt(ending)
        with pytest.raises(Invalid):
            note(ending, actor=trainee(ending.people[0].person), status="not_reached")

    def test_the_bearer_of_a_link_says_it_of_that_person_only(self, ending):
        person = ending.people[0]
        with endings.on(LAST):
            links.issue(person, "situation.record", address="leila@example.org", person_id=person.person_id)
            bearer = links.bearer(Link.objects.get())
        assert note(ending, actor=bearer).status == "looking"
        with pytest.raises(Unknown):
            note(ending, 1, actor=bearer)

    def test_a_link_for_something_else_does_not_do(self, ending):
        person = ending.people[0]
        with endings.on(LAST):
            links.issue(person, "candidacy.confirm", address="leila@example.org", person_id=person.person_id)
            bearer = links.bearer(Link.objects.get())
        with pytest.raises(NotAllowed):
            note(ending, actor=bearer)


class TestAttempts:
    def test_once_a_day(self, ending):
        attempt(ending)
        with pytest.raises(WrongState, match="ce jour-là"):
            attempt(ending)
        attempt(ending, on=LAST + timedelta(days=1))
        with scope(TASK):
            assert Attempt.objects.count() == 2

    def test_not_too_early_nor_once_known(self, ending):
        with pytest.raises(Invalid, match="Trop tôt"):
            attempt(ending, moment="m6")
        note(ending)
        with pytest.raises(WrongState, match="déjà connue"):
            attempt(ending)


class TestReporting:
    def test_it_is_sent_once_everybody_is_known(self, ending):
        note(ending, 0, status="promised_employer", contract="cdi")
        note(ending, 1, status="other_employer", contract="cdd", lasting=True)
        with pytest.raises(Invalid) as refusal:
            report(ending)
        assert ending.people[2].person.short_name in refusal.value.sentence
        attempt(ending, 2)
        note(ending, 2, status="not_reached")
        sent = report(ending)
        assert bytes(sent.document.content).startswith(b"%PDF")
        assert {m.address for m in endings.mails_about("Suivi à la sortie")} == {"claire@region.example"}
        with endings.on(LAST):
            assert gather(ending.operation).reported_moments == frozenset({"exit"})

    def test_twice_is_refused(self, ending):
        for n in range(3):
            note(ending, n)
        report(ending)
        with pytest.raises(WrongState, match="déjà transmis"):
            report(ending)
        with scope(TASK):
            assert FollowUpReport.objects.count() == 1

    def send_again(self, ending, reason="rappelée", actor=None, on=SUMMER):
        with endings.on(on):
            who = actor or ending.coordinator
            return reporting.send_report_again(who, ending.operation.pk, moment="exit", reason=reason)

    def everybody(self, ending):
        for n in (0, 1):
            note(ending, n)
        attempt(ending, 2)
        note(ending, 2, status="not_reached")
        return report(ending)

    def changed(self, ending):
        with endings.on(SUMMER), scope(ending.officer):
            return queries.followup_table(ending.officer, ending.operation).moments[0].changed

    def test_once_it_left_the_provider_says_why_a_situation_changes(self, ending):
        self.everybody(ending)
        with pytest.raises(WrongState, match="transmis depuis le"):
            note(ending, 2, on=SUMMER)
        with pytest.raises(NotAllowed), endings.on(SUMMER):
            actions.correct_situation(
                ending.officer, self.row(ending).pk, said=Said("looking", "phone", SUMMER), reason="rappelée"
            )
        assert self.changed(ending) == ()

    def row(self, ending, n=2):
        with scope(TASK):
            return Situation.objects.get(candidacy=ending.people[n], moment="exit")

    def change(self, ending):
        with endings.on(SUMMER):
            said = Said("looking", "phone", SUMMER)
            actions.correct_situation(ending.coordinator, self.row(ending).pk, said=said, reason="rappelée")

    def test_what_changed_since_is_said_and_a_new_version_takes_the_place_of_the_paper(self, ending):
        former = self.everybody(ending).document
        self.change(ending)
        assert self.changed(ending) == (ending.people[2].person.short_name,)
        sent = self.send_again(ending)
        assert sent.document.pk != former.pk
        former.refresh_from_db()
        assert former.replaced_on == SUMMER
        assert self.changed(ending) == ()
        entry = JournalEntry.objects.filter(verb="followup.report_again").get()
        assert entry.reason.text == "rappelée"
        assert len(endings.mails_about("nouvelle version")) == 1
        with endings.on(LAST):
            assert gather(ending.operation).reported_moments == frozenset({"exit"})
        text = pypdfium2.PdfDocument(bytes(sent.document.content))[0].get_textpage().get_text_bounded()
        assert former.number in text

    def test_the_person_who_answers_late_is_said_too(self, ending):
        self.everybody(ending)
        person = ending.people[2].person
        note(ending, 2, on=SUMMER, actor=Actor(Who.TRAINEE, person_id=person.pk))
        assert self.changed(ending) == (person.short_name,)

    def test_a_new_version_is_refused_without_report_change_reason_or_right(self, ending):
        with pytest.raises(WrongState, match="pas encore transmis"):
            self.send_again(ending)
        self.everybody(ending)
        with pytest.raises(WrongState, match="Rien n'a changé"):
            self.send_again(ending)
        self.change(ending)
        with pytest.raises(Invalid):
            self.send_again(ending, reason=" ")
        with pytest.raises(NotAllowed):
            self.send_again(ending, actor=ending.officer)

    def test_people_whose_date_has_not_come_hold_it_back(self, ending):
        note(ending, 0, "m3", date(2026, 6, 2))
        with pytest.raises(Invalid, match="10\u00a0juillet"):
            report(ending, "m3", date(2026, 6, 2))

    def test_the_region_does_not_report_to_itself(self, ending):
        with pytest.raises(NotAllowed):
            report(ending, actor=ending.officer)

    def test_before_the_start_there_is_nothing(self):
        early = endings.prepared(people=1, paired=1)
        with pytest.raises(WrongState, match="n'a pas démarré"):
            report(early)


def test_the_follow_up_outlives_the_closing(ending):
    with scope(TASK):
        ending.operation.state, ending.operation.closed_on = "closed", LAST
        ending.operation.save()
    for n in range(3):
        note(ending, n, "m3", SUMMER)
    assert report(ending, "m3", SUMMER).sent_on == SUMMER


def test_an_abandoned_operation_is_not_followed(ending):
    with scope(TASK):
        ending.operation.state, ending.operation.closed_on = "abandoned", LAST
        ending.operation.save()
    for actor in (ending.coordinator, trainee(ending.people[0].person)):
        with pytest.raises(WrongState, match="abandonnée"):
            note(ending, actor=actor)


class TestReading:
    def table(self, ending, on=SUMMER, actor=None):
        who = actor or ending.coordinator
        with endings.on(on), scope(who):
            return queries.followup_table(who, ending.operation)

    def test_cells_say_what_is_due(self, ending):
        note(ending, 0)
        rows = {row.candidacy_id: row for row in self.table(ending, date(2026, 6, 5)).people}
        first, second = rows[ending.people[0].pk], rows[ending.people[1].pk]
        assert [cell.state for cell in first.cells] == ["known", "due", "later"]
        assert [cell.state for cell in second.cells] == ["due", "later", "later"]
        assert first.left_early
        assert first.cells[1].late_days == 3

    def test_promise_and_contract_stand_side_by_side(self, ending):
        with endings.on(LAST):
            facts = ContractFacts("cdi", LAST, employer_id=ending.employers[1].pk)
            record_contract(ending.coordinator, ending.people[1].pk, facts)
            record_no_hire(ending.coordinator, ending.people[2].pk, why="person_declined")
            facts = ContractFacts("cdi", LAST, employer_name="Clinique du Bois")
            record_contract(ending.coordinator, ending.people[0].pk, facts)
        rows = {row.candidacy_id: row for row in self.table(ending).people}
        assert [rows[p.pk].outcome for p in ending.people] == ["other_employer", "kept", "not_kept"]
        assert rows[ending.people[1].pk].promised == "Maison Bel-Air, CDI"

    def test_a_contract_that_the_bilan_calls_not_kept_is_not_kept_here_though_the_person_works_there(self, ending):
        firm = ending.employers[1]
        with endings.on(LAST):
            facts = ContractFacts("cdd", LAST, ends_on=date(2026, 6, 30), employer_id=firm.pk)
            record_contract(ending.coordinator, ending.people[1].pk, facts)
        note(ending, 1, status="promised_employer", contract="cdd", lasting=False)
        with endings.on(LAST), scope(ending.coordinator):
            said = {line.candidacy_id: line.contracts for line in trainee_lines(ending.coordinator, ending.operation)}
        assert "promesse non tenue" in said[ending.people[1].pk][0].kept.words
        rows = {row.candidacy_id: row for row in self.table(ending, LAST).people}
        assert rows[ending.people[1].pk].outcome == "not_kept"
        note(ending, 1, "m3", SUMMER, status="promised_employer", contract="cdi")
        rows = {row.candidacy_id: row for row in self.table(ending).people}
        assert rows[ending.people[1].pk].outcome == "kept"

    def test_the_promise_of_somebody_whom_nobody_reached_at_the_end_is_not_said_broken(self, ending):
        last = date(2026, 10, 12)
        for n, status in ((1, "not_reached"), (2, "looking")):
            for moment, on in (("exit", LAST), ("m3", SUMMER), ("m6", last)):
                if status == "not_reached":
                    attempt(ending, n, moment, on)
                note(ending, n, moment, on, status=status)
        rows = {row.candidacy_id: row for row in self.table(ending, last).people}
        assert rows[ending.people[1].pk].outcome == "pending"
        assert rows[ending.people[2].pk].outcome == "not_kept"

    def test_before_anybody_is_noted_nobody_is_said_reached_or_not(self, ending):
        def said():
            return dict(rate_lines(self.table(ending, LAST).moments[0].rates))["Non joints"]

        assert said() == "pas encore notées"
        note(ending, 0)
        assert said().endswith("2 pas encore notées")

    def test_a_prescriber_sees_whom_it_oriented_and_partners_nobody(self, ending):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        assert self.table(ending, actor=signatory).people == ()
        assert len(self.table(ending, actor=ending.officer).people) == 3

    def test_queries_do_not_grow_with_what_is_known(self, ending):
        def taken():
            with endings.on(SUMMER), scope(ending.officer), CaptureQueriesContext(connection) as queries_taken:
                queries.followup_table(ending.officer, ending.operation)
            return len(queries_taken)

        few = taken()
        for n in range(3):
            note(ending, n)
            note(ending, n, "m3", SUMMER)
        assert taken() == few <= 12

    def test_rates_of_the_moment(self, ending):
        note(ending, 0, status="promised_employer", contract="cdi")
        note(ending, 1)
        found = self.table(ending, LAST).moments[0].rates
        assert (found.due, found.reached, found.working, found.lasting) == (3, 2, 1, 1)
        with scope(TASK):
            assert Situation.objects.count() == 2
