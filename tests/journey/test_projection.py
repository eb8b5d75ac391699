"""The rows of the journey follow each action, in its transaction, and cost the same for one operation or for many."""

from collections.abc import Iterator
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import factories
from defi.journey.gathering import gather
from defi.journey.models import StepRow, TurnRow
from defi.journey.projection import rewrite, rewrite_all
from defi.journey.queries import is_mine, my_turns, step_rows, steps_now
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import Refused
from defi.operations import actions
from defi.operations.models import Meeting, Operation, Presence
from defi.steps.pairing.actions import unpair, withdraw_promise
from projection import assert_projection_is_true

TODAY, STARTS = date(2025, 9, 1), date(2025, 11, 3)


@pytest.fixture
def operation(db: None) -> Iterator[Operation]:
    with clock.at(TODAY), scope(TASK):
        yield factories.an_operation()


def states(operation: Operation) -> dict[str, str]:
    return dict(StepRow.objects.filter(operation=operation).values_list("step", "state"))


def test_a_new_operation_has_its_rows_at_once(operation):
    assert len(states(operation)) == 11
    assert assert_projection_is_true() == 1


def test_the_rows_follow_each_action(operation):
    session = factories.a_session(operation, STARTS, seats=6)
    assert_projection_is_true()
    firm = factories.an_employer()
    promise = factories.a_promise(operation, firm, posts=3)
    assert_projection_is_true()
    for name in ("Amina", "Bruno", "Leïla"):
        candidacy = factories.a_candidate(session, name)
        pairing = factories.a_pairing(candidacy, promise)
        assert_projection_is_true()
    who = factories.a_coordinator(operation)
    unpair(who, pairing.pk, ending="mistake", reason="erreur de ligne")
    assert_projection_is_true()
    withdraw_promise(who, promise.pk, reason="plus de budget")
    assert_projection_is_true()
    actions.reschedule_session(who, session.pk, starts_on=STARTS + timedelta(days=14), reason="travaux")
    assert_projection_is_true()
    assert StepRow.objects.get(step="eos").due_on == STARTS + timedelta(days=14 - 28)
    actions.abandon_operation(factories.an_officer(), operation.pk, reason="plus d'employeur")
    assert_projection_is_true()
    assert not TurnRow.objects.exists()


def test_a_refused_action_leaves_the_rows_as_they_were(operation):
    before = list(TurnRow.objects.order_by("pk").values())
    with pytest.raises(Refused):
        actions.abandon_operation(factories.an_officer(), operation.pk, reason="")
    assert list(TurnRow.objects.order_by("pk").values()) == before


def test_nested_actions_rewrite_the_rows_once(operation, monkeypatch):
    written: list[set[int]] = []
    monkeypatch.setattr("defi.journey.handlers.rewrite", lambda ids, today: written.append(set(ids)))
    who = factories.a_coordinator(operation)
    with acting(who, "meeting.hold_committee"):
        actions.plan_meeting(who, operation.pk, Meeting.Kind.COMMITTEE, TODAY)
        actions.plan_meeting(who, operation.pk, Meeting.Kind.REVIEW, TODAY)
    assert written == [{operation.pk}]


def test_an_action_on_nobody_s_file_rewrites_nothing(operation, monkeypatch):
    monkeypatch.setattr("defi.journey.handlers.rewrite", lambda *_: pytest.fail("Nothing was touched."))
    factories.a_person()


def test_one_more_meeting_planned_does_not_undo_the_one_that_was_held(operation):
    who = factories.a_coordinator(operation)
    with acting(who, "meeting.hold_preparatory") as act:
        kind, there = Meeting.Kind.PREPARATORY, [actions.Attendee(Presence.As.PROVIDER, operation.provider_id)]
        actions.record_meeting(act, operation, kind, TODAY, there, "")
    actions.plan_meeting(who, operation.pk, Meeting.Kind.PREPARATORY, date(2025, 9, 20))
    facts = gather([operation])[operation.pk]
    assert (facts.preparatory_on, facts.preparatory_planned_on) == (TODAY, date(2025, 9, 20))
    assert_projection_is_true()


