"""Attendance per half-day: opened, signed, locked, corrected in the open."""

from datetime import date, datetime, time

import pytest

import factories
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.sourcing.actions import leave_training
from defi.steps.training.actions import (
    HalfDayFacts,
    close_sheet,
    correct_attendance,
    end_session,
    open_sheet,
    record_attendance,
    sign_as_trainer,
    sign_sheet,
    start_session,
)
from defi.steps.training.models import Attendance, AttendanceSheet
from training.conftest import code_of, entries, excuse, lock_after, no_name_in_the_journal

TODAY, LAST = date(2025, 11, 4), date(2026, 4, 10)


def line(stage, sheet, n):
    return Attendance.objects.get(sheet=sheet, candidacy=stage.people[n])


def filled(stage, sheet):
    """Two present on paper, one absent, the trainer's ink: ready to lock."""
    one, two, three = stage.ids
    record_attendance(stage.coordinator, sheet.pk, {one: "present", two: "present", three: "absent"})
    sign_as_trainer(stage.coordinator, sheet.pk, in_ink=True)
    return sheet


# Opening


def test_a_sheet_opens_with_a_line_for_each_of_the_group_and_a_code_for_the_room(running):
    sheet = running.sheet()
    assert sheet.state == "open"
    assert sheet.starts_at == time(9)
    assert sheet.trainer_name == "Farid Exemple"
    assert [x.state for x in sheet.lines.all()] == ["expected"] * 3
    assert len(sheet.room_code) == 6


def test_a_sheet_opened_ahead_follows_who_leaves_the_group(running):
    ahead = running.sheet(on=date(2025, 11, 20))
    kept = running.sheet(on=TODAY, half="afternoon")
    leave_training(running.coordinator, running.ids[0], code="personal_choice", on=date(2025, 11, 4))
    assert ahead.lines.count() == 2
    assert kept.lines.count() == 3


def test_a_sheet_may_be_opened_before_the_start_and_fills_when_people_enter(eve):
    sheet = eve.sheet(on=date(2025, 11, 3))
    assert sheet.lines.count() == 0
    with clock.at(date(2025, 11, 3)):
        start_session(eve.coordinator, eve.session.pk, on=date(2025, 11, 3), entered=eve.ids)
    assert sheet.lines.count() == 3


def test_a_half_day_has_one_sheet(running):
    running.sheet()
    with pytest.raises(WrongState, match="déjà sa feuille"):
        running.sheet()
    running.sheet(half="afternoon")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"on": date(2025, 11, 9)}, "on"),
        ({"on": date(2025, 11, 11)}, "on"),
        ({"on": date(2025, 11, 2)}, "on"),
        ({"on": date(2026, 4, 11)}, "on"),
        ({"minutes": 5}, "minutes"),
        ({"module_label": "  "}, "module_label"),
        ({"trainer_id": None}, "trainer_name"),
        ({"trainer_id": 0}, "trainer"),
        ({"module_id": 0}, "module"),
        ({"half": "evening"}, "half"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused_beside_its_field(running, facts, field):
    with pytest.raises(Invalid) as refusal:
        running.sheet(**facts)
    assert field in refusal.value.fields
    assert not AttendanceSheet.objects.exists()


def test_a_public_holiday_that_is_meant_is_confirmed(running):
    assert running.sheet(on=date(2025, 11, 11), unusual_day=True).unusual_day


def test_a_module_of_the_plan_gives_its_title_and_one_of_another_operation_is_refused(running):
    plan = TrainingPlan.objects.create(operation=running.operation)
    module = Module.objects.create(operation=running.operation, plan=plan, title="Aide à la toilette", hours_centre=70)
    assert running.sheet(module_id=module.pk).module_label == "Aide à la toilette"


def test_a_trainer_without_account_is_a_name(running):
    sheet = running.sheet(trainer_id=None, trainer_name="Sœur Marie")
    assert (sheet.trainer_id, sheet.trainer_name) == (None, "Sœur Marie")


def test_sheets_belong_to_the_provider(running):
    facts = HalfDayFacts(on=TODAY, half="morning", minutes=210, module_label="x", trainer_name="y")
    for actor in (running.officer, running.tutor, running.as_trainee(0)):
        with pytest.raises(NotAllowed):
            open_sheet(actor, running.session.pk, facts)
    with pytest.raises(Unknown):
        open_sheet(running.stranger, running.session.pk, facts)
    assert open_sheet(running.trainer, running.session.pk, facts)


# Signing


def test_a_trainee_signs_with_the_code_of_the_room(running):
    sheet = running.sheet()
    signed = sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))
    assert (signed.candidacy_id, signed.state, signed.way) == (running.ids[0], "present", "click")
    assert signed.signed_at == clock.now()
    assert line(running, sheet, 1).state == "expected"
    assert [e.object_type for e in entries("sheet.sign")] == ["training.attendance"]


