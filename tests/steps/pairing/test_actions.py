"""Promises, encounters, pairings, admission and finding: done once, refused with a sentence otherwise."""

from datetime import date, timedelta

import pytest

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown, WrongState
from defi.schemes.conformity import Verdict
from defi.steps.pairing import actions, queries
from defi.steps.pairing.board import board_of
from defi.steps.pairing.models import Encounter, Pairing, Post
from defi.steps.sourcing.actions import leave_training, withdraw_candidate
from defi.steps.training.actions import start_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    return make.an_operation()


@pytest.fixture
def session(operation):
    return make.a_session(operation, seats=8)


@pytest.fixture
def coordinator(operation):
    return make.a_coordinator(operation)


def group(session, promise, people, paired):
    rows = [make.a_candidate(session, f"Personne{n}") for n in range(people)]
    for row in rows[:paired]:
        make.a_pairing(row, promise)
    return rows


class TestMakingAPromise:
    def test_it_opens_its_posts_and_conforms(self, operation):
        promise = make.a_promise(operation, make.an_employer(), posts=3)
        with scope(TASK):
            assert promise.conforms
            assert Post.objects.filter(promise=promise).count() == 3

    def test_a_contract_of_exactly_six_months_is_kept_but_does_not_count(self, operation, coordinator):
        terms = actions.Terms(posts=1, contract="cdd", months=6)
        promise = actions.make_promise(coordinator, operation.pk, make.an_employer(), terms)
        assert not promise.conforms
        assert "plus de 6 mois" in promise.conformity_note

    @pytest.mark.parametrize("posts", [0, -1, 41, 4000])
    def test_an_absurd_number_of_posts_is_refused(self, operation, coordinator, posts):
        with pytest.raises(Invalid) as refusal:
            actions.make_promise(
                coordinator, operation.pk, make.an_employer(), actions.Terms(posts=posts, contract="cdi")
            )
        assert "posts" in refusal.value.fields

    def test_a_contract_that_ends_before_it_starts_is_refused(self, operation, coordinator):
        terms = actions.Terms(1, "cdd", starts_on=date(2026, 5, 1), ends_on=date(2026, 4, 30))
        with pytest.raises(Invalid, match="après son début"):
            actions.make_promise(coordinator, operation.pk, make.an_employer(), terms)

    def test_an_employer_engages_only_itself(self, operation):
        mine, other = make.an_employer("Maison Bel-Air"), make.an_employer("Aide et Cie")
        make.a_promise(operation, mine)
        recruiter = make.actor(Who.SIGNATORY, mine)
        with pytest.raises(NotAllowed, match="votre entreprise"):
            actions.make_promise(recruiter, operation.pk, other, actions.Terms(1, "cdi"))

    def test_another_provider_does_not_know_the_operation(self, operation):
        stranger = make.actor(Who.COORDINATOR, make.a_provider("Autre organisme"))
        with pytest.raises(Unknown):
            actions.make_promise(stranger, operation.pk, make.an_employer(), actions.Terms(1, "cdi"))

    def test_a_prescriber_promises_nothing(self, operation):
        adviser = make.actor(Who.ADVISER, make.a_prescriber())
        with pytest.raises(NotAllowed):
            actions.make_promise(adviser, operation.pk, make.an_employer(), actions.Terms(1, "cdi"))


