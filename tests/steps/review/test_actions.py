"""The bilan held, results, contracts, reasons: each verb once, then each refusal with its sentence."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import endings
import factories as make
from defi.kernel import links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Link
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import Attendee, abandon_operation
from defi.operations.models import Meeting, Presence
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.review import actions
from defi.steps.review.models import EmploymentContract, NoHire
from defi.steps.review.queries import card, review_page, trainee_lines
from defi.steps.review.rules import ContractFacts
from defi.steps.sourcing.actions import leave_training
from endings import FIRST, LAST

pytestmark = pytest.mark.django_db
REVIEW = date(2026, 4, 8)


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, lambda: endings.begun(seats=8, people=4, paired=4)) as built:
        yield built


@pytest.fixture(scope="module")
def early(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, lambda: endings.prepared(people=1, paired=1)) as built:
        yield built


@pytest.fixture
def ending(running):
    running.refresh()
    return running


def hold(ending, **more):
    facts = {"held_on": REVIEW, "attendees": ending.present()} | more
    with endings.on(REVIEW):
        return actions.hold_review(ending.coordinator, ending.operation.pk, **facts)


def signed(ending, n=0, actor=None, **facts):
    base = {"contract": "cdi", "starts_on": date(2026, 4, 20), "employer_id": ending.employers[n % 2].pk}
    with endings.on(LAST):
        return actions.record_contract(actor or ending.coordinator, ending.people[n].pk, ContractFacts(**base | facts))


class TestHoldingTheReview:
    def test_it_is_held_with_everybody_present_or_excused(self, ending):
        meeting = hold(ending, minutes="Très bon groupe.")
        assert meeting.held_on == REVIEW
        with scope(TASK):
            assert Presence.objects.filter(meeting=meeting).count() == 4 + 1 + 2
        assert "meeting.hold_review" in endings.verbs(ending.operation)
        assert endings.mails_about("Bilan tenu")

    def test_held_before_the_end_it_is_not_said_to_come_once_the_session_ends(self, ending):
        hold(ending)
        ending.end()
        (mail,) = endings.mails_about("La session est terminée")
        assert "Le bilan s'est tenu le 8\xa0avril\xa02026 ; vient maintenant la clôture." in mail.body

    def test_each_employer_is_asked_for_its_contracts(self, ending):
        hold(ending)
        told = {mail.address for mail in endings.mails_about("vos contrats")}
        assert told == {"contact@tilleuls.example", "contact@belair.example"}

    def test_a_missing_trainee_is_named(self, ending):
        with pytest.raises(Invalid) as refusal:
            hold(ending, attendees=ending.present(without=3))
        assert ending.people[3].person.short_name in refusal.value.sentence
        with scope(TASK):
            assert not Meeting.objects.filter(kind="review").exists()

    def test_an_early_leaver_is_not_waited_for(self, ending):
        with endings.on(date(2026, 3, 2)):
            leave_training(ending.coordinator, ending.people[0].pk, code="found_job")
        ending.refresh()
        assert hold(ending, attendees=ending.present())

    def test_an_employer_without_a_promise_left_is_not_waited_for(self, ending):
        with endings.on(date(2026, 3, 2)):
            withdraw_promise(ending.coordinator, ending.promises[1].pk, reason="perte d'un marché")
        attendees = [a for a in ending.present() if a.organisation_id != ending.employers[1].pk]
        assert hold(ending, attendees=attendees)

    def test_twice_is_refused_and_changes_nothing(self, ending):
        hold(ending)
        with pytest.raises(WrongState, match="déjà tenu, le 8"):
            hold(ending)
        with scope(TASK):
            assert Presence.objects.count() == 7

    def test_not_in_the_future_nor_before_the_start(self, ending):
        with pytest.raises(Invalid, match="à venir"):
            hold(ending, held_on=REVIEW + timedelta(days=1))
        with pytest.raises(Invalid, match="précède"):
            hold(ending, held_on=FIRST - timedelta(days=1))

    def test_not_before_the_session_starts(self, early):
        with pytest.raises(WrongState, match="n'a pas démarré"):
            hold(early)

    def test_strangers_of_the_operation_are_not_noted(self, ending):
        stranger = Attendee(Presence.As.TRAINEE, person_id=make.a_person().pk)
        with pytest.raises(Invalid, match="ne fait pas partie"):
            hold(ending, attendees=[*ending.present(), stranger])

    def test_nobody_is_noted_twice(self, ending):
        with pytest.raises(Invalid, match="deux fois"):
            hold(ending, attendees=[*ending.present(), ending.present()[0]])

    def test_the_officer_does_not_hold_it_for_the_provider(self, ending):
        with endings.on(REVIEW), pytest.raises(NotAllowed):
            actions.hold_review(ending.officer, ending.operation.pk, held_on=REVIEW, attendees=ending.present())

    def test_another_provider_does_not_know_of_it(self, ending):
        with endings.on(REVIEW), pytest.raises(Unknown):
            actions.hold_review(ending.stranger, ending.operation.pk, held_on=REVIEW, attendees=ending.present())


class TestPoints:
    def test_provider_and_officer_note_them_once_it_is_held(self, ending):
        hold(ending)
        with endings.on(REVIEW):
            actions.note_point(ending.coordinator, ending.operation.pk, kind="strong", text="Le plateau technique")
            actions.note_point(ending.officer, ending.operation.pk, kind="lesson", voice="employers", text="Plus tôt")
            page = review_page(ending.officer, ending.operation)
        assert [point.kind for point in page.points] == ["strong", "lesson"]

    def test_not_before(self, ending):
        with endings.on(REVIEW), pytest.raises(WrongState, match="pas encore tenu"):
            actions.note_point(ending.coordinator, ending.operation.pk, kind="strong", text="Bien")

    def test_the_same_words_twice_are_one_point(self, ending):
        hold(ending)
        with endings.on(REVIEW):
            actions.note_point(ending.coordinator, ending.operation.pk, kind="strong", text="Bien")
            with pytest.raises(WrongState, match="déjà noté"):
                actions.note_point(ending.coordinator, ending.operation.pk, kind="strong", text=" Bien ")

    @pytest.mark.parametrize(("kind", "text"), [("strong", "  "), ("boast", "Bien")])
    def test_words_and_a_kind_of_the_list_are_needed(self, ending, kind, text):
        hold(ending)
        with endings.on(REVIEW), pytest.raises(Invalid):
            actions.note_point(ending.coordinator, ending.operation.pk, kind=kind, text=text)


class TestCertification:
    def certify(self, ending, n=0, **more):
        facts = {"result": "full", "on": REVIEW} | more
        with endings.on(REVIEW):
            return actions.certify(ending.coordinator, ending.people[n].pk, **facts)

    def test_a_result_is_noted_then_corrected(self, ending):
        row = self.certify(ending)
        assert self.certify(ending, result="blocks", blocks="CCP1", version=row.version).result == "blocks"
        entry = JournalEntry.objects.filter(verb="review.certify").last()
        assert entry.before["result"] == "full"
        assert entry.after["blocks"] is None

    def test_the_same_twice_is_refused(self, ending):
        self.certify(ending)
        with pytest.raises(WrongState, match="déjà noté"):
            self.certify(ending)

    def test_a_stale_page_is_refused(self, ending):
        row = self.certify(ending)
        self.certify(ending, result="failed")
        with pytest.raises(Stale):
            self.certify(ending, result="not_presented", version=row.version)

    def test_somebody_who_did_not_enter_gets_none(self, ending):
        with scope(TASK):
            person = ending.people[0]
            person.state, person.entered_on = "no_show", None
            person.save()
        with pytest.raises(WrongState, match="n'est pas entré"):
            self.certify(ending)

    def test_another_provider_does_not_know_the_person(self, ending):
        with endings.on(REVIEW), pytest.raises(Unknown):
            actions.certify(ending.stranger, ending.people[0].pk, result="full", on=REVIEW)


class TestContracts:
    def test_the_provider_records_the_promise_kept(self, ending):
        row = signed(ending)
        assert row.promise_id == ending.promises[0].pk
        assert row.employer_name == "Les Tilleuls"
        assert endings.mails_about("Contrat enregistré")

    def test_an_employer_records_its_own(self, ending):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        row = signed(ending, actor=signatory)
        assert row.promise_id == ending.promises[0].pk
        assert {mail.address for mail in endings.mails_about("Contrat enregistré")} == {"paul@atelier.example"}

    def test_an_employer_knows_nothing_of_people_paired_elsewhere(self, ending):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        with pytest.raises(Unknown):
            signed(ending, n=1, actor=signatory)

    def test_an_employer_does_not_record_for_another(self, ending):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        with pytest.raises(NotAllowed, match="votre entreprise"):
            signed(ending, actor=signatory, employer_id=ending.employers[1].pk)

    def test_another_job_keeps_no_promise(self, ending):
        row = signed(ending, employer_id=None, employer_name="Clinique du Bois")
        assert row.promise_id is None

    def test_the_same_contract_twice_is_refused(self, ending):
        signed(ending)
        with pytest.raises(WrongState, match="déjà enregistré"):
            signed(ending)

    def test_a_second_open_ended_contract_with_the_same_employer_is_refused_with_the_date_of_the_first(self, ending):
        signed(ending)
        with pytest.raises(WrongState, match="à partir du 20\xa0avril\xa02026"):
            signed(ending, starts_on=date(2026, 5, 4))
        signed(ending, contract="cdd", ends_on=date(2026, 12, 31))

    def test_a_correction_does_not_make_a_second_one_but_a_contract_is_not_its_own_twin(self, ending):
        signed(ending)
        other = signed(ending, employer_id=None, employer_name="Clinique du Bois")
        same = ContractFacts("cdi", date(2026, 4, 20), employer_id=ending.employers[0].pk)
        moved = ContractFacts("cdi", date(2026, 4, 27), employer_name="Clinique du Bois")
        with endings.on(LAST):
            with pytest.raises(WrongState, match="déjà enregistré"):
                actions.correct_contract(ending.coordinator, other.pk, same, reason="erreur")
            assert actions.correct_contract(ending.coordinator, other.pk, moved, reason="erreur").starts_on.day == 27

    def test_an_organisation_from_elsewhere_is_not_taken_for_a_partner(self, ending):
        with pytest.raises(Invalid, match="n'est pas dans l'opération"):
            signed(ending, employer_id=make.an_employer("Ailleurs").pk)

    def test_a_contract_before_the_training_is_refused(self, ending):
        with pytest.raises(Invalid, match="avant la formation"):
            signed(ending, starts_on=date(2025, 10, 1))

    def test_a_wrong_contract_is_corrected_with_a_reason(self, ending):
        row = signed(ending)
        facts = ContractFacts("cdd", date(2026, 4, 20), date(2026, 12, 31), employer_id=ending.employers[0].pk)
        with endings.on(LAST):
            with pytest.raises(Invalid, match="motif"):
                actions.correct_contract(ending.coordinator, row.pk, facts, reason=" ")
            row = actions.correct_contract(ending.coordinator, row.pk, facts, reason="erreur de saisie")
        assert (row.contract, row.version) == ("cdd", 2)
        with endings.on(LAST), pytest.raises(Stale):
            actions.correct_contract(ending.coordinator, row.pk, facts, reason="encore", version=1)

    def test_it_is_still_recorded_once_the_operation_is_closed_but_not_when_abandoned(self, ending):
        with scope(TASK):
            ending.operation.state, ending.operation.closed_on = "closed", LAST
            ending.operation.save()
        assert signed(ending)
        with scope(TASK):
            ending.operation.state = "abandoned"
            ending.operation.save()
        with pytest.raises(WrongState, match="abandonnée"):
            signed(ending, n=1)

    def test_the_journal_holds_no_name(self, ending):
        signed(ending, employer_id=None, employer_name="Clinique du Bois", evidence="DPAE reçue")
        told = endings.journal_text()
        assert "Clinique" not in told
        assert "DPAE" not in told
        assert ending.people[0].person.last_name not in told


class TestNoHire:
    def note(self, ending, why="person_declined", n=0):
        with endings.on(LAST):
            return actions.record_no_hire(ending.coordinator, ending.people[n].pk, why=why)

    def test_the_reason_is_noted_then_corrected(self, ending):
        self.note(ending)
        assert self.note(ending, "not_certified").why == "not_certified"
        with pytest.raises(WrongState, match="déjà noté"):
            self.note(ending, "not_certified")

    def test_a_promise_kept_has_no_reason_why_not(self, ending):
        signed(ending)
        with pytest.raises(WrongState, match="corrigez-le"):
            self.note(ending)

    def test_a_promise_kept_after_all_lifts_the_reason(self, ending):
        self.note(ending)
        signed(ending)
        with scope(TASK):
            assert not NoHire.objects.exists()
            assert EmploymentContract.objects.count() == 1

    def test_the_reason_is_one_of_the_list(self, ending):
        with pytest.raises(Invalid):
            self.note(ending, "trop lent")

    def test_an_employer_does_not_note_it(self, ending):
        with endings.on(LAST), pytest.raises(NotAllowed):
            actions.record_no_hire(make.actor(Who.SIGNATORY, ending.employers[0]), ending.people[0].pk, why="other_job")


class TestReading:
    def test_an_employer_reads_its_own_people_only(self, ending):
        signatory = make.actor(Who.SIGNATORY, ending.employers[0])
        with scope(signatory):
            lines = trainee_lines(signatory, ending.operation)
            page = review_page(signatory, ending.operation)
        assert {line.candidacy_id for line in lines} == {p.pk for p in ending.people[::2]}
        assert page.presences == ()

    def test_the_number_of_queries_does_not_grow_with_people(self, ending):
        def read():
            with scope(ending.coordinator), CaptureQueriesContext(connection) as queries:
                review_page(ending.coordinator, ending.operation)
            return len(queries)

        few = read()
        for n in range(4):
            signed(ending, n=n)
        hold(ending)
        assert read() <= few + 3  # the presences, the points and the decisions of a bilan that is held

    def test_the_card_counts(self, ending):
        hold(ending)
        signed(ending)
        with scope(ending.officer):
            shown = card(ending.officer, ending.operation)
        assert (shown.held_on, shown.present, shown.hired) == (REVIEW, 7, "1 sur 4")


def test_an_abandoned_operation_has_no_bilan(early):
    with endings.on(FIRST):
        abandon_operation(early.officer, early.operation.pk, reason="plus de besoin")
    with pytest.raises(WrongState, match="close"):
        hold(early)


class TestAskingEmployers:
    def test_only_those_with_somebody_without_outcome(self, ending):
        for n in (0, 2):
            signed(ending, n=n)
        with endings.on(LAST):
            asked = actions.ask_contracts(ending.coordinator, ending.operation.pk)
        assert (len(asked.reached), asked.without_address) == (1, ())
        assert {mail.address for mail in endings.mails_about("vos contrats")} == {"contact@belair.example"}

    def test_nobody_once_each_promise_is_followed(self, ending):
        for n in range(4):
            signed(ending, n=n)
        with endings.on(LAST), pytest.raises(WrongState, match="déjà suivie"):
            actions.ask_contracts(ending.coordinator, ending.operation.pk)

    def test_a_link_opens_one_operation_and_one_firm(self, ending):
        with endings.on(LAST):
            actions.ask_contracts(ending.coordinator, ending.operation.pk)
            link = Link.objects.get(address="contact@tilleuls.example", revoked_at=None)
            bearer = links.bearer(link)
        with pytest.raises(Unknown):
            signed(ending, n=1, actor=bearer)
        with pytest.raises(NotAllowed, match="votre entreprise"):
            signed(ending, actor=bearer, employer_id=ending.employers[1].pk)
        assert signed(ending, actor=bearer).promise_id == ending.promises[0].pk
        other = Link(
            verb=link.verb,
            object_type=link.object_type,
            object_id=endings.prepared(people=1, paired=1).promises[0].pk,
            organisation_id=ending.employers[0].pk,
        )
        with pytest.raises(Unknown):
            signed(ending, n=2, actor=links.bearer(other))