def test_a_wrong_code_is_refused_beside_its_field(running):
    sheet = running.sheet()
    with pytest.raises(Invalid) as refusal:
        sign_sheet(running.as_trainee(0), sheet.pk, room_code="000 00")
    assert "room_code" in refusal.value.fields


def test_nobody_signs_twice(running):
    sheet = running.sheet()
    sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))
    with pytest.raises(WrongState, match="déjà notée"):
        sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))


@pytest.mark.parametrize("today", [date(2025, 11, 3), date(2025, 11, 5)])
def test_nobody_signs_before_or_after_the_day(running, today):
    sheet = running.sheet()
    with clock.at(today), pytest.raises(WrongState):
        sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))


def test_nobody_signs_after_the_lock_nor_when_noted_absent(running):
    sheet = running.sheet()
    record_attendance(running.coordinator, sheet.pk, {running.ids[2]: "absent"})
    with pytest.raises(WrongState, match="noté absent"):
        sign_sheet(running.as_trainee(2), sheet.pk, room_code=code_of(sheet))
    record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "present", running.ids[1]: "present"})
    sign_as_trainer(running.coordinator, sheet.pk, in_ink=True)
    lock_after(running.coordinator, sheet.pk)
    with pytest.raises(WrongState, match="fermée"):
        sign_sheet(running.as_trainee(2), sheet.pk, room_code=code_of(sheet))


def test_somebody_who_is_not_on_the_sheet_does_not_know_of_it(running):
    sheet = running.sheet()
    other = factories.a_candidate(running.session, "Omar", state="met")
    for actor in (Actor(Who.TRAINEE, person_id=other.person_id), Actor(Who.TRAINEE)):
        with pytest.raises(Unknown):
            sign_sheet(actor, sheet.pk, room_code=code_of(sheet))
    for actor in (running.coordinator, running.tutor, running.officer):
        with pytest.raises(NotAllowed):
            sign_sheet(actor, sheet.pk, room_code=code_of(sheet))


def test_the_provider_notes_paper_and_absences_and_may_change_its_mind(running):
    sheet = running.sheet()
    one, two, three = running.ids
    record_attendance(running.trainer, sheet.pk, {one: "present", two: "absent", three: "absent"})
    assert (line(running, sheet, 0).way, line(running, sheet, 1).way) == ("paper", "")
    record_attendance(running.trainer, sheet.pk, {one: "absent", two: "expected"})
    assert [x.state for x in sheet.lines.order_by("id")] == ["absent", "expected", "absent"]
    assert line(running, sheet, 0).signed_at is None


def test_the_provider_does_not_undo_what_a_trainee_signed(running):
    sheet = running.sheet()
    sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))
    with pytest.raises(WrongState, match="a signé : sa présence"):
        record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "absent"})
    assert line(running, sheet, 0).state == "present"


def test_a_sheet_to_come_cannot_be_filled(running):
    sheet = running.sheet(on=date(2025, 11, 5))
    for act in (
        lambda: record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "present"}),
        lambda: sign_as_trainer(running.trainer, sheet.pk),
        lambda: lock_after(running.coordinator, sheet.pk),
    ):
        with pytest.raises(WrongState, match="à venir"):
            act()


