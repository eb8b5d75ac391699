"""Presence in the firm: the tutor signs half-days, once, when they are; the ledger counts what is signed."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
from defi.journey.projection import rewrite
from defi.journey.queries import my_turns
from defi.journey.reminders import turns
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.mail import purposes
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown, WrongState
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.company import HALVES as PARTS
from defi.steps.training.company import days_of, days_to_sign, half_days, unsigned
from defi.steps.training.company_hours import expected, waiting
from defi.steps.training.interruptions import Stay
from defi.steps.training.models import Attendance, CompanyPresence, Placement
from defi.steps.training.periods import begins_on
from defi.steps.training.queries.hours import ledger_page
from defi.steps.training.queries.presence import month_page
from training.conftest import no_name_in_the_journal
from training.periods import FIRST, HALVES, LAST, agreed, bearer, in_the_evening, paper, planned, sign_all, there

# The half-days of a period


@given(
    days=st.integers(0, 60),
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(lambda s: "".join(sorted(s))),
    hours=st.integers(1, 600),
)
def test_the_hours_of_a_period_are_shared_out_over_its_half_days_and_nothing_is_lost(days, weekdays, hours):
    first = date(2026, 4, 27)
    due = half_days(first, first + timedelta(days=days), weekdays, hours)
    assert sum(one.minutes for one in due) in ({hours * 60} if due else {0})
    assert len({one.key for one in due}) == len(due)
    assert all(one.minutes % 5 == 0 and str(one.on.isoweekday()) in weekdays for one in due)


def test_public_holidays_are_not_worked_unless_sundays_are():
    first, last = date(2026, 4, 27), date(2026, 5, 3)
    assert date(2026, 5, 1) not in days_of(first, last, "12345")
    assert date(2026, 5, 1) in days_of(first, last, "1234567")


def test_a_half_day_is_signed_from_its_hour_on_and_not_after_somebody_left():
    due = half_days(FIRST, LAST, "12345", 14)
    morning = in_the_evening(FIRST).replace(hour=9)
    assert [one.key for one in unsigned(due, [], morning)] == HALVES[:1]
    assert [one.key for one in unsigned(due, HALVES[:1], in_the_evening(LAST))] == HALVES[1:]


def test_one_answer_settles_a_day_or_the_half_that_is_left():
    due = half_days(FIRST, LAST, "12345", 14)
    whole, half = days_to_sign(due)[0], days_to_sign(due[1:])[0]
    assert whole.states("morning") == {HALVES[0]: "present", HALVES[1]: "absent"}
    assert half.states("full") == {HALVES[1]: "present"}
    assert [key for key, _words in half.choices] == ["full", "absent"]


# Signing


def test_the_tutor_signs_from_a_link_the_first_half_day_begins_the_period_and_the_last_ends_it(running):
    placement = agreed(running)
    tutor = bearer("placement.attend", placement)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(tutor, placement.pk, there(*HALVES[:2]))
    begun = Placement.objects.get(pk=placement.pk)
    assert (begun.state, begun.begun_on) == ("begun", FIRST)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(tutor, placement.pk, {HALVES[2]: "present", HALVES[3]: "absent"})
    done = Placement.objects.get(pk=placement.pk)
    assert (done.state, done.finished_on, done.hours_done) == ("done", LAST, 10)
    assert {row.signed_by for row in CompanyPresence.objects.all()} == {"Rose Tuteur"}
    assert Mail.objects.filter(purpose="training/mail/evaluation_asked", address="rose@tilleuls.example").exists()
    assert no_name_in_the_journal(running)


def test_who_answers_the_last_day_first_answers_the_earlier_days_afterwards(running):
    placement = agreed(running)
    tutor = bearer("placement.attend", placement)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(tutor, placement.pk, there(*HALVES[2:]))
        begun = Placement.objects.get(pk=placement.pk)
        assert (begun.state, begun.begun_on) == ("begun", FIRST)
        assert [one.key for one in waiting(begun, HALVES[2:], Stay())] == HALVES[:2]
        actions.sign_presence(tutor, placement.pk, there(HALVES[0]))
        assert Placement.objects.get(pk=placement.pk).state == "begun"
        actions.record_presence(running.coordinator, placement.pk, there(HALVES[1]), paper())
    done = Placement.objects.get(pk=placement.pk)
    assert (done.state, done.begun_on, done.finished_on, done.hours_done) == ("done", FIRST, LAST, 14)


def test_a_period_agreed_on_its_first_day_begins_on_the_next_one(running):
    placement = planned(running)
    with clock.at(in_the_evening(FIRST)):
        sign_all(running, placement)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[2:]))
    done = Placement.objects.get(pk=placement.pk)
    assert (done.state, done.begun_on, done.hours_done) == ("done", LAST, 7)


@given(late=st.integers(0, 5), entered=st.integers(-5, 5))
def test_a_period_begins_as_planned_unless_its_agreement_or_the_person_came_later(late, entered):
    day = begins_on(FIRST, agreed_on=FIRST + timedelta(days=late - 3), entered_on=FIRST + timedelta(days=entered))
    assert day == FIRST + timedelta(days=max(0, late - 2, entered))
    assert begins_on(FIRST, agreed_on=None, entered_on=None) == FIRST


def test_these_hours_count_in_the_ledger_the_month_and_wait_until_they_are_signed(running):
    placement = agreed(running)
    row = ledger_page(running.coordinator, running.operation).rows[0].ledger.company
    assert (row.planned, row.done, row.waiting) == (840, 0, 840)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, {HALVES[0]: "present", HALVES[1]: "absent"})
        row = ledger_page(running.coordinator, running.operation).rows[0].ledger.company
        assert (row.done, row.missed, row.waiting) == (210, 210, 420)
        month = month_page(running.coordinator, running.session, date(2026, 1, 1))
        (mine,) = [line for line in month.rows if line.candidacy.pk == running.ids[0]]
        assert mine.account.figures == [420, 210, 0, 210]
    with clock.at(in_the_evening(LAST)):
        month = month_page(running.coordinator, running.session, date(2026, 1, 1))
        assert month.not_locked == [f"2 demi-journées de {running.people[0].person} chez Les Tilleuls"]


@pytest.mark.parametrize(
    ("when", "states", "told"),
    [
        (FIRST, there(HALVES[2]), "est à venir"),
        (FIRST, there((date(2026, 1, 4), "morning")), "Rien n'est prévu"),
        (FIRST, there((date(2026, 1, 7), "morning")), "Rien n'est prévu"),
        (FIRST, {}, "au moins un jour"),
        (FIRST, {HALVES[0]: "late"}, "« présent » ou « absent »"),
    ],
)
def test_a_half_day_before_after_or_of_no_day_of_the_period_is_refused(running, when, states, told):
    placement = agreed(running)
    with clock.at(in_the_evening(when)), pytest.raises(Invalid, match=told):
        actions.sign_presence(running.tutor, placement.pk, states)
    assert not CompanyPresence.objects.exists()


def test_an_afternoon_is_not_signed_in_the_morning(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST).replace(hour=9)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        with pytest.raises(Invalid, match="est à venir"):
            actions.sign_presence(running.tutor, placement.pk, there(HALVES[1]))


def test_nothing_is_signed_twice(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        with pytest.raises(WrongState, match="déjà signée"):
            actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
    assert CompanyPresence.objects.count() == 1


def test_without_the_agreement_nothing_is_signed_and_the_period_does_not_begin(running):
    placement = planned(running)
    with clock.at(in_the_evening(FIRST)), pytest.raises(WrongState, match="n'est pas signée par"):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
    assert Placement.objects.get(pk=placement.pk).state == "planned"


def test_only_the_tutor_signs_and_whoever_answers_for_the_firm(running):
    placement = agreed(running)
    recruiter = factories.actor(Who.RECRUITER, running.employer, factories.a_person("Rémi"))
    boss = factories.actor(Who.SIGNATORY, running.employer, factories.a_person("Odile"))
    other = factories.actor(Who.TUTOR, running.employer, factories.a_person("Jean"))
    with clock.at(in_the_evening(FIRST)):
        for actor in (running.coordinator, running.officer, running.as_trainee(0), recruiter):
            with pytest.raises(NotAllowed):
                actions.sign_presence(actor, placement.pk, there(HALVES[0]))
        for actor in (running.stranger, other):
            with pytest.raises((Unknown, NotAllowed)):
                actions.sign_presence(actor, placement.pk, there(HALVES[0]))
        with pytest.raises(NotAllowed):
            actions.sign_presence(bearer("placement.sign", placement), placement.pk, there(HALVES[0]))
        assert not CompanyPresence.objects.exists()
        assert actions.sign_presence(boss, placement.pk, there(HALVES[0]))


def test_somebody_who_left_the_day_before_is_not_signed_for(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        leave_training(running.coordinator, running.ids[0], code="personal_choice")
    with clock.at(in_the_evening(LAST)), pytest.raises(Invalid, match="a quitté la formation le 5 janvier 2026"):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[2]))


def test_a_period_of_somebody_who_left_the_day_before_it_begins_is_cancelled(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST - timedelta(days=1))):
        leave_training(running.coordinator, running.ids[0], code="personal_choice")
    with clock.at(in_the_evening(FIRST)), pytest.raises(Refused):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
    assert Placement.objects.get(pk=placement.pk).state == "cancelled"


def test_nobody_is_in_two_places_at_once(running):
    placement = agreed(running, hours=6)
    sheet = running.sheet(on=FIRST)
    with clock.at(in_the_evening(FIRST)):
        actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: Attendance.State.PRESENT.value})
        with pytest.raises(WrongState, match="au centre le 5 janvier 2026 au matin"):
            actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
        assert actions.sign_presence(running.tutor, placement.pk, there(HALVES[1]))


def test_a_tutor_without_telephone_signs_on_paper_and_the_scan_is_kept(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        for actor in (running.tutor, running.officer, running.as_trainee(0)):
            with pytest.raises(NotAllowed):
                actions.record_presence(actor, placement.pk, there(), paper())
        rows = actions.record_presence(running.trainer, placement.pk, there(), paper())
    assert {row.way for row in rows} == {"paper"}
    assert Placement.objects.get(pk=placement.pk).hours_done == 14


# Ending, correcting


def test_a_period_does_not_end_over_half_days_that_nobody_signed(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        with pytest.raises(WrongState, match="3 demi-journées ne sont pas signées"):
            actions.finish_placement(running.coordinator, placement.pk, on=LAST)
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[1]))
        with pytest.raises(Invalid, match="Le tuteur a signé 7 h"):
            actions.finish_placement(running.coordinator, placement.pk, on=FIRST, hours_done=8)
        assert actions.finish_placement(running.coordinator, placement.pk, on=FIRST).hours_done == 7
        with pytest.raises(WrongState, match="terminée"):
            actions.sign_presence(running.tutor, placement.pk, there(HALVES[2]))


def test_a_correction_has_an_author_a_reason_and_moves_the_hours(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there())
        why = {"reason": "Le tuteur s'est trompé de jour."}
        for actor in (running.trainer, running.tutor, running.officer):
            with pytest.raises(NotAllowed):
                actions.correct_presence(actor, placement.pk, HALVES[0], "absent", **why)
        with pytest.raises(Invalid):
            actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "absent", reason="")
        with pytest.raises(Invalid):
            actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "present", **why)
        with pytest.raises(Stale):
            actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "absent", version=9, **why)
        with pytest.raises(Unknown):
            actions.correct_presence(running.coordinator, placement.pk, (LAST, "night"), "absent", **why)
        row = actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "absent", version=1, **why)
    assert (row.state, row.corrected_on) == ("absent", LAST)
    assert Placement.objects.get(pk=placement.pk).hours_done == 10
    told = JournalEntry.objects.get(verb="placement.correct_presence", object_type="training.companypresence")
    assert (told.before["state"], told.after["state"], told.reason.text) == ("present", "absent", why["reason"])


def test_the_tutor_asks_for_the_link_again(running):
    placement = agreed(running)
    before = Mail.objects.filter(purpose="training/mail/placement_agreed").count()
    actions.send_tutor_link(running.trainer, placement.pk)
    assert Mail.objects.filter(purpose="training/mail/placement_agreed").count() == before + 1
    with pytest.raises(NotAllowed):
        actions.send_tutor_link(running.tutor, placement.pk)
    nobody = agreed(running, 1, tutor_id=running.tutor.person_id)
    actions.cancel_placement(running.coordinator, nobody.pk, reason="Le tuteur est absent.")
    with pytest.raises(WrongState):
        actions.send_tutor_link(running.trainer, nobody.pk)


# The ledger, whatever is done


def a_move(stage, rng, placement):
    on = FIRST + timedelta(days=rng.randrange(-1, 4))
    half = (on, rng.choice(PARTS))
    state = rng.choice(["present", "absent"])
    moves = [
        lambda: actions.sign_presence(stage.tutor, placement.pk, {half: state}),
        lambda: actions.sign_presence(stage.tutor, placement.pk, {half: state}),
        lambda: actions.sign_presence(bearer("placement.attend", placement), placement.pk, there(state=state)),
        lambda: actions.correct_presence(stage.coordinator, placement.pk, half, state, reason="Erreur du tuteur."),
        lambda: actions.finish_placement(stage.coordinator, placement.pk, on=on),
        lambda: actions.debrief_placement(stage.trainer, placement.pk, on=LAST),
    ]
    with clock.at(in_the_evening(FIRST + timedelta(days=rng.randrange(3))).replace(hour=rng.choice([9, 18]))):
        try:
            rng.choice(moves)()
        except Refused:
            return


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_done_company_hours_equal_what_the_journal_tells_of_signed_half_days(running, seed):
    rng = random.Random(seed)
    with transaction.atomic():
        placement = agreed(running)
        for _number in range(20):
            a_move(running, rng, placement)
        told = {}
        for entry in JournalEntry.objects.filter(object_type="training.companypresence").order_by("id"):
            told[entry.object_id] = told.get(entry.object_id, {}) | entry.after
        minutes = defaultdict(int)
        for row in CompanyPresence.objects.all():
            assert told[row.pk]["state"] == row.state
            minutes[row.state] += row.minutes
        found = Placement.objects.get(pk=placement.pk)
        account = ledger_page(running.coordinator, running.operation).rows[0].ledger.company
        assert account.done == minutes["present"] or (not minutes and found.hours_done is not None)
        if minutes:
            assert account.planned == account.done + account.missed + account.waiting
            assert sum(minutes.values()) <= sum(due.minutes for due in expected(found))
        corrected = {
            e.object_id
            for e in JournalEntry.objects.filter(
                verb="placement.correct_presence", object_type="training.companypresence"
            )
        }
        assert set(CompanyPresence.objects.exclude(corrected_on=None).values_list("pk", flat=True)) == corrected
        transaction.set_rollback(True)


# What is to do, and its reminders


def owed(actor):
    return {turn.key: turn for turn in my_turns(actor) if turn.key.startswith("placement.")}


def reminded():
    return {(one.about.split(":")[0], one.to.address) for one in turns(purposes.table().rules["placement"], None)}


def test_what_is_owed_of_a_period_is_on_the_list_of_who_owes_it_until_it_is_done(running):
    placement = planned(running)
    other = factories.actor(Who.TUTOR, running.employer, factories.a_person("Jean", email="jean@tilleuls.example"))
    assert set(owed(running.tutor)) == {"placement.sign"}
    assert not owed(other)
    assert reminded() == {("placement.sign", "rose@tilleuls.example")}
    with clock.at(FIRST - timedelta(days=10)):
        rewrite([running.operation.pk], clock.today())
        assert set(owed(running.coordinator)) == {"placement.prepare"}
        actions.prepare_placement(running.trainer, placement.pk, on=clock.today())
        sign_all(running, placement)
        assert not owed(running.coordinator)
        assert not owed(running.tutor)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        assert set(owed(running.tutor)) == {"placement.attend"}
        assert reminded() == {("placement.attend", "rose@tilleuls.example")}
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[1:]))
        assert set(owed(running.tutor)) == {"placement.evaluate"}
        assert set(owed(running.coordinator)) == {"placement.debrief"}
        assert not owed(other)
        actions.evaluate_placement(running.tutor, placement.pk, actions.EvaluationFacts("reached"))
        actions.debrief_placement(running.trainer, placement.pk, on=LAST)
        assert not owed(running.tutor)
        assert not owed(running.coordinator)
        assert not reminded()


def test_the_links_of_a_period_that_owes_nothing_are_not_reminded(running):
    settled = planned(running, tutor_id=None, tutor_name="Jean", tutor_email="jean@atelier.example")
    actions.record_signed_paper(running.coordinator, settled.pk, ["trainee", "employer", "provider"], paper())
    planned(running, 1, tutor_id=None, tutor_name="Lise", tutor_email="lise@atelier.example")
    assert {address for key, address in reminded() if key == "placement.sign"} == {"lise@atelier.example"}