def test_some_steps_open_with_the_date_alone_and_the_night_sees_to_it(operation):
    from defi.steps.offer.models import RouteDecision

    factories.a_session(operation, STARTS)
    RouteDecision.objects.create(operation=operation, route="existing", reason="lot", decided_on=TODAY)
    with clock.at(STARTS):
        assert states(operation)["start"] == "to_come"
        assert rewrite_all() == 1
        assert states(operation)["start"] == "open"
        assert_projection_is_true(STARTS)


def test_the_nightly_task_takes_the_time_it_was_due(operation):
    from defi.journey.tasks import rewrite_journeys

    TurnRow.objects.all().delete()
    rewrite_journeys(timestamp=0)
    assert_projection_is_true(TODAY)


def test_rewriting_many_costs_as_many_queries_as_one(operation):
    def cost(operations: list[Operation]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rewrite([row.pk for row in operations])
        return len(queries)

    factories.a_session(operation, STARTS)
    others = [factories.an_operation() for _ in range(4)]
    for other in others:
        session = factories.a_session(other, STARTS)
        factories.a_pairing(factories.a_candidate(session), factories.a_promise(other, factories.an_employer()))
    assert cost([operation]) == cost([operation, *others])


# What one must do


def test_each_sees_the_turns_of_their_organisation_in_their_territory(operation):
    officer = factories.an_officer()
    keys = {turn.key for turn in my_turns(officer)}
    assert {"need.group", "route.decide"} <= keys
    elsewhere = factories.an_officer(basins=[factories.a_basin("Dreux")])
    assert not my_turns(elsewhere).exists()
    stranger = factories.actor(Who.COORDINATOR, factories.a_provider("Un autre organisme"))
    assert not my_turns(stranger).exists()


@pytest.mark.parametrize("who", [Who.TRAINER, Who.TUTOR, Who.STEERING, Who.TRAINEE, Who.PUBLIC])
def test_who_has_no_turn_sees_none(operation, who):
    actor = Actor(who, person_id=1, organisation_id=operation.provider_id, region_id=operation.region_id)
    assert not my_turns(actor).exists()


def test_a_turn_is_mine_when_it_is_my_organisation_s(operation):
    turn = TurnRow.objects.get(key="route.decide")
    assert is_mine(factories.an_officer(), turn)
    assert not is_mine(factories.a_coordinator(operation), turn)


def test_the_first_due_come_first(operation):
    factories.a_session(operation, STARTS)
    due = [turn.due_on for turn in my_turns(factories.an_officer())]
    assert due == sorted(due, key=lambda day: (day is None, day or TODAY))


def test_the_steps_of_an_operation_are_seen_by_who_sees_the_operation(operation):
    rows = step_rows(factories.an_officer(), operation)
    assert [row.step for row in rows] == [step.key for step in steps_now(operation)]
    stranger = factories.actor(Who.COORDINATOR, factories.a_provider("Un autre organisme"))
    assert step_rows(stranger, operation) == []


# At once


@pytest.mark.django_db(transaction=True)
def test_two_actions_at_once_that_do_not_lock_the_operation_leave_one_set_of_rows():
    with clock.at(TODAY), scope(TASK):
        operation = factories.an_operation()
    ready, faults = Barrier(2), []

    def rewrite_often() -> None:
        ready.wait(60)
        try:
            for _ in range(5):
                rewrite([operation.pk], TODAY)
        except Exception as fault:  # noqa: BLE001  (whatever goes wrong is what this test looks for)
            faults.append(fault)
        finally:
            connection.close()

    hands = [Thread(target=rewrite_often) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert faults == []
    assert assert_projection_is_true(TODAY) == 1
