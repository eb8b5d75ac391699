"""The journal: one entry per changed object, never rewritten, without a personal value; an action is all or nothing."""

from datetime import date, datetime
from threading import Thread
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django_scopes.exceptions import ScopeError
from procrastinate.contrib.django.models import ProcrastinateJob

import factories
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting, on
from defi.kernel.models import JournalEntry, Mail, Reason
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown
from defi.kernel.transitions import verb
from defi.operations.models import Meeting, Operation
from defi.people.models import Person


def somebody(act: Action, first_name: str = "Leïla", **fields: object) -> Person:
    return act.create(Person, first_name=first_name, last_name="Martin", **fields)


def a_meeting(operation: Operation) -> Meeting:
    """A steering committee planned for 20 November 2025."""
    return Meeting.objects.create(operation=operation, kind="committee", planned_on=date(2025, 11, 20))


def told(verb: str = "try.plain") -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(verb=verb))


# What the database itself refuses


@pytest.mark.parametrize(
    "rewrite",
    [
        "UPDATE kernel_journalentry SET verb = 'other'",
        "DELETE FROM kernel_journalentry",
        "TRUNCATE kernel_journalentry",
        "TRUNCATE kernel_journalentry CASCADE",
    ],
)
def test_the_database_refuses_to_rewrite_the_journal(tried, rewrite):
    with acting(TASK, "try.plain") as act:
        somebody(act)
    with connection.cursor() as cursor:
        # Otherwise PostgreSQL has another reason to refuse to truncate what this transaction wrote.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(rewrite)
    assert len(told()) == 1


# What an entry says


def test_an_action_leaves_one_entry_per_object_it_changed(tried):
    with acting(TASK, "try.plain") as act:
        first, second = somebody(act), somebody(act, "Bruno")
        act.change(first, phone="0237000000")
    assert [(e.object_type, e.object_id) for e in told()] == [
        ("people.person", first.pk),
        ("people.person", second.pk),
    ]
    assert {e.action_id for e in told()} == {act.id}


def test_an_entry_says_who_as_what_when_and_in_which_file(tried):
    operation = factories.an_operation()
    coordinator = factories.a_coordinator(operation)
    with clock.at(datetime(2025, 11, 3, 8, 30, tzinfo=clock.PARIS)), acting(coordinator, "try.plain") as act:
        meeting = act.create(Meeting, operation=operation, kind="committee", planned_on=date(2025, 11, 20))
    (entry,) = told()
    assert entry.at == datetime(2025, 11, 3, 8, 30, tzinfo=clock.PARIS)
    assert (entry.actor_who, entry.actor_person_id) == ("coordinator", coordinator.person_id)
    assert entry.actor_organisation_id == operation.provider_id
    assert (entry.file_id, entry.object_id) == (operation.pk, meeting.pk)
    assert entry.before == {}
    assert entry.after == {"operation": operation.pk, "kind": "committee", "planned_on": "2025-11-20"}


def test_a_nested_action_shares_the_id_of_the_outer_one(tried):
    with acting(TASK, "try.plain") as outer:
        somebody(outer)
        with acting(TASK, "try.explain", reason="parce que") as inner:
            somebody(inner, "Bruno")
        assert inner.parent is outer
    assert {e.action_id for e in [*told(), *told("try.explain")]} == {outer.id}
    assert isinstance(outer.id, UUID)


def test_two_actions_one_after_the_other_have_their_own_ids(tried):
    for _ in range(2):
        with acting(TASK, "try.plain") as act:
            somebody(act)
    assert len({e.action_id for e in told()}) == 2


def test_many_rows_made_at_once_leave_one_entry_each_as_if_made_one_by_one(tried):
    with acting(TASK, "try.plain") as act:
        somebody(act, birth_date=date(2001, 5, 3))
        act.create_many(Person, [Person(first_name="Léa", last_name="Martin", birth_date=date(2001, 5, 3))])
    one, among_many = told()
    assert one.object_id != among_many.object_id
    assert (one.before, one.after) == (among_many.before, among_many.after)