def test_no_paper_is_noted_before_the_half_day_begins_nor_a_sheet_locked_before_it_ends(running):
    """Noted and locked at 8:48 for the whole day, it was believed."""
    morning, afternoon = running.sheet(), running.sheet(half="afternoon")
    everybody = dict.fromkeys(running.ids, "present")
    early = (
        lambda: record_attendance(running.coordinator, morning.pk, everybody),
        lambda: sign_as_trainer(running.coordinator, morning.pk, in_ink=True),
        lambda: sign_as_trainer(running.trainer, afternoon.pk),
        lambda: record_attendance(running.coordinator, afternoon.pk, everybody),
    )
    with clock.at(datetime.combine(TODAY, time(8, 48), tzinfo=clock.PARIS)):
        for act in early:
            with pytest.raises(WrongState, match=r"(notent|signe) à partir du 4 novembre 2025 à (09 h 00|13 h [03]0)"):
                act()
        # Who will not come is known ahead.
        record_attendance(running.coordinator, morning.pk, {running.ids[0]: "absent"})
    filled(running, morning)
    too_early = pytest.raises(WrongState, match="se verrouille à partir du 4 novembre 2025 à 12 h 30")
    with clock.at(datetime.combine(TODAY, time(12, 29), tzinfo=clock.PARIS)), too_early:
        close_sheet(running.coordinator, morning.pk)
    with clock.at(datetime.combine(TODAY, time(12, 30), tzinfo=clock.PARIS)):
        assert close_sheet(running.coordinator, morning.pk).state == "locked"


def test_a_line_of_somebody_else_or_an_unknown_word_is_refused(running):
    sheet = running.sheet()
    with pytest.raises(Invalid, match="pas sur cette feuille"):
        record_attendance(running.coordinator, sheet.pk, {0: "present"})
    with pytest.raises(Invalid, match="présent ou absent"):
        record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "late"})


def test_a_stale_page_notes_nothing(running):
    sheet = running.sheet()
    sign_as_trainer(running.trainer, sheet.pk)
    with pytest.raises(Stale):
        record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "present"}, version=1)


# The trainer and the lock


def test_the_trainer_signs_for_themself_and_once(running):
    sheet = running.sheet()
    with pytest.raises(NotAllowed, match="Farid Exemple"):
        sign_as_trainer(running.coordinator, sheet.pk)
    signed = sign_as_trainer(running.trainer, sheet.pk)
    assert (signed.trainer_way, signed.trainer_signed_at) == ("click", clock.now())
    with pytest.raises(WrongState):
        sign_as_trainer(running.trainer, sheet.pk)


def test_the_ink_of_a_trainer_is_recorded_by_a_colleague(running):
    assert sign_as_trainer(running.coordinator, running.sheet().pk, in_ink=True).trainer_way == "paper"


def test_a_sheet_is_locked_once_every_line_is_settled_and_the_trainer_signed(running):
    sheet = running.sheet()
    record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "present"})
    with pytest.raises(WrongState) as refusal:
        lock_after(running.coordinator, sheet.pk)
    assert "Bruno E." in refusal.value.sentence
    record_attendance(running.coordinator, sheet.pk, dict.fromkeys(running.ids[1:], "absent"))
    with pytest.raises(WrongState, match="n'a pas encore signé"):
        lock_after(running.coordinator, sheet.pk)
    sign_as_trainer(running.trainer, sheet.pk)
    assert lock_after(running.trainer, sheet.pk).locked_on == TODAY


def test_a_locked_sheet_takes_nothing_more(running):
    sheet = filled(running, running.sheet())
    lock_after(running.coordinator, sheet.pk)
    for act in (
        lambda: lock_after(running.coordinator, sheet.pk),
        lambda: record_attendance(running.coordinator, sheet.pk, {running.ids[2]: "present"}),
        lambda: sign_as_trainer(running.trainer, sheet.pk),
    ):
        with pytest.raises(WrongState):
            act()


def test_an_empty_sheet_is_not_locked(eve):
    with clock.at(date(2025, 11, 3)):
        sheet = eve.sheet(on=date(2025, 11, 3))
        with pytest.raises(WrongState, match="Personne n'est inscrit"):
            lock_after(eve.coordinator, sheet.pk)


def test_a_locked_sheet_is_corrected_with_a_reason_that_stays(running):
    sheet = filled(running, running.sheet())
    lock_after(running.coordinator, sheet.pk)
    with clock.at(date(2025, 11, 6)):
        corrected = correct_attendance(
            running.coordinator, sheet.pk, running.ids[2], state="present", reason="Elle était au fond de la salle."
        )
    assert (corrected.state, corrected.corrected_on) == ("present", date(2025, 11, 6))
    entry = JournalEntry.objects.select_related("reason").get(verb="sheet.correct")
    assert entry.reason.text == "Elle était au fond de la salle."
    assert (entry.before["state"], entry.after["state"]) == ("absent", "present")