class TestPairing:
    def test_once_both_said_yes(self, operation, session):
        promise = make.a_promise(operation, make.an_employer())
        pairing = make.a_pairing(make.a_candidate(session), promise)
        assert pairing.state == "active"
        assert queries.standing(session).conformity.counts.paired == 1

    def test_not_before_they_met(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer())
        with pytest.raises(WrongState, match="rencontrés"):
            actions.pair(coordinator, make.a_candidate(session).pk, promise.pk)

    def test_not_before_the_day_they_met_is_noted(self, operation, session, coordinator):
        promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session)
        actions.record_encounter(coordinator, person.pk, promise.pk, actions.Said(employer="yes", person="yes"))
        with pytest.raises(WrongState, match="Le jour de leur rencontre n'est pas noté"):
            actions.pair(coordinator, person.pk, promise.pk)
        actions.record_encounter(coordinator, person.pk, promise.pk, actions.Said(met_on=clock.today()))
        assert actions.pair(coordinator, person.pk, promise.pk).state == "active"

    def test_not_when_the_employer_said_no(self, operation, session, coordinator):
        promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session)
        actions.record_encounter(coordinator, person.pk, promise.pk, actions.Said(employer="no", person="yes"))
        with pytest.raises(WrongState, match="l'employeur n'a pas dit oui"):
            actions.pair(coordinator, person.pk, promise.pk)

    def test_it_dates_from_the_day_both_agreed_never_from_before_nor_from_tomorrow(self, operation, session):
        promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session)
        coordinator, today = make.a_coordinator(operation), clock.today()
        week = today - timedelta(days=7)
        said = actions.Said(met_on=week, employer="yes", person="yes", said_on=week)
        actions.record_encounter(coordinator, person.pk, promise.pk, said)
        for day in (week - timedelta(days=1), today + timedelta(days=1)):
            with pytest.raises(Invalid) as refused:
                actions.pair(coordinator, person.pk, promise.pk, on=day)
            assert set(refused.value.fields) == {"on"}
        assert actions.pair(coordinator, person.pk, promise.pk, on=week).paired_on == week

    def test_an_answer_is_neither_to_come_nor_older_than_the_meeting(self, operation, session, coordinator):
        promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session)
        today = clock.today()
        for met_on, said_on in ((None, today + timedelta(days=1)), (today, today - timedelta(days=1))):
            said = actions.Said(met_on=met_on, employer="yes", said_on=said_on)
            with pytest.raises(Invalid) as refused:
                actions.record_encounter(coordinator, person.pk, promise.pk, said)
            assert set(refused.value.fields) == {"said_on"}

    def test_one_trainee_one_promise(self, operation, session, coordinator):
        first = make.a_promise(operation, make.an_employer("Maison Bel-Air"))
        second = make.a_promise(operation, make.an_employer("Aide et Cie"))
        person = make.a_candidate(session)
        make.a_pairing(person, first)
        said = actions.Said(met_on=clock.today(), employer="yes", person="yes")
        actions.record_encounter(coordinator, person.pk, second.pk, said)
        with pytest.raises(WrongState, match="déjà appairée"):
            actions.pair(coordinator, person.pk, second.pk)

    def test_no_post_is_given_twice(self, operation, session):
        promise = make.a_promise(operation, make.an_employer())
        make.a_pairing(make.a_candidate(session), promise)
        with pytest.raises(WrongState, match="postes de cette promesse sont pris"):
            make.a_pairing(make.a_candidate(session, "Karim"), promise)

    def test_not_with_a_withdrawn_promise(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer())
        actions.withdraw_promise(coordinator, promise.pk, reason="perte d'un marché")
        with pytest.raises(WrongState, match="déjà retirée"):
            make.a_pairing(make.a_candidate(session), promise)

    def test_the_officer_does_not_pair(self, operation, session):
        promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session)
        with pytest.raises(NotAllowed):
            actions.pair(make.an_officer(), person.pk, promise.pk)

    def test_unpairing_keeps_the_history_and_frees_the_post(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer())
        pairing = make.a_pairing(make.a_candidate(session), promise)
        actions.unpair(coordinator, pairing.pk, ending="person_changed", reason="préfère Bonneval")
        again = make.a_pairing(make.a_candidate(session, "Karim"), promise)
        assert again.post_id == pairing.post_id
        with pytest.raises(WrongState):
            actions.unpair(coordinator, pairing.pk, ending="mistake", reason="encore")

    @pytest.mark.parametrize(
        ("ending", "employer", "person"),
        [
            ("employer_changed", "no", "yes"),
            ("employer_withdrew", "no", "yes"),
            ("person_changed", "yes", "no"),
            ("person_left", "yes", "no"),
            ("mistake", "yes", "yes"),
        ],
    )
    def test_who_changed_their_mind_agrees_no_more(self, operation, session, coordinator, ending, employer, person):
        promise = make.a_promise(operation, make.an_employer())
        pairing = make.a_pairing(make.a_candidate(session), promise)
        actions.unpair(coordinator, pairing.pk, ending=ending, reason="autre idée")
        with scope(TASK):
            said = Encounter.objects.get(candidacy=pairing.candidacy_id, promise=promise)
        assert (said.employer_answer, said.person_answer) == (employer, person)
        if ending != "mistake":
            with pytest.raises(WrongState, match="L'accord manque"):
                actions.pair(coordinator, pairing.candidacy_id, promise.pk)

    def test_a_page_read_before_a_change_is_told_so(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer())
        pairing = make.a_pairing(make.a_candidate(session), promise)
        with pytest.raises(Stale):
            actions.unpair(coordinator, pairing.pk, ending="mistake", reason="x", version=pairing.version + 1)

    def test_a_reason_is_asked_for(self, operation, session, coordinator):
        pairing = make.a_pairing(make.a_candidate(session), make.a_promise(operation, make.an_employer()))
        with pytest.raises(Invalid) as refusal:
            actions.unpair(coordinator, pairing.pk, ending="mistake", reason="  ")
        assert "reason" in refusal.value.fields


