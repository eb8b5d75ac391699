"""The file of an operation: its rulebook, its partners, its session, its meetings, its end before time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

import factories
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import acting
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown, WrongState
from defi.operations import actions, committees
from defi.operations.access import leads, lock_operation, pilots
from defi.operations.models import Meeting, Operation, Part, Partner, Presence, Session
from defi.schemes.rulebook import CURRENT

TODAY = date(2025, 9, 1)
PLAN = actions.SessionPlan(
    starts_on=date(2025, 11, 3), ends_on=date(2026, 4, 10), seats=10, hours_centre=420, hours_company=140
)


@dataclass
class Stage:
    """A running operation, those who may act on it and those who may not."""

    operation: Operation
    officer: Actor
    coordinator: Actor
    trainer: Actor
    holder: Actor
    neighbour: Actor
    stranger: Actor

    @property
    def pk(self) -> int:
        return self.operation.pk


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with clock.at(TODAY), scope(TASK):
        officer = factories.an_officer()
        operation = factories.an_operation(officer=officer)
        elsewhere = factories.an_officer(basins=[factories.a_basin("Dreux")])
        yield Stage(
            operation=operation,
            officer=officer,
            coordinator=factories.a_coordinator(operation),
            trainer=factories.actor(Who.TRAINER, operation.provider),
            holder=factories.actor(Who.ADMINISTRATOR, operation.provider),
            neighbour=elsewhere,
            stranger=factories.actor(Who.COORDINATOR, factories.a_provider("Un autre organisme")),
        )


@pytest.fixture
def session(stage: Stage) -> Session:
    return actions.plan_session(stage.coordinator, stage.pk, PLAN)


def start(session: Session, on: date = PLAN.starts_on) -> Session:
    Session.objects.filter(pk=session.pk).update(started_on=on)
    session.refresh_from_db()
    return session


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("id").values_list("verb", flat=True))


def fault_of(act, field: str) -> str:
    with pytest.raises(Invalid) as refused:
        act()
    return refused.value.fields[field]


# Opening


def test_a_file_remembers_who_opened_it_when_and_under_which_rulebook(stage):
    operation = stage.operation
    assert (operation.state, operation.opened_on, operation.closed_on) == ("running", TODAY, None)
    assert (operation.scheme, operation.rulebook_version) == ("defi", CURRENT["defi"])
    assert (operation.officer_id, operation.origin) == (stage.officer.person_id, "needs")
    assert operation.file_id == operation.pk


def test_the_provider_takes_part_and_holds_the_market_unless_told_otherwise(stage):
    assert stage.operation.provider == stage.operation.holder
    (partner,) = Partner.objects.filter(operation=stage.pk)
    assert (partner.part, partner.organisation, partner.joined_on) == ("provider", stage.operation.provider, TODAY)


def test_another_organisation_may_hold_the_market(stage):
    holder = factories.a_provider("Le mandataire")
    with acting(stage.officer, "operation.add_partner") as act:
        actions.entrust(act, lock_operation(act, stage.pk), stage.operation.provider, holder)
    stage.operation.refresh_from_db()
    assert stage.operation.holder == holder
    assert set(Partner.objects.values_list("part", "organisation_id")) == {
        (Part.PROVIDER, stage.operation.provider_id),
        (Part.HOLDER, holder.pk),
    }
    assert leads(factories.actor(Who.COORDINATOR, holder), stage.operation)


def test_a_file_has_a_title(stage):
    facts = {"region": factories.a_region(), "basin": factories.a_basin(), "job": factories.a_job()}
    assert "intitulé" in fault_of(lambda: actions.open_operation(stage.officer, title="  ", **facts), "title")


def test_an_officer_opens_files_in_their_territory_only(stage):
    facts = {"region": factories.a_region(), "basin": factories.a_basin("Châteaudun"), "job": factories.a_job()}
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        actions.open_operation(stage.neighbour, title="Aide à domicile", **facts)
    assert Operation.objects.count() == 1


@pytest.mark.parametrize("who", [Who.COORDINATOR, Who.SIGNATORY, Who.ADVISER, Who.PAYING_OFFICE, Who.PUBLIC])
def test_only_an_officer_opens_a_file(stage, who):
    facts = {"region": factories.a_region(), "basin": factories.a_basin(), "job": factories.a_job()}
    with pytest.raises(NotAllowed):
        actions.open_operation(Actor(who), title="Aide à domicile", **facts)


# Who may act


def test_officer_and_provider_act_on_the_file(stage):
    for actor in (stage.officer, stage.coordinator, stage.holder):
        with acting(actor, "meeting.plan") as act:
            assert lock_operation(act, stage.pk) == stage.operation


def test_to_another_provider_the_file_does_not_exist(stage):
    with pytest.raises(Unknown):
        actions.plan_session(stage.stranger, stage.pk, PLAN)


def test_a_provider_that_takes_part_without_running_the_operation_changes_nothing(stage):
    other = factories.a_provider("Un autre organisme")
    actions.add_partner(stage.officer, stage.pk, other)
    with pytest.raises(NotAllowed, match="Seul l'organisme de formation"):
        actions.plan_session(stage.stranger, stage.pk, PLAN)


def test_an_officer_of_another_territory_reads_and_changes_nothing(stage):
    assert Operation.objects.visible_to(stage.neighbour).get() == stage.operation
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        actions.plan_session(stage.neighbour, stage.pk, PLAN)
    assert pilots(stage.officer, stage.operation)
    assert not pilots(stage.neighbour, stage.operation)


def test_a_role_without_the_verb_is_refused(stage):
    with pytest.raises(NotAllowed, match="coordinateur"):
        actions.plan_session(stage.trainer, stage.pk, PLAN)


def test_a_stale_page_is_told_so(stage):
    with acting(stage.officer, "meeting.plan") as act, pytest.raises(Stale):
        lock_operation(act, stage.pk, version=stage.operation.version + 1)


# Partners


@pytest.mark.parametrize(
    ("make", "part"),
    [(factories.an_employer, Part.EMPLOYER), (factories.a_prescriber, Part.PRESCRIBER)],
)
def test_a_partner_joins_as_what_it_is(stage, make, part):
    partner = actions.add_partner(stage.coordinator, stage.pk, make())
    assert (partner.part, partner.joined_on, partner.left_on) == (part, TODAY, None)


def test_joining_twice_is_joining_once_and_gains_a_contact(stage):
    firm, contact = factories.an_employer(), factories.a_person("Rose")
    first = actions.add_partner(stage.officer, stage.pk, firm)
    again = actions.add_partner(stage.officer, stage.pk, firm, contact=contact)
    assert (first.pk, again.contact) == (again.pk, contact)
    assert verbs().count("operation.add_partner") == 2


def test_the_region_is_no_partner(stage):
    assert "déjà" in fault_of(
        lambda: actions.add_partner(stage.officer, stage.pk, factories.a_region()), "organisation"
    )


def test_a_partner_leaves_with_a_reason_and_may_come_back(stage):
    firm = factories.an_employer()
    partner = actions.add_partner(stage.officer, stage.pk, firm)
    left = actions.partner_leaves(stage.coordinator, partner.pk, reason="a fermé")
    assert left.left_on == TODAY
    back = actions.add_partner(stage.officer, stage.pk, firm)
    assert (back.pk, back.left_on) == (partner.pk, None)


def test_a_partner_leaves_once(stage):
    partner = actions.add_partner(stage.officer, stage.pk, factories.an_employer())
    actions.partner_leaves(stage.officer, partner.pk, reason="a fermé")
    with clock.at(TODAY + timedelta(days=3)), pytest.raises(WrongState, match="déjà"):
        actions.partner_leaves(stage.officer, partner.pk, reason="a fermé")
    partner.refresh_from_db()
    assert partner.left_on == TODAY


def test_the_provider_does_not_leave(stage):
    partner = Partner.objects.get(part=Part.PROVIDER)
    with pytest.raises(WrongState, match="ne quitte pas"):
        actions.partner_leaves(stage.officer, partner.pk, reason="fatigue")


def test_a_departure_asks_for_its_reason(stage):
    partner = actions.add_partner(stage.officer, stage.pk, factories.an_employer())
    assert fault_of(lambda: actions.partner_leaves(stage.officer, partner.pk, reason=" "), "reason")


# The session


def test_the_session_is_fixed_then_fixed_again_until_it_starts(stage, session):
    assert (session.number, session.seats, session.hours_centre, session.started_on) == (1, 10, 420, None)
    again = actions.plan_session(stage.officer, stage.pk, replace(PLAN, seats=12, place="Châteaudun"))
    assert (again.pk, again.seats, again.place) == (session.pk, 12, "Châteaudun")
    start(session)
    with pytest.raises(WrongState, match="a démarré"):
        actions.plan_session(stage.officer, stage.pk, replace(PLAN, seats=8))


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"ends_on": PLAN.starts_on}, {"ends_on"}),
        ({"ends_on": PLAN.starts_on - timedelta(days=1), "seats": 0}, {"ends_on", "seats"}),
        ({"seats": 41}, {"seats"}),
        ({"hours_centre": 0}, {"hours_centre"}),
        ({"starts_on": date(2020, 12, 10), "ends_on": date(2020, 12, 20)}, {"ends_on"}),
        ({"starts_on": date(2020, 12, 10)}, {"starts_on"}),
    ],
)
def test_a_session_that_cannot_be_names_each_field_at_fault(stage, wrong, fields):
    with pytest.raises(Invalid) as refused:
        actions.plan_session(stage.coordinator, stage.pk, replace(PLAN, **wrong))
    assert set(refused.value.fields) == fields
    assert not Session.objects.exists()


def test_the_order_number_is_not_lost_by_fixing_the_dates_again(stage, session):
    actions.record_order(stage.coordinator, session.pk, " BC-2025-77 ")
    assert actions.plan_session(stage.officer, stage.pk, replace(PLAN, seats=12)).order_number == "BC-2025-77"


def test_an_order_has_a_number(stage, session):
    assert fault_of(lambda: actions.record_order(stage.coordinator, session.pk, "  "), "order_number")


def test_dates_move_with_a_reason(stage, session):
    later = actions.reschedule_session(
        stage.coordinator, session.pk, starts_on=date(2025, 11, 17), reason="travaux dans l'atelier"
    )
    assert (later.starts_on, later.ends_on) == (date(2025, 11, 17), PLAN.ends_on)
    (entry,) = JournalEntry.objects.filter(verb="session.reschedule")
    assert (entry.before, entry.after) == ({"starts_on": "2025-11-03"}, {"starts_on": "2025-11-17"})
    assert entry.reason.text == "travaux dans l'atelier"
    assert fault_of(
        lambda: actions.reschedule_session(
            stage.coordinator, session.pk, ends_on=date(2025, 11, 17), reason="plus court"
        ),
        "ends_on",
    )


def test_once_started_only_the_end_moves_and_once_ended_nothing(stage, session):
    start(session)
    moved = actions.reschedule_session(
        stage.officer, session.pk, ends_on=date(2026, 4, 17), reason="une semaine perdue"
    )
    assert moved.ends_on == date(2026, 4, 17)
    with pytest.raises(WrongState, match="date de début"):
        actions.reschedule_session(stage.officer, session.pk, starts_on=date(2025, 11, 4), reason="erreur")
    Session.objects.update(ended_on=date(2026, 4, 17))
    with pytest.raises(WrongState, match="terminée"):
        actions.reschedule_session(stage.officer, session.pk, ends_on=date(2026, 5, 1), reason="erreur")


def test_a_small_group_is_the_officers_word_kept_with_its_author(stage, session):
    flagged = actions.flag_small_group(stage.officer, session.pk, small_group=True, reason="bon de commande")
    assert (flagged.small_group, flagged.small_group_by_id) == (True, stage.officer.person_id)
    lifted = actions.flag_small_group(stage.officer, session.pk, small_group=False, reason="nouveau bon")
    assert (lifted.small_group, lifted.small_group_by_id) == (False, None)
    with pytest.raises(NotAllowed):
        actions.flag_small_group(stage.coordinator, session.pk, small_group=True, reason="bon de commande")
    start(session)
    with pytest.raises(WrongState, match="constat"):
        actions.flag_small_group(stage.officer, session.pk, small_group=True, reason="bon de commande")


@pytest.mark.parametrize(
    "act",
    [
        lambda who, pk: actions.reschedule_session(who, pk, ends_on=date(2026, 5, 1), reason="oui"),
        lambda who, pk: actions.record_order(who, pk, "BC-1"),
    ],
)
def test_the_session_of_others_does_not_exist(stage, session, act):
    with pytest.raises(Unknown):
        act(stage.stranger, session.pk)
    with pytest.raises(NotAllowed):
        act(stage.neighbour, session.pk)


def test_the_database_refuses_a_session_that_cannot_be(stage, session):
    for wrong, name in (
        ({"seats": 0}, "session_seats_possible"),
        ({"ends_on": PLAN.starts_on}, "session_ends_after_it_starts"),
        ({"ended_on": PLAN.ends_on}, "session_ended_was_started"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(**wrong)


# Meetings


def test_a_meeting_planned_again_moves_the_one_not_yet_held(stage):
    kind = Meeting.Kind.COMMITTEE
    first = actions.plan_meeting(stage.coordinator, stage.pk, kind, date(2025, 9, 20), "Mairie")
    moved = actions.plan_meeting(stage.officer, stage.pk, kind, date(2025, 9, 27))
    assert (first.pk, moved.planned_on, moved.place) == (moved.pk, date(2025, 9, 27), "")
    actions.plan_meeting(stage.officer, stage.pk, Meeting.Kind.REVIEW, date(2026, 4, 3))
    assert Meeting.objects.count() == 2


def test_a_committee_is_held_with_who_was_there(stage):
    firm, person = factories.an_employer(), factories.a_person("Claire")
    actions.plan_meeting(stage.coordinator, stage.pk, Meeting.Kind.COMMITTEE, TODAY)
    there = [
        actions.Attendee(Presence.As.EMPLOYER, organisation_id=firm.pk),
        actions.Attendee(Presence.As.REGION, person_id=person.pk, state=Presence.State.EXCUSED),
    ]
    held = committees.hold_committee(stage.coordinator, stage.pk, held_on=TODAY, attendees=there, minutes="On avance.")
    assert (Meeting.objects.count(), held.planned_on, held.held_on, held.minutes) == (1, TODAY, TODAY, "On avance.")
    assert set(held.presences.values_list("quality", "state", "organisation_id", "person_id")) == {
        ("employer", "present", firm.pk, None),
        ("region", "excused", None, person.pk),
    }


def test_a_meeting_not_planned_can_be_held_and_another_after_it(stage):
    for day in (TODAY - timedelta(days=7), TODAY):
        committees.hold_committee(stage.officer, stage.pk, held_on=day, attendees=[])
    assert set(Meeting.objects.values_list("held_on", flat=True)) == {TODAY - timedelta(days=7), TODAY}


def test_a_meeting_is_not_held_before_its_day(stage):
    tomorrow = TODAY + timedelta(days=1)
    assert "à venir" in fault_of(
        lambda: committees.hold_committee(stage.officer, stage.pk, held_on=tomorrow, attendees=[]), "held_on"
    )
    assert not Meeting.objects.exists()


# The end


def test_an_operation_is_abandoned_with_a_reason_then_read_only(stage):
    ended = actions.abandon_operation(stage.officer, stage.pk, reason="plus d'employeur")
    assert (ended.state, ended.closed_on) == ("abandoned", TODAY)
    for act in (
        lambda: actions.plan_session(stage.officer, stage.pk, PLAN),
        lambda: actions.add_partner(stage.coordinator, stage.pk, factories.an_employer()),
        lambda: actions.plan_meeting(stage.officer, stage.pk, Meeting.Kind.COMMITTEE, TODAY),
        lambda: actions.abandon_operation(stage.officer, stage.pk, reason="encore"),
    ):
        with pytest.raises(WrongState, match="close"):
            act()
    assert Operation.objects.visible_to(stage.coordinator).get() == ended


def test_an_operation_whose_session_started_is_led_to_its_end(stage, session):
    start(session)
    with pytest.raises(WrongState, match="se mène à son terme"):
        actions.abandon_operation(stage.officer, stage.pk, reason="fatigue")


def test_only_the_officer_abandons_and_says_why(stage):
    with pytest.raises(NotAllowed):
        actions.abandon_operation(stage.coordinator, stage.pk, reason="fatigue")
    assert fault_of(lambda: actions.abandon_operation(stage.officer, stage.pk, reason=""), "reason")


def test_an_ended_operation_carries_its_date(stage):
    with pytest.raises(IntegrityError, match="operation_ended_has_its_date"), transaction.atomic():
        Operation.objects.filter(pk=stage.pk).update(state="closed")


def test_the_journal_of_the_file_holds_no_name(stage, session):
    firm = factories.an_employer()
    actions.add_partner(stage.officer, stage.pk, firm, contact=factories.a_person("Rose", "Tuteur"))
    committees.hold_committee(stage.officer, stage.pk, held_on=TODAY, attendees=[], minutes="Rose Tuteur était là.")
    told = "".join(f"{entry.before}{entry.after}" for entry in JournalEntry.objects.filter(file_id=stage.pk))
    assert not any(word in told for word in ("Rose", "Tuteur", "Tilleuls", "Châteaudun", "domicile"))


# At once


@pytest.mark.django_db(transaction=True)
def test_two_screens_that_touch_session_and_operation_do_not_block_each_other():
    with clock.at(TODAY), scope(TASK):
        operation = factories.an_operation()
        who = factories.a_coordinator(operation)
        session = actions.plan_session(who, operation.pk, PLAN)
    ready, faults = Barrier(2), []

    def turn(act) -> None:
        ready.wait(60)
        try:
            for n in range(6):
                with clock.at(TODAY):
                    act(n)
        except Refused:
            raise
        except Exception as fault:  # noqa: BLE001  (a deadlock would be seen here)
            faults.append(fault)
        finally:
            connection.close()

    screens = [
        Thread(target=turn, args=(lambda n: actions.plan_session(who, operation.pk, replace(PLAN, seats=n + 1)),)),
        Thread(target=turn, args=(lambda n: actions.record_order(who, session.pk, f"BC-{n}"),)),
    ]
    for screen in screens:
        screen.start()
    for screen in screens:
        screen.join()
    assert faults == []