def test_an_absence_is_justified_by_its_reason_and_its_paper_alone_and_stays_so(running):
    sheet, three = running.sheet(), running.ids[2]
    filled(running, sheet)
    with pytest.raises(Invalid, match="motif qui excuse et son papier"):
        record_attendance(running.trainer, sheet.pk, {three: "excused"})
    excuse(running, three, sheet.on)
    # Noted again with the others, it is as it was.
    record_attendance(running.trainer, sheet.pk, {three: "excused"})
    assert line(running, sheet, 2).state == "excused"
    lock_after(running.coordinator, sheet.pk)
    for state, n in (("excused", 0), ("excused", 1)):
        with pytest.raises(Invalid, match="page des absences"):
            correct_attendance(running.coordinator, sheet.pk, running.ids[n], state=state, reason="Certificat.")
    assert line(running, sheet, 2).state == "excused"


def test_a_correction_needs_a_reason_a_change_and_the_lock(running):
    sheet = filled(running, running.sheet())

    def correct(actor=None, state="present", reason="Oubli."):
        return correct_attendance(actor or running.coordinator, sheet.pk, running.ids[2], state=state, reason=reason)

    with pytest.raises(WrongState):
        correct()
    lock_after(running.coordinator, sheet.pk)
    with pytest.raises(Invalid) as refusal:
        correct(reason=" ")
    assert "reason" in refusal.value.fields
    with pytest.raises(WrongState, match="rien n'a changé"):
        correct(state="absent")
    with pytest.raises(Invalid):
        correct(state="expected")
    with pytest.raises(NotAllowed):
        correct(actor=running.trainer)


def test_the_end_of_the_session_leaves_its_sheets_to_be_settled(running):
    sheet = running.sheet()
    with clock.at(LAST):
        end_session(running.coordinator, running.session.pk, on=LAST)
        filled(running, sheet)
        assert lock_after(running.coordinator, sheet.pk).state == "locked"


def test_a_closed_operation_takes_no_signature(running):
    sheet = running.sheet()
    type(running.operation)._base_manager.filter(pk=running.operation.pk).update(state="closed", closed_on=TODAY)
    with pytest.raises(WrongState, match="close"):
        sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))
    with pytest.raises(WrongState, match="close"):
        record_attendance(running.coordinator, sheet.pk, {running.ids[0]: "present"})


def test_employers_and_prescribers_see_no_attendance(running):
    sheet = filled(running, running.sheet())
    adviser = factories.actor(Who.ADVISER, running.prescriber)
    for actor in (running.tutor, adviser, running.stranger, Actor(Who.PUBLIC)):
        assert not AttendanceSheet.objects.visible_to(actor).exists()
        assert not Attendance.objects.visible_to(actor).exists()
    mine = Attendance.objects.visible_to(running.as_trainee(0))
    assert [x.candidacy_id for x in mine] == [running.ids[0]]
    assert [s.pk for s in AttendanceSheet.objects.visible_to(running.as_trainee(0))] == [sheet.pk]
    assert Attendance.objects.visible_to(running.officer).count() == 3


def test_no_name_enters_the_journal(running):
    sheet = filled(running, running.sheet())
    lock_after(running.coordinator, sheet.pk)
    assert no_name_in_the_journal(running)


def test_the_group_is_followed_by_the_house_itself(running):
    running.sheet(on=date(2025, 11, 20))
    leave_training(running.coordinator, running.ids[0], code="personal_choice")
    assert {e.actor_who for e in entries("sheet.follow_group")} == {TASK.who.value}


def test_a_trainee_that_signed_keeps_the_line_of_the_day_they_left(running):
    sheet = running.sheet()
    sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))
    leave_training(running.coordinator, running.ids[0], code="personal_choice")
    assert line(running, sheet, 0).state == "present"


def test_the_time_of_a_signature_is_the_moment_it_was_made(running):
    sheet = running.sheet()
    with clock.at(datetime(2025, 11, 4, 8, 57, tzinfo=clock.PARIS)):
        signed = sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_of(sheet))
    assert signed.signed_at.astimezone(clock.PARIS).time() == time(8, 57)