class TestWithdrawing:
    def test_pairings_end_and_everybody_is_told(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer("Service Plus"), posts=2)
        candidacy = make.a_candidate(session, email="leila@exemple.invalid")
        pairing = make.a_pairing(candidacy, promise)
        make.an_officer(make.a_person("Claire", "Modèle", email="claire@exemple.invalid"))
        actions.withdraw_promise(coordinator, promise.pk, reason="perte d'un marché")
        pairing.refresh_from_db()
        assert (pairing.state, pairing.ending) == ("ended", "employer_withdrew")
        told = set(Mail.objects.filter(purpose__startswith="pairing/").values_list("address", flat=True))
        assert {"leila@exemple.invalid", "claire@exemple.invalid"} <= told

    def test_part_of_the_posts_leaves_the_promise_standing(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer(), posts=3)
        actions.withdraw_promise(coordinator, promise.pk, posts=2, reason="moins d'activité")
        promise.refresh_from_db()
        assert promise.state == "made"
        with scope(coordinator):
            assert board_of(coordinator, operation).columns[0].open_posts == 1

    def test_nobody_loses_their_post_unnamed(self, operation, session, coordinator):
        promise = make.a_promise(operation, make.an_employer(), posts=2)
        group(session, promise, people=2, paired=2)
        with pytest.raises(Invalid, match="indiquez la personne"):
            actions.withdraw_promise(coordinator, promise.pk, posts=1, reason="moins d'activité")
        with scope(TASK):
            assert Pairing.objects.filter(state="active").count() == 2


def test_a_person_who_leaves_frees_their_post(operation, session, coordinator):
    promise = make.a_promise(operation, make.an_employer())
    pairing = make.a_pairing(make.a_candidate(session), promise)
    with scope(TASK):
        person = pairing.candidacy
    withdraw_candidate(coordinator, person.pk, code="personal_choice")
    pairing.refresh_from_db()
    assert (pairing.state, pairing.ending) == ("ended", "person_left")


@pytest.mark.parametrize(("ending", "told"), [("person_left", False), ("employer_changed", True)])
def test_only_who_keeps_their_place_is_told_that_another_employer_is_looked_for(
    operation, session, coordinator, ending, told
):
    promise = make.a_promise(operation, make.an_employer(email="tilleuls@exemple.invalid"))
    pairing = make.a_pairing(make.a_candidate(session, email="leila@exemple.invalid"), promise)
    if ending == "person_left":
        withdraw_candidate(coordinator, pairing.candidacy_id, code="personal_choice")
    else:
        actions.unpair(coordinator, pairing.pk, ending=ending, reason="moins d'activité")
    mails = Mail.objects.filter(purpose__contains="pairing_ended")
    assert mails.filter(address="leila@exemple.invalid").exists() is told
    assert mails.filter(address="tilleuls@exemple.invalid").exists()


class TestAdmission:
    def test_the_officer_admits_with_a_reason(self, operation, session):
        group(session, make.a_promise(operation, make.an_employer(), posts=8), people=8, paired=7)
        assert queries.session_conformity(session).verdict is Verdict.TO_DECIDE
        actions.admit(make.an_officer(), session.pk, reason="recherche en cours d'un huitième employeur")
        assert queries.session_conformity(session).verdict is Verdict.ADMITTED

    def test_a_later_loss_asks_for_a_new_decision(self, operation, session, coordinator):
        group(session, make.a_promise(operation, make.an_employer(), posts=8), people=8, paired=7)
        actions.admit(make.an_officer(), session.pk, reason="cas particulier")
        with scope(TASK):
            last = Pairing.objects.filter(state="active").last()
        actions.unpair(coordinator, last.pk, ending="person_changed", reason="a changé d'avis")
        assert queries.session_conformity(session).verdict is Verdict.TO_DECIDE

    def test_below_the_minimum_nothing_can_be_admitted(self, operation, session):
        group(session, make.a_promise(operation, make.an_employer(), posts=8), people=8, paired=5)
        with pytest.raises(WrongState, match="il en manque 1"):
            actions.admit(make.an_officer(), session.pk, reason="cas particulier")

    def test_there_is_nothing_to_decide_when_all_are_paired(self, operation, session):
        group(session, make.a_promise(operation, make.an_employer(), posts=8), people=8, paired=8)
        with pytest.raises(WrongState, match="rien à décider"):
            actions.admit(make.an_officer(), session.pk, reason="cas particulier")

    def test_never_the_provider(self, operation, session, coordinator):
        with pytest.raises(NotAllowed):
            actions.admit(coordinator, session.pk, reason="nous aimerions")

    def test_an_officer_of_another_territory_does_not_decide(self, operation, session):
        stranger = make.an_officer(basins=[make.a_basin("Gien")])
        group(session, make.a_promise(operation, make.an_employer(), posts=8), people=8, paired=7)
        with pytest.raises(NotAllowed, match="hors de votre territoire"):
            actions.admit(stranger, session.pk, reason="cas particulier")