def test_private_fields_and_free_text_leave_only_the_fact_that_they_changed(tried):
    with acting(TASK, "try.plain") as act:
        person = somebody(act, birth_date=date(1998, 4, 2), email="leila@exemple.fr", phone="0600000000")
    with acting(TASK, "try.plain") as act:
        act.change(person, last_name="Benali", birth_date=date(1998, 4, 3))
    made, changed = told()
    assert made.after == dict.fromkeys(["first_name", "last_name", "birth_date", "email", "phone"])
    assert (changed.before, changed.after) == ({"last_name": None, "birth_date": None},) * 2


def test_states_dates_numbers_and_ids_are_kept_before_and_after(tried):
    operation = factories.an_operation()
    meeting = a_meeting(operation)
    with acting(TASK, "try.plain") as act:
        act.change(meeting, held_on=date(2025, 11, 21), minutes="Tout le monde est venu.")
    (entry,) = told()
    assert entry.before == {"held_on": None, "minutes": None}
    assert entry.after == {"held_on": "2025-11-21", "minutes": None}


def test_a_change_made_twice_in_one_action_keeps_the_first_before_and_the_last_after(tried):
    meeting = a_meeting(factories.an_operation())
    with acting(TASK, "try.plain") as act:
        act.change(meeting, planned_on=date(2025, 12, 1))
        act.change(meeting, planned_on=date(2025, 12, 8))
    (entry,) = told()
    assert (entry.before, entry.after) == ({"planned_on": "2025-11-20"}, {"planned_on": "2025-12-08"})


def test_what_was_made_within_the_action_had_nothing_before_it(tried):
    with acting(TASK, "try.plain") as act:
        meeting = act.create(Meeting, operation=factories.an_operation(), kind="committee", planned_on=None)
        act.change(meeting, planned_on=date(2025, 12, 1))
    (entry,) = told()
    assert (entry.before, entry.after["planned_on"]) == ({}, "2025-12-01")


def test_a_change_that_changes_nothing_leaves_no_trace(tried):
    meeting = a_meeting(factories.an_operation())
    with acting(TASK, "try.plain") as act:
        act.change(meeting, planned_on=meeting.planned_on)
    assert (told(), meeting.version) == ([], 1)


def test_a_removed_row_leaves_what_it_was(tried):
    meeting = a_meeting(factories.an_operation())
    pk = meeting.pk
    with acting(TASK, "try.plain") as act:
        act.remove(meeting)
    (entry,) = told()
    assert (entry.object_id, entry.before["kind"], entry.after) == (pk, "committee", {})
    assert not Meeting.objects.filter(pk=pk).exists()


def test_a_fact_that_no_column_holds_can_be_noted(tried):
    meeting = a_meeting(factories.an_operation())
    with acting(TASK, "try.plain") as act:
        act.note(meeting, told=3)
    (entry,) = told()
    assert (entry.object_id, entry.after) == (meeting.pk, {"told": 3})


# The reason


def test_a_reason_is_kept_apart_and_can_be_redacted_without_touching_the_journal(tried):
    with acting(TASK, "try.explain", reason="  Leïla est malade  ") as act:
        somebody(act)
    (entry,) = told("try.explain")
    before = JournalEntry.objects.filter(pk=entry.pk).values().get()
    assert entry.reason is not None
    assert entry.reason.text == "Leïla est malade"
    assert "malade" not in f"{entry.before}{entry.after}"
    Reason.objects.filter(action_id=entry.action_id).update(text="", redacted_at=clock.now())
    assert JournalEntry.objects.filter(pk=entry.pk).values().get() == before


def test_the_entries_of_an_action_share_its_reason(tried):
    with acting(TASK, "try.explain", reason="parce que") as act:
        somebody(act)
        somebody(act, "Bruno")
    assert len({e.reason_id for e in told("try.explain")}) == 1
    assert Reason.objects.count() == 1


def test_an_action_that_changes_nothing_keeps_no_reason(tried):
    with acting(TASK, "try.explain", reason="parce que"):
        pass
    assert not Reason.objects.exists()


def test_an_action_without_its_reason_does_not_begin(tried):
    with pytest.raises(Invalid) as refused, acting(TASK, "try.explain", reason=" \n"):
        pytest.fail("The block must not run.")
    assert list(refused.value.fields) == ["reason"]


# All or nothing


def test_a_refused_action_writes_nothing_at_all(tried, plain_mail):
    jobs = ProcrastinateJob.objects.count()

    def write_then_refuse() -> None:
        with acting(TASK, "try.explain", reason="parce que") as act:
            somebody(act)
            queue(act, Recipient("lea@exemple.fr"), "whatever.txt", {})
            assert ProcrastinateJob.objects.count() == jobs + 1
            raise Refused("Non.")

    with pytest.raises(Refused):
        write_then_refuse()
    assert not Person.objects.exists()
    assert not JournalEntry.objects.exists()
    assert not Reason.objects.exists()
    assert not Mail.objects.exists()
    assert ProcrastinateJob.objects.count() == jobs


def test_a_refused_nested_action_leaves_the_outer_one_whole(tried):
    def write_then_refuse() -> None:
        with acting(TASK, "try.explain", reason="parce que") as inner:
            somebody(inner, "Bruno")
            raise Refused("Non.")

    with acting(TASK, "try.plain") as outer:
        kept = somebody(outer)
        with pytest.raises(Refused):
            write_then_refuse()
    assert list(Person.objects.all()) == [kept]
    assert (len(told()), told("try.explain")) == (1, [])


def test_a_wrong_role_is_refused_before_anything_runs(tried):
    verb("try.officer", "Décider", {Who.OFFICER})
    with pytest.raises(NotAllowed, match="référent territorial"), acting(Actor(Who.TRAINER), "try.officer"):
        pytest.fail("The block must not run.")


# Handlers


def test_handlers_run_in_the_transaction_those_of_the_verb_before_those_of_all(tried):
    order: list[str] = []

    @on("*")
    def after_all(act: Action, entries: list[JournalEntry]) -> None:
        if act.verb == "try.plain":
            order.append(f"all {len(entries)}")

    @on("try.plain")
    def after_this(act: Action, entries: list[JournalEntry]) -> None:
        assert JournalEntry.objects.filter(action_id=act.id).count() == len(entries)
        order.append(f"verb {len(entries)}")

    with acting(TASK, "try.plain") as act:
        somebody(act)
    with acting(TASK, "try.explain", reason="parce que") as act:
        somebody(act)
    assert order == ["verb 1", "all 1"]


def test_a_handler_that_raises_undoes_the_action(tried):
    @on("try.plain")
    def refuse(act: Action, entries: list[JournalEntry]) -> None:
        raise Refused("La pièce d'à côté refuse.")

    with pytest.raises(Refused, match="à côté"), acting(TASK, "try.plain") as act:
        somebody(act)
    assert not Person.objects.exists()
    assert not told()


# Locks


def test_what_the_actor_may_not_know_of_does_not_exist_for_them(tried):
    operation = factories.an_operation()
    stranger = factories.actor(Who.COORDINATOR, factories.a_provider("Un autre organisme"))
    with pytest.raises(Unknown) as refused, acting(stranger, "try.plain") as act:
        act.lock(Operation, operation.pk)
    assert refused.value.status == 404


def test_a_page_drawn_before_the_last_change_is_told_so(tried):
    meeting = a_meeting(factories.an_operation())
    with acting(TASK, "try.plain") as act:
        act.change(act.lock(Meeting, meeting.pk, 1), planned_on=date(2025, 12, 1))
    with pytest.raises(Stale, match="modifiée pendant"), acting(TASK, "try.plain") as act:
        act.lock(Meeting, meeting.pk, 1)


def test_an_action_opens_the_right_to_read_and_closes_it_after(db, own_verbs):
    verb("try.plain", "Essayer", set(Who))
    with acting(TASK, "try.plain"):
        assert not Person.objects.exists()
    with pytest.raises(ScopeError):
        Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_several_screens_at_once_one_wins_and_the_others_are_told(own_verbs):
    verb("try.plain", "Essayer", set(Who))
    with scope(TASK):
        meeting = a_meeting(factories.an_operation())
    outcomes: list[str] = []

    def change(day: int) -> None:
        try:
            with acting(TASK, "try.plain") as act:
                act.change(act.lock(Meeting, meeting.pk, 1), planned_on=date(2025, 12, day))
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    screens = [Thread(target=change, args=(day,)) for day in (1, 2, 3)]
    for screen in screens:
        screen.start()
    for screen in screens:
        screen.join()
    assert sorted(outcomes) == ["done", "stale", "stale"]
    with scope(TASK):
        assert Meeting.objects.get(pk=meeting.pk).version == 2
    assert len(told()) == 1