class TestTheFinding:
    def test_it_is_fixed_at_the_start_and_later_losses_do_not_change_it(self, operation, coordinator):
        first = clock.today() + timedelta(days=1)
        session = make.a_session(operation, first, seats=8)
        people = group(session, make.a_promise(operation, make.an_employer(), posts=8), people=8, paired=8)
        with clock.at(first):
            start_session(coordinator, session.pk, on=first, entered=[p.pk for p in people])
        with clock.at(first + timedelta(days=30)):
            leave_training(coordinator, people[0].pk, on=first + timedelta(days=30), code="found_job")
            standing = queries.standing(session)
            assert standing.is_finding
            assert (standing.conformity.counts.paired, standing.found_on) == (8, first)
            session.refresh_from_db()
            today = queries.counts_on(queries.book_of(operation), session, clock.today())
            assert today.paired == 7
            with pytest.raises(Refused, match="ne change plus"):
                actions.fix_finding(coordinator, session.pk)


def test_the_journal_says_who_withdrew_without_any_name(operation, session, coordinator):
    promise = make.a_promise(operation, make.an_employer("Service Plus"))
    actions.withdraw_promise(coordinator, promise.pk, reason="perte d'un marché")
    entry = JournalEntry.objects.filter(verb="promise.withdraw_all", object_type="pairing.promise").get()
    assert entry.after["state"] == "withdrawn"
    assert "Service" not in str(entry.after) + str(entry.before)
    assert entry.reason.text == "perte d'un marché"


class TestWhatAnEmployerSees:
    def test_only_its_own_promise_and_the_people_it_met(self, operation, session, coordinator):
        mine, other = make.an_employer("Maison Bel-Air"), make.an_employer("Aide et Cie")
        promise, foreign = make.a_promise(operation, mine), make.a_promise(operation, other)
        met, unknown = make.a_candidate(session, "Amina"), make.a_candidate(session, "Bruno")
        actions.record_encounter(coordinator, met.pk, promise.pk, actions.Said(person="yes"))
        actions.record_encounter(coordinator, unknown.pk, foreign.pk, actions.Said(person="yes"))
        recruiter = make.actor(Who.RECRUITER, mine)
        with scope(recruiter):
            board = board_of(recruiter, operation)
        assert [column.promise.pk for column in board.columns] == [promise.pk]
        assert [row.candidacy.pk for row in board.rows] == [met.pk]
        assert board.standing is None

    def test_it_answers_for_somebody_it_met(self, operation, session, coordinator):
        mine = make.an_employer("Maison Bel-Air")
        promise = make.a_promise(operation, mine)
        encounter = actions.record_encounter(
            coordinator, make.a_candidate(session).pk, promise.pk, actions.Said(person="yes")
        )
        answered = actions.answer_encounter(make.actor(Who.SIGNATORY, mine), encounter.pk, answer="yes")
        assert answered.employer_answer == "yes"
        stranger = make.actor(Who.SIGNATORY, make.an_employer("Aide et Cie"))
        with pytest.raises(Unknown):
            actions.answer_encounter(stranger, encounter.pk, answer="no")


def test_a_board_of_any_size_takes_the_same_number_of_queries(
    operation, session, coordinator, django_assert_max_num_queries
):
    promise = make.a_promise(operation, make.an_employer(), posts=8)
    group(session, promise, people=6, paired=3)
    with scope(coordinator), django_assert_max_num_queries(14):
        board = board_of(coordinator, operation)
        assert len(board.lines) == 6
